//! Operators and their roles. An operator is one person in the installation, known by their address, and may have a
//! role in several organizations. How they sign in is not decided here.

use belfry_types::id::OperatorId;
use belfry_types::people::email_key;
use belfry_types::rights::Role;
use belfry_types::scope::Scope;
use belfry_types::time::Millis;

use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    INSERT = "INSERT INTO operators (id, email, email_key, name, created_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (email_key) DO NOTHING";
    BY_EMAIL = "SELECT num, id, email, name, created_at FROM operators WHERE email_key = $1";
    PLACE = "SELECT 1 FROM organizations WHERE num = $1 \
        AND ($2 = 0 OR EXISTS (SELECT 1 FROM workspaces WHERE num = $2 AND organization = $1))";
    SET_ROLE = "INSERT INTO operator_roles (operator, organization, workspace, role) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (operator, organization, workspace) DO UPDATE SET role = excluded.role";
    ROLE = "SELECT role FROM operator_roles WHERE operator = $1 AND organization = $2 AND workspace IN (0, $3) \
        ORDER BY workspace LIMIT 1";
    LIST = "SELECT DISTINCT o.num, o.id, o.email, o.name, o.created_at FROM operators o \
        JOIN operator_roles r ON r.operator = o.num WHERE r.organization = $1 AND o.num > $2 ORDER BY o.num LIMIT $3";
}

/// Someone who runs an organization or a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: OperatorId,
    /// As it was given.
    pub email: String,
    /// The whole name.
    pub name: String,
    /// When they were added to the installation.
    pub created_at: Millis,
}

fn read(row: &Row) -> Result<Operator> {
    Ok(Operator {
        num: row.int(0)?,
        id: OperatorId(row.bytes(1)?),
        email: row.text(2)?,
        name: row.text(3)?,
        created_at: row.millis(4)?,
    })
}

impl Store {
    /// Gives the person with this address a role in the whole organization, or in one of its workspaces. Whoever is an
    /// operator somewhere already stays the same one and keeps their name.
    pub async fn create_operator(
        &self,
        scope: Scope,
        email: &str,
        name: &str,
        role: Role,
        workspace: Option<i64>,
    ) -> Result<Operator> {
        let (key, now, place) = (email_key(email), self.clock.now(), workspace.unwrap_or(0));
        let id = OperatorId::new(now, &*self.rng);
        let mut tx = self.db.begin().await?;
        tx.one(&PLACE, args![scope.organization(), place]).await?.ok_or(Error::NotFound)?;
        tx.run(&INSERT, args![id.0, email.trim(), &key, name, now]).await?;
        let operator = read(&tx.one(&BY_EMAIL, args![key]).await?.ok_or(Error::NotFound)?)?;
        tx.run(&SET_ROLE, args![operator.num, scope.organization(), place, role.code()]).await?;
        tx.commit().await?;
        Ok(operator)
    }

    /// The role of an operator in the organization or, where they have none there, in the workspace.
    pub async fn operator_role(
        &self,
        scope: Scope,
        operator: i64,
        workspace: Option<i64>,
    ) -> Result<Option<Role>> {
        let row = self.db.one(&ROLE, args![operator, scope.organization(), workspace.unwrap_or(0)]).await?;
        row.map(|row| row.coded(0, Role::from_code)).transpose()
    }

    /// The operators of the organization and its workspaces after the one numbered `after`.
    pub async fn operators(&self, scope: Scope, after: Option<i64>, limit: usize) -> Result<Vec<Operator>> {
        let rows = self.db.all(&LIST, args![scope.organization(), after.unwrap_or(0), limit]).await?;
        rows.iter().map(read).collect()
    }
}
