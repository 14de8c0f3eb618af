//! What every look into an inbox begins with, for many people in one query: how far they have read, and whether they
//! have any row of their own. Who has none needs no further query: their inbox is what the wide notifications say.

use belfry_types::scope::Scope;
use belfry_types::time::Millis;

use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    HEADS = "SELECT r.place, o.wide_version, COALESCE(m.seq, 0), m.read_at, \
        CAST(CASE WHEN EXISTS (SELECT 1 FROM inbox_items i WHERE i.organization = r.organization AND i.ordinal = r.ordinal) \
        THEN 1 ELSE 0 END AS BIGINT) FROM {rows:$1:place int,organization int,ordinal int} AS r \
        JOIN organizations o ON o.num = r.organization \
        LEFT JOIN inbox_marks m ON m.organization = r.organization AND m.ordinal = r.ordinal";
}

/// The beginning of a person's inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxHead {
    /// The version of the set of live wide notifications.
    pub wide_version: i64,
    /// Everything up to here is read unless a row says otherwise.
    pub watermark: i64,
    /// When the watermark was set.
    pub watermark_at: Option<Millis>,
    /// The person has rows, whatever they say.
    pub has_rows: bool,
}

impl Store {
    /// The beginnings of these people's inboxes, in their order; `None` for an organization that is not there.
    pub async fn inbox_heads(&self, people: &[(Scope, u32)]) -> Result<Vec<Option<InboxHead>>> {
        let rows: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(i, (scope, ordinal))| (i, scope.organization(), ordinal))
            .collect();
        let mut heads = vec![None; people.len()];
        for row in self.db.all(&HEADS, args![serde_json::to_string(&rows)?]).await? {
            let place = usize::try_from(row.int(0)?).ok().and_then(|place| heads.get_mut(place));
            *place.ok_or_else(|| Error::Corrupt("an inbox's head has no place".into()))? = Some(InboxHead {
                wide_version: row.int(1)?,
                watermark: row.int(2)?,
                watermark_at: row.millis_opt(3)?,
                has_rows: row.flag(4)?,
            });
        }
        Ok(heads)
    }
}
