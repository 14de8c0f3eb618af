//! The end of a membership and the end of a person. Cancelling keeps who they were, so that it can be taken back;
//! deleting removes everything that is personal and leaves numbers that nobody can be found by.

use std::collections::BTreeMap;

use belfry_types::people::{MemberStatus, Ordinal};
use belfry_types::scope::{Scope, WorkspaceScope};

use crate::db::Tx;
use crate::devices;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::groups::add_counts;
use crate::member_sets::{ACTIVE, PUSH_OFF, SetChanges};
use crate::organizations;
use crate::store::Store;
use crate::user_links;
use crate::user_tokens::{lock_memberships, note_end};
use crate::user_words::{self, words};
use crate::value::args;

statements! {
    MEMBER = "SELECT u.ordinal, m.status FROM users u \
        JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal AND m.organization = u.organization \
        WHERE u.organization = $2 AND u.external_id = $3";
    CANCEL = "UPDATE memberships SET status = 3, cancelled_at = $3, updated_at = $3, left_groups = $4 \
        WHERE workspace = $1 AND ordinal = $2";
    LEFT = "SELECT cancelled_at, left_groups, push_off FROM memberships WHERE workspace = $1 AND ordinal = $2";
    RESTORE = "UPDATE memberships SET status = 2, cancelled_at = NULL, updated_at = $3, left_groups = NULL \
        WHERE workspace = $1 AND ordinal = $2";
    // Those of them that are still there.
    ENTER_AGAIN = "INSERT INTO group_members (workspace, ordinal, group_num) \
        SELECT $1, $2, g.num FROM groups g WHERE g.workspace = $1 AND g.num IN {ints:$3} RETURNING group_num";
    LEAVE_GROUPS = "DELETE FROM group_members WHERE workspace = $1 AND ordinal = $2 RETURNING group_num";
    END_TOKENS = "DELETE FROM user_tokens WHERE organization = $1 AND workspace = $2 AND ordinal = $3";
    COUNT_MEMBERS = "UPDATE workspaces SET members = members + $2 WHERE num = $1";
    USER = "SELECT ordinal, name, email FROM users WHERE organization = $1 AND external_id = $2";
    MEMBERSHIPS = "SELECT m.workspace, m.status, m.push_off FROM workspaces w CROSS JOIN memberships m \
        WHERE w.organization = $1 AND m.workspace = w.num AND m.ordinal = $2 ORDER BY m.workspace";
    END_ALL_TOKENS = "DELETE FROM user_tokens WHERE organization = $1 AND ordinal = $2";
    DELETE_MEMBERSHIPS = "DELETE FROM memberships \
        WHERE workspace IN (SELECT num FROM workspaces WHERE organization = $1) AND ordinal = $2";
    DELETE_ITEMS = "DELETE FROM inbox_items WHERE organization = $1 AND ordinal = $2";
    DELETE_MARKS = "DELETE FROM inbox_marks WHERE organization = $1 AND ordinal = $2";
    DELETE_TOKEN_END = "DELETE FROM token_ends WHERE organization = $1 AND ordinal = $2";
    DELETE_USER = "DELETE FROM users WHERE organization = $1 AND ordinal = $2";
    COUNT_USERS = "UPDATE organizations SET users = users - 1 WHERE num = $1";
}

/// Takes a member out of the sets and groups of a workspace; gives the groups' numbers. The caller holds the
/// organization's lock.
async fn leave(tx: &mut Tx, workspace: i64, ordinal: Ordinal, status: i64) -> Result<Vec<i64>> {
    let mut sets = SetChanges::default();
    let mut groups = BTreeMap::new();
    for row in tx.all(&LEAVE_GROUPS, args![workspace, ordinal]).await? {
        let group = row.int(0)?;
        sets.remove(group, ordinal);
        groups.insert(group, -1);
    }
    let left = groups.keys().copied().collect();
    add_counts(tx, groups).await?;
    if status == MemberStatus::Active.code() {
        sets.remove(ACTIVE, ordinal);
    }
    sets.write(tx, workspace).await?;
    Ok(left)
}

/// A member's ordinal and status, with the organization locked.
async fn locked(tx: &mut Tx, ws: WorkspaceScope, external_id: &str) -> Result<(Ordinal, i64)> {
    organizations::lock(tx, ws.scope()).await?;
    let member = tx.one(&MEMBER, args![ws.workspace(), ws.organization(), external_id]).await?;
    let row = member.ok_or(Error::NotFound)?;
    Ok((row.ordinal(0)?, row.int(1)?))
}

