//! API keys: bearer secrets with permissions, for the whole organization or one workspace. Only a hash of the secret
//! is kept. Checking permissions is for the caller.

use belfry_types::id::{ApiKeyId, WorkspaceId};
use belfry_types::rights::Permissions;
use belfry_types::scope::Scope;
use belfry_types::secret::{API_KEY, Secret, SecretHash};
use belfry_types::time::Millis;

use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    PLACE = "SELECT COALESCE((SELECT id FROM workspaces WHERE num = $2 AND organization = $1), id) \
        FROM organizations WHERE num = $1 \
        AND ($2 = 0 OR EXISTS (SELECT 1 FROM workspaces WHERE num = $2 AND organization = $1))";
    INSERT = "INSERT INTO api_keys (id, organization, workspace, name, hash, hint, permissions, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING num";
    BY_HASH = "SELECT num, id, organization, workspace, permissions, expires_at FROM api_keys \
        WHERE hash = $1 AND revoked_at IS NULL";
    LIST = "SELECT k.num, k.id, k.workspace, w.id, k.name, k.hint, k.permissions, k.created_at, k.expires_at, k.revoked_at, \
        k.last_used_at FROM api_keys k LEFT JOIN workspaces w ON w.num = k.workspace \
        WHERE k.organization = $1 AND k.num > $2 ORDER BY k.num LIMIT $3";
    REVOKE = "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $3) WHERE organization = $1 AND id = $2";
    TOUCH = "UPDATE api_keys SET last_used_at = r.at FROM {rows:$1:num int,at int} AS r \
        WHERE api_keys.num = r.num AND (api_keys.last_used_at IS NULL OR api_keys.last_used_at < r.at)";
}

/// Characters of the secret that are kept to recognise it by, its prefix included: 24 of its 256 bits.
const HINT_CHARS: usize = 8;

/// What a new key needs.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Internal number of the only workspace it opens; `None` for the whole organization.
    pub workspace: Option<i64>,
    /// The name that operators see.
    pub name: String,
    /// What it may do.
    pub permissions: Permissions,
    /// When it stops working; `None` for never.
    pub expires_at: Option<Millis>,
}

/// A key without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: ApiKeyId,
    /// Internal number of the only workspace it opens.
    pub workspace: Option<i64>,
    /// Public id of that workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// The name that operators see.
    pub name: String,
    /// The first characters of the secret.
    pub hint: String,
    /// What it may do.
    pub permissions: Permissions,
    /// When it was made.
    pub created_at: Millis,
    /// When it stops working.
    pub expires_at: Option<Millis>,
    /// When it was revoked.
    pub revoked_at: Option<Millis>,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<Millis>,
}

/// What a presented key opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGrant {
    /// Internal number of the key.
    pub num: i64,
    /// Public id of the key.
    pub id: ApiKeyId,
    /// Internal number of the organization.
    pub organization: i64,
    /// Internal number of the only workspace it opens; `None` for all of the organization.
    pub workspace: Option<i64>,
    /// What it may do.
    pub permissions: Permissions,
    /// When it stops working; whoever caches the grant asks again by then.
    pub expires_at: Option<Millis>,
}

fn some_workspace(num: i64) -> Option<i64> {
    (num != 0).then_some(num)
}

fn read(row: &Row) -> Result<ApiKey> {
    Ok(ApiKey {
        num: row.int(0)?,
        id: ApiKeyId(row.bytes(1)?),
        workspace: some_workspace(row.int(2)?),
        workspace_id: row.blob_opt(3)?.as_deref().and_then(WorkspaceId::from_bytes),
        name: row.text(4)?,
        hint: row.text(5)?,
        permissions: Permissions::from_bits(row.int(6)?),
        created_at: row.millis(7)?,
        expires_at: row.millis_opt(8)?,
        revoked_at: row.millis_opt(9)?,
        last_used_at: row.millis_opt(10)?,
    })
}

impl Store {
    /// Makes a key and gives its secret, which nobody can read again.
    pub async fn create_api_key(&self, scope: Scope, new: NewApiKey) -> Result<(ApiKey, Secret)> {
        let (now, place) = (self.clock.now(), new.workspace.unwrap_or(0));
        let (id, secret) = (ApiKeyId::new(now, &*self.rng), Secret::new(API_KEY, &*self.rng));
        let hint: String = secret.reveal().chars().take(HINT_CHARS).collect();
        let mut tx = self.db.begin().await?;
        let row = tx.one(&PLACE, args![scope.organization(), place]).await?.ok_or(Error::NotFound)?;
        let workspace_id = new.workspace.and(Some(WorkspaceId(row.bytes(0)?)));
        let values = args![
            id.0,
            scope.organization(),
            place,
            &new.name,
            secret.hash(),
            &hint,
            new.permissions.bits(),
            now,
            new.expires_at
        ];
        let num = tx.one(&INSERT, values).await?.ok_or(Error::NotFound)?.int(0)?;
        tx.commit().await?;
        let key = ApiKey {
            num,
            id,
            workspace: new.workspace,
            workspace_id,
            name: new.name,
            hint,
            permissions: new.permissions,
            created_at: now,
            expires_at: new.expires_at,
            revoked_at: None,
            last_used_at: None,
        };
        Ok((key, secret))
    }

    /// What the secret with this hash opens now; `None` if it is unknown, revoked or expired.
    pub async fn api_key_by_hash(&self, hash: &SecretHash) -> Result<Option<KeyGrant>> {
        let Some(row) = self.db.one(&BY_HASH, args![*hash]).await? else { return Ok(None) };
        let grant = KeyGrant {
            num: row.int(0)?,
            id: ApiKeyId(row.bytes(1)?),
            organization: row.int(2)?,
            workspace: some_workspace(row.int(3)?),
            permissions: Permissions::from_bits(row.int(4)?),
            expires_at: row.millis_opt(5)?,
        };
        let now = self.clock.now();
        Ok(Some(grant).filter(|grant| grant.expires_at.is_none_or(|at| now < at)))
    }

    /// The organization's keys after the one numbered `after`, revoked ones included.
    pub async fn api_keys(&self, scope: Scope, after: Option<i64>, limit: usize) -> Result<Vec<ApiKey>> {
        let rows = self.db.all(&LIST, args![scope.organization(), after.unwrap_or(0), limit]).await?;
        rows.iter().map(read).collect()
    }

    /// Ends a key. Revoking again changes nothing.
    pub async fn revoke_api_key(&self, scope: Scope, id: ApiKeyId) -> Result<()> {
        let changed = self.db.run(&REVOKE, args![scope.organization(), id.0, self.clock.now()]).await?;
        if changed == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Notes when keys, by their numbers, were last used; many at once, so that reading needs no write.
    pub async fn touch_api_keys(&self, used: &[(i64, Millis)]) -> Result<()> {
        let rows: Vec<(i64, i64)> = used.iter().map(|(num, at)| (*num, at.0)).collect();
        self.db.run(&TOUCH, args![serde_json::to_string(&rows)?]).await.map(drop)
    }
}
