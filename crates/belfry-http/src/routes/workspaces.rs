//! Workspaces and their settings.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use belfry_store::{NewWorkspace, Workspace, WorkspacePatch};
use belfry_types::id::{PhotoId, WorkspaceId};
use belfry_types::limits::{NAME_CHARS, QUOTA_MAX};
use belfry_types::rights::Permission;
use belfry_types::scope::Scope;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::myself;
use crate::asker::{Asker, missing};
use crate::cors::is_origin;
use crate::extract::{Json, Query};
use crate::faults::Faults;
use crate::given::{Given, given};
use crate::idempotency::{Idempotency, conflict, replayed};
use crate::openapi::{Reads, Writes};
use crate::page::{Cursor, Page, Paging};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::{Fault, Problem};
use crate::state::AppState;

/// Origins that one workspace lists.
const ORIGINS: usize = 100;
/// Languages that one workspace lists.
const LANGUAGES: usize = 50;

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
    /// Id of the photo that is its icon; it is at `/photos/{id}`.
    icon: Option<String>,
    /// BCP 47 tags that it writes in besides the default.
    languages: Vec<String>,
    /// Notifications of operators that may be sent or scheduled.
    quota: i64,
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
            languages: it.languages,
            quota: it.quota,
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
    /// Id or slug of the organization; needed of an operator who may make workspaces in several.
    organization: Option<String>,
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
    /// Id of a photo that was uploaded here; null takes the icon away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    icon: Given<PhotoId>,
    /// BCP 47 tags that it writes in besides the default, all of them.
    #[schema(max_items = 50)]
    languages: Option<Vec<String>>,
    /// Notifications of operators that may be sent or scheduled; only for who may change the whole organization.
    #[schema(minimum = 0, maximum = 1_000_000)]
    quota: Option<i64>,
}

/// List workspaces
///
/// Those that the key opens, or that the operator has a role in, oldest first. Needs `settings:read`.
#[utoipa::path(
    get, path = "/v1/workspaces", operation_id = "listWorkspaces", tag = "workspaces",
    params(Paging),
    responses((status = 200, description = "A page of workspaces.", body = Page<WorkspaceOut>), Reads),
    security(("api_key" = ["settings:read"])),
)]
pub async fn list(
    State(app): State<AppState>,
    asker: Asker,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<WorkspaceOut>>, Problem> {
    let (organizations, workspaces) = asker.reach(Permission::SettingsRead)?;
    let after = paging.position()?;
    let rows = app.store().workspaces_of(&organizations, &workspaces, after, paging.limit.and_one()).await?;
    Ok(axum::Json(Page::of(rows, paging.limit.rows(), |it| Cursor::one(it.num), Into::into)))
}

/// Make a workspace
///
/// An operator who makes one becomes a member of it. Needs `settings:write` in all of the organization.
#[utoipa::path(
    post, path = "/v1/workspaces", operation_id = "createWorkspace", tag = "workspaces",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeats give the same answer for a day.")),
    request_body = NewWorkspaceIn,
    responses((status = 201, description = "The workspace.", body = WorkspaceOut), Writes),
    security(("api_key" = ["settings:write"])),
)]
pub async fn create(
    State(app): State<AppState>,
    asker: Asker,
    idempotency: Idempotency,
    Json { value: new, raw }: Json<NewWorkspaceIn>,
) -> Result<Response, Problem> {
    let scope = organization_for(&app, &asker, new.organization.as_deref()).await?;
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
    let default_locale = match new.default_locale {
        Some(locale) => locale,
        None => app.store().organization(scope).await?.default_locale,
    };
    let time_zone = new.time_zone.unwrap_or_else(|| "UTC".to_owned());
    let new = NewWorkspace { name: new.name, slug_hint: new.slug, time_zone, default_locale };
    let (made, again) = match idempotency.hashes(&asker, &raw) {
        None => (app.store().create_workspace(scope, new).await?, false),
        Some(key) => app.store().create_workspace_once(scope, new, &key).await?.ok_or_else(conflict)?,
    };
    // Also when it was made before: whoever made it may not have come this far.
    if let Some(operator) = asker.operator() {
        myself::join(&app, scope.in_workspace(made.num), operator).await?;
    }
    let made = WorkspaceOut::from(app.store().workspace(scope.in_workspace(made.num)).await?);
    let response = (StatusCode::CREATED, axum::Json(made)).into_response();
    Ok(if again { replayed(response) } else { response })
}

/// The organization in which a workspace is to be made.
async fn organization_for(app: &AppState, asker: &Asker, named: Option<&str>) -> Result<Scope, Problem> {
    let fault = |code, detail: &str| Problem::invalid(vec![Fault::at("/organization", code, detail)]);
    let organization = match named {
        Some(name) => {
            let found = app.store().find_organization(name).await?;
            let found = found.filter(|it| asker.in_organization(it.num).is_some());
            found.ok_or_else(|| fault("organization_unknown", "there is no such organization"))?.num
        }
        None => match asker.organizations(Permission::SettingsWrite).as_slice() {
            [only] => *only,
            [] => return Err(missing(Permission::SettingsWrite)),
            _ => return Err(fault("required", "there are several; say in which one")),
        },
    };
    asker.allow(organization, Permission::SettingsWrite)
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
/// What is missing stays as it is. Needs `settings:write`; the quota needs it for the whole organization.
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
    let languages = patch.languages.as_deref().unwrap_or_default();
    if languages.len() > LANGUAGES {
        faults.add("/languages", "too_many", format!("at most {LANGUAGES}"));
    }
    for (i, tag) in languages.iter().take(LANGUAGES).enumerate() {
        faults.locale(&format!("/languages/{i}"), tag);
    }
    if let Some(quota) = patch.quota {
        // A manager of the workspace must not raise what the organization allows it.
        place.allow_organization(Permission::SettingsWrite)?;
        if !(0..=QUOTA_MAX).contains(&quota) {
            faults.add("/quota", "out_of_range", format!("from 0 to {QUOTA_MAX}"));
        }
    }
    if let Some(Some(photo)) = patch.icon
        && !app.store().has_photo(scope, photo).await?
    {
        faults.add("/icon", "photo_unknown", "the workspace has no such photo; upload it first");
    }
    faults.done()?;
    app.origins.add(origins);
    let WorkspacePatchIn { name, time_zone, default_locale, push_on, origins, icon, languages, quota } =
        patch;
    let icon = icon.map(|icon| icon.map(|photo| photo.to_string()));
    let patch = WorkspacePatch { name, time_zone, default_locale, push_on, origins, icon, languages, quota };
    let workspace = app.store().update_workspace(scope, patch).await?;
    app.places.forget();
    Ok(axum::Json(workspace.into()))
}
