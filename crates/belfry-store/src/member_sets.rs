//! Sets of ordinals as bitmaps in chunks of 65,536: set 0 of a workspace is its active members, set -1 whoever switched
//! push off (whatever their status), any other the group of that number. They are changed in the transactions that change memberships, under the organization's lock.

use std::collections::BTreeMap;

use belfry_types::Ordinals;
use belfry_types::people::Ordinal;
use belfry_types::scope::WorkspaceScope;

use crate::bitmaps;
use crate::db::Tx;
use crate::dialect::{hex, json_ints, statements};
use crate::error::Result;
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    CHUNKS = "SELECT s.set_num, s.chunk, s.bits FROM {rows:$2:set_num int,chunk int} AS r CROSS JOIN member_sets s \
        WHERE s.workspace = $1 AND s.set_num IN {ints:$3} AND s.set_num = r.set_num AND s.chunk = r.chunk";
    WRITE = "INSERT INTO member_sets (workspace, set_num, chunk, bits) \
        SELECT $1, r.set_num, r.chunk, r.bits FROM {rows:$2:set_num int,chunk int,bits blob} AS r WHERE true \
        ON CONFLICT (workspace, set_num, chunk) DO UPDATE SET bits = excluded.bits";
    CLEAR = "DELETE FROM member_sets WHERE workspace = $1 \
        AND (set_num, chunk) IN (SELECT r.set_num, r.chunk FROM {rows:$2:set_num int,chunk int} AS r)";
    DROP_SET = "DELETE FROM member_sets WHERE workspace = $1 AND set_num = $2";
    ACTIVE_SET = "SELECT bits FROM member_sets \
        WHERE workspace = (SELECT num FROM workspaces WHERE num = $1 AND organization = $2) AND set_num = 0";
    MEMBERS = "SELECT bits, set_num FROM member_sets \
        WHERE workspace = (SELECT num FROM workspaces WHERE num = $1 AND organization = $2) AND set_num IN (0, -1)";
    GROUP_SET = "SELECT s.bits FROM groups g JOIN workspaces w ON w.num = g.workspace \
        LEFT JOIN member_sets s ON s.workspace = g.workspace AND s.set_num = g.num \
        WHERE g.workspace = $1 AND w.organization = $2 AND g.key = $3";
}

/// The set of a workspace's active members.
pub(crate) const ACTIVE: i64 = 0;

/// The set of those who switched push off.
pub(crate) const PUSH_OFF: i64 = -1;

/// Who can be sent to, at one moment.
#[derive(Debug, Clone, Default)]
pub struct Members {
    /// The active members.
    pub active: Ordinals,
    /// Those who switched push off; some of them may not be active.
    pub push_off: Ordinals,
}

/// What to put into and take out of the sets of one workspace.
#[derive(Debug, Default)]
pub(crate) struct SetChanges(BTreeMap<(i64, u32), Change>);

#[derive(Debug, Default)]
struct Change {
    add: Ordinals,
    remove: Ordinals,
}

impl SetChanges {
    pub(crate) fn add(&mut self, set: i64, ordinal: Ordinal) {
        self.0.entry((set, ordinal >> 16)).or_default().add.insert(ordinal);
    }

    pub(crate) fn remove(&mut self, set: i64, ordinal: Ordinal) {
        self.0.entry((set, ordinal >> 16)).or_default().remove.insert(ordinal);
    }

    /// Reads the chunks that are touched, changes them and writes them back. The caller holds the organization's lock.
    pub(crate) async fn write(self, tx: &mut Tx, workspace: i64) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let keys: Vec<&(i64, u32)> = self.0.keys().collect();
        let mut chunks = BTreeMap::new();
        let sets = json_ints(keys.iter().map(|(set, _)| *set));
        for row in tx.all(&CHUNKS, args![workspace, serde_json::to_string(&keys)?, sets]).await? {
            chunks.insert((row.int(0)?, row.ordinal(1)?), bitmaps::from_bytes(&row.blob(2)?)?);
        }
        let (mut kept, mut empty) = (Vec::new(), Vec::new());
        for ((set, chunk), change) in self.0 {
            let mut bits = chunks.remove(&(set, chunk)).unwrap_or_default();
            bits |= change.add;
            bits -= change.remove;
            if bits.is_empty() {
                empty.push((set, chunk));
            } else {
                kept.push((set, chunk, hex(&bitmaps::to_bytes(&bits))));
            }
        }
        if !kept.is_empty() {
            tx.run(&WRITE, args![workspace, serde_json::to_string(&kept)?]).await?;
        }
        if !empty.is_empty() {
            tx.run(&CLEAR, args![workspace, serde_json::to_string(&empty)?]).await?;
        }
        Ok(())
    }
}

/// Deletes a whole set.
pub(crate) async fn drop_set(tx: &mut Tx, workspace: i64, set: i64) -> Result<()> {
    tx.run(&DROP_SET, args![workspace, set]).await.map(drop)
}

impl Store {
    /// The active members of the workspace.
    pub async fn active_members(&self, ws: WorkspaceScope) -> Result<Ordinals> {
        let mut all = Ordinals::new();
        for row in self.db.all(&ACTIVE_SET, args![ws.workspace(), ws.organization()]).await? {
            // Chunks hold disjoint ranges: this moves containers and looks at no element.
            all |= bitmaps::from_bytes(&row.blob(0)?)?;
        }
        Ok(all)
    }

    /// The active members of the workspace and those who switched push off, both as of the same moment.
    pub async fn members_now(&self, ws: WorkspaceScope) -> Result<Members> {
        let mut members = Members::default();
        for row in self.db.all(&MEMBERS, args![ws.workspace(), ws.organization()]).await? {
            let bits = bitmaps::from_bytes(&row.blob(0)?)?;
            if row.int(1)? == ACTIVE {
                members.active |= bits;
            } else {
                members.push_off |= bits;
            }
        }
        Ok(members)
    }

    /// The members of the group with this key; `None` if there is no such group.
    pub async fn group_set(&self, ws: WorkspaceScope, key: &str) -> Result<Option<Ordinals>> {
        join_group_chunks(self.db.all(&GROUP_SET, args![ws.workspace(), ws.organization(), key]).await?)
    }
}

/// The members of a group inside a transaction that is about to change them.
pub(crate) async fn group_set(tx: &mut Tx, ws: WorkspaceScope, key: &str) -> Result<Option<Ordinals>> {
    join_group_chunks(tx.all(&GROUP_SET, args![ws.workspace(), ws.organization(), key]).await?)
}

/// No row means that there is no group; a group without members has one row without bits.
fn join_group_chunks(rows: Vec<Row>) -> Result<Option<Ordinals>> {
    if rows.is_empty() {
        return Ok(None);
    }
    let mut all = Ordinals::new();
    for row in rows {
        if let Some(bits) = row.blob_opt(0)? {
            all |= bitmaps::from_bytes(&bits)?;
        }
    }
    Ok(Some(all))
}
