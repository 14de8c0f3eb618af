//! Drafts: notifications that are still being written. They may be incomplete; the revision keeps two tabs from
//! overwriting one another.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use belfry_store::{DraftEnd, NewDraft, NotificationRow, Quota};
use belfry_types::id::NotificationId;
use belfry_types::notification::{Origin, Status};
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;

use super::draft_fields::{DraftIn, DraftOut, DraftPatchIn, Holding, show};
use super::notification_view::stored;
use super::notifications::{NotificationPath, photo_is_known};
use crate::extract::{Json, Path};
use crate::openapi::{Changes, Reads, Writes};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// The row of a draft; 409 for what was sent.
pub(crate) async fn draft(
    app: &AppState,
    scope: WorkspaceScope,
    id: NotificationId,
) -> Result<NotificationRow, Problem> {
    let row = app.store().notification(scope, id).await?;
    if row.status == Status::Draft { Ok(row) } else { Err(not_a_draft(row.status)) }
}

/// The row of a draft at a revision; 409 with the draft as it is where it has another.
pub(crate) async fn draft_at(
    app: &AppState,
    scope: WorkspaceScope,
    id: NotificationId,
    revision: i64,
) -> Result<NotificationRow, Problem> {
    let row = draft(app, scope, id).await?;
    if row.revision == revision { Ok(row) } else { Err(conflict(&row)?) }
}

fn not_a_draft(status: Status) -> Problem {
    Problem::conflict("not_a_draft", format!("It is no draft (any more): its status is {status}."))
}

fn conflict(row: &NotificationRow) -> Result<Problem, Problem> {
    let detail = format!("Someone changed the draft meanwhile; it is at revision {}.", row.revision);
    Ok(Problem::conflict("revision_conflict", detail).with("current", show(row)?))
}

/// What a change of a draft ended as, as a problem.
pub(crate) async fn done(
    app: &AppState,
    scope: WorkspaceScope,
    id: NotificationId,
    end: DraftEnd,
) -> Result<(), Problem> {
    match end {
        DraftEnd::Done => Ok(()),
        DraftEnd::NotADraft(status) => Err(not_a_draft(status)),
        DraftEnd::Changed => Err(conflict(&draft(app, scope, id).await?)?),
        DraftEnd::QuotaExceeded(quota) => Err(quota_exceeded(quota)),
    }
}

/// 409: the workspace's operators have sent all that they may.
pub(crate) fn quota_exceeded(quota: Quota) -> Problem {
    let detail = format!("{} of {} notifications were sent or scheduled.", quota.used, quota.limit);
    Problem::conflict("quota_exceeded", detail).with("limit", quota.limit).with("used", quota.used)
}

/// Who writes: an operator counts in the quota when they send, a key does not.
pub(crate) fn origin(place: &InWorkspace) -> (Origin, i64) {
    place.operator().map_or((Origin::Api, 0), |operator| (Origin::Operator, operator.num))
}

async fn keep(
    app: &AppState,
    place: &InWorkspace,
    scope: WorkspaceScope,
    holding: &Holding,
) -> Result<Response, Problem> {
    let fields = holding.fields()?;
    photo_is_known(app, scope, &holding.content).await?;
    let now = app.clock.now();
    let id = NotificationId::new(now, &*app.rng);
    let (origin, operator) = origin(place);
    app.store().create_draft(scope, NewDraft { id, origin, fields, operator }, now).await?;
    let row = app.store().notification(scope, id).await?;
    Ok((StatusCode::CREATED, axum::Json(show(&row)?)).into_response())
}

/// Begin a draft
///
/// It may be incomplete. Drafts are listed with the notifications, by `status=draft`. Needs `notifications:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/drafts", operation_id = "createDraft", tag = "drafts",
    params(WorkspacePath),
    request_body = DraftIn,
    responses((status = 201, description = "The draft.", body = DraftOut), Writes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn create(
    State(app): State<AppState>,
    place: InWorkspace,
    Json { value, .. }: Json<DraftIn>,
) -> Result<Response, Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let mut holding = Holding::default();
    holding.change(value.into());
    keep(&app, &place, scope, &holding).await
}

/// Show a draft
///
/// Needs `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/drafts/{id}", operation_id = "getDraft", tag = "drafts",
    params(NotificationPath),
    responses((status = 200, description = "The draft.", body = DraftOut), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
) -> Result<axum::Json<DraftOut>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    Ok(axum::Json(show(&draft(&app, scope, path.id).await?)?))
}

/// Change a draft
///
/// 409 `revision_conflict` with the draft in `current` where it was changed since that revision. Needs
/// `notifications:write`.
#[utoipa::path(
    patch, path = "/v1/workspaces/{ws}/drafts/{id}", operation_id = "changeDraft", tag = "drafts",
    params(NotificationPath),
    request_body = DraftPatchIn,
    responses((status = 200, description = "The draft as it is now.", body = DraftOut), Writes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn change(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
    Json { value: patch, .. }: Json<DraftPatchIn>,
) -> Result<axum::Json<DraftOut>, Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let revision = patch.revision;
    let mut holding = Holding::of(&draft_at(&app, scope, path.id, revision).await?)?;
    holding.change(patch);
    let fields = holding.fields()?;
    photo_is_known(&app, scope, &holding.content).await?;
    let (now, (_, operator)) = (app.clock.now(), origin(&place));
    let end = app.store().change_draft(scope, path.id, revision, fields, operator, now).await?;
    done(&app, scope, path.id, end).await?;
    Ok(axum::Json(show(&draft(&app, scope, path.id).await?)?))
}

/// Delete a draft
///
/// What was sent stays: 409 `not_a_draft`. Needs `notifications:write`.
#[utoipa::path(
    delete, path = "/v1/workspaces/{ws}/drafts/{id}", operation_id = "deleteDraft", tag = "drafts",
    params(NotificationPath),
    responses((status = 204, description = "It is gone."), Changes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn delete(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
) -> Result<StatusCode, Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let end = app.store().delete_draft(scope, path.id).await?;
    done(&app, scope, path.id, end).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a notification that is a draft
///
/// What was sent stays: 409 `not_a_draft`. Needs `notifications:write`.
#[utoipa::path(
    delete, path = "/v1/workspaces/{ws}/notifications/{id}", operation_id = "deleteNotification",
    tag = "notifications",
    params(NotificationPath),
    responses((status = 204, description = "It is gone."), Changes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn delete_notification(
    app: State<AppState>,
    place: InWorkspace,
    path: Path<NotificationPath>,
) -> Result<StatusCode, Problem> {
    delete(app, place, path).await
}

/// Duplicate a notification
///
/// Its content and audience become a new draft. Needs `notifications:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/notifications/{id}/duplicate", operation_id = "duplicateNotification",
    tag = "notifications",
    params(NotificationPath),
    responses((status = 201, description = "The draft.", body = DraftOut), Changes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn duplicate(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
) -> Result<Response, Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let row = app.store().notification(scope, path.id).await?;
    let mut holding = if row.event.is_none() {
        Holding::of(&row)?
    } else {
        // An event named its recipients; whom the copy is for has to be said.
        Holding { content: stored(&row.content)?, audience: None, run_time_s: row.run_time_s }
    };
    let content = &mut holding.content;
    (content.event_type, content.actor, content.subject, content.data) = (None, None, None, None);
    keep(&app, &place, scope, &holding).await
}
