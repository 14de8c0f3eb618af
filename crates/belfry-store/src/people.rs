//! From names to ordinals and back: what audiences and delivery lists need to know of people.

use std::collections::{HashMap, HashSet};

use belfry_types::Ordinals;
use belfry_types::people::{MemberStatus, Ordinal, email_key};
use belfry_types::scope::{Scope, WorkspaceScope};

use crate::dialect::{json_ints, statements};
use crate::error::Result;
use crate::store::Store;
use crate::value::{Row, args};

// SQLite takes the names first and then one look-up each because of the cross join; PostgreSQL does so because of the
// array. Neither knows enough of a fresh table to find that way by itself.
statements! {
    BY_EXTERNAL_ID = "SELECT u.external_id, u.ordinal, m.status FROM {texts:$3} AS t CROSS JOIN users u \
        JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal AND m.organization = u.organization \
        WHERE u.organization = $2 AND u.external_id = t.value AND u.external_id IN {texts:$3}";
    BY_EMAIL = "SELECT u.email_key, u.ordinal, m.status FROM {texts:$3} AS t CROSS JOIN users u \
        JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal AND m.organization = u.organization \
        WHERE u.organization = $2 AND u.email_key = t.value AND u.email_key IN {texts:$3}";
    PEOPLE = "SELECT u.ordinal, u.external_id, u.name FROM users u \
        WHERE u.organization = $1 AND u.ordinal IN {ints:$2}";
}

type Found = HashMap<String, (Ordinal, bool)>;

fn index(rows: &[Row]) -> Result<Found> {
    let active = MemberStatus::Active.code();
    rows.iter().map(|row| Ok((row.text(0)?, (row.ordinal(1)?, row.int(2)? == active)))).collect()
}

impl Store {
    /// The active members among `names`, which are external ids or else email addresses, and the names that no member
    /// has. A member who is not active is in neither.
    pub async fn ordinals_of(&self, ws: WorkspaceScope, names: &[String]) -> Result<(Ordinals, Vec<String>)> {
        let (workspace, organization) = (ws.workspace(), ws.organization());
        let rows = self
            .db
            .all(&BY_EXTERNAL_ID, args![workspace, organization, serde_json::to_string(names)?])
            .await?;
        let by_external_id = index(&rows)?;
        let emails: HashSet<String> = names
            .iter()
            .filter(|name| name.contains('@') && !by_external_id.contains_key(*name))
            .map(|name| email_key(name))
            .collect();
        let mut by_email = Found::new();
        if !emails.is_empty() {
            let emails = serde_json::to_string(&emails)?;
            by_email = index(&self.db.all(&BY_EMAIL, args![workspace, organization, emails]).await?)?;
        }
        let (mut ordinals, mut unknown) = (Ordinals::new(), Vec::new());
        for name in names {
            match by_external_id.get(name).or_else(|| by_email.get(&email_key(name))) {
                Some((ordinal, true)) => drop(ordinals.insert(*ordinal)),
                Some((_, false)) => {}
                None => unknown.push(name.clone()),
            }
        }
        Ok((ordinals, unknown))
    }

    /// External id and name of people of the organization, in the order of the ordinals. Deleted ones are left out.
    pub async fn people(&self, scope: Scope, ordinals: &[Ordinal]) -> Result<Vec<(Ordinal, String, String)>> {
        let rows = self.db.all(&PEOPLE, args![scope.organization(), json_ints(ordinals)]).await?;
        let mut people: Vec<_> = rows
            .iter()
            .map(|row| Ok((row.ordinal(0)?, row.text(1)?, row.text(2)?)))
            .collect::<Result<_>>()?;
        people.sort_unstable_by_key(|(ordinal, ..)| *ordinal);
        Ok(people)
    }
}
