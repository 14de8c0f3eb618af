//! Workspaces and their settings.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use belfry_store::{NewWorkspace, Workspace, WorkspacePatch};
use belfry_types::id::WorkspaceId;
use belfry_types::limits::NAME_CHARS;
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Key;
use crate::cors::is_origin;
use crate::extract::{Json, Query};
use crate::faults::Faults;
use crate::idempotency::{Idempotency, once};
use crate::openapi::{Reads, Writes};
use crate::page::{Cursor, Page, Paging};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// Origins that one workspace lists.
const ORIGINS: usize = 100;

/// A workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Workspace)]
pub struct WorkspaceOut {
    /// Its id.
    #[schema(value_type = String, example = "wsp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: WorkspaceId,
    /// Its name in URLs.
    slug: String,
    /// Its name.
    name: String,
    /// IANA time zone in which its times are meant.
    #[schema(example = "Europe/Paris")]
    time_zone: String,
    /// The language of whoever has none, as a BCP 47 tag.
    default_locale: String,
    /// URL of its icon.
    icon: Option<String>,
    /// Whether push is sent at all.
    push_on: bool,
    /// Origins whose pages may call the user API.
    origins: Vec<String>,
    /// Active members.
    members: i64,
    /// Devices that push can reach.
    devices: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
}

impl From<Workspace> for WorkspaceOut {
    fn from(it: Workspace) -> Self {
        Self {
            id: it.id,
            slug: it.slug,
            name: it.name,
            time_zone: it.time_zone,
            default_locale: it.default_locale,
            icon: it.icon,
            push_on: it.push_on,
            origins: it.origins,
            members: it.members,
            devices: it.devices,
            created_at: it.created_at,
        }
    }
}

/// A workspace to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWorkspace, example = json!({"name": "Summit 2027", "time_zone": "Europe/Paris"}))]
pub struct NewWorkspaceIn {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Its name in URLs, if it is free; made from the name otherwise.
    #[schema(max_length = 60)]
    slug: Option<String>,
    /// IANA time zone; UTC if it is missing.
    time_zone: Option<String>,
    /// BCP 47 tag; the organization's if it is missing.
    default_locale: Option<String>,
}

/// Settings to change; what is missing stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkspacePatch, example = json!({"push_on": true, "origins": ["https://shop.example"]}))]
pub struct WorkspacePatchIn {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// IANA time zone.
    time_zone: Option<String>,
    /// BCP 47 tag.
    default_locale: Option<String>,
    /// Off: nothing is pushed, whoever asks for it.
    push_on: Option<bool>,
    /// Origins whose pages may call the user API, all of them: `https://host[:port]`.
    #[schema(max_items = 100)]
    origins: Option<Vec<String>>,
}

