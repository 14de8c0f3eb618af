//! Recounts what transactions keep counted, and says in words what differs. It changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use belfry_types::Ordinals;

use crate::bitmaps;
use crate::dialect::{Statement, statements};
use crate::error::Result;
use crate::store::Store;
use crate::user_words::words;
use crate::value::args;

statements! {
    WORKSPACE_MEMBERS = "SELECT w.num, w.members, (SELECT COUNT(*) FROM memberships m \
        WHERE m.workspace = w.num AND m.organization = w.organization AND m.status = 2) FROM workspaces w";
    WORKSPACE_DEVICES = "SELECT w.num, w.devices, (SELECT COUNT(*) FROM devices d \
        WHERE d.workspace = w.num AND d.organization = w.organization AND d.active = 1) FROM workspaces w";
    WORKSPACE_QUOTA = "SELECT w.num, w.quota_used, (SELECT COUNT(*) FROM notifications n \
        WHERE n.workspace = w.num AND n.origin = 0 AND n.status <> 0) FROM workspaces w";
    WORKSPACE_REACHABLE = "SELECT w.num, w.reachable, (SELECT COUNT(*) FROM memberships m \
        WHERE m.workspace = w.num AND m.devices > 0) FROM workspaces w";
    WORKSPACE_GROUPS = "SELECT w.num, w.groups, (SELECT COUNT(*) FROM groups g WHERE g.workspace = w.num) FROM workspaces w";
    MEMBER_DEVICES = "SELECT m.workspace, m.ordinal, m.devices FROM memberships m LEFT JOIN \
        (SELECT workspace, ordinal, COUNT(*) AS n FROM devices WHERE active = 1 GROUP BY workspace, ordinal) AS d \
        ON d.workspace = m.workspace AND d.ordinal = m.ordinal WHERE m.devices <> COALESCE(d.n, 0)";
    WORDS = "SELECT organization, word, ordinal FROM user_words";
    FOUND_BY = "SELECT organization, ordinal, name, email, external_id FROM users";
    GROUP_MEMBERS = "SELECT g.num, g.members, COALESCE(c.n, 0) FROM groups g \
        LEFT JOIN (SELECT group_num, COUNT(*) AS n FROM group_members GROUP BY group_num) AS c ON c.group_num = g.num";
    ORGANIZATION_USERS = "SELECT o.num, o.users, (SELECT COUNT(*) FROM users u WHERE u.organization = o.num) \
        FROM organizations o";
    ORDINALS = "SELECT o.num, COALESCE(MAX(u.ordinal), -1), o.next_ordinal FROM organizations o \
        JOIN users u ON u.organization = o.num GROUP BY o.num, o.next_ordinal HAVING MAX(u.ordinal) >= o.next_ordinal";
    ACTIVE = "SELECT workspace, CAST(0 AS BIGINT), ordinal FROM memberships WHERE status = 2";
    PUSH_OFF = "SELECT workspace, CAST(-1 AS BIGINT), ordinal FROM memberships WHERE push_off = 1";
    PUSH_OFF_DEVICES = "SELECT workspace, ordinal, devices FROM memberships WHERE push_off = 1 AND devices > 0";
    IN_GROUPS = "SELECT workspace, group_num, ordinal FROM group_members";
    SETS = "SELECT workspace, set_num, chunk, bits FROM member_sets";
    STRAY_MEMBERS = "SELECT gm.workspace, gm.ordinal, gm.group_num FROM group_members gm \
        LEFT JOIN memberships m ON m.workspace = gm.workspace AND m.ordinal = gm.ordinal AND m.status = 2 \
        LEFT JOIN groups g ON g.num = gm.group_num AND g.workspace = gm.workspace \
        WHERE m.ordinal IS NULL OR g.num IS NULL";
    STRAY_MEMBERSHIPS = "SELECT m.workspace, m.ordinal, m.organization FROM memberships m \
        LEFT JOIN users u ON u.organization = m.organization AND u.ordinal = m.ordinal \
        LEFT JOIN workspaces w ON w.num = m.workspace AND w.organization = m.organization \
        WHERE u.ordinal IS NULL OR w.num IS NULL";
}

type Sets = BTreeMap<(i64, i64), Ordinals>;

