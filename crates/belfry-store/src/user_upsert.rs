//! Adds and changes people in bulk. What is there is read by a handful of statements, `decide.rs` says what becomes of
//! each person, and the result is written by a handful of statements: never a statement per person.

mod decide;
pub(crate) mod write;

use std::collections::{BTreeSet, HashMap, HashSet};

use belfry_types::people::{GroupRef, MemberKind, MemberStatus, Ordinal, Person, email_key};
use belfry_types::scope::WorkspaceScope;

use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::organizations;
use crate::store::Store;
use crate::value::args;
use decide::{Existing, Known, decide};

// SQLite takes the names first and then one look-up each because of the cross join; PostgreSQL does so because of the
// array. Neither knows enough of a fresh table to find that way by itself.
statements! {
    WORKSPACE = "SELECT num FROM workspaces WHERE num = $1 AND organization = $2";
    EXISTING = "SELECT u.external_id, u.ordinal, u.email, u.name, u.locale, u.time_zone, m.kind, m.status \
        FROM {texts:$3} AS t CROSS JOIN users u \
        LEFT JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal \
        WHERE u.organization = $2 AND u.external_id = t.value AND u.external_id IN {texts:$3}";
    EMAIL_OWNERS = "SELECT u.email_key, u.external_id FROM {texts:$2} AS t CROSS JOIN users u \
        WHERE u.organization = $1 AND u.email_key = t.value AND u.email_key IN {texts:$2}";
    GROUPS = "SELECT g.key, g.num FROM groups g WHERE g.workspace = $1 AND g.key IN {texts:$2}";
    MEMBER_GROUPS = "SELECT gm.ordinal, gm.group_num FROM group_members gm \
        WHERE gm.workspace = $1 AND gm.ordinal IN {ints:$2}";
}

/// What became of one person of an upsert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upserted {
    /// As it was given.
    pub external_id: String,
    /// What was done.
    pub status: UpsertStatus,
    /// The person's number; missing for the rejected and for who would be created by a dry run.
    pub ordinal: Option<Ordinal>,
}

/// What was done with one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpsertStatus {
    /// They are a member now and were none.
    Created,
    /// Something about them changed, or a cancelled membership is active again.
    Updated,
    /// Nothing differed and nothing was written.
    Unchanged,
    /// Nothing was written, for the reason given in words and by a stable code: `duplicate`, `unknown_group` or
    /// `email_taken`.
    Rejected(String, &'static str),
}

impl Store {
    /// Makes people active members of the workspace, or changes them, in one transaction; meant for up to 1,000 at a
    /// time. A field that is `None` stays as it is unless it is cleared. Groups that do not exist are made if `groups` holds them; whoever
    /// names another is rejected, and so is whoever has the email address of someone else. With `dry_run` the answer
    /// is the same and nothing is written.
    pub async fn upsert_users(
        &self,
        ws: WorkspaceScope,
        people: &[Person],
        groups: &[GroupRef],
        dry_run: bool,
    ) -> Result<Vec<Upserted>> {
        let mut tx = self.db.begin().await?;
        let answers = self.upsert_in(&mut tx, ws, people, groups, dry_run).await?;
        if !dry_run {
            tx.commit().await?;
        }
        Ok(answers)
    }

    /// The same in a transaction that does more, which the caller commits.
    pub(crate) async fn upsert_in(
        &self,
        tx: &mut Tx,
        ws: WorkspaceScope,
        people: &[Person],
        groups: &[GroupRef],
        dry_run: bool,
    ) -> Result<Vec<Upserted>> {
        let next_ordinal = organizations::lock(tx, ws.scope()).await?;
        tx.one(&WORKSPACE, args![ws.workspace(), ws.organization()]).await?.ok_or(Error::NotFound)?;
        let known = read_known(tx, ws, people).await?;
        let mut decision = decide(people, groups, known, next_ordinal)?;
        if dry_run {
            for answer in &mut decision.answers {
                answer.ordinal = answer.ordinal.filter(|ordinal| i64::from(*ordinal) < next_ordinal);
            }
            return Ok(decision.answers);
        }
        let answers = std::mem::take(&mut decision.answers);
        write::write(self, tx, ws, decision).await?;
        Ok(answers)
    }
}

/// Reads everything that the decisions depend on. The organization's lock keeps it true until the commit.
async fn read_known(tx: &mut Tx, ws: WorkspaceScope, people: &[Person]) -> Result<Known> {
    let (workspace, organization) = (ws.workspace(), ws.organization());
    let external_ids: HashSet<&str> = people.iter().map(|p| p.external_id.as_str()).collect();
    let mut existing = HashMap::with_capacity(people.len());
    for row in
        tx.all(&EXISTING, args![workspace, organization, serde_json::to_string(&external_ids)?]).await?
    {
        let membership = match row.int_opt(6)? {
            None => None,
            Some(_) => Some((row.coded(6, MemberKind::from_code)?, row.coded(7, MemberStatus::from_code)?)),
        };
        let user = Existing {
            ordinal: row.ordinal(1)?,
            email: row.text_opt(2)?,
            name: row.text(3)?,
            locale: row.text_opt(4)?,
            time_zone: row.text_opt(5)?,
            membership,
            groups: BTreeSet::new(),
        };
        existing.insert(row.text(0)?, user);
    }

    let emails: HashSet<String> = people.iter().filter_map(|p| p.email.as_deref().map(email_key)).collect();
    let mut email_owners = HashMap::new();
    if !emails.is_empty() {
        for row in tx.all(&EMAIL_OWNERS, args![organization, serde_json::to_string(&emails)?]).await? {
            email_owners.insert(row.text(0)?, row.text(1)?);
        }
    }

    let keys: HashSet<&str> =
        people.iter().flat_map(|p| p.groups.iter().flatten()).map(String::as_str).collect();
    let mut groups = HashMap::new();
    if !keys.is_empty() {
        for row in tx.all(&GROUPS, args![workspace, serde_json::to_string(&keys)?]).await? {
            groups.insert(row.text(0)?, row.int(1)?);
        }
    }

    let regrouped: HashMap<Ordinal, &str> = people
        .iter()
        .filter(|p| p.groups.is_some())
        .filter_map(|p| existing.get(&p.external_id).map(|e| (e.ordinal, p.external_id.as_str())))
        .collect();
    if !regrouped.is_empty() {
        for row in tx.all(&MEMBER_GROUPS, args![workspace, json_ints(regrouped.keys())]).await? {
            let user = regrouped.get(&row.ordinal(0)?).and_then(|external_id| existing.get_mut(*external_id));
            if let Some(user) = user {
                user.groups.insert(row.int(1)?);
            }
        }
    }
    Ok(Known { existing, email_owners, groups })
}
