//! Writes what was decided about people: rows, memberships, groups, sets and counters, each by one statement.

use std::collections::{BTreeMap, HashMap};

use belfry_types::id::{GroupId, UserId};
use belfry_types::people::{Ordinal, email_key};
use belfry_types::scope::WorkspaceScope;

use super::decide::{Decision, UserFields};
use crate::db::Tx;
use crate::dialect::{hex, json_ints, statements};
use crate::error::{Error, Result};
use crate::groups::add_counts;
use crate::member_sets::{ACTIVE, SetChanges};
use crate::store::Store;
use crate::user_words;
use crate::value::args;

statements! {
    TAKE_ORDINALS = "UPDATE organizations SET next_ordinal = next_ordinal + $2, users = users + $2 WHERE num = $1";
    FREE_EMAILS = "UPDATE users SET email = NULL, email_key = NULL WHERE organization = $1 AND ordinal IN {ints:$2}";
    UPDATE = "UPDATE users SET email = r.email, email_key = r.email_key, name = r.name, locale = r.locale, \
        time_zone = r.time_zone, updated_at = $3 \
        FROM {rows:$2:ordinal int,email text,email_key text,name text,locale text,time_zone text} AS r \
        WHERE users.organization = $1 AND users.ordinal IN {ints:$4} AND users.ordinal = r.ordinal";
    INSERT = "INSERT INTO users (organization, ordinal, id, external_id, email, email_key, name, locale, time_zone, \
        created_at, updated_at) \
        SELECT $1, r.ordinal, r.id, r.external_id, r.email, r.email_key, r.name, r.locale, r.time_zone, $3, $3 \
        FROM {rows:$2:ordinal int,id blob,external_id text,email text,email_key text,name text,locale text,time_zone text} \
        AS r";
    JOIN = "INSERT INTO memberships (workspace, ordinal, organization, kind, status, created_at, updated_at) \
        SELECT $1, r.ordinal, $2, r.kind, 2, $4, $4 FROM {rows:$3:ordinal int,kind int} AS r WHERE true \
        ON CONFLICT (workspace, ordinal) DO UPDATE SET kind = excluded.kind, status = excluded.status, \
        updated_at = excluded.updated_at, cancelled_at = NULL, left_groups = NULL";
    MAKE_GROUPS = "INSERT INTO groups (id, workspace, key, name, created_at) \
        SELECT r.id, $1, r.key, r.name, $3 FROM {rows:$2:id blob,key text,name text} AS r RETURNING key, num";
    ENTER = "INSERT INTO group_members (workspace, ordinal, group_num) \
        SELECT $1, r.ordinal, r.group_num FROM {rows:$2:group_num int,ordinal int} AS r";
    LEAVE = "DELETE FROM group_members WHERE workspace = $1 AND ordinal IN {ints:$3} \
        AND (ordinal, group_num) IN (SELECT r.ordinal, r.group_num FROM {rows:$2:group_num int,ordinal int} AS r)";
    COUNT_GROUPS = "UPDATE workspaces SET groups = groups + $2 WHERE num = $1";
    COUNT_MEMBERS = "UPDATE workspaces SET members = members + $2 WHERE num = $1";
}

