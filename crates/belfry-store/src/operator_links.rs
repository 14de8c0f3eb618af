//! Links that are good once: with one of them the installation is set up, with another an operator sets a password.
//! Only hashes are kept. Whoever changes a password this way ends every session of it.

use std::time::Duration;

use belfry_types::limits::SETUP_LINK_S;
use belfry_types::secret::{LINK, Secret, SecretHash};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;
use crate::{operator_sessions, sign_in};

// Operator 0 is nobody yet: the link sets the installation up.
statements! {
    INSERT = "INSERT INTO operator_links (hash, operator, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    GOOD = "SELECT o.email, o.name FROM operator_links l JOIN operators o ON o.num = l.operator \
        WHERE l.hash = $1 AND l.expires_at > $2";
    GOOD_SETUP = "SELECT 1 FROM operator_links WHERE hash = $1 AND operator = 0 AND expires_at > $2";
    TAKE = "DELETE FROM operator_links WHERE hash = $1 AND operator <> 0 AND expires_at > $2 RETURNING operator";
    TAKE_ALL = "DELETE FROM operator_links WHERE operator = $1 RETURNING hash, expires_at";
    DROP_OLD = "DELETE FROM operator_links WHERE expires_at <= $1";
    SET_PASSWORD = "UPDATE operators SET password_hash = $2 WHERE num = $1 RETURNING email";
    READY = "SELECT 1 FROM operators WHERE password_hash IS NOT NULL LIMIT 1";
}

/// Whether anybody has a password.
async fn ready(tx: &mut Tx) -> Result<bool> {
    Ok(tx.one(&READY, args![]).await?.is_some())
}

/// Takes every link for setting up; [`Error::NotFound`] unless this one is among them and in time, and nobody was set up
/// before. Of several at once one gets them.
pub(crate) async fn take_setup(tx: &mut Tx, hash: &SecretHash, now: Millis) -> Result<()> {
    let links = tx.all(&TAKE_ALL, args![0_i64]).await?;
    let mut good = false;
    for link in &links {
        good |= link.bytes(0)? == *hash && now < link.millis(1)?;
    }
    if good && !ready(tx).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Gives an operator this password. Links that were handed out before and sessions but one (0 for none) are over.
pub(crate) async fn set_password(tx: &mut Tx, operator: i64, password_hash: &str, but: i64) -> Result<()> {
    let row = tx.one(&SET_PASSWORD, args![operator, password_hash]).await?.ok_or(Error::NotFound)?;
    sign_in::forget(tx, &row.text(0)?).await?;
    tx.all(&TAKE_ALL, args![operator]).await?;
    operator_sessions::end_all_but(tx, operator, but).await
}

impl Store {
    /// Whether some operator has a password, so that someone can sign in.
    pub async fn is_set_up(&self) -> Result<bool> {
        Ok(self.db.one(&READY, args![]).await?.is_some())
    }

    /// A link that sets the installation up, good for a day. Earlier ones stay good: another node may have shown one.
    pub async fn setup_link(&self) -> Result<Secret> {
        self.link(0, Duration::from_secs(SETUP_LINK_S)).await
    }

    /// Whether a link to set up is good now. Nothing is changed.
    pub async fn is_setup_link(&self, hash: &SecretHash) -> Result<bool> {
        Ok(self.db.one(&GOOD_SETUP, args![*hash, self.clock.now()]).await?.is_some())
    }

    /// A link with which an operator sets a password. Earlier ones are void.
    pub async fn password_link(&self, operator: i64, lasts: Duration) -> Result<Secret> {
        self.drop_password_links(operator).await?;
        self.link(operator, lasts).await
    }

    /// Makes void what was handed out to an operator to set a password.
    pub async fn drop_password_links(&self, operator: i64) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.all(&TAKE_ALL, args![operator]).await?;
        tx.commit().await
    }

    async fn link(&self, operator: i64, lasts: Duration) -> Result<Secret> {
        let (secret, now) = (Secret::new(LINK, &*self.rng), self.clock.now());
        self.db.run(&INSERT, args![secret.hash(), operator, now, now.plus(lasts)]).await?;
        Ok(secret)
    }

    /// The address and the name of whoever sets a password with a link; `None` if it is not good now.
    pub async fn password_link_owner(&self, hash: &SecretHash) -> Result<Option<(String, String)>> {
        let row = self.db.one(&GOOD, args![*hash, self.clock.now()]).await?;
        row.map(|row| Ok((row.text(0)?, row.text(1)?))).transpose()
    }

    /// Sets the password of whom a link was made for, and ends every session of theirs. [`Error::NotFound`] if the link
    /// is not good any more.
    pub async fn reset_password(&self, hash: &SecretHash, password_hash: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let row = tx.one(&TAKE, args![*hash, self.clock.now()]).await?.ok_or(Error::NotFound)?;
        set_password(&mut tx, row.int(0)?, password_hash, 0).await?;
        tx.commit().await
    }

    /// Sets an operator's password and ends every session but this one.
    pub async fn change_password(&self, operator: i64, session: i64, password_hash: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        set_password(&mut tx, operator, password_hash, session).await?;
        tx.commit().await
    }

    /// Deletes sessions and links that are over, and failed sign-ins of long ago.
    pub async fn sweep_sign_ins(&self, now: Millis) -> Result<()> {
        self.drop_ended_sessions().await?;
        self.db.run(&DROP_OLD, args![now]).await?;
        self.forget_old_failures(now).await
    }
}
