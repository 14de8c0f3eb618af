//! Workspaces and their settings. The numbers of members and devices are kept by the transactions that change those.

use belfry_types::id::WorkspaceId;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::events::IdempotencyKey;
use crate::idempotency::{Remembered, remember};
use crate::slug::{numbered, slug};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    ORIGINS = "SELECT origins FROM workspaces WHERE origins <> '[]'";
    INSERT = "INSERT INTO workspaces (id, organization, slug, name, time_zone, default_locale, created_at) \
        SELECT $1, num, $3, $4, $5, $6, $7 FROM organizations WHERE num = $2 \
        ON CONFLICT (slug) DO NOTHING RETURNING num";
    ORGANIZATION = "SELECT num FROM organizations WHERE num = $1";
    GET = "SELECT num, id, organization, slug, name, time_zone, default_locale, icon, push_on, origins, members, devices, \
        created_at, languages, quota FROM workspaces WHERE num = $1 AND organization = $2";
    BY_ID = "SELECT num, id, organization, slug, name, time_zone, default_locale, icon, push_on, origins, members, \
        devices, created_at, languages, quota FROM workspaces WHERE id = $1";
    BY_SLUG = "SELECT num, id, organization, slug, name, time_zone, default_locale, icon, push_on, origins, members, \
        devices, created_at, languages, quota FROM workspaces WHERE slug = $1";
    LIST = "SELECT num, id, organization, slug, name, time_zone, default_locale, icon, push_on, origins, members, devices, \
        created_at, languages, quota FROM workspaces WHERE organization = $1 AND num > $2 ORDER BY num LIMIT $3";
    LIST_OF = "SELECT num, id, organization, slug, name, time_zone, default_locale, icon, push_on, origins, members, \
        devices, created_at, languages, quota FROM workspaces WHERE organization IN {ints:$1} AND num > $3 \
        UNION SELECT num, id, organization, slug, name, time_zone, default_locale, icon, push_on, origins, members, \
        devices, created_at, languages, quota FROM workspaces WHERE num IN {ints:$2} AND num > $3 ORDER BY 1 LIMIT $4";
    UPDATE = "UPDATE workspaces SET name = COALESCE($3, name), time_zone = COALESCE($4, time_zone), \
        default_locale = COALESCE($5, default_locale), push_on = COALESCE($6, push_on), origins = COALESCE($7, origins), \
        icon = CASE WHEN CAST($9 AS BIGINT) = 1 THEN CAST($8 AS TEXT) ELSE icon END, \
        languages = COALESCE($10, languages), quota = COALESCE($11, quota) \
        WHERE num = $1 AND organization = $2 \
        RETURNING num, id, organization, slug, name, time_zone, default_locale, icon, push_on, origins, members, \
        devices, created_at, languages, quota";
}

/// What a new workspace needs.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// The name that people see.
    pub name: String,
    /// What the slug is made from; the name where it is missing.
    pub slug_hint: Option<String>,
    /// IANA zone.
    pub time_zone: String,
    /// BCP 47 tag.
    pub default_locale: String,
}

/// One event or community, with its own people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: WorkspaceId,
    /// Internal number of its organization.
    pub organization: i64,
    /// Short name for URLs, unique in the installation.
    pub slug: String,
    /// The name that people see.
    pub name: String,
    /// IANA zone.
    pub time_zone: String,
    /// BCP 47 tag.
    pub default_locale: String,
    /// Id of the photo that is its picture.
    pub icon: Option<String>,
    /// Whether it sends pushes at all.
    pub push_on: bool,
    /// Origins (RFC 6454) whose pages may call the user API.
    pub origins: Vec<String>,
    /// Active members.
    pub members: i64,
    /// Active devices.
    pub devices: i64,
    /// When it was made.
    pub created_at: Millis,
    /// BCP 47 tags that it writes in besides the default.
    pub languages: Vec<String>,
    /// Notifications of operators that may be sent or scheduled.
    pub quota: i64,
}

/// What to change; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct WorkspacePatch {
    /// The name that people see; the slug stays.
    pub name: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// BCP 47 tag.
    pub default_locale: Option<String>,
    /// Whether it sends pushes at all.
    pub push_on: Option<bool>,
    /// Origins whose pages may call the user API.
    pub origins: Option<Vec<String>>,
    /// Id of the photo that is its picture; `Some(None)` takes it away.
    pub icon: Option<Option<String>>,
    /// BCP 47 tags that it writes in besides the default.
    pub languages: Option<Vec<String>>,
    /// Notifications of operators that may be sent or scheduled.
    pub quota: Option<i64>,
}

fn read(row: &Row) -> Result<Workspace> {
    Ok(Workspace {
        num: row.int(0)?,
        id: WorkspaceId(row.bytes(1)?),
        organization: row.int(2)?,
        slug: row.text(3)?,
        name: row.text(4)?,
        time_zone: row.text(5)?,
        default_locale: row.text(6)?,
        icon: row.text_opt(7)?,
        push_on: row.flag(8)?,
        origins: row.json(9)?,
        members: row.int(10)?,
        devices: row.int(11)?,
        created_at: row.millis(12)?,
        languages: row.json(13)?,
        quota: row.int(14)?,
    })
}

/// Makes a workspace inside of a transaction.
pub(crate) async fn insert(store: &Store, tx: &mut Tx, scope: Scope, new: NewWorkspace) -> Result<Workspace> {
    insert_as(store, tx, scope, WorkspaceId::new(store.clock.now(), &*store.rng), new).await
}

