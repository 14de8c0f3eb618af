//! Answers that were given under an idempotency key, kept for a day. What the key covers (who asked, the route, the
//! key's text) is hashed by the caller.

use std::time::Duration;

use belfry_types::limits::IDEMPOTENCY_S;
use belfry_types::scope::Scope;
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    RECALL = "SELECT body_hash, answer FROM idempotency WHERE organization = $1 AND key_hash = $2 AND created_at > $3";
    // A key that is older than a day is free again.
    REMEMBER = "INSERT INTO idempotency (organization, key_hash, body_hash, answer, created_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization, key_hash) DO UPDATE \
        SET body_hash = excluded.body_hash, answer = excluded.answer, created_at = excluded.created_at \
        WHERE idempotency.created_at <= $6";
    SWEEP = "DELETE FROM idempotency WHERE created_at < $1";
}

/// What became of an answer that was to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remembered {
    /// It was kept; the work may be done.
    New,
    /// The same request was answered before, with this.
    Same(String),
    /// The key was used for another body.
    Other,
}

fn oldest(now: Millis) -> Millis {
    now.minus(Duration::from_secs(IDEMPOTENCY_S))
}

/// Keeps an answer inside the transaction that does the work. Anything but [`Remembered::New`] means that the
/// transaction must be dropped. Two that run side by side wait for one another here.
pub(crate) async fn remember(
    tx: &mut Tx,
    scope: Scope,
    key_hash: &[u8; 32],
    body_hash: &[u8; 32],
    answer: &str,
    now: Millis,
) -> Result<Remembered> {
    let values = args![scope.organization(), *key_hash, *body_hash, answer, now, oldest(now)];
    if tx.run(&REMEMBER, values).await? == 1 {
        return Ok(Remembered::New);
    }
    let row = tx.one(&RECALL, args![scope.organization(), *key_hash, oldest(now)]).await?;
    let row =
        row.ok_or_else(|| Error::Unavailable("an idempotency key was swept while it was asked for".into()))?;
    Ok(if row.bytes::<32>(0)? == *body_hash { Remembered::Same(row.text(1)?) } else { Remembered::Other })
}

impl Store {
    /// The hash of the body and the answer that are kept under a key.
    pub async fn recall(&self, scope: Scope, key_hash: &[u8; 32]) -> Result<Option<([u8; 32], String)>> {
        let values = args![scope.organization(), *key_hash, oldest(self.clock.now())];
        let row = self.db.one(&RECALL, values).await?;
        row.map(|row| Ok((row.bytes(0)?, row.text(1)?))).transpose()
    }

    /// Keeps an answer in a transaction of its own, for work that may be done twice without harm.
    pub async fn remember(
        &self,
        scope: Scope,
        key_hash: &[u8; 32],
        body_hash: &[u8; 32],
        answer: &str,
    ) -> Result<Remembered> {
        let mut tx = self.db.begin().await?;
        let remembered = remember(&mut tx, scope, key_hash, body_hash, answer, self.clock.now()).await?;
        tx.commit().await?;
        Ok(remembered)
    }

    /// Forgets the answers that were given before `before`, and tells how many.
    pub async fn sweep_idempotency(&self, before: Millis) -> Result<u64> {
        self.db.run(&SWEEP, args![before]).await
    }
}
