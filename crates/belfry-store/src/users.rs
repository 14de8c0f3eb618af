//! Users and members, read. They are changed in `user_upsert.rs` and `user_end.rs`.

use std::collections::HashMap;

use belfry_types::id::UserId;
use belfry_types::people::{MemberKind, MemberStatus, Ordinal};
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;

use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    MEMBER_BY_ID = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, \
        u.updated_at, m.kind, m.status, m.created_at, m.updated_at FROM users u \
        JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal AND m.organization = u.organization \
        WHERE u.organization = $2 AND u.id = $3";
    MEMBER_BY_EXTERNAL_ID = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, \
        u.updated_at, m.kind, m.status, m.created_at, m.updated_at FROM users u \
        JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal AND m.organization = u.organization \
        WHERE u.organization = $2 AND u.external_id = $3";
    MEMBERS = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, u.updated_at, \
        m.kind, m.status, m.created_at, m.updated_at FROM memberships m \
        JOIN users u ON u.organization = m.organization AND u.ordinal = m.ordinal \
        WHERE m.workspace = $1 AND m.organization = $2 AND m.ordinal > $3 \
        AND (CAST($4 AS BIGINT) IS NULL OR m.status = $4) \
        AND (CAST($5 AS TEXT) IS NULL OR lower(u.name) LIKE $5 ESCAPE '!' OR lower(u.external_id) LIKE $5 ESCAPE '!' \
        OR u.email_key LIKE $5 ESCAPE '!') ORDER BY m.ordinal LIMIT $6";
    MEMBERS_OF = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, u.updated_at, \
        m.kind, m.status, m.created_at, m.updated_at FROM memberships m \
        JOIN users u ON u.organization = m.organization AND u.ordinal = m.ordinal \
        WHERE m.workspace = $1 AND m.organization = $2 AND m.ordinal IN {ints:$3} \
        AND (CAST($4 AS BIGINT) IS NULL OR m.status = $4) \
        AND (CAST($5 AS TEXT) IS NULL OR lower(u.name) LIKE $5 ESCAPE '!' OR lower(u.external_id) LIKE $5 ESCAPE '!' \
        OR u.email_key LIKE $5 ESCAPE '!') ORDER BY m.ordinal LIMIT $6";
    USER = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, u.updated_at \
        FROM users u WHERE u.organization = $1 AND u.ordinal = $2";
    USERS = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, u.updated_at \
        FROM users u WHERE u.organization = $1 AND u.ordinal > $2 \
        AND (CAST($3 AS TEXT) IS NULL OR lower(u.name) LIKE $3 ESCAPE '!' OR lower(u.external_id) LIKE $3 ESCAPE '!' \
        OR u.email_key LIKE $3 ESCAPE '!') ORDER BY u.ordinal LIMIT $4";
    GROUP_KEYS = "SELECT gm.ordinal, g.key FROM group_members gm \
        JOIN groups g ON g.num = gm.group_num WHERE gm.workspace = $1 AND gm.ordinal IN {ints:$2} ORDER BY g.key";
}

/// A person as the organization knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Dense number in the organization; internal.
    pub ordinal: Ordinal,
    /// Public id.
    pub id: UserId,
    /// The host product's id, unique in the organization.
    pub external_id: String,
    /// As it was given.
    pub email: Option<String>,
    /// The whole name.
    pub name: String,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// When they were added.
    pub created_at: Millis,
    /// When they were last changed.
    pub updated_at: Millis,
}

/// A person as a member of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Public id of the user.
    pub id: UserId,
    /// Dense number in the organization; internal.
    pub ordinal: Ordinal,
    /// The host product's id, unique in the organization.
    pub external_id: String,
    /// As it was given.
    pub email: Option<String>,
    /// The whole name.
    pub name: String,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// What they are to the workspace.
    pub kind: MemberKind,
    /// Where the membership stands.
    pub status: MemberStatus,
    /// Keys of their groups, sorted.
    pub groups: Vec<String>,
    /// When they became a member.
    pub created_at: Millis,
    /// When the person or the membership was last changed.
    pub updated_at: Millis,
}

/// Which members are wanted; everything given must hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct MemberFilter<'a> {
    /// Part of the name, external id or email, in any case.
    pub q: Option<&'a str>,
    /// Key of a group.
    pub group: Option<&'a str>,
    /// Where the membership stands.
    pub status: Option<MemberStatus>,
}

/// Text to look for. SQLite knows the case of ASCII letters only: the pattern lets any character stand for the others,
/// and what was found is looked at again.
struct Search {
    text: String,
    pattern: String,
}

impl Search {
    fn new(q: &str) -> Self {
        let text = q.trim().to_lowercase();
        let mut pattern = String::from("%");
        for c in text.chars() {
            match c {
                '%' | '_' | '!' => pattern.extend(['!', c]),
                _ if c.is_ascii() => pattern.push(c),
                _ => pattern.push('_'),
            }
        }
        pattern.push('%');
        Self { text, pattern }
    }

    fn finds(&self, user: &User) -> bool {
        [Some(&user.name), Some(&user.external_id), user.email.as_ref()]
            .into_iter()
            .flatten()
            .any(|field| field.to_lowercase().contains(&self.text))
    }
}

