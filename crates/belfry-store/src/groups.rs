//! Groups of a workspace's members. Who is in a group is set with the person; here groups are made, listed and
//! deleted.

use belfry_types::id::GroupId;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::member_sets::{drop_set, group_set};
use crate::organizations;
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    INSERT = "INSERT INTO groups (id, workspace, key, name, created_at) \
        SELECT $1, num, $4, $5, $6 FROM workspaces WHERE num = $3 AND organization = $2 RETURNING num";
    LIST = "SELECT g.num, g.id, g.key, g.name, g.members, g.created_at FROM groups g \
        JOIN workspaces w ON w.num = g.workspace \
        WHERE g.workspace = $1 AND w.organization = $2 AND g.num > $3 ORDER BY g.num LIMIT $4";
    DELETE = "DELETE FROM groups WHERE workspace = (SELECT num FROM workspaces WHERE num = $1 AND organization = $2) \
        AND key = $3 RETURNING num";
    ONE = "SELECT g.num, g.id, g.key, g.name, g.members, g.created_at FROM groups g \
        JOIN workspaces w ON w.num = g.workspace WHERE g.workspace = $1 AND w.organization = $2 AND g.key = $3";
    RENAME = "UPDATE groups SET name = $4 WHERE workspace = (SELECT num FROM workspaces WHERE num = $1 AND organization = $2) \
        AND key = $3 RETURNING num, id, key, name, members, created_at";
    COUNT = "UPDATE workspaces SET groups = groups + $2 WHERE num = $1";
    REMOVE_MEMBERS = "DELETE FROM group_members WHERE workspace = $1 AND group_num = $2 AND ordinal IN {ints:$3}";
    ADD_COUNTS = "UPDATE groups SET members = groups.members + r.n FROM {rows:$1:num int,n int} AS r WHERE groups.num = r.num";
}

/// Members that are taken out of a deleted group by one statement.
const CHUNK: usize = 10_000;

/// A named set of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: GroupId,
    /// Lower-case key, unique in the workspace.
    pub key: String,
    /// The name that people see.
    pub name: String,
    /// Members.
    pub members: i64,
    /// When it was made.
    pub created_at: Millis,
}

fn read(row: &Row) -> Result<Group> {
    Ok(Group {
        num: row.int(0)?,
        id: GroupId(row.bytes(1)?),
        key: row.text(2)?,
        name: row.text(3)?,
        members: row.int(4)?,
        created_at: row.millis(5)?,
    })
}

/// Changes the numbers of members of groups, given as (group, difference).
pub(crate) async fn add_counts(tx: &mut Tx, counts: impl IntoIterator<Item = (i64, i64)>) -> Result<()> {
    let rows: Vec<(i64, i64)> = counts.into_iter().filter(|(_, n)| *n != 0).collect();
    if !rows.is_empty() {
        tx.run(&ADD_COUNTS, args![serde_json::to_string(&rows)?]).await?;
    }
    Ok(())
}

impl Store {
    /// Makes an empty group. [`Error::Conflict`] if the key is taken.
    pub async fn create_group(&self, ws: WorkspaceScope, key: &str, name: &str) -> Result<Group> {
        let now = self.clock.now();
        let id = GroupId::new(now, &*self.rng);
        let mut tx = self.db.begin().await?;
        let values = args![id.0, ws.organization(), ws.workspace(), key, name, now];
        let num = match tx.one(&INSERT, values).await {
            Ok(row) => row.ok_or(Error::NotFound)?.int(0)?,
            Err(Error::Conflict(_)) => {
                return Err(Error::Conflict(format!("a group has the key \"{key}\" already")));
            }
            Err(error) => return Err(error),
        };
        tx.run(&COUNT, args![ws.workspace(), 1_i64]).await?;
        tx.commit().await?;
        Ok(Group { num, id, key: key.into(), name: name.into(), members: 0, created_at: now })
    }

    /// The groups after the one numbered `after`, oldest first.
    pub async fn groups(&self, ws: WorkspaceScope, after: Option<i64>, limit: usize) -> Result<Vec<Group>> {
        let values = args![ws.workspace(), ws.organization(), after.unwrap_or(0), limit];
        self.db.all(&LIST, values).await?.iter().map(read).collect()
    }

    /// One group.
    pub async fn group(&self, ws: WorkspaceScope, key: &str) -> Result<Group> {
        let row = self.db.one(&ONE, args![ws.workspace(), ws.organization(), key]).await?;
        read(&row.ok_or(Error::NotFound)?)
    }

    /// Gives a group another name; the key stays.
    pub async fn rename_group(&self, ws: WorkspaceScope, key: &str, name: &str) -> Result<Group> {
        let mut tx = self.db.begin().await?;
        let row = tx.one(&RENAME, args![ws.workspace(), ws.organization(), key, name]).await?;
        let group = read(&row.ok_or(Error::NotFound)?)?;
        tx.commit().await?;
        Ok(group)
    }

    /// Deletes a group; its members stay in the workspace.
    pub async fn delete_group(&self, ws: WorkspaceScope, key: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        organizations::lock(&mut tx, ws.scope()).await?;
        let set = group_set(&mut tx, ws, key).await?.ok_or(Error::NotFound)?;
        let row =
            tx.one(&DELETE, args![ws.workspace(), ws.organization(), key]).await?.ok_or(Error::NotFound)?;
        let num = row.int(0)?;
        let ordinals: Vec<u32> = set.iter().collect();
        for chunk in ordinals.chunks(CHUNK) {
            tx.run(&REMOVE_MEMBERS, args![ws.workspace(), num, json_ints(chunk)]).await?;
        }
        drop_set(&mut tx, ws.workspace(), num).await?;
        tx.run(&COUNT, args![ws.workspace(), -1_i64]).await?;
        tx.commit().await
    }
}
