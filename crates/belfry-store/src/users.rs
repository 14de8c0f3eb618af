//! Users and members, read one at a time. They are listed in `user_search.rs`, changed in `user_upsert.rs` and
//! `user_end.rs`.

use std::collections::HashMap;

use belfry_types::id::UserId;
use belfry_types::people::{MemberKind, MemberStatus, Ordinal, email_key};
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;

use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    MEMBER_BY_ID = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, \
        u.updated_at, m.kind, m.status, m.created_at, m.updated_at, m.devices FROM users u \
        JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal AND m.organization = u.organization \
        WHERE u.organization = $2 AND u.id = $3";
    MEMBER_BY_EXTERNAL_ID = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, \
        u.updated_at, m.kind, m.status, m.created_at, m.updated_at, m.devices FROM users u \
        JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal AND m.organization = u.organization \
        WHERE u.organization = $2 AND u.external_id = $3";
    USER = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, u.updated_at \
        FROM users u WHERE u.organization = $1 AND u.ordinal = $2";
    USER_BY_EMAIL = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, \
        u.updated_at FROM users u WHERE u.organization = $1 AND u.email_key = $2";
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
    /// Active devices here.
    pub devices: i64,
    /// When they became a member.
    pub created_at: Millis,
    /// When the person or the membership was last changed.
    pub updated_at: Millis,
}

pub(crate) fn read_user(row: &Row) -> Result<User> {
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
pub(crate) fn read_member(user: User, row: &Row) -> Result<Member> {
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
        devices: row.int(13)?,
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

    /// One person of the organization, by their number.
    pub async fn user_by_ordinal(&self, scope: Scope, ordinal: Ordinal) -> Result<User> {
        read_user(&self.db.one(&USER, args![scope.organization(), ordinal]).await?.ok_or(Error::NotFound)?)
    }

    /// The person of the organization with this address, without case.
    pub async fn user_by_email(&self, scope: Scope, email: &str) -> Result<Option<User>> {
        let values = args![scope.organization(), email_key(email)];
        self.db.one(&USER_BY_EMAIL, values).await?.as_ref().map(read_user).transpose()
    }

    pub(crate) async fn add_groups(&self, ws: WorkspaceScope, members: &mut [Member]) -> Result<()> {
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
