//! API keys of an organization: made, listed, revoked. A secret is shown once, when its key is made.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use belfry_store::{ApiKey, NewApiKey};
use belfry_types::id::{ApiKeyId, WorkspaceId};
use belfry_types::limits::{API_KEY_DAYS, NAME_CHARS};
use belfry_types::rights::{Permission, Permissions};
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Json, Path, Query};
use crate::faults::Faults;
use crate::openapi::{Changes, Reads, Writes};
use crate::page::{Cursor, Page, Paging};
use crate::place::{self, InOrganization, OrganizationPath};
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::PermissionWord;

/// Days that a key lasts at most.
const DAYS_MAX: u64 = 3_660;

/// An API key without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct ApiKeyOut {
    /// Its id.
    #[schema(value_type = String, example = "key_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: ApiKeyId,
    /// What it is for.
    name: String,
    /// How it begins, to recognise it by.
    #[schema(example = "bfk_Zm9vYmFy")]
    hint: String,
    /// The workspace that it is limited to.
    #[schema(value_type = Option<String>)]
    workspace: Option<WorkspaceId>,
    /// What it may do.
    scopes: Vec<PermissionWord>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Millis>,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Millis>,
    /// When it was last used, to within a minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Millis>,
}

impl From<ApiKey> for ApiKeyOut {
    fn from(key: ApiKey) -> Self {
        let scopes =
            Permission::ALL.iter().filter(|p| key.permissions.allow(**p)).map(|p| PermissionWord(*p));
        Self {
            id: key.id,
            name: key.name,
            hint: key.hint,
            workspace: key.workspace_id,
            scopes: scopes.collect(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
        }
    }
}

/// A key that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewApiKeyAnswer)]
pub struct Made {
    /// The key.
    #[serde(flatten)]
    key: ApiKeyOut,
    /// The secret. It is shown this once and kept as a hash only.
    #[schema(example = "bfk_…")]
    secret: String,
}

/// An API key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewApiKey, example = json!({"name": "ticket system", "scopes": ["events:write", "users:write"]}))]
pub struct NewKeyIn {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it may do; nothing that the asking key may not.
    #[schema(min_items = 1)]
    scopes: Vec<PermissionWord>,
    /// Id or slug of the only workspace that it opens.
    workspace: Option<String>,
    /// Days after which it ends; half a year unless said otherwise.
    #[schema(minimum = 1, maximum = 3660)]
    expires_in_days: Option<u32>,
}

/// List API keys
///
/// All keys of the organization, oldest first, revoked ones too. Needs `keys:write`.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/api-keys", operation_id = "listApiKeys", tag = "api keys",
    params(OrganizationPath, Paging),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKeyOut>), Reads),
    security(("api_key" = ["keys:write"])),
)]
pub async fn list(
    State(app): State<AppState>,
    place: InOrganization,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<ApiKeyOut>>, Problem> {
    let scope = place.allow(Permission::KeysWrite)?;
    let rows = app.store().api_keys(scope, paging.position()?, paging.limit.and_one()).await?;
    Ok(axum::Json(Page::of(rows, paging.limit.rows(), |key| Cursor::one(key.num), Into::into)))
}

/// Make an API key
///
/// The answer holds the secret, once. Nobody can hand out more than they have. Needs `keys:write`. There is no replay by
/// `Idempotency-Key` here, because the secret is not kept.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/api-keys", operation_id = "createApiKey", tag = "api keys",
    params(OrganizationPath),
    request_body = NewKeyIn,
    responses((status = 201, description = "The key with its secret.", body = Made), Writes),
    security(("api_key" = ["keys:write"])),
)]
pub async fn create(
    State(app): State<AppState>,
    place: InOrganization,
    Json { value: new, .. }: Json<NewKeyIn>,
) -> Result<(StatusCode, axum::Json<Made>), Problem> {
    let scope = place.allow(Permission::KeysWrite)?;
    let mut faults = Faults::default();
    faults.line("/name", &new.name, NAME_CHARS);
    if new.scopes.is_empty() {
        faults.add("/scopes", "list_empty", "a key that may do nothing is of no use");
    }
    let days = u64::from(new.expires_in_days.unwrap_or(API_KEY_DAYS));
    if !(1..=DAYS_MAX).contains(&days) {
        faults.add("/expires_in_days", "out_of_range", format!("from 1 to {DAYS_MAX} days"));
    }
    let workspace = match &new.workspace {
        None => None,
        Some(name) => {
            let found = place::workspace(&app, scope, name).await?;
            if found.is_none() {
                faults.add("/workspace", "workspace_unknown", "there is no such workspace");
            }
            found.map(|workspace| workspace.num)
        }
    };
    faults.done()?;
    let permissions: Permissions = new.scopes.iter().map(|word| word.0).collect();
    if !place.permissions().cover(permissions) {
        return Err(Problem::forbidden("permission_missing", "Nobody can hand out more than they have."));
    }
    let expires_at = Some(app.clock.now().plus(Duration::from_secs(days * 86_400)));
    let new = NewApiKey { workspace, name: new.name, permissions, expires_at };
    let (key, secret) = app.store().create_api_key(scope, new).await?;
    let made = Made { key: key.into(), secret: secret.reveal().to_owned() };
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// `{org}` and `{key}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct KeyPath {
    /// Id or slug of the organization.
    #[allow(dead_code)]
    org: String,
    /// Id of the key.
    #[param(value_type = String, example = "key_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    key: ApiKeyId,
}

/// Revoke an API key
///
/// It opens nothing any more after five seconds at most, on every node. Needs `keys:write`.
#[utoipa::path(
    delete, path = "/v1/organizations/{org}/api-keys/{key}", operation_id = "revokeApiKey", tag = "api keys",
    params(KeyPath),
    responses((status = 204, description = "It is revoked."), Changes),
    security(("api_key" = ["keys:write"])),
)]
pub async fn revoke(
    State(app): State<AppState>,
    place: InOrganization,
    Path(path): Path<KeyPath>,
) -> Result<StatusCode, Problem> {
    let scope = place.allow(Permission::KeysWrite)?;
    app.store().revoke_api_key(scope, path.key).await?;
    app.credentials.forget();
    Ok(StatusCode::NO_CONTENT)
}
