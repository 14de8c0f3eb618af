//! The quota of a workspace: how many notifications of operators may be sent or scheduled. The number in use is a
//! counter that changes under the workspace's row lock, in the transaction that schedules or takes back.

use belfry_types::scope::WorkspaceScope;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    TAKE = "UPDATE workspaces SET quota_used = quota_used + 1 WHERE num = $1 AND organization = $2 AND quota_used < quota";
    FREE = "UPDATE workspaces SET quota_used = quota_used - 1 WHERE num = $1 AND organization = $2 AND quota_used > 0";
    READ = "SELECT quota, quota_used FROM workspaces WHERE num = $1 AND organization = $2";
}

/// What a workspace may send and what it has sent or scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Notifications of operators, at most.
    pub limit: i64,
    /// Those that were sent or are scheduled.
    pub used: i64,
}

/// Takes a place; `false` when none is left.
pub(crate) async fn take(tx: &mut Tx, scope: WorkspaceScope) -> Result<bool> {
    Ok(tx.run(&TAKE, args![scope.workspace(), scope.organization()]).await? == 1)
}

/// Gives a place back.
pub(crate) async fn free(tx: &mut Tx, scope: WorkspaceScope) -> Result<()> {
    tx.run(&FREE, args![scope.workspace(), scope.organization()]).await.map(drop)
}

pub(crate) async fn read(tx: &mut Tx, scope: WorkspaceScope) -> Result<Quota> {
    let row = tx.one(&READ, args![scope.workspace(), scope.organization()]).await?.ok_or(Error::NotFound)?;
    Ok(Quota { limit: row.int(0)?, used: row.int(1)? })
}

impl Store {
    /// The quota of a workspace as it is now.
    pub async fn quota(&self, scope: WorkspaceScope) -> Result<Quota> {
        let args = args![scope.workspace(), scope.organization()];
        let row = self.db.one(&READ, args).await?.ok_or(Error::NotFound)?;
        Ok(Quota { limit: row.int(0)?, used: row.int(1)? })
    }
}
