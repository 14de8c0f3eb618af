//! The engine on a real store against a real push service: from accepting to the settled row, on both databases.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use belfry_channels::{Egress, EgressConfig, VapidKey, WebPush};
use belfry_engine::{Composed, Engine, EngineSettings, InboxFilter, Parts, Raised};
use belfry_live::Hub;
use belfry_store::{
    Again, Batch, Due, Error, Mark, NewDevice, NewOrganization, NewWorkspace, NotificationRow, OpenOptions,
    Room, Settled, Source, Store, UserGrant,
};
use belfry_testkit::database::FreshDatabase;
use belfry_testkit::push_sink::{PushSink, SinkConfig};
use belfry_types::audience::Audience;
use belfry_types::channel::{Channel, DeliveryState, Reason};
use belfry_types::id::NotificationId;
use belfry_types::notification::{Content, Origin, Status, Subject};
use belfry_types::people::{Cleared, Person};
use belfry_types::rng::{SharedRng, SystemRng};
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::{SharedClock, SystemClock};
use tokio_util::sync::CancellationToken;

struct World {
    store: Store,
    engine: Engine,
    scope: WorkspaceScope,
    sink: PushSink,
    stop: CancellationToken,
    clock: SharedClock,
    _database: FreshDatabase,
}

async fn world(database: FreshDatabase, wide_above: u64) -> World {
    world_with(database, wide_above, 1).await
}

