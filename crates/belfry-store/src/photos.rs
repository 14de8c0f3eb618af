//! Pictures that were uploaded, as they were encoded again. The same picture is kept once per workspace. Reading one
//! needs no rights: its id is not to be guessed, and it is shown to whoever gets the notification.

use belfry_types::id::PhotoId;
use belfry_types::scope::WorkspaceScope;
use belfry_types::secret::sha256;

use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    INSERT = "INSERT INTO photos (id, organization, workspace, kind, hash, bytes, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace, hash) DO NOTHING";
    SAME = "SELECT id FROM photos WHERE workspace = $1 AND hash = $2";
    GET = "SELECT kind, bytes FROM photos WHERE id = $1";
    IS_OF = "SELECT 1 FROM photos WHERE id = $1 AND workspace = $2";
}

/// A kept picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its media type.
    pub kind: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Keeps a picture and gives its id; the id of the same picture if the workspace has it.
    pub async fn keep_photo(&self, scope: WorkspaceScope, photo: Photo) -> Result<PhotoId> {
        let now = self.clock.now();
        let id = PhotoId::new(now, &*self.rng);
        let hash = sha256(&photo.bytes);
        let mut tx = self.db.begin().await?;
        let (organization, workspace) = (scope.organization(), scope.workspace());
        let args = args![id.0, organization, workspace, photo.kind, hash, photo.bytes, now];
        tx.run(&INSERT, args).await?;
        let row = tx.one(&SAME, args![workspace, hash]).await?.ok_or(Error::NotFound)?;
        tx.commit().await?;
        Ok(PhotoId(row.bytes(0)?))
    }

    /// Whether a workspace has this picture.
    pub async fn has_photo(&self, scope: WorkspaceScope, id: PhotoId) -> Result<bool> {
        Ok(self.db.one(&IS_OF, args![id.0, scope.workspace()]).await?.is_some())
    }

    /// A picture by its id, for whoever knows it.
    pub async fn photo(&self, id: PhotoId) -> Result<Option<Photo>> {
        let row = self.db.one(&GET, args![id.0]).await?;
        row.map(|row| Ok(Photo { kind: row.text(0)?, bytes: row.blob(1)? })).transpose()
    }
}