async fn insert_as(
    store: &Store,
    tx: &mut Tx,
    scope: Scope,
    id: WorkspaceId,
    new: NewWorkspace,
) -> Result<Workspace> {
    let base = slug(new.slug_hint.as_deref().unwrap_or(&new.name), "workspace");
    let (now, organization) = (store.clock.now(), scope.organization());
    tx.one(&ORGANIZATION, args![organization]).await?.ok_or(Error::NotFound)?;
    let mut n = 1;
    let num = loop {
        let values = args![
            id.0,
            organization,
            numbered(&base, n),
            &new.name,
            &new.time_zone,
            &new.default_locale,
            now
        ];
        match tx.one(&INSERT, values).await? {
            Some(row) => break row.int(0)?,
            None => n += 1,
        }
    };
    read(&tx.one(&GET, args![num, organization]).await?.ok_or(Error::NotFound)?)
}

impl Store {
    /// Makes a workspace. A slug that is taken anywhere in the installation gets a number behind it.
    pub async fn create_workspace(&self, scope: Scope, new: NewWorkspace) -> Result<Workspace> {
        let mut tx = self.db.begin().await?;
        let workspace = insert(self, &mut tx, scope, new).await?;
        tx.commit().await?;
        Ok(workspace)
    }

    /// The same once for each idempotency key. With a key that was used before for the same body it gives the workspace
    /// that was made then, and `true`; `None` says that the key stands for another body.
    pub async fn create_workspace_once(
        &self,
        scope: Scope,
        new: NewWorkspace,
        key: &IdempotencyKey,
    ) -> Result<Option<(Workspace, bool)>> {
        let mut tx = self.db.begin().await?;
        let now = self.clock.now();
        let id = WorkspaceId::new(now, &*self.rng);
        match remember(&mut tx, scope, &key.key_hash, &key.body_hash, &id.to_string(), now).await? {
            Remembered::New => {
                let workspace = insert_as(self, &mut tx, scope, id, new).await?;
                tx.commit().await?;
                Ok(Some((workspace, false)))
            }
            Remembered::Same(first) => {
                // The first may be in the same group: it can be read when that is durable.
                tx.commit().await?;
                let first = self.find_workspace(scope, &first).await?.ok_or(Error::NotFound)?;
                Ok(Some((first, true)))
            }
            Remembered::Other => Ok(None),
        }
    }

    /// The workspace of a scope.
    pub async fn workspace(&self, ws: WorkspaceScope) -> Result<Workspace> {
        read(&self.db.one(&GET, args![ws.workspace(), ws.organization()]).await?.ok_or(Error::NotFound)?)
    }

    /// Finds a workspace of the organization by its id (`wsp_…`) or slug.
    pub async fn find_workspace(&self, scope: Scope, id_or_slug: &str) -> Result<Option<Workspace>> {
        let found = self.workspace_anywhere(id_or_slug).await?;
        Ok(found.filter(|workspace| workspace.organization == scope.organization()))
    }

    /// Finds a workspace of any organization. For its public page alone, which shows its name and picture.
    pub async fn workspace_anywhere(&self, id_or_slug: &str) -> Result<Option<Workspace>> {
        let row = match id_or_slug.parse::<WorkspaceId>() {
            Ok(id) => self.db.one(&BY_ID, args![id.0]).await?,
            Err(_) => self.db.one(&BY_SLUG, args![id_or_slug]).await?,
        };
        row.as_ref().map(read).transpose()
    }

    /// The workspaces after the one numbered `after`, oldest first.
    pub async fn workspaces(&self, scope: Scope, after: Option<i64>, limit: usize) -> Result<Vec<Workspace>> {
        let rows = self.db.all(&LIST, args![scope.organization(), after.unwrap_or(0), limit]).await?;
        rows.iter().map(read).collect()
    }

    /// The workspaces of these organizations and these further ones after the one numbered `after`, oldest first: for
    /// whoever has rights in all of them.
    pub async fn workspaces_of(
        &self,
        organizations: &[i64],
        workspaces: &[i64],
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Workspace>> {
        let (organizations, workspaces) = (json_ints(organizations), json_ints(workspaces));
        let values = args![organizations, workspaces, after.unwrap_or(0), limit];
        self.db.all(&LIST_OF, values).await?.iter().map(read).collect()
    }

    /// Every origin that some workspace of the installation lists, for preflights, which carry no token.
    pub async fn origins(&self) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for row in self.db.all(&ORIGINS, args![]).await? {
            all.extend(serde_json::from_str::<Vec<String>>(&row.text(0)?)?);
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    /// Changes settings and gives the workspace as it is then.
    pub async fn update_workspace(&self, ws: WorkspaceScope, patch: WorkspacePatch) -> Result<Workspace> {
        let origins = patch.origins.as_ref().map(serde_json::to_string).transpose()?;
        let languages = patch.languages.as_ref().map(serde_json::to_string).transpose()?;
        let push_on = patch.push_on.map(i64::from);
        let icon_given = patch.icon.is_some();
        let mut tx = self.db.begin().await?;
        let row = tx
            .one(
                &UPDATE,
                args![
                    ws.workspace(),
                    ws.organization(),
                    patch.name,
                    patch.time_zone,
                    patch.default_locale,
                    push_on,
                    origins,
                    patch.icon.flatten(),
                    icon_given,
                    languages,
                    patch.quota
                ],
            )
            .await?
            .ok_or(Error::NotFound)?;
        tx.commit().await?;
        read(&row)
    }
}
