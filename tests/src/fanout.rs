//! A broadcast to 100,000 people with 20,000 devices that is interrupted: made once, copied for each interruption, and
//! counted afterwards.

use std::collections::BTreeMap;

use belfry_testkit::{PushSink, SinkConfig, Stats};
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::people::{FINAL, adds_up};
use crate::wait::within;
use crate::{Database, PATIENCE, Server, Start, Subscription};

/// People of the fan-out.
pub const PEOPLE: u64 = 100_000;
/// Devices of the fan-out.
pub const DEVICES: u64 = 20_000;
/// Devices of each person who has any.
const DEVICES_EACH: u64 = 40;
/// What may be sent twice when a worker dies: four batches of one push service in flight, each with results that were
/// not written yet (100) and requests under way (64). See `belfry_engine::deliver`.
pub const IN_FLIGHT: u64 = 4 * (100 + 64);

/// The people and devices, at rest.
#[derive(Debug)]
pub struct Fanout {
    base: Server,
    sink: PushSink,
}

/// One interrupted broadcast.
#[derive(Debug)]
pub struct Round {
    /// The server, not yet running.
    pub server: Server,
}

/// What a round showed.
#[derive(Debug)]
pub struct Outcome {
    /// The notification as it ended.
    pub notification: Value,
    /// Pushes that were accepted more than once.
    pub repeated: u64,
    /// Devices that got nothing.
    pub lost: u64,
}

impl Fanout {
    /// Makes the people and their devices.
    ///
    /// # Panics
    /// Something is refused.
    pub async fn prepare(database: Database) -> Self {
        Self::behaving(database, "accept").await
    }

    /// The same with devices that behave like this, see [`belfry_testkit::Behaviour::parse`].
    ///
    /// # Panics
    /// Something is refused.
    pub async fn behaving(database: Database, behaviour: &str) -> Self {
        let sink = PushSink::start(SinkConfig { tls: false, store: false }).await.expect("a sink");
        let mut base = Start::on(database).go().await;
        let people = base.people("p", usize::try_from(PEOPLE).expect("fits")).await;
        let subscription = sink.subscribe();
        let owners = usize::try_from(DEVICES / DEVICES_EACH).expect("fits");
        // Every so-manieth person has devices, so that they are spread over all pages of a plan.
        let step = people.len() / owners;
        let (server, endpoints, subscription_of) = (&base, &sink, &subscription);
        let work = people.iter().step_by(step).enumerate().map(|(n, person)| async move {
            let api = server.as_person(person).await;
            for device in 0..DEVICES_EACH {
                let endpoint = endpoints.misbehaving_endpoint(behaviour, &format!("d{n}-{device}"));
                let one = Subscription { endpoint, ..subscription_of.clone() };
                api.post("/v1/me/devices", &crate::people::device(&one)).await.expect(201);
            }
        });
        futures_util::stream::iter(work).buffer_unordered(16).collect::<Vec<()>>().await;
        base.terminate().await;
        Self { base, sink }
    }

    /// A fresh copy of it all; rounds run one after the other, since they share the sink.
    ///
    /// # Panics
    /// It cannot be copied.
    pub fn round(&self) -> Round {
        self.sink.reset();
        Round { server: self.base.copy() }
    }

    /// The sink's counters.
    pub fn stats(&self) -> Stats {
        self.sink.stats()
    }

    /// Waits until the notification is done and counts.
    ///
    /// # Panics
    /// It does not end, or its counts do not add up, or somebody got nothing.
    pub async fn count(&self, round: &Round, id: &str) -> Outcome {
        let server = &round.server;
        let notification = within(PATIENCE * 5, "the broadcast to be finished", async || {
            let now = server.notification(id).await;
            adds_up(&now);
            FINAL.contains(&now["status"].as_str().unwrap_or_default()).then_some(now)
        })
        .await;
        assert_eq!(notification["status"], "sent", "{notification}");
        assert_eq!(notification["targets"]["people"], PEOPLE, "{notification}");
        assert_eq!(notification["counts"]["inbox"]["success"], PEOPLE, "{notification}");
        assert_eq!(notification["targets"]["deliveries"]["web_push"], DEVICES, "{notification}");
        assert_eq!(notification["counts"]["web_push"]["success"], DEVICES, "{notification}");
        let stats = self.sink.stats();
        let lost = DEVICES - stats.distinct;
        assert_eq!(lost, 0, "some devices got nothing: {stats:?}");
        Outcome { notification, repeated: stats.repeated, lost }
    }

    /// Counts the rows themselves: every owner has one for each device, each a success.
    ///
    /// # Panics
    /// One is missing, twice there, or in another state.
    pub async fn count_rows(&self, round: &Round, id: &str) {
        let path = round.server.ws(&format!("/notifications/{id}/deliveries?channel=web_push"));
        let mut owners = BTreeMap::<String, u64>::new();
        for row in round.server.api().list(&path, 500).await {
            assert_eq!(row["state"], "success", "{row}");
            *owners.entry(row["user"]["external_id"].to_string()).or_default() += 1;
        }
        assert_eq!(owners.len() as u64, DEVICES / DEVICES_EACH);
        assert!(owners.values().all(|n| *n == DEVICES_EACH), "{owners:?}");
    }
}

impl Round {
    /// Serves with a fault, or without.
    pub async fn serve(&mut self, fault: Option<&str>) {
        self.server.set("BELFRY_FAULT", fault);
        self.server.serve().await;
    }

    /// The broadcast's body.
    pub fn body() -> Value {
        json!({ "message": "The doors are **open**", "audience": { "everyone": true } })
    }
}
