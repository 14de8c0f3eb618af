//! The operators of a workspace: those with a role in it and those with one in the whole organization. Who may give or
//! take which role is for the caller; that an organization keeps an owner is kept here, because it must hold for two
//! removals at once.

use belfry_types::id::OperatorId;
use belfry_types::rights::Role;
use belfry_types::scope::{Scope, WorkspaceScope};

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::operator_sessions;
use crate::operators::{self, Operator};
use crate::store::Store;
use crate::value::{Row, args};

// A role in the whole organization goes before one in the workspace.
statements! {
    LIST = "SELECT o.num, o.id, o.email, o.name, o.created_at, r.workspace, r.role, \
        CAST(CASE WHEN o.password_hash IS NULL THEN 1 ELSE 0 END AS BIGINT) \
        FROM operator_roles r JOIN operators o ON o.num = r.operator \
        WHERE r.organization = $1 AND r.operator > $3 AND (r.workspace = 0 AND r.role < 2 OR r.workspace = $2 \
        AND NOT EXISTS (SELECT 1 FROM operator_roles a WHERE a.organization = $1 AND a.workspace = 0 \
        AND a.operator = r.operator AND a.role < 2)) ORDER BY o.num LIMIT $4";
    ONE = "SELECT o.num, o.id, o.email, o.name, o.created_at, r.workspace, r.role, \
        CAST(CASE WHEN o.password_hash IS NULL THEN 1 ELSE 0 END AS BIGINT) \
        FROM operators o JOIN operator_roles r ON r.operator = o.num \
        WHERE o.id = $3 AND r.organization = $1 AND (r.workspace = 0 AND r.role < 2 OR r.workspace = $2) \
        ORDER BY r.workspace LIMIT 1";
    OWNERS = "SELECT operator FROM operator_roles WHERE organization = $1 AND workspace = 0 AND role = 0 {lock}";
    TAKE = "DELETE FROM operator_roles WHERE operator = $3 AND organization = $1 AND workspace = $2";
    TAKE_ALL = "DELETE FROM operator_roles WHERE operator = $2 AND organization = $1";
    CLOSE = "UPDATE operators SET password_hash = NULL WHERE num = $1";
    VOID = "DELETE FROM operator_links WHERE operator = $1";
}

/// An operator with what they are in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub operator: Operator,
    /// What they are.
    pub role: Role,
    /// Whether the role is one for the whole organization.
    pub whole_organization: bool,
    /// Whether they have never set a password.
    pub pending: bool,
}

fn read(row: &Row) -> Result<Staff> {
    Ok(Staff {
        operator: operators::read(row)?,
        role: row.coded(6, Role::from_code)?,
        whole_organization: row.int(5)? == 0,
        pending: row.flag(7)?,
    })
}

/// Whoever has no role anywhere any more cannot sign in: an address that is given a role again proves itself by a new
/// link, not by what someone knew before.
async fn close_without_role(tx: &mut Tx, operator: i64) -> Result<()> {
    if operators::has_role(tx, operator).await? {
        return Ok(());
    }
    tx.run(&CLOSE, args![operator]).await?;
    tx.run(&VOID, args![operator]).await?;
    operator_sessions::end_all_but(tx, operator, 0).await
}

impl Store {
    /// The operators of a workspace after the one numbered `after`.
    pub async fn staff(&self, ws: WorkspaceScope, after: Option<i64>, limit: usize) -> Result<Vec<Staff>> {
        let values = args![ws.organization(), ws.workspace(), after.unwrap_or(0), limit];
        self.db.all(&LIST, values).await?.iter().map(read).collect()
    }

    /// One operator of a workspace.
    pub async fn staff_member(&self, ws: WorkspaceScope, id: OperatorId) -> Result<Option<Staff>> {
        let values = args![ws.organization(), ws.workspace(), id.0];
        self.db.one(&ONE, values).await?.as_ref().map(read).transpose()
    }

    /// Takes the role that an operator has in one workspace.
    pub async fn take_role(&self, ws: WorkspaceScope, operator: i64) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if tx.run(&TAKE, args![ws.organization(), ws.workspace(), operator]).await? == 0 {
            return Err(Error::NotFound);
        }
        close_without_role(&mut tx, operator).await?;
        tx.commit().await
    }

    /// Takes every role that an operator has in an organization. `false`, and nothing is changed, for its last owner.
    pub async fn take_all_roles(&self, scope: Scope, operator: i64) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let owners = tx.all(&OWNERS, args![scope.organization()]).await?;
        let owners = owners.iter().map(|row| row.int(0)).collect::<Result<Vec<i64>>>()?;
        if owners == [operator] {
            return Ok(false);
        }
        if tx.run(&TAKE_ALL, args![scope.organization(), operator]).await? == 0 {
            return Err(Error::NotFound);
        }
        close_without_role(&mut tx, operator).await?;
        tx.commit().await?;
        Ok(true)
    }
}
