//! Operators and their roles. An operator is one person in the installation, known by their address, and may have a
//! role in several organizations. How they sign in is in `sign_in.rs`, who they are in one workspace in `staff.rs`.

use belfry_types::id::OperatorId;
use belfry_types::people::email_key;
use belfry_types::rights::Role;
use belfry_types::scope::Scope;
use belfry_types::time::Millis;

use crate::db::Tx;
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
    ANY_ROLE = "SELECT 1 FROM operator_roles WHERE operator = $1 LIMIT 1";
    HAS_PASSWORD = "SELECT 1 FROM operators WHERE num = $1 AND password_hash IS NOT NULL";
    RENAME = "UPDATE operators SET name = $2 WHERE num = $1 RETURNING num, id, email, name, created_at";
    EVERYWHERE = "SELECT o.num, o.id, o.email, o.name, o.created_at, \
        CAST(CASE WHEN o.password_hash IS NULL THEN 1 ELSE 0 END AS BIGINT), g.name, r.role FROM operators o \
        JOIN operator_roles r ON r.operator = o.num JOIN organizations g ON g.num = r.organization \
        ORDER BY g.num, o.num, r.workspace";
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

pub(crate) fn read(row: &Row) -> Result<Operator> {
    Ok(Operator {
        num: row.int(0)?,
        id: OperatorId(row.bytes(1)?),
        email: row.text(2)?,
        name: row.text(3)?,
        created_at: row.millis(4)?,
    })
}

/// The person with this address, who is added if nobody has it.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: OperatorId,
    email: &str,
    name: &str,
    now: Millis,
) -> Result<Operator> {
    let key = email_key(email);
    tx.run(&INSERT, args![id.0, email.trim(), &key, name, now]).await?;
    read(&tx.one(&BY_EMAIL, args![key]).await?.ok_or(Error::NotFound)?)
}

pub(crate) async fn set_role(
    tx: &mut Tx,
    operator: i64,
    scope: Scope,
    workspace: Option<i64>,
    role: Role,
) -> Result<()> {
    let place = workspace.unwrap_or(0);
    tx.run(&SET_ROLE, args![operator, scope.organization(), place, role.code()]).await.map(drop)
}

/// Whether an operator is anything anywhere.
pub(crate) async fn has_role(tx: &mut Tx, operator: i64) -> Result<bool> {
    Ok(tx.one(&ANY_ROLE, args![operator]).await?.is_some())
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
        let (now, place) = (self.clock.now(), workspace.unwrap_or(0));
        let id = OperatorId::new(now, &*self.rng);
        let mut tx = self.db.begin().await?;
        tx.one(&PLACE, args![scope.organization(), place]).await?.ok_or(Error::NotFound)?;
        let operator = insert(&mut tx, id, email, name, now).await?;
        set_role(&mut tx, operator.num, scope, workspace, role).await?;
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

    /// The operator with this address, wherever they have a role.
    pub async fn operator_by_email(&self, email: &str) -> Result<Option<Operator>> {
        self.db.one(&BY_EMAIL, args![email_key(email)]).await?.as_ref().map(read).transpose()
    }

    /// Whether an operator has set a password.
    pub async fn has_password(&self, operator: i64) -> Result<bool> {
        Ok(self.db.one(&HAS_PASSWORD, args![operator]).await?.is_some())
    }

    /// Gives an operator another name.
    pub async fn rename_operator(&self, operator: i64, name: &str) -> Result<Operator> {
        let mut tx = self.db.begin().await?;
        let operator = read(&tx.one(&RENAME, args![operator, name]).await?.ok_or(Error::NotFound)?)?;
        tx.commit().await?;
        Ok(operator)
    }

    /// All operators of the installation with each of their roles, for whoever runs it: whether they have never set a
    /// password, the organization's name, and the role.
    pub async fn all_operators(&self) -> Result<Vec<(Operator, bool, String, Role)>> {
        let rows = self.db.all(&EVERYWHERE, args![]).await?;
        let read = |row: &Row| Ok((read(row)?, row.flag(5)?, row.text(6)?, row.coded(7, Role::from_code)?));
        rows.iter().map(read).collect()
    }

    /// The operators of the organization and its workspaces after the one numbered `after`.
    pub async fn operators(&self, scope: Scope, after: Option<i64>, limit: usize) -> Result<Vec<Operator>> {
        let rows = self.db.all(&LIST, args![scope.organization(), after.unwrap_or(0), limit]).await?;
        rows.iter().map(read).collect()
    }
}
