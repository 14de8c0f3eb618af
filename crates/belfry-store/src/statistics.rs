//! What PostgreSQL's planner knows of the tables. Its own autovacuum looks once a minute; a new installation imports its
//! people and sends to them within that minute, and would be planned for as if it were empty.

use crate::dialect::{Dialect, Statement};
use crate::error::Result;
use crate::store::Store;
use crate::value::args;

/// Rows of a table that is worth looking at.
const ROWS_MIN: i64 = 500;

/// The tables that grow with people, events and notifications. Whatever else is in the database is not ours.
const TABLES: &[&str] = &[
    "counters",
    "deliveries",
    "devices",
    "events",
    "group_members",
    "idempotency",
    "inbox_items",
    "inbox_marks",
    "memberships",
    "notifications",
    "publications",
    "receipts",
    "user_tokens",
    "user_words",
    "users",
];

/// Of PostgreSQL alone, so not among those that both databases must know.
static GROWN: Statement = Statement::new(
    "SELECT CAST(s.relname AS TEXT) FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid \
    WHERE s.schemaname = current_schema() AND s.relname IN {texts:$1} AND pg_has_role(c.relowner, 'USAGE') \
    AND s.n_live_tup > $2 AND s.n_live_tup > 4 * c.reltuples",
);

impl Store {
    /// Has the tables looked at that have four times the rows of the last time; returns how many. Does nothing on
    /// SQLite, whose plans do not depend on it.
    pub async fn refresh_statistics(&self) -> Result<usize> {
        if self.dialect() == Dialect::Lite {
            return Ok(0);
        }
        let grown = self.db.all(&GROWN, args![serde_json::to_string(TABLES)?, ROWS_MIN]).await?;
        for row in &grown {
            let table = row.text(0)?;
            if let Err(error) = self.analyze(&table).await {
                tracing::warn!(%error, table, "the database could not look at a table that grew");
            }
        }
        Ok(grown.len())
    }

    async fn analyze(&self, table: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        // What another node, or autovacuum, is looking at needs nobody else. A sample of 3,000 rows tells which keys
        // are good, at a tenth of the usual price.
        let text = format!("SET LOCAL default_statistics_target = 10; ANALYZE (SKIP_LOCKED) {table}");
        tx.script(text).await?;
        tx.commit().await
    }
}
