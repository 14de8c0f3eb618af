//! Which workspace a path means. What is not the asking key's, or not its organization's, does not exist for it: 404,
//! never 403. Whoever wants to touch data names the permission for it first.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use belfry_store::{Organization, Workspace};
use belfry_types::rights::Permission;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;
use quick_cache::sync::Cache;
use serde::Deserialize;

use crate::auth::Key;
use crate::extract::without_nul;
use crate::problem::Problem;
use crate::state::AppState;

/// How long a workspace is not looked up again.
const FRESH: Duration = Duration::from_secs(3);
/// Workspaces that are kept.
const KEPT: usize = 10_000;

/// Workspaces that were looked up lately, by the text that named them.
pub struct Places(Cache<(i64, String), (Millis, Arc<Workspace>)>);

impl Default for Places {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Places {
    /// A workspace changed on this node.
    pub(crate) fn forget(&self) {
        self.0.clear();
    }
}

/// A workspace of the organization by id or slug, as it was a few seconds ago at most.
pub(crate) async fn workspace(
    app: &AppState,
    scope: Scope,
    name: &str,
) -> Result<Option<Arc<Workspace>>, Problem> {
    let (now, key) = (app.clock.now(), (scope.organization(), name.to_owned()));
    if let Some((seen, workspace)) = app.places.0.get(&key)
        && seen <= now
        && now.since(seen) < FRESH
    {
        return Ok(Some(workspace));
    }
    let Some(workspace) = app.store.find_workspace(scope, name).await?.map(Arc::new) else { return Ok(None) };
    app.places.0.insert(key, (now, workspace.clone()));
    Ok(Some(workspace))
}

/// `{ws}` of a path.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WorkspacePath {
    /// Id or slug of the workspace.
    #[param(example = "demo")]
    #[allow(dead_code)]
    ws: String,
}

/// `{org}` of a path.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganizationPath {
    /// Id or slug of the organization.
    #[param(example = "demo")]
    #[allow(dead_code)]
    org: String,
}

async fn named(parts: &mut Parts, app: &AppState, name: &str) -> Result<String, Problem> {
    without_nul(parts)?;
    let params = RawPathParams::from_request_parts(parts, app)
        .await
        .map_err(|_| Problem::bad_request("path_invalid", "The path is not UTF-8."))?;
    let value = params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    value.ok_or_else(|| Problem::internal(&format_args!("the route has no {{{name}}}")))
}

/// The workspace of the path, found for the key that asks.
#[derive(Debug, Clone)]
pub struct InWorkspace {
    key: Key,
    workspace: Arc<Workspace>,
}

impl InWorkspace {
    /// The scope of the workspace, for what the key was given permission to.
    pub fn allow(&self, permission: Permission) -> Result<WorkspaceScope, Problem> {
        let scope = self.key.allow_anywhere(permission)?;
        Ok(scope.in_workspace(self.workspace.num))
    }

    /// The workspace as it was a few seconds ago at most.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The key that asks.
    pub fn key(&self) -> &Key {
        &self.key
    }
}

impl FromRequestParts<AppState> for InWorkspace {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let key = Key::from_request_parts(parts, app).await?;
        let name = named(parts, app, "ws").await?;
        let found = workspace(app, key.unchecked_scope(), &name).await?;
        let workspace = found
            .filter(|workspace| key.workspace().is_none_or(|only| only == workspace.num))
            .ok_or_else(|| Problem::not_found("workspace"))?;
        Ok(Self { key, workspace })
    }
}

/// The organization of the path, which is the key's own.
#[derive(Debug, Clone)]
pub struct InOrganization {
    key: Key,
    organization: Organization,
}

impl InOrganization {
    /// The scope of the organization, for what the key was given permission to.
    pub fn allow(&self, permission: Permission) -> Result<Scope, Problem> {
        self.key.allow(permission)
    }

    /// The organization.
    pub fn organization(&self) -> &Organization {
        &self.organization
    }

    /// The key that asks.
    pub fn key(&self) -> &Key {
        &self.key
    }
}

impl FromRequestParts<AppState> for InOrganization {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let key = Key::from_request_parts(parts, app).await?;
        let name = named(parts, app, "org").await?;
        let organization = app.store.organization(key.unchecked_scope()).await?;
        if organization.slug != name && organization.id.to_string() != name {
            return Err(Problem::not_found("organization"));
        }
        Ok(Self { key, organization })
    }
}
