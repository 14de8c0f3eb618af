//! Organizations: the tenants. Finding one by its id or slug needs no scope, because that is how a scope begins;
//! it gives nothing away but the organization's own settings.

use belfry_types::id::OrganizationId;
use belfry_types::scope::Scope;
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::slug::{numbered, slug};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    INSERT = "INSERT INTO organizations (id, slug, name, default_locale, created_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (slug) DO NOTHING RETURNING num";
    BY_NUM = "SELECT num, id, slug, name, default_locale, created_at FROM organizations WHERE num = $1";
    BY_NUMS = "SELECT num, id, slug, name, default_locale, created_at FROM organizations WHERE num IN {ints:$1} \
        ORDER BY num";
    BY_ID = "SELECT num, id, slug, name, default_locale, created_at FROM organizations WHERE id = $1";
    BY_SLUG = "SELECT num, id, slug, name, default_locale, created_at FROM organizations WHERE slug = $1";
    BY_NAME = "SELECT num, id, slug, name, default_locale, created_at FROM organizations WHERE name = $1 \
        ORDER BY num LIMIT 1";
    LOCK = "SELECT next_ordinal FROM organizations WHERE num = $1 {lock}";
}

/// What a new organization needs.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// The name that people see.
    pub name: String,
    /// What the slug is made from; the name where it is missing.
    pub slug_hint: Option<String>,
    /// BCP 47 tag.
    pub default_locale: String,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: OrganizationId,
    /// Short name for URLs, unique in the installation.
    pub slug: String,
    /// The name that people see.
    pub name: String,
    /// BCP 47 tag.
    pub default_locale: String,
    /// When it was made.
    pub created_at: Millis,
}

fn read(row: &Row) -> Result<Organization> {
    Ok(Organization {
        num: row.int(0)?,
        id: OrganizationId(row.bytes(1)?),
        slug: row.text(2)?,
        name: row.text(3)?,
        default_locale: row.text(4)?,
        created_at: row.millis(5)?,
    })
}

/// Makes those who change people of an organization take turns, so that decisions hold until the commit and locks are
/// taken in one order: organization, memberships, sets, devices, workspaces. Gives the next free ordinal.
pub(crate) async fn lock(tx: &mut Tx, scope: Scope) -> Result<i64> {
    tx.one(&LOCK, args![scope.organization()]).await?.ok_or(Error::NotFound)?.int(0)
}

/// Makes an organization inside of a transaction.
pub(crate) async fn insert(store: &Store, tx: &mut Tx, new: NewOrganization) -> Result<Organization> {
    let base = slug(new.slug_hint.as_deref().unwrap_or(&new.name), "organization");
    let (now, id) = (store.clock.now(), OrganizationId::new(store.clock.now(), &*store.rng));
    let mut n = 1;
    loop {
        let slug = numbered(&base, n);
        let row = tx.one(&INSERT, args![id.0, &slug, &new.name, &new.default_locale, now]).await?;
        if let Some(row) = row {
            let (num, name, default_locale) = (row.int(0)?, new.name, new.default_locale);
            return Ok(Organization { num, id, slug, name, default_locale, created_at: now });
        }
        n += 1;
    }
}

impl Store {
    /// Makes an organization. A slug that is taken gets a number behind it.
    pub async fn create_organization(&self, new: NewOrganization) -> Result<Organization> {
        let mut tx = self.db.begin().await?;
        let organization = insert(self, &mut tx, new).await?;
        tx.commit().await?;
        Ok(organization)
    }

    /// The organization of a scope.
    pub async fn organization(&self, scope: Scope) -> Result<Organization> {
        read(&self.db.one(&BY_NUM, args![scope.organization()]).await?.ok_or(Error::NotFound)?)
    }

    /// The organizations with these internal numbers, oldest first: for whoever has a role in each of them.
    pub async fn organizations_of(&self, nums: &[i64]) -> Result<Vec<Organization>> {
        self.db.all(&BY_NUMS, args![json_ints(nums)]).await?.iter().map(read).collect()
    }

    /// Finds an organization by its id (`org_…`) or slug.
    pub async fn find_organization(&self, id_or_slug: &str) -> Result<Option<Organization>> {
        let row = match id_or_slug.parse::<OrganizationId>() {
            Ok(id) => self.db.one(&BY_ID, args![id.0]).await?,
            Err(_) => self.db.one(&BY_SLUG, args![id_or_slug]).await?,
        };
        row.as_ref().map(read).transpose()
    }

    /// The oldest organization of exactly this name.
    pub async fn organization_by_name(&self, name: &str) -> Result<Option<Organization>> {
        self.db.one(&BY_NAME, args![name]).await?.as_ref().map(read).transpose()
    }
}
