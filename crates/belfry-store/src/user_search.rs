//! Lists of people: in the order of their ordinals, filtered and searched. What a page costs does not grow with the
//! number of people who are not on it.

use belfry_types::Ordinals;
use belfry_types::people::MemberStatus;
use belfry_types::scope::{Scope, WorkspaceScope};

use crate::dialect::{json_ints, statements};
use crate::error::Result;
use crate::store::Store;
use crate::user_words::{Walk, asked};
use crate::users::{Member, User, read_member, read_user};
use crate::value::args;

statements! {
    MEMBERS = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, u.updated_at, \
        m.kind, m.status, m.created_at, m.updated_at, m.devices FROM memberships m \
        JOIN users u ON u.organization = m.organization AND u.ordinal = m.ordinal \
        WHERE m.workspace = $1 AND m.organization = $2 AND m.ordinal > $3 \
        AND (CAST($4 AS BIGINT) IS NULL OR m.status = $4) \
        AND (CAST($5 AS BIGINT) IS NULL OR ($5 = 0 AND m.devices = 0) OR ($5 = 1 AND m.devices > 0)) \
        ORDER BY m.ordinal LIMIT $6";
    MEMBERS_OF = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, u.updated_at, \
        m.kind, m.status, m.created_at, m.updated_at, m.devices FROM memberships m \
        JOIN users u ON u.organization = m.organization AND u.ordinal = m.ordinal \
        WHERE m.workspace = $1 AND m.organization = $2 AND m.ordinal IN {ints:$3} \
        AND (CAST($4 AS BIGINT) IS NULL OR m.status = $4) \
        AND (CAST($5 AS BIGINT) IS NULL OR ($5 = 0 AND m.devices = 0) OR ($5 = 1 AND m.devices > 0)) \
        ORDER BY m.ordinal LIMIT $6";
    USERS = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, u.updated_at \
        FROM users u WHERE u.organization = $1 AND u.ordinal > $2 ORDER BY u.ordinal LIMIT $3";
    USERS_OF = "SELECT u.ordinal, u.id, u.external_id, u.email, u.name, u.locale, u.time_zone, u.created_at, u.updated_at \
        FROM users u WHERE u.organization = $1 AND u.ordinal IN {ints:$2} ORDER BY u.ordinal LIMIT $3";
}

/// People whose rows are read at once when not all who were found may be wanted.
const SLICE: usize = 200;
/// People of the organization that a search for deliveries looks at.
const FOUND: u64 = 2_000;

/// Which members are wanted; everything given must hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct MemberFilter<'a> {
    /// Beginnings of words of the name, email or external id, in any case; all of them must be found.
    pub q: Option<&'a str>,
    /// Key of a group.
    pub group: Option<&'a str>,
    /// Where the membership stands.
    pub status: Option<MemberStatus>,
    /// Whether they have an active device here.
    pub device: Option<bool>,
}

/// What cannot be found once blanks are taken away is not asked for.
fn asked_for(q: Option<&str>) -> Vec<String> {
    q.map(asked).unwrap_or_default()
}

impl Store {
    /// Members in the order of their ordinals, after the one with the ordinal `after`.
    pub async fn members(
        &self,
        ws: WorkspaceScope,
        filter: MemberFilter<'_>,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Member>> {
        let (status, device) = (filter.status.map(MemberStatus::code), filter.device.map(i64::from));
        let (words, after) = (asked_for(filter.q), after.unwrap_or(-1));
        let group = match filter.group {
            None => None,
            Some(key) => match self.group_set(ws, key).await? {
                None => return Ok(Vec::new()),
                some => some,
            },
        };
        let mut members = Vec::new();
        if words.is_empty() && group.is_none() {
            let values = args![ws.workspace(), ws.organization(), after, status, device, limit];
            for row in self.db.all(&MEMBERS, values).await? {
                members.push(read_member(read_user(&row)?, &row)?);
            }
        } else {
            let mut walk = Walk::begin(&self.db, ws.scope(), words, group, after).await?;
            while members.len() < limit
                && let Some(found) = walk.next(&self.db, ws.scope()).await?
            {
                let found: Vec<u32> = found.iter().collect();
                for slice in found.chunks(SLICE) {
                    let left = limit - members.len();
                    if left == 0 {
                        break;
                    }
                    let values =
                        args![ws.workspace(), ws.organization(), json_ints(slice), status, device, left];
                    for row in self.db.all(&MEMBERS_OF, values).await? {
                        members.push(read_member(read_user(&row)?, &row)?);
                    }
                }
            }
        }
        self.add_groups(ws, &mut members).await?;
        Ok(members)
    }

    /// People of the organization in the order of their ordinals, after the one with the ordinal `after`; with `q`
    /// those whose name, email or external id has words that begin so.
    pub async fn users_of_organization(
        &self,
        scope: Scope,
        q: Option<&str>,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<User>> {
        let (words, after) = (asked_for(q), after.unwrap_or(-1));
        if words.is_empty() {
            let rows = self.db.all(&USERS, args![scope.organization(), after, limit]).await?;
            return rows.iter().map(read_user).collect();
        }
        let mut users = Vec::new();
        let mut walk = Walk::begin(&self.db, scope, words, None, after).await?;
        while users.len() < limit
            && let Some(found) = walk.next(&self.db, scope).await?
        {
            let left = limit - users.len();
            let first = json_ints(found.iter().take(left));
            for row in self.db.all(&USERS_OF, args![scope.organization(), first, left]).await? {
                users.push(read_user(&row)?);
            }
        }
        Ok(users)
    }

    /// The first 2,000 people of the organization whose name, email or external id has words that begin so.
    pub async fn search_people(&self, scope: Scope, text: &str) -> Result<Ordinals> {
        let mut people = Ordinals::new();
        let mut walk = Walk::begin(&self.db, scope, asked(text), None, -1).await?;
        while people.len() < FOUND
            && let Some(found) = walk.next(&self.db, scope).await?
        {
            let left = usize::try_from(FOUND - people.len()).unwrap_or(0);
            people.extend(found.iter().take(left));
        }
        Ok(people)
    }
}
