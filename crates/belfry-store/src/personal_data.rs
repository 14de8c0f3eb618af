//! What is kept about one person, for the file that they may ask for. Keys, hashes of tokens and addresses of push
//! services' mailboxes are left out: whoever holds one can act or push with it. Whatever there may be many of is read in
//! pages, and nothing is left out because there is much of it.

use std::collections::HashMap;

use belfry_types::channel::Channel;
use belfry_types::id::{DeviceId, WorkspaceId};
use belfry_types::people::{MemberKind, MemberStatus, Ordinal};
use belfry_types::scope::Scope;
use belfry_types::time::Millis;

use crate::dialect::{Statement, statements};
use crate::error::Result;
use crate::inbox::{InboxRows, read_rows};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    MEMBERSHIPS = "SELECT w.num, w.id, w.slug, w.name, m.kind, m.status, m.push_off, m.created_at, m.updated_at \
        FROM workspaces w CROSS JOIN memberships m \
        WHERE w.organization = $1 AND m.workspace = w.num AND m.ordinal = $2 ORDER BY w.num";
    GROUPS = "SELECT gm.workspace, g.key, g.name FROM workspaces w CROSS JOIN group_members gm \
        JOIN groups g ON g.num = gm.group_num \
        WHERE w.organization = $1 AND gm.workspace = w.num AND gm.ordinal = $2 ORDER BY g.key";
    DEVICES = "SELECT w.id, d.id, d.channel, d.origin, d.model, d.platform, d.browser, d.active, d.created_at, d.seen_at, \
        d.gone_at, d.num FROM workspaces w CROSS JOIN devices d WHERE w.organization = $1 AND d.workspace = w.num \
        AND d.active IN (0, 1) AND d.ordinal = $2 AND d.num > $3 ORDER BY d.num LIMIT $4";
    TOKENS = "SELECT w.id, t.created_at, t.expires_at, t.hash FROM user_tokens t JOIN workspaces w ON w.num = t.workspace \
        WHERE t.organization = $1 AND t.ordinal = $2 AND (t.created_at, t.hash) > ($3, $4) \
        ORDER BY t.created_at, t.hash LIMIT $5";
    LINKS = "SELECT w.id, l.created_at, l.expires_at, l.hash FROM user_links l JOIN workspaces w ON w.num = l.workspace \
        WHERE l.organization = $1 AND l.ordinal = $2 AND (l.created_at, l.hash) > ($3, $4) \
        ORDER BY l.created_at, l.hash LIMIT $5";
    ROWS = "SELECT o.wide_version, COALESCE(m.seq, 0), m.read_at, i.seq, i.count, i.wide, i.mark, i.read_at, i.hidden, \
        i.created_at, i.workspace, f.id, n.item, i.notification FROM organizations o \
        LEFT JOIN inbox_marks m ON m.organization = o.num AND m.ordinal = $2 \
        LEFT JOIN inbox_items i ON i.organization = o.num AND i.ordinal = $2 AND i.seq > $3 AND i.seq <= $4 \
        LEFT JOIN notifications n ON n.num = i.notification LEFT JOIN notifications f ON f.num = i.first \
        WHERE o.num = $1 ORDER BY i.seq LIMIT $5";
}

/// A membership of a person.
#[derive(Debug, Clone)]
pub struct PersonalMembership {
    /// The workspace's id.
    pub workspace: WorkspaceId,
    /// Its name in URLs.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What they are to it.
    pub kind: MemberKind,
    /// Where the membership stands.
    pub status: MemberStatus,
    /// Whether they have push on.
    pub push: bool,
    /// Keys and names of their groups.
    pub groups: Vec<(String, String)>,
    /// When they became a member.
    pub created_at: Millis,
    /// When it was last changed.
    pub updated_at: Millis,
}

/// A device of a person.
#[derive(Debug, Clone)]
pub struct PersonalDevice {
    /// The workspace's id.
    pub workspace: WorkspaceId,
    /// Its id.
    pub id: DeviceId,
    /// How it is reached.
    pub channel: Channel,
    /// The origin of its push service.
    pub push_service: String,
    /// What it is.
    pub model: String,
    /// Its operating system.
    pub platform: String,
    /// Its browser.
    pub browser: String,
    /// Push can reach it.
    pub active: bool,
    /// When it registered.
    pub created_at: Millis,
    /// When it last registered.
    pub seen_at: Millis,
    /// When it ended.
    pub gone_at: Option<Millis>,
}

/// A way in that a person was given: a token or a magic link.
#[derive(Debug, Clone, Copy)]
pub struct PersonalEntry {
    /// The workspace's id.
    pub workspace: WorkspaceId,
    /// When it was made.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
}

/// Up to which token or link a person's were read: oldest first, those of one moment in the order of their hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPlace(Millis, Vec<u8>);

