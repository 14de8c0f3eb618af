//! Who may ask for an organization's and its workspaces' things: an API key by its scopes, an operator by their roles.
//! Owns the extractors for both, and is where their scopes are made; which place a path means is in `place.rs`.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use belfry_store::{KeyGrant, OperatorGrant};
use belfry_types::rights::{Permission, Permissions, Role, RoleGrant};
use belfry_types::scope::{Scope, WorkspaceScope};

use crate::auth::{Identity, bearer, identity, wrong_kind};
use crate::problem::Problem;

/// An API key or an operator.
#[derive(Debug, Clone)]
pub enum Asker {
    /// A host product's.
    Key(Arc<KeyGrant>),
    /// With a session of the console.
    Operator(Arc<OperatorGrant>),
}

/// 403 unless the permission is among what was given.
pub(crate) fn need(given: Permissions, permission: Permission) -> Result<(), Problem> {
    if given.allow(permission) {
        return Ok(());
    }
    Err(missing(permission))
}

/// 403 for who lacks a permission.
pub(crate) fn missing(permission: Permission) -> Problem {
    Problem::forbidden("permission_missing", format!("This needs the permission {permission}."))
}

/// What a role may do.
pub(crate) fn permissions(role: Role) -> Permissions {
    role.permissions().iter().copied().collect()
}

impl Asker {
    /// The operator, if it is one.
    pub fn operator(&self) -> Option<&OperatorGrant> {
        match self {
            Self::Key(_) => None,
            Self::Operator(grant) => Some(grant),
        }
    }

    /// The organizations in which something may be done, wherever in them.
    pub fn organizations(&self, permission: Permission) -> Vec<i64> {
        let allowed = |organization: &i64| {
            self.in_organization(*organization).is_some_and(|given| given.allow(permission))
        };
        match self {
            Self::Key(grant) => vec![grant.organization],
            Self::Operator(grant) => {
                let mut all: Vec<i64> = grant.roles.iter().map(|role| role.organization).collect();
                all.dedup();
                all.into_iter().filter(allowed).collect()
            }
        }
    }

    /// Where something may be done: organizations in all of which it may, and further workspaces. 403 for a key that
    /// may not.
    pub fn reach(&self, permission: Permission) -> Result<(Vec<i64>, Vec<i64>), Problem> {
        match self {
            Self::Key(grant) => {
                need(grant.permissions, permission)?;
                Ok(match grant.workspace {
                    None => (vec![grant.organization], vec![]),
                    Some(only) => (vec![], vec![only]),
                })
            }
            Self::Operator(grant) => {
                let further = grant.roles.iter().filter(|role| permissions(role.role).allow(permission));
                let organizations = self.organizations(permission);
                let workspaces = further
                    .filter(|role| !organizations.contains(&role.organization))
                    .filter_map(|role| role.workspace);
                Ok((organizations.clone(), workspaces.collect()))
            }
        }
    }

    /// What may be done in a workspace; `None` if it does not exist for them.
    pub fn in_workspace(&self, organization: i64, workspace: i64) -> Option<Permissions> {
        match self {
            Self::Key(grant) => (grant.organization == organization
                && grant.workspace.is_none_or(|only| only == workspace))
            .then_some(grant.permissions),
            Self::Operator(grant) => {
                RoleGrant::in_workspace(&grant.roles, organization, workspace).map(permissions)
            }
        }
    }

    /// What may be done in an organization; `None` if it does not exist for them.
    pub fn in_organization(&self, organization: i64) -> Option<Permissions> {
        match self {
            Self::Key(grant) => (grant.organization == organization).then_some(grant.permissions),
            Self::Operator(grant) => RoleGrant::in_organization(&grant.roles, organization).map(permissions),
        }
    }

    /// The scope of an organization, for what may be done in all of it. A key of one workspace is refused: what it
    /// asks for spans workspaces.
    pub fn allow(&self, organization: i64, permission: Permission) -> Result<Scope, Problem> {
        if matches!(self, Self::Key(grant) if grant.workspace.is_some()) {
            return Err(Problem::forbidden("workspace_key", "This key is limited to one workspace."));
        }
        need(self.in_organization(organization).unwrap_or_default(), permission)?;
        Ok(Scope::granted(organization))
    }

    /// The scope of a workspace in which they were found to have that permission.
    pub(crate) fn scope_in(
        &self,
        organization: i64,
        workspace: i64,
        permission: Permission,
    ) -> Result<WorkspaceScope, Problem> {
        need(self.in_workspace(organization, workspace).unwrap_or_default(), permission)?;
        Ok(Scope::granted(organization).in_workspace(workspace))
    }

    /// The public id of the key or the operator.
    pub fn id(&self) -> String {
        match self {
            Self::Key(grant) => grant.id.to_string(),
            Self::Operator(grant) => grant.id.to_string(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match identity(parts) {
            Identity::Key(grant) => Ok(Self::Key(grant.clone())),
            Identity::Operator(grant) => Ok(Self::Operator(grant.clone())),
            Identity::User(_) => Err(wrong_kind("API key")),
            Identity::Nobody => bearer(&parts.headers).and_then(|_| Err(wrong_kind("API key"))),
        }
    }
}

/// An operator who asks, where an API key would make no sense.
#[derive(Debug, Clone)]
pub struct CurrentOperator(pub Arc<OperatorGrant>);

impl<S: Send + Sync> FromRequestParts<S> for CurrentOperator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match identity(parts) {
            Identity::Operator(grant) => Ok(Self(grant.clone())),
            _ => Err(Problem::unauthenticated("Sign in: there is no session, or it has ended.")),
        }
    }
}
