//! What every test starts with: a store over a fresh database, a clock that stands still and a first tenant.

use std::sync::Arc;

use belfry_store::{
    NewDevice, NewOrganization, NewWorkspace, OpenOptions, Organization, Source, Store, UpsertStatus,
    Upserted, Workspace,
};
use belfry_testkit::database::FreshDatabase;
use belfry_types::channel::Channel;
use belfry_types::people::{Cleared, GroupRef, Ordinal, Person};
use belfry_types::rng::TestRng;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::{Millis, TestClock};

/// Declares tests that run on both databases.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($t:ident: &Fixture) $body:block)*) => {
        $($(#[$meta])* async fn $name($t: &$crate::harness::Fixture) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let fixture = $crate::harness::Fixture::lite().await;
                super::$name(&fixture).await;
                fixture.finish().await;
            })*
        }

        mod postgresql {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let fixture = $crate::harness::Fixture::pg().await;
                super::$name(&fixture).await;
                fixture.finish().await;
            })*
        }
    };
}
pub(crate) use both;

/// A store over a database of its own.
pub struct Fixture {
    pub store: Store,
    pub clock: Arc<TestClock>,
    pub source: Source,
    /// The first organization with one workspace.
    pub first: Tenant,
    // Dropped last: the store is closed before its database goes.
    _database: FreshDatabase,
}

/// An organization with one workspace.
pub struct Tenant {
    pub organization: Organization,
    pub workspace: Workspace,
    pub scope: Scope,
    pub ws: WorkspaceScope,
}

pub const START: Millis = Millis(1_800_000_000_000);

pub fn options() -> OpenOptions {
    OpenOptions { installation_key: [42; 32] }
}

impl Fixture {
    pub async fn lite() -> Self {
        let database = FreshDatabase::lite();
        let source = Source::Lite(database.path().expect("a file"));
        Self::over(database, source).await
    }

    pub async fn pg() -> Self {
        let database = FreshDatabase::pg();
        let source = Source::Pg(database.url().expect("a URL"));
        Self::over(database, source).await
    }

    async fn over(database: FreshDatabase, source: Source) -> Self {
        let clock = Arc::new(TestClock::at(START));
        let rng = Arc::new(TestRng::seeded(1));
        let store = Store::open(&source, options(), clock.clone(), rng).await.expect("the store opens");
        let first = tenant(&store, "First").await;
        Self { store, clock, source, first, _database: database }
    }

    /// The recount must find nothing wrong, whatever the test did.
    pub async fn finish(self) {
        let wrong = self.store.check_counters().await.expect("the recount runs");
        assert!(wrong.is_empty(), "{wrong:#?}");
        self.store.close().await;
    }

    pub async fn tenant(&self, name: &str) -> Tenant {
        tenant(&self.store, name).await
    }

    pub async fn workspace(&self, scope: Scope, name: &str) -> Workspace {
        self.store.create_workspace(scope, new_workspace(name)).await.expect("a workspace")
    }

    /// Upserts into the first workspace; the status of each.
    pub async fn upsert(&self, people: &[Person]) -> Vec<UpsertStatus> {
        statuses(self.store.upsert_users(self.first.ws, people, &[], false).await.expect("an upsert"))
    }

    /// Upserts one person into the first workspace, who must not be rejected.
    pub async fn member(&self, external_id: &str) -> Ordinal {
        self.member_of(self.first.ws, external_id).await
    }

    pub async fn member_of(&self, ws: WorkspaceScope, external_id: &str) -> Ordinal {
        let answers =
            self.store.upsert_users(ws, &[person(external_id)], &[], false).await.expect("an upsert");
        answers[0].ordinal.expect("an accepted person")
    }
}

async fn tenant(store: &Store, name: &str) -> Tenant {
    let new = NewOrganization { name: name.into(), slug_hint: None, default_locale: "en".into() };
    let organization = store.create_organization(new).await.expect("an organization");
    let scope = Scope::granted(organization.num);
    let workspace = store.create_workspace(scope, new_workspace(name)).await.expect("a workspace");
    let ws = scope.in_workspace(workspace.num);
    Tenant { organization, workspace, scope, ws }
}

pub fn new_workspace(name: &str) -> NewWorkspace {
    NewWorkspace {
        name: name.into(),
        slug_hint: None,
        time_zone: "Europe/Berlin".into(),
        default_locale: "en".into(),
    }
}

pub fn person(external_id: &str) -> Person {
    Person {
        external_id: external_id.into(),
        name: format!("Name of {external_id}"),
        email: None,
        locale: None,
        time_zone: None,
        groups: None,
        kind: None,
        cleared: Cleared::default(),
    }
}

pub fn with_email(external_id: &str, email: &str) -> Person {
    Person { email: Some(email.into()), ..person(external_id) }
}

pub fn in_groups(external_id: &str, groups: &[&str]) -> Person {
    Person { groups: Some(groups.iter().map(|g| (*g).to_owned()).collect()), ..person(external_id) }
}

pub fn group(key: &str) -> GroupRef {
    GroupRef { key: key.into(), name: key.to_uppercase() }
}

pub fn statuses(answers: Vec<Upserted>) -> Vec<UpsertStatus> {
    answers.into_iter().map(|answer| answer.status).collect()
}

pub fn rejected(reason: &str, code: &'static str) -> UpsertStatus {
    UpsertStatus::Rejected(reason.into(), code)
}

pub fn device(endpoint: &str) -> NewDevice {
    NewDevice {
        channel: Channel::WebPush,
        endpoint: format!("https://push.example/{endpoint}"),
        origin: "https://push.example".into(),
        p256dh: vec![4; 65],
        auth: vec![7; 16],
        vapid: 1,
        model: "Pixel".into(),
        platform: "Android".into(),
        browser: "Chrome".into(),
    }
}