fn read_user(row: &Row) -> Result<User> {
    Ok(User {
        ordinal: row.ordinal(0)?,
        id: UserId(row.bytes(1)?),
        external_id: row.text(2)?,
        email: row.text_opt(3)?,
        name: row.text(4)?,
        locale: row.text_opt(5)?,
        time_zone: row.text_opt(6)?,
        created_at: row.millis(7)?,
        updated_at: row.millis(8)?,
    })
}

/// A row of members; its groups come by [`Store::groups_of`].
fn read_member(user: User, row: &Row) -> Result<Member> {
    let User { ordinal, id, external_id, email, name, locale, time_zone, created_at: _, updated_at } = user;
    Ok(Member {
        id,
        ordinal,
        external_id,
        email,
        name,
        locale,
        time_zone,
        kind: row.coded(9, MemberKind::from_code)?,
        status: row.coded(10, MemberStatus::from_code)?,
        groups: Vec::new(),
        created_at: row.millis(11)?,
        updated_at: row.millis(12)?.max(updated_at),
    })
}

impl Store {
    /// A member by their id (`usr_…`) or external id, whatever the status.
    pub async fn user(&self, ws: WorkspaceScope, name: &str) -> Result<Option<Member>> {
        let mut row = None;
        if let Ok(id) = name.parse::<UserId>() {
            row = self.db.one(&MEMBER_BY_ID, args![ws.workspace(), ws.organization(), id.0]).await?;
        }
        if row.is_none() {
            row = self.db.one(&MEMBER_BY_EXTERNAL_ID, args![ws.workspace(), ws.organization(), name]).await?;
        }
        let Some(row) = row else { return Ok(None) };
        let mut members = vec![read_member(read_user(&row)?, &row)?];
        self.add_groups(ws, &mut members).await?;
        Ok(members.pop())
    }

    /// Members in the order of their ordinals, after the one with the ordinal `after`.
    pub async fn members(
        &self,
        ws: WorkspaceScope,
        filter: MemberFilter<'_>,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Member>> {
        let search = filter.q.map(Search::new);
        let group = match filter.group {
            None => None,
            Some(key) => match self.group_set(ws, key).await? {
                None => return Ok(Vec::new()),
                some => some,
            },
        };
        let mut members = Vec::new();
        let mut after = after.unwrap_or(-1);
        while members.len() < limit {
            let status = filter.status.map(MemberStatus::code);
            let pattern = search.as_ref().map(|s| s.pattern.as_str());
            let (rows, end) = if let Some(set) = &group {
                let from = u32::try_from(after + 1).unwrap_or(u32::MAX);
                let ordinals: Vec<u32> = set.range(from..).take(limit.max(500)).collect();
                let Some(last) = ordinals.last() else { break };
                let end = i64::from(*last);
                let values = args![
                    ws.workspace(),
                    ws.organization(),
                    json_ints(&ordinals),
                    status,
                    pattern,
                    ordinals.len()
                ];
                (self.db.all(&MEMBERS_OF, values).await?, Some(end))
            } else {
                let values = args![ws.workspace(), ws.organization(), after, status, pattern, limit];
                let rows = self.db.all(&MEMBERS, values).await?;
                let end =
                    if rows.len() < limit { None } else { rows.last().map(|row| row.int(0)).transpose()? };
                (rows, end)
            };
            for row in &rows {
                let user = read_user(row)?;
                if members.len() < limit && search.as_ref().is_none_or(|s| s.finds(&user)) {
                    members.push(read_member(user, row)?);
                }
            }
            match end {
                Some(end) => after = end,
                None => break,
            }
        }
        self.add_groups(ws, &mut members).await?;
        Ok(members)
    }

    /// One person of the organization, by their number.
    pub async fn user_by_ordinal(&self, scope: Scope, ordinal: Ordinal) -> Result<User> {
        read_user(&self.db.one(&USER, args![scope.organization(), ordinal]).await?.ok_or(Error::NotFound)?)
    }

    /// People of the organization in the order of their ordinals, after the one with the ordinal `after`.
    pub async fn users_of_organization(
        &self,
        scope: Scope,
        q: Option<&str>,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<User>> {
        let search = q.map(Search::new);
        let mut users = Vec::new();
        let mut after = after.unwrap_or(-1);
        while users.len() < limit {
            let pattern = search.as_ref().map(|s| s.pattern.as_str());
            let rows = self.db.all(&USERS, args![scope.organization(), after, pattern, limit]).await?;
            for row in &rows {
                let user = read_user(row)?;
                after = i64::from(user.ordinal);
                if users.len() < limit && search.as_ref().is_none_or(|s| s.finds(&user)) {
                    users.push(user);
                }
            }
            if rows.len() < limit {
                break;
            }
        }
        Ok(users)
    }

    async fn add_groups(&self, ws: WorkspaceScope, members: &mut [Member]) -> Result<()> {
        if members.is_empty() {
            return Ok(());
        }
        let ordinals = json_ints(members.iter().map(|member| member.ordinal));
        let mut groups: HashMap<Ordinal, Vec<String>> = HashMap::new();
        for row in self.db.all(&GROUP_KEYS, args![ws.workspace(), ordinals]).await? {
            groups.entry(row.ordinal(0)?).or_default().push(row.text(1)?);
        }
        for member in members {
            member.groups = groups.remove(&member.ordinal).unwrap_or_default();
            member.groups.sort_unstable();
        }
        Ok(())
    }
}
