//! What ends by time: tokens, log rows and inbox rows at the end of retention.

use std::time::Duration;

use belfry_types::time::Millis;

use crate::dialect::statements;
use crate::error::Result;
use crate::store::Store;
use crate::value::args;

/// Rows of one transaction, so that accepting does not wait for a sweep.
const ROWS: i64 = 2_000;

/// How long it is known that tokens were ended: nodes ask every two seconds, and one that was cut off from the database
/// asks for what it missed.
const TOKEN_ENDS_KEPT: Duration = Duration::from_secs(3_600);

statements! {
    TOKENS = "DELETE FROM user_tokens WHERE hash IN (SELECT hash FROM user_tokens WHERE expires_at <= $1 LIMIT $2 {skip})";
    TOKEN_ENDS = "DELETE FROM token_ends WHERE ended_at < $1";
    EXPIRED = "SELECT organization, seq, wide FROM publications WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    ITEMS = "DELETE FROM inbox_items WHERE (organization, ordinal, seq) IN (SELECT i.organization, i.ordinal, i.seq \
        FROM inbox_items i JOIN {rows:$1:organization int,seq int} AS r ON i.organization = r.organization AND i.seq = r.seq)";
    PUBLICATIONS = "DELETE FROM publications WHERE (organization, seq) IN \
        (SELECT organization, seq FROM {rows:$1:organization int,seq int} AS r)";
    VERSION = "UPDATE organizations SET wide_version = wide_version + 1 WHERE num IN \
        (SELECT organization FROM {rows:$1:organization int,seq int} AS r)";
    MANY_WIDE = "SELECT organization FROM publications WHERE wide = 1 AND expires_at > $2 GROUP BY organization \
        HAVING COUNT(*) > $1";
}

impl Store {
    /// Forgets user tokens that have ended, and which were ended before their time a while ago.
    pub async fn sweep_user_tokens(&self, now: Millis) -> Result<()> {
        while self.db.run(&TOKENS, args![now, ROWS]).await? == ROWS.cast_unsigned() {}
        self.db.run(&TOKEN_ENDS, args![now.minus(TOKEN_ENDS_KEPT)]).await.map(drop)
    }

    /// Takes what is past its retention out of the log and out of inboxes.
    pub async fn sweep_publications(&self, now: Millis) -> Result<()> {
        loop {
            let rows = self.db.all(&EXPIRED, args![now, 100_i64]).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let keys: Vec<(i64, i64)> =
                rows.iter().map(|r| Ok((r.int(0)?, r.int(1)?))).collect::<Result<_>>()?;
            let keys = serde_json::to_string(&keys)?;
            let mut tx = self.db.begin().await?;
            tx.run(&ITEMS, args![keys.clone()]).await?;
            tx.run(&PUBLICATIONS, args![keys.clone()]).await?;
            tx.run(&VERSION, args![keys]).await?;
            tx.commit().await?;
        }
    }

    /// Organizations with more than `limit` live wide notifications.
    pub async fn organizations_with_many_wide(&self, limit: usize, now: Millis) -> Result<Vec<i64>> {
        self.db.all(&MANY_WIDE, args![limit, now]).await?.iter().map(|row| row.int(0)).collect()
    }
}
