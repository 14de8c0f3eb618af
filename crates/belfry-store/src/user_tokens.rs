//! Bearer tokens with which a page acts as one member of one workspace. Only a hash is kept. A token whose membership
//! is not active opens nothing.
//!
//! One order of locks holds for whoever makes, redeems or ends: membership, links, tokens, devices. Tokens that have
//! expired are left to the sweep, which waits for nobody.

use std::time::Duration;

use belfry_types::limits::{USER_SESSION_PROLONG_S, USER_SESSION_S, USER_TOKEN_S};
use belfry_types::people::Ordinal;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::secret::{Secret, SecretHash, USER_TOKEN};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};
use crate::{devices, user_links};

statements! {
    // The lock makes a cancellation that runs at the same time wait and then end this one too.
    INSERT = "INSERT INTO user_tokens (hash, organization, workspace, ordinal, created_at, expires_at, session) \
        SELECT $1, organization, workspace, ordinal, $5, $6, $7 FROM memberships \
        WHERE workspace = $3 AND ordinal = $4 AND organization = $2 AND status = 2 {lock}";
    BY_HASH = "SELECT t.organization, t.workspace, t.ordinal, t.expires_at, t.session FROM user_tokens t \
        JOIN memberships m ON m.workspace = t.workspace AND m.ordinal = t.ordinal AND m.organization = t.organization \
        WHERE t.hash = $1 AND t.expires_at > $2 AND m.status = 2";
    BY_EXTERNAL_ID = "SELECT u.organization, m.workspace, u.ordinal FROM users u \
        JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal AND m.organization = u.organization \
        WHERE u.organization = $2 AND u.external_id = $3 AND m.status = 2";
    PROLONG = "UPDATE user_tokens SET expires_at = $2 \
        WHERE hash = $1 AND session = 1 AND expires_at > $3 AND expires_at < $4";
    END_ONE = "DELETE FROM user_tokens WHERE hash = $1 AND organization = $2 AND ordinal = $3";
    END = "DELETE FROM user_tokens WHERE organization = $1 AND ordinal = $2";
    LOCK_MEMBER = "SELECT ordinal FROM memberships \
        WHERE workspace IN (SELECT num FROM workspaces WHERE organization = $1) AND ordinal = $2 ORDER BY workspace {lock}";
    ENDED = "INSERT INTO token_ends (organization, ordinal, ended_at) \
        SELECT organization, ordinal, $3 FROM users WHERE organization = $1 AND ordinal = $2 \
        ON CONFLICT (organization, ordinal) DO UPDATE SET ended_at = excluded.ended_at";
    ENDS = "SELECT organization, ordinal, ended_at FROM token_ends WHERE ended_at >= $1";
}

/// Who acts, and in which workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UserGrant {
    /// The workspace that let them in.
    pub scope: WorkspaceScope,
    /// The person.
    pub ordinal: Ordinal,
}

/// A token that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundToken {
    /// Whom it lets act.
    pub grant: UserGrant,
    /// When it ends.
    pub expires_at: Millis,
    /// A magic link began it: it is prolonged while it is used.
    pub session: bool,
}

fn read(row: &Row) -> Result<UserGrant> {
    Ok(UserGrant { scope: Scope::granted(row.int(0)?).in_workspace(row.int(1)?), ordinal: row.ordinal(2)? })
}

/// Writes down that a person's tokens were ended, for connections that are open on other nodes.
pub(crate) async fn note_end(tx: &mut Tx, organization: i64, ordinal: Ordinal, now: Millis) -> Result<()> {
    tx.run(&ENDED, args![organization, ordinal, now]).await.map(drop)
}

/// Makes a token of an active member inside a transaction; [`Error::NotFound`] for anyone else.
async fn issue(
    store: &Store,
    tx: &mut Tx,
    ws: WorkspaceScope,
    ordinal: Ordinal,
    secret: Secret,
    (lasts_s, session): (u64, bool),
) -> Result<(Secret, Millis)> {
    let now = store.clock.now();
    let expires_at = now.plus(Duration::from_secs(lasts_s));
    let values = args![secret.hash(), ws.organization(), ws.workspace(), ordinal, now, expires_at, session];
    if tx.run(&INSERT, values).await? == 0 {
        return Err(Error::NotFound);
    }
    Ok((secret, expires_at))
}

/// Begins the session of a person who redeemed a link.
pub(crate) async fn begin_session(
    store: &Store,
    tx: &mut Tx,
    ws: WorkspaceScope,
    ordinal: Ordinal,
    token: Secret,
) -> Result<(Secret, Millis)> {
    issue(store, tx, ws, ordinal, token, (USER_SESSION_S, true)).await
}

