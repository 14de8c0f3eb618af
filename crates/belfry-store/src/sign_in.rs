//! Signing in: the password of an address and how often it was guessed. Failures are counted before a password is
//! looked at, so that guesses side by side count one by one, and by the address that was given, so that one that nobody
//! has answers like any other. Passwords come hashed; how is not known here.

use std::time::Duration;

use belfry_types::limits::{LOCK_CAP_S, LOCK_FIRST_S, LOCK_FORGET_S, SIGN_IN_FAILURES};
use belfry_types::people::email_key;
use belfry_types::secret::{SecretHash, sha256};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    FIRST = "INSERT INTO sign_in_failures (account, failures, failed_at, locked_until) VALUES ($1, 0, $2, 0) \
        ON CONFLICT (account) DO NOTHING";
    FAILURES = "SELECT failures, failed_at, locked_until FROM sign_in_failures WHERE account = $1 {lock}";
    COUNT = "UPDATE sign_in_failures SET failures = $2, failed_at = $3, locked_until = $4 WHERE account = $1";
    FORGET = "DELETE FROM sign_in_failures WHERE account = $1";
    FORGET_OLD = "DELETE FROM sign_in_failures WHERE failed_at <= $1";
    PASSWORD = "SELECT num, password_hash FROM operators WHERE email_key = $1";
}

/// Whether an address may be tried, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Too many failed: nothing is looked at for so long.
    Locked(Duration),
    /// The operator's number and hashed password; `None` where nobody has the address or they have no password.
    Counted(Option<(i64, String)>),
}

/// How long an account waits after that many failures.
fn wait(failures: i64) -> Duration {
    let Ok(beyond) = u32::try_from(failures - SIGN_IN_FAILURES) else { return Duration::ZERO };
    let doubled = LOCK_FIRST_S.saturating_mul(2_u64.saturating_pow(beyond));
    Duration::from_secs(doubled.min(LOCK_CAP_S))
}

fn account(email: &str) -> SecretHash {
    sha256(email_key(email).as_bytes())
}

/// What failed before is forgotten.
pub(crate) async fn forget(tx: &mut Tx, email: &str) -> Result<()> {
    tx.run(&FORGET, args![account(email)]).await.map(drop)
}

impl Store {
    /// Counts an attempt to sign in with an address as a failure, until [`Store::signed_in`] says that it was none.
    pub async fn attempt_sign_in(&self, email: &str) -> Result<Attempt> {
        let (now, account) = (self.clock.now(), account(email));
        let mut tx = self.db.begin().await?;
        tx.run(&FIRST, args![account, now]).await?;
        let row = tx.one(&FAILURES, args![account]).await?.ok_or(Error::NotFound)?;
        let (failures, failed_at, locked_until) = (row.int(0)?, row.millis(1)?, row.millis(2)?);
        if now < locked_until {
            return Ok(Attempt::Locked(locked_until.since(now)));
        }
        let fresh = now.since(failed_at) >= Duration::from_secs(LOCK_FORGET_S);
        let failures = if fresh { 1 } else { failures + 1 };
        tx.run(&COUNT, args![account, failures, now, now.plus(wait(failures))]).await?;
        let password = match tx.one(&PASSWORD, args![email_key(email)]).await? {
            None => None,
            Some(row) => row.text_opt(1)?.map(|hash| Ok::<_, Error>((row.int(0)?, hash))).transpose()?,
        };
        tx.commit().await?;
        Ok(Attempt::Counted(password))
    }

    /// The attempt was none to count, and what failed before is forgotten.
    pub async fn signed_in(&self, email: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        forget(&mut tx, email).await?;
        tx.commit().await
    }

    /// Forgets failures of accounts with which nothing happened for a day.
    pub(crate) async fn forget_old_failures(&self, now: Millis) -> Result<()> {
        self.db.run(&FORGET_OLD, args![now.minus(Duration::from_secs(LOCK_FORGET_S))]).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let seconds = |failures| wait(failures).as_secs();
        assert_eq!(
            [0, 1, 9, 10, 11, 12, 15, 16, 1_000].map(seconds),
            [0, 0, 0, 60, 120, 240, 1_920, 3_600, 3_600]
        );
        assert_eq!(account(" Ann@Example.com"), account("ann@example.com"));
    }
}
