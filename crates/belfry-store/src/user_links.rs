//! Magic links: each signs one member in, once. Only a hash is kept. Looking at one changes nothing; redeeming takes it
//! and begins a session in one transaction. A link whose membership is not active opens nothing.
//!
//! Who says a key while redeeming gets a token that is made from link and key. So the answer can be given again for a
//! while, as long as the session is there, and nothing more is kept for it than the hash of that token.

use std::time::Duration;

use belfry_types::id::WorkspaceId;
use belfry_types::limits::{REDEEM_AGAIN_S, USER_LINK_S, USER_LINKS_KEPT};
use belfry_types::people::{MemberStatus, Ordinal};
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::secret::{Secret, SecretHash, USER_LINK, USER_TOKEN, hash};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::Result;
use crate::store::Store;
use crate::user_tokens::begin_session;
use crate::value::{Row, Value, args};

statements! {
    INSERT = "INSERT INTO user_links (hash, organization, workspace, ordinal, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    OLDEST = "DELETE FROM user_links WHERE hash IN (SELECT hash FROM user_links \
        WHERE organization = $1 AND ordinal = $3 AND workspace = $2 ORDER BY created_at DESC, hash LIMIT 1000 OFFSET $4)";
    GOOD = "SELECT l.organization, l.workspace, l.ordinal, l.expires_at, u.name, w.id, w.slug, w.name, w.icon, o.name \
        FROM user_links l JOIN memberships m ON m.workspace = l.workspace AND m.ordinal = l.ordinal \
        AND m.organization = l.organization JOIN users u ON u.organization = l.organization AND u.ordinal = l.ordinal \
        JOIN workspaces w ON w.num = l.workspace JOIN organizations o ON o.num = l.organization \
        WHERE l.hash = $1 AND l.expires_at > $2 AND m.status = 2";
    AGAIN = "SELECT t.organization, t.workspace, t.ordinal, t.expires_at, u.name, w.id, w.slug, w.name, w.icon, o.name \
        FROM user_tokens t JOIN memberships m ON m.workspace = t.workspace AND m.ordinal = t.ordinal \
        AND m.organization = t.organization JOIN users u ON u.organization = t.organization AND u.ordinal = t.ordinal \
        JOIN workspaces w ON w.num = t.workspace JOIN organizations o ON o.num = t.organization \
        WHERE t.hash = $1 AND t.session = 1 AND t.expires_at > $2 AND t.created_at > $3 AND m.status = 2";
    MEMBER = "SELECT status FROM memberships WHERE workspace = $1 AND ordinal = $2 AND organization = $3 {lock}";
    TAKE = "DELETE FROM user_links WHERE hash = $1";
    END = "DELETE FROM user_links WHERE organization = $1 AND ordinal = $2";
    END_OF_MEMBER = "DELETE FROM user_links WHERE organization = $1 AND workspace = $2 AND ordinal = $3";
    SWEEP = "DELETE FROM user_links WHERE hash IN (SELECT hash FROM user_links WHERE expires_at <= $1 LIMIT $2 {skip})";
}

/// Links of one transaction of a sweep.
const ROWS: i64 = 2_000;

/// A good link: whom it signs in, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodLink {
    /// The person's name.
    pub name: String,
    /// The workspace's id.
    pub workspace: WorkspaceId,
    /// Its name in URLs.
    pub slug: String,
    /// Its name.
    pub workspace_name: String,
    /// Id of the photo that is its picture.
    pub icon: Option<String>,
    /// The organization's name.
    pub organization_name: String,
    /// When the link ends.
    pub expires_at: Millis,
    scope: WorkspaceScope,
    ordinal: Ordinal,
}

/// A link that was redeemed.
#[derive(Debug, Clone)]
pub struct RedeemedLink {
    /// Whom it signed in, and where.
    pub link: GoodLink,
    /// The token of the session.
    pub token: Secret,
    /// When the session ends.
    pub expires_at: Millis,
    /// It was redeemed before with the same key; this is the same answer.
    pub again: bool,
}

fn read(row: &Row) -> Result<GoodLink> {
    Ok(GoodLink {
        scope: Scope::granted(row.int(0)?).in_workspace(row.int(1)?),
        ordinal: row.ordinal(2)?,
        expires_at: row.millis(3)?,
        name: row.text(4)?,
        workspace: WorkspaceId(row.bytes(5)?),
        slug: row.text(6)?,
        workspace_name: row.text(7)?,
        icon: row.text_opt(8)?,
        organization_name: row.text(9)?,
    })
}

