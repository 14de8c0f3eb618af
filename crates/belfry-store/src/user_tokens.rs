//! Bearer tokens with which a page acts as one member of one workspace. Only a hash is kept. A token whose membership
//! is not active opens nothing.

use std::time::Duration;

use belfry_types::limits::USER_TOKEN_S;
use belfry_types::people::Ordinal;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::secret::{Secret, SecretHash, USER_TOKEN};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    INSERT = "INSERT INTO user_tokens (hash, organization, workspace, ordinal, created_at, expires_at) \
        SELECT $1, organization, workspace, ordinal, $5, $6 FROM memberships \
        WHERE workspace = $3 AND ordinal = $4 AND organization = $2 AND status = 2";
    DROP_EXPIRED = "DELETE FROM user_tokens WHERE organization = $1 AND ordinal = $2 AND expires_at <= $3";
    BY_HASH = "SELECT t.organization, t.workspace, t.ordinal, t.expires_at FROM user_tokens t \
        JOIN memberships m ON m.workspace = t.workspace AND m.ordinal = t.ordinal AND m.organization = t.organization \
        WHERE t.hash = $1 AND t.expires_at > $2 AND m.status = 2";
    BY_EXTERNAL_ID = "SELECT u.organization, m.workspace, u.ordinal FROM users u \
        JOIN memberships m ON m.workspace = $1 AND m.ordinal = u.ordinal AND m.organization = u.organization \
        WHERE u.organization = $2 AND u.external_id = $3 AND m.status = 2";
    END = "DELETE FROM user_tokens WHERE organization = $1 AND ordinal = $2";
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

fn read(row: &Row) -> Result<UserGrant> {
    Ok(UserGrant { scope: Scope::granted(row.int(0)?).in_workspace(row.int(1)?), ordinal: row.ordinal(2)? })
}

/// Writes down that a person's tokens were ended, for connections that are open on other nodes.
pub(crate) async fn note_end(tx: &mut Tx, organization: i64, ordinal: Ordinal, now: Millis) -> Result<()> {
    tx.run(&ENDED, args![organization, ordinal, now]).await.map(drop)
}

impl Store {
    /// Makes a token for an active member and gives it with its end. [`Error::NotFound`] for anyone else.
    pub async fn issue_user_token(&self, ws: WorkspaceScope, ordinal: Ordinal) -> Result<(Secret, Millis)> {
        let (secret, now) = (Secret::new(USER_TOKEN, &*self.rng), self.clock.now());
        let expires_at = now.plus(Duration::from_secs(USER_TOKEN_S));
        let mut tx = self.db.begin().await?;
        tx.run(&DROP_EXPIRED, args![ws.organization(), ordinal, now]).await?;
        let values = args![secret.hash(), ws.organization(), ws.workspace(), ordinal, now, expires_at];
        if tx.run(&INSERT, values).await? == 0 {
            return Err(Error::NotFound);
        }
        tx.commit().await?;
        Ok((secret, expires_at))
    }

    /// Whom the token with this hash lets act, and until when; `None` if it is unknown or expired or the membership is
    /// not active.
    pub async fn user_by_token(&self, hash: &SecretHash) -> Result<Option<(UserGrant, Millis)>> {
        let row = self.db.one(&BY_HASH, args![*hash, self.clock.now()]).await?;
        row.map(|row| Ok((read(&row)?, row.millis(3)?))).transpose()
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

    /// Ends every token of a person, in all workspaces of the organization.
    pub async fn end_user_tokens(&self, scope: Scope, ordinal: Ordinal) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.run(&END, args![scope.organization(), ordinal]).await?;
        note_end(&mut tx, scope.organization(), ordinal, self.clock.now()).await?;
        tx.commit().await
    }

    /// Whose tokens were ended since then, on whatever node: organization, person, time.
    pub async fn tokens_ended_since(&self, since: Millis) -> Result<Vec<(i64, Ordinal, Millis)>> {
        let rows = self.db.all(&ENDS, args![since]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.ordinal(1)?, row.millis(2)?))).collect()
    }
}