pub(super) async fn write(
    store: &Store,
    tx: &mut Tx,
    ws: WorkspaceScope,
    mut decision: Decision,
) -> Result<()> {
    let now = store.clock.now();
    let (workspace, organization) = (ws.workspace(), ws.organization());
    let mut sets = SetChanges::default();
    if !decision.freed.is_empty() {
        tx.run(&FREE_EMAILS, args![organization, json_ints(&decision.freed)]).await?;
    }
    if !decision.updated.is_empty() {
        let rows: Vec<_> = decision.updated.iter().map(update_row).collect();
        let ordinals = json_ints(decision.updated.iter().map(|user| user.ordinal));
        tx.run(&UPDATE, args![organization, serde_json::to_string(&rows)?, now, ordinals]).await?;
    }
    if !decision.created.is_empty() {
        tx.run(&TAKE_ORDINALS, args![organization, decision.created.len()]).await?;
        let rows: Vec<_> = decision
            .created
            .iter()
            .map(|user| {
                let (ordinal, email, key, name, locale, zone) = update_row(user);
                let id = hex(&UserId::new(now, &*store.rng).0);
                (ordinal, id, &user.external_id, email, key, name, locale, zone)
            })
            .collect();
        tx.run(&INSERT, args![organization, serde_json::to_string(&rows)?, now]).await?;
    }
    user_words::remove(tx, organization, &decision.words_removed).await?;
    user_words::add(tx, organization, &decision.words_added).await?;
    if !decision.memberships.is_empty() {
        // In the order in which those who count devices take the rows' locks.
        decision.memberships.sort_unstable_by_key(|(ordinal, _)| *ordinal);
        let rows: Vec<_> =
            decision.memberships.iter().map(|(ordinal, kind)| (ordinal, kind.code())).collect();
        tx.run(&JOIN, args![workspace, organization, serde_json::to_string(&rows)?, now]).await?;
    }
    write_groups(store, tx, workspace, &decision, &mut sets).await?;
    if !decision.joined.is_empty() {
        tx.run(&COUNT_MEMBERS, args![workspace, decision.joined.len()]).await?;
    }
    for ordinal in decision.joined {
        sets.add(ACTIVE, ordinal);
    }
    sets.write(tx, workspace).await
}

async fn write_groups(
    store: &Store,
    tx: &mut Tx,
    workspace: i64,
    decision: &Decision,
    sets: &mut SetChanges,
) -> Result<()> {
    let numbers = make_groups(store, tx, workspace, decision).await?;
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    if !decision.left.is_empty() {
        let ordinals = json_ints(decision.left.iter().map(|(_, ordinal)| *ordinal));
        tx.run(&LEAVE, args![workspace, serde_json::to_string(&decision.left)?, ordinals]).await?;
    }
    for (group, ordinal) in &decision.left {
        sets.remove(*group, *ordinal);
        *counts.entry(*group).or_default() -= 1;
    }
    let entered: Vec<(i64, Ordinal)> = decision
        .entered
        .iter()
        .map(|(group, ordinal)| (numbers.get(group).copied().unwrap_or(*group), *ordinal))
        .collect();
    if !entered.is_empty() {
        tx.run(&ENTER, args![workspace, serde_json::to_string(&entered)?]).await?;
    }
    for (group, ordinal) in entered {
        sets.add(group, ordinal);
        *counts.entry(group).or_default() += 1;
    }
    add_counts(tx, counts).await
}

/// Makes the new groups; what the negative numbers stand for from now on.
async fn make_groups(
    store: &Store,
    tx: &mut Tx,
    workspace: i64,
    decision: &Decision,
) -> Result<HashMap<i64, i64>> {
    if decision.new_groups.is_empty() {
        return Ok(HashMap::new());
    }
    let now = store.clock.now();
    let rows: Vec<_> = decision
        .new_groups
        .values()
        .map(|group| (hex(&GroupId::new(now, &*store.rng).0), &group.key, &group.name))
        .collect();
    let mut made = HashMap::new();
    for row in tx.all(&MAKE_GROUPS, args![workspace, serde_json::to_string(&rows)?, now]).await? {
        made.insert(row.text(0)?, row.int(1)?);
    }
    tx.run(&COUNT_GROUPS, args![workspace, made.len()]).await?;
    let lost = || Error::Corrupt("a group was not made".into());
    decision
        .new_groups
        .iter()
        .map(|(temp, group)| Ok((*temp, *made.get(&group.key).ok_or_else(lost)?)))
        .collect()
}

type UpdateRow<'a> =
    (Ordinal, &'a Option<String>, Option<String>, &'a str, &'a Option<String>, &'a Option<String>);

fn update_row(user: &UserFields) -> UpdateRow<'_> {
    (
        user.ordinal,
        &user.email,
        user.email.as_deref().map(email_key),
        &user.name,
        &user.locale,
        &user.time_zone,
    )
}
