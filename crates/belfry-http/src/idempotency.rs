//! `Idempotency-Key`: the same key and body give the same answer for a day, another body is 409. Notifications, events
//! and workspaces keep the key in the transaction that makes them. Groups keep their answer right after the work: a crash
//! in between does the work again, which the uniqueness of their key turns into a 409. Redeeming a magic link keeps
//! nothing: its session's token is made from the link and the key.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use belfry_store::{IdempotencyKey, Remembered};
use belfry_types::limits::{IDEMPOTENCY_KEY_BYTES, IDEMPOTENCY_KEY_SECRET_CHARS};
use belfry_types::scope::Scope;
use belfry_types::secret::sha256;
use serde::Serialize;

use crate::asker::Asker;
use crate::problem::Problem;
use crate::state::AppState;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The header of a request, with the method and path that it counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    key: Option<String>,
    route: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Idempotency {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(HEADER).iter();
        let key = match values.next() {
            None => None,
            Some(_) if values.next().is_some() => {
                return Err(invalid("There is more than one Idempotency-Key."));
            }
            Some(value) => {
                let bytes = value.as_bytes();
                let fits = (1..=IDEMPOTENCY_KEY_BYTES).contains(&bytes.len())
                    && bytes.iter().all(u8::is_ascii_graphic);
                if !fits {
                    return Err(invalid("An Idempotency-Key has 1 to 255 visible ASCII characters."));
                }
                Some(String::from_utf8_lossy(bytes).into_owned())
            }
        };
        let route =
            if key.is_some() { format!("{} {}", parts.method, parts.uri.path()) } else { String::new() };
        Ok(Self { key, route })
    }
}

fn invalid(detail: &str) -> Problem {
    Problem::bad_request("idempotency_key_invalid", detail)
}

impl Idempotency {
    /// The key itself where nobody else may guess it.
    pub fn secret(&self) -> Result<Option<&str>, Problem> {
        match self.key.as_deref() {
            Some(key) if key.len() < IDEMPOTENCY_KEY_SECRET_CHARS => {
                Err(invalid("Here an Idempotency-Key is random and has at least 16 characters."))
            }
            key => Ok(key),
        }
    }

    /// What is kept of the key and the body; the key counts for one asker, method and path.
    pub fn hashes(&self, asking: &Asker, body: &[u8]) -> Option<IdempotencyKey> {
        let key = self.key.as_ref()?;
        let text = format!("{}\n{}\n{key}", asking.id(), self.route);
        Some(IdempotencyKey { key_hash: sha256(text.as_bytes()), body_hash: sha256(body) })
    }
}

/// 409 for a key that was used with another body.
pub fn conflict() -> Problem {
    Problem::conflict(
        "idempotency_conflict",
        "This Idempotency-Key was used with another body within the last day.",
    )
}

/// Marks an answer as one that was given before.
pub fn replayed(mut response: Response) -> Response {
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// Does the work once per key: an answer that is kept is given again, a new one is kept.
pub async fn once<T, W>(
    app: &AppState,
    scope: Scope,
    key: Option<IdempotencyKey>,
    status: StatusCode,
    work: W,
) -> Result<Response, Problem>
where
    T: Serialize,
    W: Future<Output = Result<T, Problem>>,
{
    let Some(key) = key else { return Ok((status, axum::Json(work.await?)).into_response()) };
    if let Some((body_hash, answer)) = app.store.recall(scope, &key.key_hash).await? {
        return if body_hash == key.body_hash { Ok(replayed(json(status, answer))) } else { Err(conflict()) };
    }
    let answer = serde_json::to_string(&work.await?).map_err(|e| Problem::internal(&e))?;
    match app.store.remember(scope, &key.key_hash, &key.body_hash, &answer).await? {
        Remembered::New => Ok(json(status, answer)),
        Remembered::Same(first) => Ok(replayed(json(status, first))),
        Remembered::Other => Err(conflict()),
    }
}

/// JSON that is finished already.
pub fn json(status: StatusCode, text: String) -> Response {
    let kind = [(axum::http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (status, kind, text).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn read(values: &[&'static str]) -> Result<Idempotency, Problem> {
        let mut request = Request::post("/v1/x").body(()).unwrap();
        for value in values {
            request.headers_mut().append(HEADER, HeaderValue::from_static(value));
        }
        Idempotency::from_request_parts(&mut request.into_parts().0, &()).await
    }

    #[tokio::test]
    async fn keys_are_short_visible_ascii() {
        assert_eq!(read(&[]).await.unwrap().key, None);
        let read_one = read(&["a-1"]).await.unwrap();
        assert_eq!((read_one.key.as_deref(), read_one.route.as_str()), (Some("a-1"), "POST /v1/x"));
        let long: &'static str = "x".repeat(256).leak();
        for bad in [&["a b"][..], &[""], &["a", "b"], &[long]] {
            assert_eq!(read(bad).await.unwrap_err().code(), "idempotency_key_invalid");
        }
        assert_eq!(read(&[]).await.unwrap().secret().unwrap(), None);
        assert_eq!(read(&["0123456789abcdef"]).await.unwrap().secret().unwrap(), Some("0123456789abcdef"));
        let short = read(&["0123456789abcde"]).await.unwrap();
        assert_eq!(short.secret().unwrap_err().code(), "idempotency_key_invalid");
    }
}