/// List workspaces
///
/// Those that the key opens, oldest first. Needs `settings:read`.
#[utoipa::path(
    get, path = "/v1/workspaces", operation_id = "listWorkspaces", tag = "workspaces",
    params(Paging),
    responses((status = 200, description = "A page of workspaces.", body = Page<WorkspaceOut>), Reads),
    security(("api_key" = ["settings:read"])),
)]
pub async fn list(
    State(app): State<AppState>,
    key: Key,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<WorkspaceOut>>, Problem> {
    let scope = key.allow_anywhere(Permission::SettingsRead)?;
    let after = paging.position()?;
    let rows = match key.workspace() {
        None => app.store().workspaces(scope, after, paging.limit.and_one()).await?,
        Some(only) if after.is_none_or(|after| after < only) => {
            vec![app.store().workspace(scope.in_workspace(only)).await?]
        }
        Some(_) => Vec::new(),
    };
    Ok(axum::Json(Page::of(rows, paging.limit.rows(), |it| Cursor::one(it.num), Into::into)))
}

/// Make a workspace
///
/// Needs `settings:write`.
#[utoipa::path(
    post, path = "/v1/workspaces", operation_id = "createWorkspace", tag = "workspaces",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeats give the same answer for a day.")),
    request_body = NewWorkspaceIn,
    responses((status = 201, description = "The workspace.", body = WorkspaceOut), Writes),
    security(("api_key" = ["settings:write"])),
)]
pub async fn create(
    State(app): State<AppState>,
    key: Key,
    idempotency: Idempotency,
    Json { value: new, raw }: Json<NewWorkspaceIn>,
) -> Result<Response, Problem> {
    let scope = key.allow(Permission::SettingsWrite)?;
    let mut faults = Faults::default();
    faults.line("/name", &new.name, NAME_CHARS);
    if let Some(slug) = &new.slug {
        let fits = (1..=60).contains(&slug.len())
            && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !slug.starts_with('-')
            && !slug.ends_with('-');
        if !fits {
            faults.add("/slug", "value_invalid", "lower-case letters, digits and hyphens inside, at most 60");
        }
    }
    settings(&mut faults, new.time_zone.as_deref(), new.default_locale.as_deref());
    faults.done()?;
    let hashes = idempotency.hashes(&key, &raw);
    once(&app, scope, hashes, StatusCode::CREATED, async {
        let default_locale = match new.default_locale {
            Some(locale) => locale,
            None => app.store().organization(scope).await?.default_locale,
        };
        let time_zone = new.time_zone.unwrap_or_else(|| "UTC".to_owned());
        let new = NewWorkspace { name: new.name, slug_hint: new.slug, time_zone, default_locale };
        Ok(WorkspaceOut::from(app.store().create_workspace(scope, new).await?))
    })
    .await
}

fn settings(faults: &mut Faults, time_zone: Option<&str>, locale: Option<&str>) {
    if let Some(zone) = time_zone {
        faults.time_zone("/time_zone", zone);
    }
    if let Some(locale) = locale {
        faults.locale("/default_locale", locale);
    }
}

/// Show a workspace
///
/// Needs `settings:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}", operation_id = "getWorkspace", tag = "workspaces",
    params(WorkspacePath),
    responses((status = 200, description = "The workspace.", body = WorkspaceOut), Reads),
    security(("api_key" = ["settings:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
) -> Result<axum::Json<WorkspaceOut>, Problem> {
    let scope = place.allow(Permission::SettingsRead)?;
    Ok(axum::Json(app.store().workspace(scope).await?.into()))
}

/// Change a workspace
///
/// What is missing stays as it is. Needs `settings:write`.
#[utoipa::path(
    patch, path = "/v1/workspaces/{ws}", operation_id = "changeWorkspace", tag = "workspaces",
    params(WorkspacePath),
    request_body = WorkspacePatchIn,
    responses((status = 200, description = "The workspace as it is now.", body = WorkspaceOut), Writes),
    security(("api_key" = ["settings:write"])),
)]
pub async fn change(
    State(app): State<AppState>,
    place: InWorkspace,
    Json { value: patch, .. }: Json<WorkspacePatchIn>,
) -> Result<axum::Json<WorkspaceOut>, Problem> {
    let scope = place.allow(Permission::SettingsWrite)?;
    let mut faults = Faults::default();
    if let Some(name) = &patch.name {
        faults.line("/name", name, NAME_CHARS);
    }
    settings(&mut faults, patch.time_zone.as_deref(), patch.default_locale.as_deref());
    let origins = patch.origins.as_deref().unwrap_or_default();
    if origins.len() > ORIGINS {
        faults.add("/origins", "too_many", format!("at most {ORIGINS}"));
    }
    for (i, origin) in origins.iter().take(ORIGINS).enumerate() {
        if !is_origin(origin) {
            let detail = "an origin is https://host[:port] in lower case, with nothing after it";
            faults.add(format!("/origins/{i}"), "origin_invalid", detail);
        }
    }
    faults.done()?;
    app.origins.add(origins);
    let WorkspacePatchIn { name, time_zone, default_locale, push_on, origins } = patch;
    let patch = WorkspacePatch { name, time_zone, default_locale, push_on, origins };
    let workspace = app.store().update_workspace(scope, patch).await?;
    app.places.forget();
    Ok(axum::Json(workspace.into()))
}
