//! Who waits for whom: transactions that are stopped in the middle, with another one that must wait at the right place.

use std::sync::Arc;
use std::time::Duration;

use belfry_testkit::database::FreshDatabase;
use belfry_types::channel::Channel;
use belfry_types::people::{Cleared, Ordinal, Person};
use belfry_types::rng::TestRng;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::{Millis, TestClock};

use crate::db::Tx;
use crate::dialect::Statement;
use crate::value::args;
use crate::{NewDevice, NewOrganization, NewWorkspace, OpenOptions, Source, Store, devices, organizations};

static MEMBER: Statement =
    Statement::new("SELECT ordinal FROM memberships WHERE workspace = $1 AND ordinal = $2 {lock}");
static WAITING: Statement = Statement::new(
    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
);

const NOW: Millis = Millis(1_800_000_000_000);
/// Nothing here may take longer; what hangs fails.
const LONG: Duration = Duration::from_secs(60);
const ANN: Ordinal = 0;
const BEN: Ordinal = 1;

/// A store with two members of one workspace.
async fn two_members(source: &Source) -> (Store, WorkspaceScope) {
    let options = OpenOptions { installation_key: [1; 32] };
    let (clock, rng) = (Arc::new(TestClock::at(NOW)), Arc::new(TestRng::seeded(1)));
    let store = Store::open(source, options, clock, rng).await.unwrap();
    let new = NewOrganization { name: "O".into(), slug_hint: None, default_locale: "en".into() };
    let scope = Scope::granted(store.create_organization(new).await.unwrap().num);
    let new = NewWorkspace {
        name: "W".into(),
        slug_hint: None,
        time_zone: "UTC".into(),
        default_locale: "en".into(),
    };
    let ws = scope.in_workspace(store.create_workspace(scope, new).await.unwrap().num);
    let people = ["ann", "ben"].map(|name| Person {
        external_id: name.into(),
        name: name.into(),
        email: None,
        locale: None,
        time_zone: None,
        groups: None,
        kind: None,
        cleared: Cleared::default(),
    });
    store.upsert_users(ws, &people, &[], false).await.unwrap();
    (store, ws)
}

async fn lite() -> (Store, WorkspaceScope, FreshDatabase) {
    let database = FreshDatabase::lite();
    let (store, ws) = two_members(&Source::Lite(database.path().expect("a file"))).await;
    (store, ws, database)
}

async fn pg() -> (Store, WorkspaceScope, FreshDatabase) {
    let database = FreshDatabase::pg();
    let (store, ws) = two_members(&Source::Pg(database.url().expect("a URL"))).await;
    (store, ws, database)
}

fn device() -> NewDevice {
    NewDevice {
        channel: Channel::WebPush,
        endpoint: "https://push.example/one".into(),
        origin: "https://push.example".into(),
        p256dh: vec![4; 65],
        auth: vec![7; 16],
        vapid: 1,
        model: String::new(),
        platform: String::new(),
        browser: String::new(),
    }
}

/// Begins as the push switch does: the organization, then the membership; the devices come later.
async fn half_switched(store: &Store, ws: WorkspaceScope) -> Tx {
    let mut tx = store.db.begin().await.unwrap();
    organizations::lock(&mut tx, ws.scope()).await.unwrap();
    tx.one(&MEMBER, args![ws.workspace(), ANN]).await.unwrap().expect("a member");
    tx
}

/// Returns when a transaction waits for a lock.
async fn one_waits(store: &Store) {
    let waiting = async {
        while store.db.one(&WAITING, args![]).await.unwrap().unwrap().int(0).unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(LONG, waiting).await.expect("nobody waits");
}

/// The other half; whoever waited goes on.
async fn finish(ws: WorkspaceScope, mut tx: Tx) {
    devices::deactivate_member(&mut tx, ws, ANN, NOW).await.expect("nobody who waits holds a device");
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_moves_waits_for_its_owner() {
    let (store, ws, _database) = pg().await;
    let (first, _) = store.register_device(ws, ANN, device()).await.unwrap();
    let tx = half_switched(&store, ws).await;
    let other = store.clone();
    let moves = tokio::spawn(async move { other.register_device(ws, BEN, device()).await });
    one_waits(&store).await;
    finish(ws, tx).await;
    let (moved, added) = moves.await.unwrap().unwrap();
    assert!(added && moved.id != first.id);
    assert_eq!(store.devices_of(ws, BEN).await.unwrap(), [moved]);
    assert!(store.all_devices_of(ws, ANN).await.unwrap().is_empty());
    let wrong = store.check_counters().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_is_gone_waits_for_its_owner() {
    let (store, ws, _database) = pg().await;
    let (device, _) = store.register_device(ws, ANN, device()).await.unwrap();
    let tx = half_switched(&store, ws).await;
    let other = store.clone();
    let settles = tokio::spawn(async move {
        let mut tx = other.db.begin().await?;
        let ended = devices::deactivate(&mut tx, &[device.num], NOW).await?;
        tx.commit().await?;
        Ok::<_, crate::Error>(ended)
    });
    one_waits(&store).await;
    finish(ws, tx).await;
    assert_eq!(settles.await.unwrap().unwrap(), 0, "it had ended already");
    let wrong = store.check_counters().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
    store.close().await;
}

/// Saying again what is known waits for nobody: neither for the organization nor for a writer's turn.
async fn what_does_not_differ_locks_nothing(store: &Store, ws: WorkspaceScope) {
    store.set_push(ws, ANN, false).await.unwrap();
    store.set_language_and_zone(ws.scope(), ANN, Some(Some("de".into())), None).await.unwrap();
    let mut tx = store.db.begin().await.unwrap();
    organizations::lock(&mut tx, ws.scope()).await.unwrap();
    let again = async {
        store.set_push(ws, ANN, false).await.unwrap();
        store.set_push(ws, BEN, true).await.unwrap();
        let (locale, zone) = (Some(Some("de".into())), Some(None));
        store.set_language_and_zone(ws.scope(), ANN, locale, zone).await.unwrap();
    };
    tokio::time::timeout(LONG, again).await.expect("they wait for the lock");
    tx.commit().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn what_does_not_differ_locks_nothing_in_sqlite() {
    let (store, ws, _database) = lite().await;
    what_does_not_differ_locks_nothing(&store, ws).await;
}

#[tokio::test]
async fn what_does_not_differ_locks_nothing_in_postgresql() {
    let (store, ws, _database) = pg().await;
    what_does_not_differ_locks_nothing(&store, ws).await;
}
