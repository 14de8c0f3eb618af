//! The first operator. Where there is no organization yet, the first one with its workspace is made in the same
//! transaction; what `init` made is kept, and the operator becomes an owner there.

use belfry_types::id::OperatorId;
use belfry_types::rights::Role;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::secret::SecretHash;

use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::operator_links::{set_password, take_setup};
use crate::operators::{self, Operator};
use crate::organizations::{self, NewOrganization};
use crate::store::Store;
use crate::value::args;
use crate::workspaces::{self, NewWorkspace};

statements! {
    FIRST = "SELECT num FROM organizations ORDER BY num LIMIT 1";
    NAME = "UPDATE operators SET name = $2 WHERE num = $1";
}

/// Who sets the installation up.
#[derive(Debug, Clone)]
pub struct FirstOperator {
    /// Their address.
    pub email: String,
    /// The whole name.
    pub name: String,
    /// Their password, hashed.
    pub password_hash: String,
    /// What to make first; only where there is no organization.
    pub place: Option<(NewOrganization, NewWorkspace)>,
}

impl Store {
    /// Whether there is an organization.
    pub async fn has_organization(&self) -> Result<bool> {
        Ok(self.db.one(&FIRST, args![]).await?.is_some())
    }

    /// Makes the first operator with a password, and gives them and the workspace that was made.
    /// [`Error::NotFound`] unless the link is good; [`Error::Conflict`] where a place was given and there is an
    /// organization already, or none was given and there is none. Nothing is changed then.
    pub async fn set_up(
        &self,
        link: &SecretHash,
        first: FirstOperator,
    ) -> Result<(Operator, Option<WorkspaceScope>)> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        take_setup(&mut tx, link, now).await?;
        let existing = tx.one(&FIRST, args![]).await?;
        let (scope, workspace) = match (existing, first.place) {
            (Some(row), None) => (Scope::granted(row.int(0)?), None),
            (None, Some((organization, workspace))) => {
                let organization = organizations::insert(self, &mut tx, organization).await?;
                let scope = Scope::granted(organization.num);
                let workspace = workspaces::insert(self, &mut tx, scope, workspace).await?;
                (scope, Some(scope.in_workspace(workspace.num)))
            }
            _ => return Err(Error::Conflict("the organization".into())),
        };
        let id = OperatorId::new(now, &*self.rng);
        let operator = operators::insert(&mut tx, id, &first.email, &first.name, now).await?;
        tx.run(&NAME, args![operator.num, &first.name]).await?;
        // Whom `init` made keeps the roles that they have.
        if !operators::has_role(&mut tx, operator.num).await? {
            operators::set_role(&mut tx, operator.num, scope, None, Role::Owner).await?;
        }
        set_password(&mut tx, operator.num, &first.password_hash, 0).await?;
        tx.commit().await?;
        Ok((Operator { name: first.name, ..operator }, workspace))
    }
}