impl Store {
    /// What differs between counters and sets on one side and the rows that they count on the other, over all
    /// organizations. Empty is well. Meant for a store that nobody writes to meanwhile; it reads every person.
    pub async fn check_counters(&self) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        let counters: [(&'static Statement, &str); 7] = [
            (&WORKSPACE_MEMBERS, "active members of workspace"),
            (&WORKSPACE_DEVICES, "active devices of workspace"),
            (&WORKSPACE_QUOTA, "places taken in the quota of workspace"),
            (&WORKSPACE_REACHABLE, "members with devices of workspace"),
            (&WORKSPACE_GROUPS, "groups of workspace"),
            (&GROUP_MEMBERS, "members of group"),
            (&ORGANIZATION_USERS, "users of organization"),
        ];
        for (statement, what) in counters {
            for row in self.db.all(statement, args![]).await? {
                let (num, counted, there) = (row.int(0)?, row.int(1)?, row.int(2)?);
                if counted != there {
                    wrong.push(format!("{what} {num}: counted {counted}, there are {there}"));
                }
            }
        }
        let strays: [(&'static Statement, &str); 5] = [
            (&ORDINALS, "an ordinal was given away twice in (organization, greatest, next)"),
            (&MEMBER_DEVICES, "active devices of a member are miscounted (workspace, ordinal, counted)"),
            (&PUSH_OFF_DEVICES, "active devices of a member who has push off (workspace, ordinal, devices)"),
            (&STRAY_MEMBERS, "in a group without being an active member (workspace, ordinal, group)"),
            (
                &STRAY_MEMBERSHIPS,
                "a membership without a user or workspace (workspace, ordinal, organization)",
            ),
        ];
        for (statement, what) in strays {
            for row in self.db.all(statement, args![]).await? {
                wrong.push(format!("{what}: ({}, {}, {})", row.int(0)?, row.int(1)?, row.int(2)?));
            }
        }
        self.check_sets(&mut wrong).await?;
        self.check_words(&mut wrong).await?;
        Ok(wrong)
    }

    async fn check_words(&self, wrong: &mut Vec<String>) -> Result<()> {
        let mut there: BTreeMap<(i64, u32), BTreeSet<String>> = BTreeMap::new();
        for row in self.db.all(&FOUND_BY, args![]).await? {
            let found_by = words(&row.text(2)?, row.text_opt(3)?.as_deref(), &row.text(4)?);
            there.insert((row.int(0)?, row.ordinal(1)?), found_by);
        }
        let mut kept: BTreeMap<(i64, u32), BTreeSet<String>> = BTreeMap::new();
        for row in self.db.all(&WORDS, args![]).await? {
            let word = String::from_utf8_lossy(&row.blob(1)?).into_owned();
            kept.entry((row.int(0)?, row.ordinal(2)?)).or_default().insert(word);
        }
        let all: BTreeSet<_> = there.keys().chain(kept.keys()).copied().collect();
        for key in all {
            let (there, kept) = (there.remove(&key), kept.remove(&key));
            if there != kept {
                wrong.push(format!(
                    "person {} of organization {} is found by {kept:?} instead of {there:?}",
                    key.1, key.0
                ));
            }
        }
        Ok(())
    }

    async fn check_sets(&self, wrong: &mut Vec<String>) -> Result<()> {
        let mut there = Sets::new();
        for statement in [&ACTIVE, &PUSH_OFF, &IN_GROUPS] {
            for row in self.db.all(statement, args![]).await? {
                there.entry((row.int(0)?, row.int(1)?)).or_default().insert(row.ordinal(2)?);
            }
        }
        let mut kept = Sets::new();
        for row in self.db.all(&SETS, args![]).await? {
            let (workspace, set, chunk) = (row.int(0)?, row.int(1)?, row.ordinal(2)?);
            let bits = bitmaps::from_bytes(&row.blob(3)?)?;
            if bits.is_empty() || bits.iter().any(|ordinal| ordinal >> 16 != chunk) {
                wrong.push(format!(
                    "chunk {chunk} of set {set} of workspace {workspace} holds what is not its own"
                ));
            }
            *kept.entry((workspace, set)).or_default() |= bits;
        }
        let all: BTreeSet<_> = there.keys().chain(kept.keys()).copied().collect();
        for key in all {
            let (there, kept) =
                (there.remove(&key).unwrap_or_default(), kept.remove(&key).unwrap_or_default());
            if there != kept {
                let (missing, surplus) = (&there - &kept, &kept - &there);
                wrong.push(format!(
                    "set {} of workspace {} lacks {missing:?} and has {surplus:?} too many",
                    key.1, key.0
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
