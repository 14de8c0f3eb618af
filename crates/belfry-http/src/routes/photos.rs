//! Photos of senders and icons of workspaces: uploaded once, kept as a small picture of our own, shown to whoever gets
//! the notification.

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use belfry_store::Photo;
use belfry_types::id::PhotoId;
use belfry_types::limits::PHOTO_BYTES;
use belfry_types::rights::Permission;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Path, body, unsupported};
use crate::openapi::{Reads, Writes};
use crate::picture;
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A photo that was kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Photo)]
pub struct PhotoOut {
    /// Its id.
    #[schema(value_type = String, example = "pho_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: PhotoId,
    /// Its path on this server.
    #[schema(example = "/photos/pho_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    url: String,
}

/// `{id}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PhotoPath {
    /// Id of the photo.
    #[param(value_type = String, example = "pho_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: PhotoId,
}

/// Upload a photo
///
/// A PNG, JPEG or WebP of at most 5 MB and 40 million pixels. It is turned upright, made small (at most 512 × 512) and
/// encoded again; nothing but its pixels is kept. The same picture gives the same id. Needs `notifications:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/photos", operation_id = "uploadPhoto", tag = "photos",
    params(WorkspacePath),
    request_body(content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"))),
    responses((status = 201, description = "The photo.", body = PhotoOut), Writes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn upload(
    State(app): State<AppState>,
    place: InWorkspace,
    request: Request,
) -> Result<(StatusCode, axum::Json<PhotoOut>), Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let format =
        picture::format_of(&media).ok_or_else(|| unsupported("image/png, image/jpeg or image/webp"))?;
    let file = body(request, PHOTO_BYTES).await?;
    let _one_at_a_time = app.pictures.acquire().await.map_err(|e| Problem::unavailable(&e))?;
    let made = tokio::task::spawn_blocking(move || picture::make(&file, format)).await;
    let made = made.map_err(|e| Problem::internal(&e))?.map_err(|problem| {
        let code = match problem {
            picture::PictureProblem::TooManyPixels { .. } => "too_many_pixels",
            _ => "image_invalid",
        };
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, format!("The photo was refused: {problem}."))
    })?;
    let id = app.store().keep_photo(scope, Photo { kind: made.kind.to_owned(), bytes: made.bytes }).await?;
    Ok((StatusCode::CREATED, axum::Json(PhotoOut { id, url: format!("/photos/{id}") })))
}

/// Show a photo
///
/// Anyone who knows its id may see it; it never changes.
#[utoipa::path(
    get, path = "/photos/{id}", operation_id = "getPhoto", tag = "photos",
    params(PhotoPath),
    responses(
        (status = 200, description = "The picture.", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        Reads,
    ),
    security(()),
)]
pub async fn get(State(app): State<AppState>, Path(path): Path<PhotoPath>) -> Result<Response, Problem> {
    let photo = app.store().photo(path.id).await?.ok_or_else(|| Problem::not_found("photo"))?;
    let kind = if photo.kind == "image/png" { "image/png" } else { "image/jpeg" };
    let headers: [(HeaderName, HeaderValue); 4] = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        // Inboxes stand in pages of other origins.
        (RESOURCE_POLICY, HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, photo.bytes).into_response())
}