/// The answer that was given before.
fn again(row: Option<Row>, token: Secret) -> Result<Option<RedeemedLink>> {
    row.map(|row| {
        let link = read(&row)?;
        let expires_at = link.expires_at;
        Ok(RedeemedLink { link, token, expires_at, again: true })
    })
    .transpose()
}

/// Makes a link of a member whom the transaction found to be active and has locked. Of those that were not used the
/// newest [`USER_LINKS_KEPT`] stay.
pub(crate) async fn issue(
    store: &Store,
    tx: &mut Tx,
    ws: WorkspaceScope,
    ordinal: Ordinal,
) -> Result<(Secret, Millis)> {
    let (secret, now) = (Secret::new(USER_LINK, &*store.rng), store.clock.now());
    let expires_at = now.plus(Duration::from_secs(USER_LINK_S));
    // Before the new one, so that it stays whatever the clock says.
    tx.run(&OLDEST, args![ws.organization(), ws.workspace(), ordinal, USER_LINKS_KEPT - 1]).await?;
    let values = args![secret.hash(), ws.organization(), ws.workspace(), ordinal, now, expires_at];
    tx.run(&INSERT, values).await?;
    Ok((secret, expires_at))
}

/// Ends all links of a person.
pub(crate) async fn end(tx: &mut Tx, organization: i64, ordinal: Ordinal) -> Result<()> {
    tx.run(&END, args![organization, ordinal]).await.map(drop)
}

/// Ends the links of one membership.
pub(crate) async fn end_of_member(tx: &mut Tx, ws: WorkspaceScope, ordinal: Ordinal) -> Result<()> {
    tx.run(&END_OF_MEMBER, args![ws.organization(), ws.workspace(), ordinal]).await.map(drop)
}

impl Store {
    /// What the link with this hash would open now. Nothing is changed.
    pub async fn preview_link(&self, hash: &SecretHash) -> Result<Option<GoodLink>> {
        let row = self.db.one(&GOOD, args![*hash, self.clock.now()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Takes a link and begins the session that it stands for. `None` for a link that is unknown, used or expired, or
    /// whose membership is not active. Of several at once one gets it. With a `key` the same link and key give the same
    /// session again within [`REDEEM_AGAIN_S`], unless it was ended.
    pub async fn redeem_link(&self, link: &str, key: Option<&str>) -> Result<Option<RedeemedLink>> {
        let token = match key {
            Some(key) => self.cipher.session_of(link, key),
            None => Secret::new(USER_TOKEN, &*self.rng),
        };
        let hash = hash(link);
        // Guesses end here, before they take a writer's turn.
        if self.preview_link(&hash).await?.is_none() {
            return match key {
                Some(_) => again(self.db.one(&AGAIN, self.lately(&token)).await?, token),
                None => Ok(None),
            };
        }
        let mut tx = self.db.begin().await?;
        let mut redeemed = self.take_link(&mut tx, &hash, token.clone()).await?;
        if redeemed.is_none() && key.is_some() {
            // Who was quicker may not have committed yet: it is seen here, and the answer waits for it.
            redeemed = again(tx.one(&AGAIN, self.lately(&token)).await?, token)?;
        }
        if redeemed.is_some() {
            tx.commit().await?;
        }
        Ok(redeemed)
    }

    async fn take_link(&self, tx: &mut Tx, hash: &SecretHash, token: Secret) -> Result<Option<RedeemedLink>> {
        let Some(row) = tx.one(&GOOD, args![*hash, self.clock.now()]).await? else { return Ok(None) };
        let link = read(&row)?;
        // The membership before the link: whoever ends a membership locks them in this order too.
        let values = args![link.scope.workspace(), link.ordinal, link.scope.organization()];
        let member = tx.one(&MEMBER, values).await?;
        let active = member.map(|row| row.int(0)).transpose()? == Some(MemberStatus::Active.code());
        if !active || tx.run(&TAKE, args![*hash]).await? == 0 {
            return Ok(None);
        }
        let (token, expires_at) = begin_session(self, tx, link.scope, link.ordinal, token).await?;
        Ok(Some(RedeemedLink { link, token, expires_at, again: false }))
    }

    /// What finds a session that began lately.
    fn lately(&self, token: &Secret) -> Vec<Value> {
        let now = self.clock.now();
        args![token.hash(), now, now.minus(Duration::from_secs(REDEEM_AGAIN_S))]
    }

    /// Forgets links that have ended.
    pub async fn sweep_user_links(&self, now: Millis) -> Result<()> {
        while self.db.run(&SWEEP, args![now, ROWS]).await? == ROWS.cast_unsigned() {}
        Ok(())
    }
}
