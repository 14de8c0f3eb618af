//! Which workspace or organization a path means. What a key does not open, or where an operator has no role, does not
//! exist for them: 404, never 403. Whoever wants to touch data names the permission for it first.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use belfry_store::{OperatorGrant, Organization, Workspace};
use belfry_types::rights::{Permission, Permissions};
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;
use quick_cache::sync::Cache;
use serde::Deserialize;

use crate::asker::Asker;
use crate::extract::without_nul;
use crate::problem::Problem;
use crate::state::AppState;

/// How long a workspace is not looked up again.
const FRESH: Duration = Duration::from_secs(3);
/// Workspaces that are kept.
const KEPT: usize = 10_000;

/// Workspaces that were looked up lately, by the text that named them.
pub struct Places(Cache<String, (Millis, Arc<Workspace>)>);

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
    let found = anywhere(app, name).await?;
    Ok(found.filter(|workspace| workspace.organization == scope.organization()))
}

/// A workspace by id or slug. Nothing of it is shown before it was found to exist for whoever asks.
async fn anywhere(app: &AppState, name: &str) -> Result<Option<Arc<Workspace>>, Problem> {
    let (now, key) = (app.clock.now(), name.to_owned());
    if let Some((seen, workspace)) = app.places.0.get(&key)
        && seen <= now
        && now.since(seen) < FRESH
    {
        return Ok(Some(workspace));
    }
    let Some(workspace) = app.store.workspace_anywhere(name).await?.map(Arc::new) else { return Ok(None) };
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

/// The workspace of the path, found for whoever asks.
#[derive(Debug, Clone)]
pub struct InWorkspace {
    asker: Asker,
    workspace: Arc<Workspace>,
    permissions: Permissions,
}

impl InWorkspace {
    /// The scope of the workspace, for what whoever asks was given permission to.
    pub fn allow(&self, permission: Permission) -> Result<WorkspaceScope, Problem> {
        self.asker.scope_in(self.workspace.organization, self.workspace.num, permission)
    }

    /// The scope of the organization around it, for what may be done in all of it: 403 for a key of one workspace and
    /// for an operator whose role is for workspaces only.
    pub fn allow_organization(&self, permission: Permission) -> Result<Scope, Problem> {
        self.asker.allow(self.workspace.organization, permission)
    }

    /// All that whoever asks may do here.
    pub fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The workspace as it was a few seconds ago at most.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Whoever asks.
    pub fn asker(&self) -> &Asker {
        &self.asker
    }

    /// The operator who asks; `None` for an API key.
    pub fn operator(&self) -> Option<&OperatorGrant> {
        self.asker.operator()
    }
}

impl FromRequestParts<AppState> for InWorkspace {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let asker = Asker::from_request_parts(parts, app).await?;
        let name = named(parts, app, "ws").await?;
        let unknown = || Problem::not_found("workspace");
        let workspace = anywhere(app, &name).await?.ok_or_else(unknown)?;
        let permissions = asker.in_workspace(workspace.organization, workspace.num).ok_or_else(unknown)?;
        Ok(Self { asker, workspace, permissions })
    }
}

/// The organization of the path, found for whoever asks.
#[derive(Debug, Clone)]
pub struct InOrganization {
    asker: Asker,
    organization: Organization,
    permissions: Permissions,
}

impl InOrganization {
    /// The scope of the organization, for what whoever asks may do in all of it.
    pub fn allow(&self, permission: Permission) -> Result<Scope, Problem> {
        self.asker.allow(self.organization.num, permission)
    }

    /// All that whoever asks may do here.
    pub fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The organization.
    pub fn organization(&self) -> &Organization {
        &self.organization
    }
}

impl FromRequestParts<AppState> for InOrganization {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let asker = Asker::from_request_parts(parts, app).await?;
        let name = named(parts, app, "org").await?;
        let unknown = || Problem::not_found("organization");
        let organization = app.store.find_organization(&name).await?.ok_or_else(unknown)?;
        let permissions = asker.in_organization(organization.num).ok_or_else(unknown)?;
        Ok(Self { asker, organization, permissions })
    }
}
