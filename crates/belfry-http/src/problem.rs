//! Errors as every client sees them: `application/problem+json` (RFC 9457) with a stable `code` and, where a value is at
//! fault, JSON pointers (RFC 6901). Owns the form; what went wrong inside is logged here and never told.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One value that is at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProblemError)]
pub struct Fault {
    /// Where in the body, as a JSON pointer (RFC 6901); empty for the whole of it.
    #[schema(example = "/title")]
    pub pointer: String,
    /// Stable code.
    #[schema(value_type = String, example = "too_long")]
    pub code: &'static str,
    /// What is wrong, for people.
    #[schema(example = "at most 100 characters")]
    pub detail: String,
}

impl Fault {
    /// A fault at a place.
    pub fn at(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into() }
    }
}

/// The body of an error (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Document<'a> {
    /// A URI that names the kind of problem: `urn:belfry:problem:` and the code.
    #[schema(example = "urn:belfry:problem:validation_failed")]
    r#type: String,
    /// The kind of problem in words; the same for every occurrence.
    title: &'a str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// Stable code.
    #[schema(example = "validation_failed")]
    code: &'a str,
    /// This occurrence in words.
    detail: &'a str,
    /// The values that are at fault.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
    /// Names that nobody has, for `users_unknown` and `groups_unknown`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    unknown: &'a [String],
    /// What else belongs to the code, for instance `limit` and `used` of `quota_exceeded`.
    #[serde(flatten)]
    #[schema(ignore)]
    members: &'a Map<String, Value>,
}

/// An error on its way to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<Fault>,
    unknown: Vec<String>,
    members: Map<String, Value>,
    retry_after_s: Option<u64>,
}

/// A title for the codes whose status does not say enough.
fn title(code: &str, status: StatusCode) -> &'static str {
    match code {
        "validation_failed" => "Some values cannot be accepted",
        "json_invalid" => "The body is not JSON as it is expected",
        "query_invalid" => "The query cannot be accepted",
        "users_unknown" => "Some users are not members of the workspace",
        "groups_unknown" => "Some groups do not exist",
        "idempotency_conflict" => "The idempotency key was used with another body",
        "idempotency_key_invalid" => "The idempotency key cannot be used",
        "permission_missing" => "A permission is missing",
        "revision_conflict" => "It was changed meanwhile",
        "quota_exceeded" => "The workspace has sent all that it may",
        "not_a_draft" => "It is no draft",
        "not_cancellable" => "There is nothing to call off",
        "image_invalid" | "too_many_pixels" => "The picture cannot be taken",
        "link_invalid" => "The link cannot be used",
        "token_not_ours" => "The host product signed this token",
        "no_device" => "You have no device to test with",
        "origin_not_allowed" => "The origin is not allowed",
        "unauthenticated" => "Credentials are missing or not valid",
        "rate_limited" => "Too many requests",
        "unavailable" => "The server cannot do it at the moment",
        "internal" => "The server failed",
        _ => status.canonical_reason().unwrap_or("Error"),
    }
}

impl Problem {
    /// A problem of any kind.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            unknown: Vec::new(),
            members: Map::new(),
            retry_after_s: None,
        }))
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401 with a challenge (RFC 6750 §3).
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
    }

    /// 403.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// 404; also for what belongs to someone else.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no such {what} here."))
    }

    /// 406.
    pub fn not_acceptable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", detail)
    }

    /// 409.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 422 for values of the query.
    pub fn query(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "query_invalid", detail)
    }

    /// 422 for values of the body.
    pub fn invalid(errors: Vec<Fault>) -> Self {
        let detail = match errors.as_slice() {
            [one] if one.pointer.is_empty() => one.detail.clone(),
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} values cannot be accepted.", many.len()),
        };
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", detail);
        problem.0.errors = errors;
        problem
    }

    /// 422 for names that nobody has.
    pub fn unknown(code: &'static str, pointer: &str, names: Vec<String>) -> Self {
        let detail = format!("{} cannot be found in this workspace: {}", names.len(), shown(&names));
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, &detail);
        problem.0.errors = vec![Fault::at(pointer, code, detail)];
        problem.0.unknown = names;
        problem
    }

    /// 429 for an account or an address from which sign-ins failed again and again.
    pub fn locked(retry_after_s: u64) -> Self {
        let detail = format!("Too many sign-ins failed. Try again in {retry_after_s} s.");
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "locked", detail);
        problem.0.retry_after_s = Some(retry_after_s);
        problem
    }

    /// 429.
    pub fn rate_limited(retry_after_s: u64) -> Self {
        let detail = format!("Try again in {retry_after_s} s.");
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
        problem.0.retry_after_s = Some(retry_after_s);
        problem
    }

    /// 500; the cause is logged.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The cause is in the server's log.")
    }

    /// 503; the cause is logged.
    pub fn unavailable(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(%cause, "the store is unavailable");
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Nothing was changed. Try again in a moment.",
        );
        problem.0.retry_after_s = Some(1);
        problem
    }

    /// Adds a member that belongs to the code (RFC 9457 §3.2).
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("plain values become JSON");
        self.0.members.insert(name.to_owned(), value);
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The values that are at fault.
    pub fn errors(&self) -> &[Fault] {
        &self.0.errors
    }

    /// This occurrence in words.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }
}

/// The first of many names.
fn shown(names: &[String]) -> String {
    let mut text = names.iter().take(10).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > 10 {
        text.push_str(", …");
    }
    text
}

impl From<belfry_store::Error> for Problem {
    fn from(error: belfry_store::Error) -> Self {
        use belfry_store::Error;
        match error {
            Error::NotFound => Self::not_found("thing"),
            Error::Conflict(what) => Self::conflict("conflict", format!("It is taken already: {what}")),
            Error::Unavailable(_) | Error::Deadlock | Error::LeaseLost => Self::unavailable(&error),
            Error::Corrupt(_) => Self::internal(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Inner { status, code, detail, errors, unknown, members, retry_after_s } = *self.0;
        let document = Document {
            r#type: format!("urn:belfry:problem:{code}"),
            title: title(code, status),
            status: status.as_u16(),
            code,
            detail: &detail,
            errors: &errors,
            unknown: &unknown,
            members: &members,
        };
        let body = serde_json::to_vec(&document).expect("plain values become JSON");
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"belfry\""));
        }
        if let Some(seconds) = retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What panics is answered like every other failure; the panic's text stays in the log.
pub(crate) fn of_panic(panic: &(dyn std::any::Any + Send)) -> Problem {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Problem::internal(&format_args!("panic: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_problem_has_its_form() {
        let response =
            Problem::invalid(vec![Fault::at("/title", "too_long", "at most 100 characters")]).into_response();
        assert_eq!(response.status(), 422);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(json["type"], "urn:belfry:problem:validation_failed");
        assert_eq!(json["status"], 422);
        assert_eq!(json["errors"][0]["pointer"], "/title");
        assert!(json.get("unknown").is_none());
    }

    #[test]
    fn what_went_wrong_inside_is_not_told() {
        let problem = Problem::from(belfry_store::Error::Corrupt("secret".into()));
        assert!(!format!("{problem:?}").contains("secret"));
        assert_eq!(
            Problem::unauthenticated("x").into_response().headers()[WWW_AUTHENTICATE],
            "Bearer realm=\"belfry\""
        );
        assert_eq!(Problem::rate_limited(7).into_response().headers()[RETRY_AFTER], "7");
    }
}