impl EntryPlace {
    /// Before all of them.
    pub const START: Self = Self(Millis(i64::MIN), Vec::new());
}

/// Some rows, and after which place the next ones begin; `None` when these were the last.
pub type PersonalPage<T, P> = (Vec<T>, Option<P>);

fn entry(row: &Row) -> Result<PersonalEntry> {
    let (created_at, expires_at) = (row.millis(1)?, row.millis(2)?);
    Ok(PersonalEntry { workspace: WorkspaceId(row.bytes(0)?), created_at, expires_at })
}

fn device(row: &Row) -> Result<PersonalDevice> {
    Ok(PersonalDevice {
        workspace: WorkspaceId(row.bytes(0)?),
        id: DeviceId(row.bytes(1)?),
        channel: row.coded(2, Channel::from_code)?,
        push_service: row.text(3)?,
        model: row.text(4)?,
        platform: row.text(5)?,
        browser: row.text(6)?,
        active: row.flag(7)?,
        created_at: row.millis(8)?,
        seen_at: row.millis(9)?,
        gone_at: row.millis_opt(10)?,
    })
}

impl Store {
    /// A person's memberships, in the order of the workspaces.
    pub async fn personal_memberships(
        &self,
        scope: Scope,
        ordinal: Ordinal,
    ) -> Result<Vec<PersonalMembership>> {
        let who = || args![scope.organization(), ordinal];
        let mut groups: HashMap<i64, Vec<(String, String)>> = HashMap::new();
        for row in self.db.all(&GROUPS, who()).await? {
            groups.entry(row.int(0)?).or_default().push((row.text(1)?, row.text(2)?));
        }
        let membership = |row: &Row| {
            Ok(PersonalMembership {
                groups: groups.remove(&row.int(0)?).unwrap_or_default(),
                workspace: WorkspaceId(row.bytes(1)?),
                slug: row.text(2)?,
                name: row.text(3)?,
                kind: row.coded(4, MemberKind::from_code)?,
                status: row.coded(5, MemberStatus::from_code)?,
                push: !row.flag(6)?,
                created_at: row.millis(7)?,
                updated_at: row.millis(8)?,
            })
        };
        let rows = self.db.all(&MEMBERSHIPS, who()).await?;
        rows.iter().map(membership).collect()
    }

    /// A person's devices after the one with the number `after`, also those that ended.
    pub async fn personal_devices(
        &self,
        scope: Scope,
        ordinal: Ordinal,
        after: i64,
        limit: usize,
    ) -> Result<PersonalPage<PersonalDevice, i64>> {
        let rows = self.db.all(&DEVICES, args![scope.organization(), ordinal, after, limit]).await?;
        let last = rows.last().filter(|_| rows.len() == limit).map(|row| row.int(11)).transpose()?;
        Ok((rows.iter().map(device).collect::<Result<_>>()?, last))
    }

    /// A person's tokens after a place.
    pub async fn personal_tokens(
        &self,
        scope: Scope,
        ordinal: Ordinal,
        after: EntryPlace,
        limit: usize,
    ) -> Result<PersonalPage<PersonalEntry, EntryPlace>> {
        self.entries(&TOKENS, scope, ordinal, after, limit).await
    }

    /// A person's magic links that were not used yet, after a place.
    pub async fn personal_links(
        &self,
        scope: Scope,
        ordinal: Ordinal,
        after: EntryPlace,
        limit: usize,
    ) -> Result<PersonalPage<PersonalEntry, EntryPlace>> {
        self.entries(&LINKS, scope, ordinal, after, limit).await
    }

    async fn entries(
        &self,
        statement: &'static Statement,
        scope: Scope,
        ordinal: Ordinal,
        EntryPlace(at, hash): EntryPlace,
        limit: usize,
    ) -> Result<PersonalPage<PersonalEntry, EntryPlace>> {
        let rows = self.db.all(statement, args![scope.organization(), ordinal, at, hash, limit]).await?;
        let last = match rows.last().filter(|_| rows.len() == limit) {
            Some(row) => Some(EntryPlace(row.millis(1)?, row.blob(3)?)),
            None => None,
        };
        Ok((rows.iter().map(entry).collect::<Result<_>>()?, last))
    }

    /// A person's stored rows after `after` up to `until`, oldest first, hidden ones too, each with the number of its
    /// latest notification.
    pub async fn personal_rows(
        &self,
        scope: Scope,
        ordinal: Ordinal,
        (after, until): (i64, i64),
        limit: usize,
    ) -> Result<(InboxRows, Vec<i64>)> {
        let values = args![scope.organization(), ordinal, after, until, limit];
        let rows = self.db.all(&ROWS, values).await?;
        let numbers = rows.iter().filter_map(|row| row.int_opt(13).transpose()).collect::<Result<_>>()?;
        Ok((read_rows(&rows)?, numbers))
    }
}
