//! What supervisors and monitors ask.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;
use crate::state::AppState;

/// Say that the process runs
#[utoipa::path(
    get, path = "/healthz", operation_id = "isAlive", tag = "installation",
    responses((status = 200, description = "It runs.", body = String, content_type = "text/plain", example = "ok")),
    security(()),
)]
pub async fn live() -> &'static str {
    "ok"
}

/// Say whether requests can be served
///
/// 503 while the database does not answer.
#[utoipa::path(
    get, path = "/readyz", operation_id = "isReady", tag = "installation",
    responses(
        (status = 200, description = "They can.", body = String, content_type = "text/plain", example = "ready"),
        (status = 503, description = "The database does not answer."),
    ),
    security(()),
)]
pub async fn ready(State(app): State<AppState>) -> Result<&'static str, Problem> {
    app.store().ping().await.map(|()| "ready").map_err(|error| Problem::unavailable(&error))
}

/// Show the metrics
///
/// In the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", operation_id = "getMetrics", tag = "installation",
    responses((status = 200, description = "The metrics of this node.", body = String, content_type = "text/plain")),
    security(()),
)]
pub async fn metrics(State(app): State<AppState>) -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4"))];
    (StatusCode::OK, kind, (app.metrics)()).into_response()
}
