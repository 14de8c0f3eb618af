//! Keys with which a host product signs tokens of its users. The material is encrypted at rest; checking signatures is
//! for the caller.

use belfry_types::id::SigningKeyId;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;

use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    INSERT = "INSERT INTO signing_keys (id, organization, workspace, name, algorithm, material, created_at) \
        SELECT $1, organization, num, $4, $5, $6, $7 FROM workspaces WHERE num = $3 AND organization = $2 RETURNING num";
    GET = "SELECT organization, workspace, algorithm, material FROM signing_keys WHERE id = $1 AND revoked_at IS NULL";
    LIST = "SELECT num, id, name, algorithm, created_at, revoked_at FROM signing_keys \
        WHERE workspace = $1 AND organization = $2 AND num > $3 ORDER BY num LIMIT $4";
    REVOKE = "UPDATE signing_keys SET revoked_at = COALESCE(revoked_at, $4) \
        WHERE workspace = $1 AND organization = $2 AND id = $3";
    REVOKED = "SELECT num, organization, workspace FROM signing_keys WHERE revoked_at >= $1";
}

/// A signing key without its material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Internal number.
    pub num: i64,
    /// Public id, the `kid` of the tokens that it signs (RFC 7515 §4.1.4).
    pub id: SigningKeyId,
    /// The name that operators see.
    pub name: String,
    /// `HS256`, `ES256` or `EdDSA` (RFC 7518, RFC 8037).
    pub algorithm: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it was revoked.
    pub revoked_at: Option<Millis>,
}

fn purpose(id: SigningKeyId) -> String {
    format!("signing-key/{id}")
}

fn read(row: &Row) -> Result<SigningKey> {
    Ok(SigningKey {
        num: row.int(0)?,
        id: SigningKeyId(row.bytes(1)?),
        name: row.text(2)?,
        algorithm: row.text(3)?,
        created_at: row.millis(4)?,
        revoked_at: row.millis_opt(5)?,
    })
}

impl Store {
    /// Keeps a key: the secret's bytes for `HS256`, the public key in PEM for the others.
    pub async fn create_signing_key(
        &self,
        ws: WorkspaceScope,
        name: &str,
        algorithm: &str,
        material: &[u8],
    ) -> Result<SigningKey> {
        let now = self.clock.now();
        let id = SigningKeyId::new(now, &*self.rng);
        let sealed = self.encrypt(&purpose(id), material);
        let mut tx = self.db.begin().await?;
        let values = args![id.0, ws.organization(), ws.workspace(), name, algorithm, sealed, now];
        let num = tx.one(&INSERT, values).await?.ok_or(Error::NotFound)?.int(0)?;
        tx.commit().await?;
        let (name, algorithm) = (name.to_owned(), algorithm.to_owned());
        Ok(SigningKey { num, id, name, algorithm, created_at: now, revoked_at: None })
    }

    /// The workspace, algorithm and material of a key that was not revoked. It takes no scope, because a token that
    /// names the key is how a scope begins.
    pub async fn signing_key(&self, id: SigningKeyId) -> Result<Option<(WorkspaceScope, String, Vec<u8>)>> {
        let Some(row) = self.db.one(&GET, args![id.0]).await? else { return Ok(None) };
        let ws = Scope::granted(row.int(0)?).in_workspace(row.int(1)?);
        Ok(Some((ws, row.text(2)?, self.decrypt(&purpose(id), &row.blob(3)?)?)))
    }

    /// The workspace's keys after the one numbered `after`, revoked ones included.
    pub async fn signing_keys(
        &self,
        ws: WorkspaceScope,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<SigningKey>> {
        let values = args![ws.workspace(), ws.organization(), after.unwrap_or(0), limit];
        self.db.all(&LIST, values).await?.iter().map(read).collect()
    }

    /// Keys that were revoked since then, on whatever node: number, organization and workspace.
    pub async fn signing_keys_revoked_since(&self, since: Millis) -> Result<Vec<(i64, i64, i64)>> {
        let rows = self.db.all(&REVOKED, args![since]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?, row.int(2)?))).collect()
    }

    /// Ends a key: no token that it signed is accepted any more. Revoking again changes nothing.
    pub async fn revoke_signing_key(&self, ws: WorkspaceScope, id: SigningKeyId) -> Result<()> {
        let values = args![ws.workspace(), ws.organization(), id.0, self.clock.now()];
        if self.db.run(&REVOKE, values).await? == 0 { Err(Error::NotFound) } else { Ok(()) }
    }
}