impl Store {
    /// Cancels a membership: the member receives nothing any more, their tokens and links end, their devices here
    /// become inactive, and they leave their groups. Gives their ordinal; cancelling again changes nothing.
    pub async fn cancel_member(&self, ws: WorkspaceScope, external_id: &str) -> Result<Ordinal> {
        let (workspace, now) = (ws.workspace(), self.clock.now());
        let mut tx = self.db.begin().await?;
        let (ordinal, status) = locked(&mut tx, ws, external_id).await?;
        if status == MemberStatus::Cancelled.code() {
            return Ok(ordinal);
        }
        let left = leave(&mut tx, workspace, ordinal, status).await?;
        tx.run(&CANCEL, args![workspace, ordinal, now, serde_json::to_string(&left)?]).await?;
        // Links first, see `user_tokens::end_all`.
        user_links::end_of_member(&mut tx, ws, ordinal).await?;
        tx.run(&END_TOKENS, args![ws.organization(), workspace, ordinal]).await?;
        note_end(&mut tx, ws.organization(), ordinal, now).await?;
        devices::deactivate_member(&mut tx, ws, ordinal, now).await?;
        if status == MemberStatus::Active.code() {
            tx.run(&COUNT_MEMBERS, args![workspace, -1_i64]).await?;
        }
        tx.commit().await?;
        Ok(ordinal)
    }

    /// Takes a cancellation back: the member is active again, in the groups that they were in and that are still there,
    /// and with the devices that ended with it. Their tokens stay ended. Gives their ordinal; restoring an active
    /// member changes nothing.
    pub async fn restore_member(&self, ws: WorkspaceScope, external_id: &str) -> Result<Ordinal> {
        let (workspace, now) = (ws.workspace(), self.clock.now());
        let mut tx = self.db.begin().await?;
        let (ordinal, status) = locked(&mut tx, ws, external_id).await?;
        if status != MemberStatus::Cancelled.code() {
            return Ok(ordinal);
        }
        let row = tx.one(&LEFT, args![workspace, ordinal]).await?.ok_or(Error::NotFound)?;
        tx.run(&RESTORE, args![workspace, ordinal, now]).await?;
        let mut sets = SetChanges::default();
        sets.add(ACTIVE, ordinal);
        let mut groups = BTreeMap::new();
        if let Some(left) = row.text_opt(1)? {
            for row in tx.all(&ENTER_AGAIN, args![workspace, ordinal, left]).await? {
                let group = row.int(0)?;
                sets.add(group, ordinal);
                groups.insert(group, 1);
            }
        }
        add_counts(&mut tx, groups).await?;
        sets.write(&mut tx, workspace).await?;
        // Who switched push off has no devices, also none that ended in the same moment.
        if let Some(cancelled_at) = row.millis_opt(0)?
            && !row.flag(2)?
        {
            devices::reactivate_member(&mut tx, ws, ordinal, cancelled_at).await?;
        }
        tx.run(&COUNT_MEMBERS, args![workspace, 1_i64]).await?;
        tx.commit().await?;
        Ok(ordinal)
    }

    /// Deletes a person from the organization with everything that is personal: memberships, tokens, links, devices
    /// and inbox. What was delivered stays counted under their ordinal, which nobody gets again. Gives that ordinal.
    pub async fn delete_user(&self, scope: Scope, external_id: &str) -> Result<Ordinal> {
        let organization = scope.organization();
        let mut tx = self.db.begin().await?;
        organizations::lock(&mut tx, scope).await?;
        let row = tx.one(&USER, args![organization, external_id]).await?.ok_or(Error::NotFound)?;
        let ordinal = row.ordinal(0)?;
        // Before devices and tokens, as everybody does.
        lock_memberships(&mut tx, organization, ordinal).await?;
        let mut members = Vec::new();
        for row in tx.all(&MEMBERSHIPS, args![organization, ordinal]).await? {
            let (workspace, status) = (row.int(0)?, row.int(1)?);
            leave(&mut tx, workspace, ordinal, status).await?;
            if row.flag(2)? {
                let mut sets = SetChanges::default();
                sets.remove(PUSH_OFF, ordinal);
                sets.write(&mut tx, workspace).await?;
            }
            if status == MemberStatus::Active.code() {
                members.push(workspace);
            }
        }
        // All of the workspaces in their order, before the devices lock some of them.
        for workspace in members {
            tx.run(&COUNT_MEMBERS, args![workspace, -1_i64]).await?;
        }
        // While the memberships are there, which count the devices.
        devices::delete_of_user(&mut tx, organization, ordinal).await?;
        tx.run(&DELETE_MEMBERSHIPS, args![organization, ordinal]).await?;
        user_links::end(&mut tx, organization, ordinal).await?;
        for statement in [&END_ALL_TOKENS, &DELETE_TOKEN_END, &DELETE_ITEMS, &DELETE_MARKS] {
            tx.run(statement, args![organization, ordinal]).await?;
        }
        let (name, email) = (row.text(1)?, row.text_opt(2)?);
        let found_by: Vec<_> =
            words(&name, email.as_deref(), external_id).into_iter().map(|word| (ordinal, word)).collect();
        user_words::remove(&mut tx, organization, &found_by).await?;
        tx.run(&DELETE_USER, args![organization, ordinal]).await?;
        tx.run(&COUNT_USERS, args![organization]).await?;
        tx.commit().await?;
        Ok(ordinal)
    }
}
