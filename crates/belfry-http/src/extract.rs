//! What handlers take out of a request: path, query and body. Owns that everything which does not fit becomes a
//! problem with a code; axum's own rejections are never shown.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use belfry_types::limits::{BODY_BYTES, BULK_BODY_BYTES};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::json;
use crate::problem::Problem;

/// Path parameters. What cannot be an id of the noun names nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        use axum::extract::path::ErrorKind;
        use axum::extract::rejection::PathRejection;
        without_nul(parts)?;
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(PathRejection::FailedToDeserializePathParams(e)) => match e.into_kind() {
                ErrorKind::InvalidUtf8InPathParam { .. } => {
                    Err(Problem::bad_request("path_invalid", "The path is not UTF-8."))
                }
                _ => Err(Problem::not_found("thing")),
            },
            Err(other) => Err(Problem::internal(&other)),
        }
    }
}

/// No name of ours holds the character U+0000, and not every database can be asked for one that does.
pub(crate) fn without_nul(parts: &Parts) -> Result<(), Problem> {
    if parts.uri.path().contains("%00") {
        return Err(Problem::bad_request("path_invalid", "The path holds the character U+0000."));
    }
    Ok(())
}

/// Query parameters. Unknown ones are refused where the type says so.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(Problem::query("a value holds the character U+0000"));
        }
        axum::extract::Query::try_from_uri(&parts.uri).map(|axum::extract::Query(query)| Self(query)).map_err(
            |rejection| {
                let text = rejection.body_text();
                Problem::query(text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text))
            },
        )
    }
}

/// A JSON body, with the bytes that it was read from.
#[derive(Debug)]
pub struct Json<T> {
    /// What was read.
    pub value: T,
    /// The body, byte for byte.
    pub raw: Bytes,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !matches!(media_type(request.headers()), Media::Json) {
            return Err(unsupported("application/json"));
        }
        let raw = body(request, BODY_BYTES).await?;
        Ok(Self { value: json::read(&raw)?, raw })
    }
}

/// What a body claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// `application/json` or `application/…+json`.
    Json,
    /// `application/x-ndjson`, `application/ndjson` or `application/jsonl`.
    Lines,
    /// `text/plain`, or what curl says of `-d`.
    Plain,
    /// Anything else, or nothing.
    Other,
}

/// Reads the content type.
pub fn media_type(headers: &HeaderMap) -> Media {
    let Some(Ok(text)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else { return Media::Other };
    let kind = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Media::Json,
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Media::Lines,
        "text/plain" | "application/x-www-form-urlencoded" => Media::Plain,
        other if other.starts_with("application/") && other.ends_with("+json") => Media::Json,
        _ => Media::Other,
    }
}

/// 415 with what would be taken.
pub fn unsupported(expected: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content_type_unsupported",
        format!("Send the body with Content-Type: {expected}"),
    )
}

fn too_large(limit: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        format!("A body has at most {limit} bytes here."),
    )
}

/// The whole body if it is within the limit; nothing is kept of one that is not.
pub async fn body(request: Request, limit: usize) -> Result<Bytes, Problem> {
    let body = request.into_body();
    if http_body::Body::size_hint(&body).lower() > limit as u64 {
        return Err(too_large(limit));
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Err(error) => Err(Problem::bad_request("body_unreadable", format!("The body broke off: {error}"))),
    }
}

/// The whole body of a bulk route.
pub async fn bulk_body(request: Request) -> Result<Bytes, Problem> {
    body(request, BULK_BODY_BYTES).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types() {
        let of = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, text.parse().unwrap());
            media_type(&headers)
        };
        assert_eq!(of("application/json"), Media::Json);
        assert_eq!(of("Application/JSON; charset=utf-8"), Media::Json);
        assert_eq!(of("application/merge-patch+json"), Media::Json);
        assert_eq!(of("application/x-ndjson"), Media::Lines);
        assert_eq!(of("text/plain;charset=utf-8"), Media::Plain);
        assert_eq!(of("multipart/form-data; boundary=x"), Media::Other);
        assert_eq!(media_type(&HeaderMap::new()), Media::Other);
    }

    #[tokio::test]
    async fn bodies_are_bounded() {
        let request = |n: usize| Request::new(axum::body::Body::from(vec![b'x'; n]));
        assert_eq!(body(request(10), 10).await.unwrap().len(), 10);
        assert_eq!(body(request(11), 10).await.unwrap_err().status(), 413);
        let stream =
            futures_util::stream::iter((0..11).map(|_| Ok::<_, std::convert::Infallible>(Bytes::from("x"))));
        let request = Request::new(axum::body::Body::from_stream(stream));
        assert_eq!(body(request, 10).await.unwrap_err().code(), "body_too_large");
    }
}
