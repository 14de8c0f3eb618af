//! One sequence of migrations for both databases, each applied once, in its own transaction. A file's text goes through
//! the dialect's tokens; nothing else differs.

use belfry_types::time::Millis;

use crate::db::Db;
use crate::dialect::{render, statements};
use crate::error::{Error, Result};
use crate::value::args;

static MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_foundation.sql")),
    (2, include_str!("../migrations/0002_left_groups.sql")),
    (3, include_str!("../migrations/0003_receivers.sql")),
];

statements! {
    APPLIED = "SELECT version FROM migrations ORDER BY version";
    RECORD = "INSERT INTO migrations (version, applied_at) VALUES ($1, $2)";
}

/// Brings the schema up to date. Refuses a database that a newer Belfry wrote.
pub(crate) async fn migrate(db: &Db, now: Millis) -> Result<()> {
    let mut tx = db.begin().await?;
    if db.dialect() == crate::dialect::Dialect::Pg {
        // Two nodes that start together take turns; 0x62656c66727901 is "belfry" and a version.
        tx.script("SELECT pg_advisory_xact_lock(27692063190022401)".into()).await?;
    }
    tx.script(
        "CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)"
            .into(),
    )
    .await?;
    tx.commit().await?;
    let mut tx = db.begin().await?;
    if db.dialect() == crate::dialect::Dialect::Pg {
        tx.script("SELECT pg_advisory_xact_lock(27692063190022401)".into()).await?;
    }
    let applied: Vec<i64> =
        tx.all(&APPLIED, args![]).await?.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
    if let Some(newest) = applied.last()
        && MIGRATIONS.iter().all(|(version, _)| version < newest)
    {
        return Err(Error::Unavailable(format!(
            "the database is of a newer version ({newest}) than this program"
        )));
    }
    for (version, text) in MIGRATIONS.iter().filter(|(version, _)| !applied.contains(version)) {
        tx.script(render(&without_comments(text), db.dialect())).await?;
        tx.run(&RECORD, args![*version, now]).await?;
    }
    tx.commit().await
}

/// Comments may speak of tokens; they are not rendered.
fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n")
}