async fn world_with(database: FreshDatabase, wide_above: u64, deliverers: usize) -> World {
    let clock: SharedClock = Arc::new(SystemClock::default());
    let rng: SharedRng = Arc::new(SystemRng);
    let source = match (database.path(), database.url()) {
        (Some(path), _) => Source::Lite(path),
        (None, url) => Source::Pg(url.unwrap()),
    };
    let options = OpenOptions { installation_key: [1; 32] };
    let store = Store::open(&source, options, clock.clone(), rng.clone()).await.unwrap();
    let organization = store
        .create_organization(NewOrganization {
            name: "Acme".into(),
            slug_hint: None,
            default_locale: "en".into(),
        })
        .await
        .unwrap();
    let workspace = store
        .create_workspace(
            Scope::granted(organization.num),
            NewWorkspace {
                name: "Fair".into(),
                slug_hint: None,
                time_zone: "UTC".into(),
                default_locale: "en".into(),
            },
        )
        .await
        .unwrap();
    let key = VapidKey::generate(&*rng);
    let num = store.add_push_key(&key.to_pkcs8().unwrap()).await.unwrap();
    let egress = Egress::new(&EgressConfig { allow_loopback: true, ..EgressConfig::default() }).unwrap();
    let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.unwrap();
    let engine = Engine::new(Parts {
        store: store.clone(),
        live: Hub::new(),
        push: WebPush::new(egress, clock.clone(), rng.clone(), "mailto:test@example.com".into()),
        push_keys: HashMap::from([(num, key)]),
        clock: clock.clone(),
        rng,
        settings: EngineSettings {
            public_url: "http://127.0.0.1".into(),
            default_icon: "http://127.0.0.1/icon.png".into(),
            wide_above,
            deliverers,
        },
    });
    let stop = CancellationToken::new();
    engine.start(&stop);
    World {
        store,
        engine,
        scope: Scope::granted(organization.num).in_workspace(workspace.num),
        sink,
        stop,
        clock,
        _database: database,
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl World {
    async fn people(&self, n: usize) -> Vec<UserGrant> {
        let people: Vec<Person> = (0..n)
            .map(|i| Person {
                external_id: format!("p{i}"),
                name: format!("Person {i}"),
                email: None,
                locale: None,
                time_zone: None,
                groups: None,
                kind: None,
                cleared: Cleared::default(),
            })
            .collect();
        let made = self.store.upsert_users(self.scope, &people, &[], false).await.unwrap();
        made.iter().map(|u| UserGrant { scope: self.scope, ordinal: u.ordinal.unwrap() }).collect()
    }

    async fn device(&self, grant: UserGrant, endpoint: Option<String>) {
        let subscription = self.sink.subscribe();
        let keys =
            belfry_channels::SubscriptionKeys::parse(&subscription.p256dh, &subscription.auth).unwrap();
        let endpoint = endpoint.unwrap_or(subscription.endpoint);
        let (num, _) = self.engine.push_key().unwrap();
        let device = NewDevice {
            channel: Channel::WebPush,
            origin: belfry_channels::web_push::origin_of(&endpoint).unwrap(),
            endpoint,
            p256dh: keys.public().to_vec(),
            auth: keys.auth().to_vec(),
            vapid: num,
            model: "other".into(),
            platform: "Linux".into(),
            browser: "Firefox".into(),
        };
        self.store.register_device(self.scope, grant.ordinal, device).await.unwrap();
    }

    async fn send(&self, message: &str, run_time_s: u32) -> NotificationId {
        let composed = Composed {
            content: Content { message: message.into(), ..Content::default() },
            audience: Audience::Everyone,
            audience_json: r#"{"everyone":true}"#.into(),
            run_time_s,
            origin: Origin::Api,
            operator: 0,
            only_device: None,
        };
        self.engine.send_notification(self.scope, composed, None).await.unwrap().id
    }

    async fn finished(&self, id: NotificationId) -> NotificationRow {
        for _ in 0..600 {
            let row = self.store.notification(self.scope, id).await.unwrap();
            if row.status != Status::Sending {
                return row;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the notification did not end: {:?}", self.store.notification(self.scope, id).await);
    }
}

async fn a_notification_reaches_inboxes_and_devices_and_the_counts_add_up(database: fn() -> FreshDatabase) {
    for wide_above in [0, 1_000] {
        let world = world(database(), wide_above).await;
        let people = world.people(5).await;
        world.device(people[0], None).await;
        world.device(people[0], None).await;
        world.device(people[1], None).await;
        world.device(people[2], Some(world.sink.misbehaving_endpoint("410", "gone"))).await;
        world.device(people[3], Some(world.sink.misbehaving_endpoint("fail-2-503", "later"))).await;
        let id = world.send("Hello **you**", 3_600).await;
        let row = world.finished(id).await;
        assert_eq!((row.status, row.people), (Status::PartlyFailed, 5));
        assert_eq!(row.reasons, r#"{"no_device":1}"#);
        let counts = world.store.counts(row.num).await.unwrap();
        assert_eq!(counts[&(Channel::Inbox, DeliveryState::Success)], 5);
        assert_eq!(counts[&(Channel::WebPush, DeliveryState::Success)], 4, "{counts:?}");
        assert_eq!(counts[&(Channel::WebPush, DeliveryState::Failed)], 1);
        assert_eq!(counts.values().sum::<i64>(), 10);
        let messages = world.sink.messages();
        assert_eq!(messages.len(), 4, "{messages:?}");
        for grant in &people {
            assert_eq!(world.engine.unread_count(*grant).await.unwrap(), 1);
            let page = world.engine.inbox_page(*grant, &InboxFilter::default(), None, 50).await.unwrap();
            let item: serde_json::Value = serde_json::from_str::<Vec<_>>(&page.items).unwrap().remove(0);
            assert_eq!((item["message"].as_str(), item["read_at"].is_null()), (Some("Hello you"), true));
        }
        assert!(world.engine.mark_item(people[0], id, Mark::Read).await.unwrap());
        assert_eq!(world.engine.unread_count(people[0]).await.unwrap(), 0);
        assert!(world.engine.mark_item(people[0], id, Mark::Unread).await.unwrap());
        assert_eq!(world.engine.unread_count(people[0]).await.unwrap(), 1);
        world.engine.read_all(people[0]).await.unwrap();
        assert_eq!(world.engine.unread_count(people[0]).await.unwrap(), 0);
        assert!(world.engine.mark_item(people[1], id, Mark::Archive).await.unwrap());
        assert!(
            world.engine.inbox_page(people[1], &InboxFilter::default(), None, 50).await.unwrap().items
                == "[]"
        );
        assert_eq!(world.engine.unread_count(people[1]).await.unwrap(), 0);
        assert_eq!(world.store.check_counters().await.unwrap(), Vec::<String>::new());
    }
}

async fn events_on_one_subject_stack(database: fn() -> FreshDatabase) {
    let world = world(database(), 300).await;
    let people = world.people(2).await;
    world.device(people[0], None).await;
    let subject = Subject { kind: "ticket".into(), id: "7".into(), title: None, url: None };
    for n in 1..=3 {
        let raised = Raised {
            content: Content {
                message: format!("offer {n}"),
                event_type: Some("ticket.offer".into()),
                subject: Some(subject.clone()),
                ..Content::default()
            },
            recipients: vec!["p0".into(), "p1".into()],
            ignore_unknown: false,
            run_time_s: 60,
        };
        let (id, _) = world.engine.raise_event(world.scope, raised, None).await.unwrap();
        for _ in 0..200 {
            if world.store.event(world.scope, id).await.unwrap().done {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let event = world.store.event(world.scope, id).await.unwrap();
        assert_eq!(event.notifications.len(), 1);
        world.finished(event.notifications[0]).await;
    }
    let page = world.engine.inbox_page(people[1], &InboxFilter::default(), None, 50).await.unwrap();
    assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&page.items).unwrap().len(), 1);
    let item: serde_json::Value = serde_json::from_str::<Vec<_>>(&page.items).unwrap().remove(0);
    assert_eq!((item["count"].as_i64(), item["message"].as_str()), (Some(3), Some("offer 3")));
    assert_eq!(world.engine.unread_count(people[1]).await.unwrap(), 1);
    assert_eq!(world.sink.messages().len(), 3);
}

async fn a_run_time_that_is_over_ends_what_was_not_accepted(database: fn() -> FreshDatabase) {
    let world = world(database(), 300).await;
    let people = world.people(1).await;
    world.device(people[0], Some(world.sink.misbehaving_endpoint("503", "never"))).await;
    let row = world.finished(world.send("soon over", 2).await).await;
    let counts = world.store.counts(row.num).await.unwrap();
    assert_eq!(counts.get(&(Channel::WebPush, DeliveryState::Expired)), Some(&1), "{counts:?}");
    let row = world.finished(world.send("now or never", 0).await).await;
    let counts = world.store.counts(row.num).await.unwrap();
    assert_eq!(counts.get(&(Channel::WebPush, DeliveryState::Expired)), Some(&1), "{counts:?}");
}

async fn a_lease_takes_no_more_of_a_push_service_than_there_is_room_for(database: fn() -> FreshDatabase) {
    let world = world_with(database(), 300, 0).await;
    let people = world.people(1).await;
    for endpoint in ["http://127.0.0.1:9/slow", "http://127.0.0.1:10/quick"] {
        world.device(people[0], Some(endpoint.into())).await;
    }
    for n in 0..4 {
        world.send(&format!("n{n}"), 3_600).await;
    }
    let (slow, quick) = ("http://127.0.0.1:9", "http://127.0.0.1:10");
    let lease = async |left: &[(&str, usize)], each: usize| {
        let room = Room {
            blocked: vec![],
            left: left.iter().map(|(origin, n)| ((*origin).to_owned(), *n)).collect(),
            each,
        };
        world.store.lease_batches(world.clock.now(), Duration::from_secs(600), room, 100).await.unwrap()
    };
    let mut leased = Vec::new();
    for _ in 0..600 {
        // All eight are there once the four of the one that has room were leased.
        leased.extend(lease(&[(slow, 0)], 4).await);
        if leased.len() == 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(leased.len() == 4 && leased.iter().all(|b| b.origin == quick), "{leased:?}");
    let one = lease(&[(slow, 1)], 4).await;
    assert_eq!(one.iter().map(|b| b.origin.as_str()).collect::<Vec<_>>(), [slow], "{one:?}");
    // What was given back can be leased at once, and its first attempt is the first.
    let rest = lease(&[], 3).await;
    assert_eq!(rest.len(), 3, "{rest:?}");
    assert!(rest.iter().all(|b| b.origin == slow && b.due.iter().all(|due| due.attempt == 1)), "{rest:?}");
    assert!(lease(&[], 4).await.is_empty());
}

async fn a_worker_that_lost_its_lease_changes_nothing(database: fn() -> FreshDatabase) {
    let world = world_with(database(), 300, 0).await;
    let people = world.people(1).await;
    for n in 0..2 {
        world.device(people[0], Some(format!("http://127.0.0.1:9/{n}"))).await;
    }
    let id = world.send("x", 3_600).await;
    let lease = async |time: Duration| {
        for _ in 0..600 {
            let room = Room { blocked: vec![], left: HashMap::new(), each: 4 };
            let now = world.clock.now();
            if let Some(batch) = world.store.lease_batches(now, time, room, 1).await.unwrap().pop() {
                return batch;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("there is no batch");
    };
    let (minutes, now) = (Duration::from_secs(600), world.clock.now());
    let lost = lease(Duration::ZERO).await;
    let held = lease(minutes).await;
    assert_eq!((lost.num, held.due.len()), (held.num, 2));
    let settled = |batch: &Batch, state, reason| -> Vec<Settled> {
        let one =
            |due: &Due| Settled { ordinal: due.ordinal, device: due.device, state, reason, detail: None };
        batch.due.iter().map(one).collect()
    };
    let gone = settled(&lost, DeliveryState::Failed, Some(Reason::Gone));
    let again = Again {
        due_at: now,
        members: lost.due.iter().map(|due| (due.ordinal, due.device)).collect(),
        counts: true,
    };
    let row = world.store.notification(world.scope, id).await.unwrap().num;
    let before = world.store.counts(row).await.unwrap();
    assert!(matches!(world.store.renew_batch(&lost, minutes).await, Err(Error::LeaseLost)));
    for last in [false, true] {
        for (settled, again) in [(&gone[..], &[][..]), (&[], std::slice::from_ref(&again))] {
            let written = world.store.settle_batch(&lost, settled, again, last, minutes, now).await;
            assert!(matches!(written, Err(Error::LeaseLost)), "{last} {written:?}");
        }
    }
    assert_eq!(world.store.counts(row).await.unwrap(), before);
    let sent = settled(&held, DeliveryState::Success, None);
    world.store.settle_batch(&held, &sent[..1], &[], false, minutes, now).await.unwrap();
    world.store.settle_batch(&held, &sent[1..], &[], true, minutes, now).await.unwrap();
    let counts = world.store.counts(row).await.unwrap();
    assert_eq!(counts[&(Channel::WebPush, DeliveryState::Success)], 2, "{counts:?}");
    assert_eq!(world.store.check_counters().await.unwrap(), Vec::<String>::new());
}

macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() { super::$test(super::FreshDatabase::lite).await; })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() { super::$test(super::FreshDatabase::pg).await; })*
        }
    };
}

on_both_databases!(
    a_notification_reaches_inboxes_and_devices_and_the_counts_add_up,
    events_on_one_subject_stack,
    a_run_time_that_is_over_ends_what_was_not_accepted,
    a_lease_takes_no_more_of_a_push_service_than_there_is_room_for,
    a_worker_that_lost_its_lease_changes_nothing,
);