/// Locks all memberships of a person. Whoever changes what hangs on them comes here first.
pub(crate) async fn lock_memberships(tx: &mut Tx, organization: i64, ordinal: Ordinal) -> Result<()> {
    tx.all(&LOCK_MEMBER, args![organization, ordinal]).await.map(drop)
}

/// Ends every token and link of a person in the organization. Links first: whoever redeems one at this moment either
/// finds it gone, or has committed the token that is then found here.
async fn end_all(tx: &mut Tx, organization: i64, ordinal: Ordinal, now: Millis) -> Result<()> {
    lock_memberships(tx, organization, ordinal).await?;
    user_links::end(tx, organization, ordinal).await?;
    tx.run(&END, args![organization, ordinal]).await?;
    note_end(tx, organization, ordinal, now).await
}

impl Store {
    /// Makes a token for an active member and gives it with its end. [`Error::NotFound`] for anyone else.
    pub async fn issue_user_token(&self, ws: WorkspaceScope, ordinal: Ordinal) -> Result<(Secret, Millis)> {
        let secret = Secret::new(USER_TOKEN, &*self.rng);
        let mut tx = self.db.begin().await?;
        let issued = issue(self, &mut tx, ws, ordinal, secret, (USER_TOKEN_S, false)).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// The same together with a magic link of the person.
    pub async fn issue_token_and_link(
        &self,
        ws: WorkspaceScope,
        ordinal: Ordinal,
    ) -> Result<((Secret, Millis), (Secret, Millis))> {
        let secret = Secret::new(USER_TOKEN, &*self.rng);
        let mut tx = self.db.begin().await?;
        let token = issue(self, &mut tx, ws, ordinal, secret, (USER_TOKEN_S, false)).await?;
        let link = user_links::issue(self, &mut tx, ws, ordinal).await?;
        tx.commit().await?;
        Ok((token, link))
    }

    /// The token with this hash; `None` if it is unknown or expired or the membership is not active.
    pub async fn user_by_token(&self, hash: &SecretHash) -> Result<Option<FoundToken>> {
        let row = self.db.one(&BY_HASH, args![*hash, self.clock.now()]).await?;
        row.map(|row| {
            Ok(FoundToken { grant: read(&row)?, expires_at: row.millis(3)?, session: row.flag(4)? })
        })
        .transpose()
    }

    /// Moves the end of a session on that has less than [`USER_SESSION_PROLONG_S`] left; when it ends now, or `None`
    /// if nothing was changed.
    pub async fn prolong_session(&self, hash: &SecretHash) -> Result<Option<Millis>> {
        let now = self.clock.now();
        let until = now.plus(Duration::from_secs(USER_SESSION_S));
        let below = now.plus(Duration::from_secs(USER_SESSION_PROLONG_S));
        let changed = self.db.run(&PROLONG, args![*hash, until, now, below]).await?;
        Ok((changed > 0).then_some(until))
    }

    /// Ends one token of a person.
    pub async fn end_user_token(&self, scope: Scope, ordinal: Ordinal, hash: &SecretHash) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.run(&END_ONE, args![*hash, scope.organization(), ordinal]).await?;
        note_end(&mut tx, scope.organization(), ordinal, self.clock.now()).await?;
        tx.commit().await
    }

    /// Ends every token and link of a person and makes all of their devices inactive, in the whole organization.
    pub async fn sign_out_everywhere(&self, scope: Scope, ordinal: Ordinal) -> Result<()> {
        let (organization, now) = (scope.organization(), self.clock.now());
        let mut tx = self.db.begin().await?;
        end_all(&mut tx, organization, ordinal, now).await?;
        devices::deactivate_user(&mut tx, organization, ordinal, now).await?;
        tx.commit().await
    }

    /// The active member with this external id, for tokens that the host product signed.
    pub async fn member_by_external_id(
        &self,
        ws: WorkspaceScope,
        external_id: &str,
    ) -> Result<Option<UserGrant>> {
        let values = args![ws.workspace(), ws.organization(), external_id];
        self.db.one(&BY_EXTERNAL_ID, values).await?.as_ref().map(read).transpose()
    }

    /// Ends every token and link of a person, in all workspaces of the organization.
    pub async fn end_user_tokens(&self, scope: Scope, ordinal: Ordinal) -> Result<()> {
        let mut tx = self.db.begin().await?;
        end_all(&mut tx, scope.organization(), ordinal, self.clock.now()).await?;
        tx.commit().await
    }

    /// Whose tokens were ended since then, on whatever node: organization, person, time.
    pub async fn tokens_ended_since(&self, since: Millis) -> Result<Vec<(i64, Ordinal, Millis)>> {
        let rows = self.db.all(&ENDS, args![since]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.ordinal(1)?, row.millis(2)?))).collect()
    }
}
