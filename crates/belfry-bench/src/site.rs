//! A server with an organization, and what scenarios ask of it through the public API: people, tokens, devices, sends
//! and counts. Everything here is set-up or checking and is never inside of what is measured, unless a scenario says so.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use belfry_testkit::Receiver;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::Options;
use crate::load::{Load, Stop, drive};
use crate::progress;
use crate::server::{Installation, Server, Setting};
use crate::wire::{Caller, Connection};

/// Connections that set things up.
const SETUP_CLIENTS: usize = 32;
/// People of one call.
const PEOPLE_PER_CALL: usize = 10_000;
/// Key pairs that the devices share: making one takes longer than using it.
const KEY_PAIRS: usize = 64;
/// How long anything may take before a run is given up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// A running server with a fresh organization.
#[derive(Debug)]
pub(crate) struct Site {
    /// The process.
    pub(crate) server: Server,
    /// Its folder and environment; must outlive the process.
    pub(crate) setting: Setting,
    installation: Installation,
    /// Whoever holds the API key.
    pub(crate) operator: Caller,
    /// The path of the workspace, without a slash at the end.
    pub(crate) workspace: String,
    /// A connection for single requests.
    pub(crate) control: Connection,
}

/// What a notification's counters say about web push.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pushes {
    /// People in the audience.
    pub(crate) people: u64,
    /// Deliveries that were planned.
    pub(crate) planned: u64,
    /// Deliveries that succeeded.
    pub(crate) success: u64,
    /// Deliveries that ended in any other way.
    pub(crate) lost: u64,
    /// Deliveries in all states together.
    pub(crate) all_states: u64,
}

#[derive(Deserialize)]
struct WithId {
    id: String,
}

impl Site {
    /// A fresh server for `options`.
    pub(crate) async fn start(options: &Options) -> Result<Self> {
        Self::start_in(Setting::fresh(options.database.as_deref())?).await
    }

    /// A server with the given setting.
    pub(crate) async fn start_in(setting: Setting) -> Result<Self> {
        let installation = setting.init().await?;
        Self::serve(setting, installation).await
    }

    async fn serve(setting: Setting, installation: Installation) -> Result<Self> {
        let server = setting.serve().await?;
        let operator = Caller::new(server.address, &installation.api_key)?;
        let control = Connection::open(server.address).await?;
        let workspace = format!("/v1/workspaces/{}", installation.workspace);
        Ok(Self { server, setting, installation, operator, workspace, control })
    }

    /// The same installation in a new process, whose memory holds nothing of the set-up; it has another address.
    pub(crate) async fn restarted(self) -> Result<Self> {
        self.server.stop().await?;
        Self::serve(self.setting, self.installation).await
    }

    /// Load by so many clients.
    pub(crate) fn load(&self, clients: usize, stop: Stop) -> Load {
        Load { address: self.server.address, clients, stop }
    }

    /// Adds members 0 to `count`.
    pub(crate) async fn add_members(&self, count: usize) -> Result<()> {
        progress(&format!("adding {count} people"));
        let (operator, path) = (self.operator.clone(), format!("{}/users/batch", self.workspace));
        let calls = count.div_ceil(PEOPLE_PER_CALL);
        let range = move |call: usize| call * PEOPLE_PER_CALL..count.min((call + 1) * PEOPLE_PER_CALL);
        let of_call = range;
        // Few at a time: each is a large transaction.
        let done = drive(
            self.load(4.min(calls), Stop::After(calls)),
            move |call| {
                let people: Vec<Value> = range(call).map(person).collect();
                vec![operator.post(&path, Value::from(people).to_string())]
            },
            move |call, answers| {
                let answer: Value = answers[0].json()?;
                let items = answer.as_array().or_else(|| answer["items"].as_array()).context("no items")?;
                let created = items.iter().filter(|item| item["status"] == "created").count();
                if created != of_call(call).len() {
                    bail!("{created} people were created; the first answer is {}", items[0]);
                }
                Ok(())
            },
        );
        done.await?.errors.into_result().context("people could not be added")
    }

    /// Tokens of these members, in their order.
    pub(crate) async fn tokens(&self, members: Vec<usize>) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Issued {
            token: String,
        }
        progress(&format!("issuing {} tokens", members.len()));
        let (operator, workspace, count) = (self.operator.clone(), self.workspace.clone(), members.len());
        let done = drive(
            self.load(SETUP_CLIENTS.min(count), Stop::After(count)),
            move |i| {
                let path = format!("{workspace}/users/{}/token", external_id(members[i]));
                vec![operator.post(&path, "")]
            },
            |_, answers| Ok(answers[0].json::<Issued>()?.token),
        );
        let mut done = done.await?;
        done.errors.into_result().context("tokens could not be issued")?;
        done.values.sort_unstable_by_key(|(number, _)| *number);
        Ok(done.values.into_iter().map(|(_, token)| token).collect())
    }

    /// Gives the holder of each token one web push device whose endpoint is `origin`/p/ and the token's number.
    pub(crate) async fn add_devices(&self, tokens: &[String], origin: &str) -> Result<()> {
        progress(&format!("adding {} devices", tokens.len()));
        let callers: Vec<Caller> =
            tokens.iter().map(|token| Caller::new(self.server.address, token)).collect::<Result<_>>()?;
        let keys: Vec<(String, String)> = (0..KEY_PAIRS)
            .map(|_| {
                let receiver = Receiver::generate();
                (receiver.p256dh(), receiver.auth())
            })
            .collect();
        let (origin, count) = (origin.to_owned(), callers.len());
        let done = drive(
            self.load(SETUP_CLIENTS.min(count), Stop::After(count)),
            move |i| {
                let (p256dh, auth) = &keys[i % KEY_PAIRS];
                let body = device(&format!("{origin}/p/d{i}"), p256dh, auth);
                vec![callers[i].post("/v1/me/devices", body)]
            },
            |_, answers| {
                if answers[0].good()?.status != 201 {
                    bail!("status {} for a new device", answers[0].status);
                }
                Ok(())
            },
        );
        done.await?.errors.into_result().context("devices could not be added")
    }

    /// Sends a notification and gives its id.
    pub(crate) async fn send(&mut self, title: &str, audience: &Value) -> Result<String> {
        let call =
            self.operator.post(&format!("{}/notifications", self.workspace), notification(title, audience));
        let answer = self.control.send(call).await?;
        if answer.good()?.status != 202 {
            bail!("status {} for a notification", answer.status);
        }
        Ok(answer.json::<WithId>()?.id)
    }

    /// What its counters say now.
    pub(crate) async fn pushes(&mut self, id: &str) -> Result<Pushes> {
        let call = self.operator.get(&format!("{}/notifications/{id}", self.workspace));
        let answer: Value = self.control.send(call).await?.json()?;
        Ok(Pushes::of(&answer))
    }

    /// Asks for the counters, `pause` apart, until `enough` says so; gives each with the time since `begun`.
    pub(crate) async fn watch_pushes(
        &mut self,
        id: &str,
        begun: Instant,
        pause: Duration,
        enough: impl Fn(&Pushes) -> bool,
    ) -> Result<Vec<(Duration, Pushes)>> {
        let mut seen = Vec::new();
        loop {
            let pushes = self.pushes(id).await?;
            seen.push((begun.elapsed(), pushes));
            if enough(&pushes) {
                return Ok(seen);
            }
            if begun.elapsed() > PATIENCE {
                bail!("after {PATIENCE:?} the counters say {pushes:?}; {}", self.setting.last_words());
            }
            sleep(pause).await;
        }
    }

    /// The sum of the unread counts of the holders of these tokens.
    pub(crate) async fn unread(&self, tokens: &Arc<[Caller]>) -> Result<u64> {
        #[derive(Deserialize)]
        struct Unread {
            count: u64,
        }
        let (callers, count) = (Arc::clone(tokens), tokens.len());
        let done = drive(
            self.load(8.min(count), Stop::After(count)),
            move |i| vec![callers[i].get("/v1/me/inbox/unread-count")],
            |_, answers| Ok(answers[0].json::<Unread>()?.count),
        );
        let done = done.await?;
        done.errors.into_result().context("unread items could not be counted")?;
        Ok(done.values.iter().map(|(_, count)| count).sum())
    }

    /// The holders of these tokens.
    pub(crate) fn callers(&self, tokens: &[String]) -> Result<Arc<[Caller]>> {
        tokens.iter().map(|token| Caller::new(self.server.address, token)).collect()
    }
}

impl Pushes {
    /// Reads a notification as the API gives it; what is missing is zero.
    fn of(notification: &Value) -> Self {
        let states = &notification["counts"]["web_push"];
        let state = |name: &str| states[name].as_u64().unwrap_or(0);
        let all = states.as_object().map_or(0, |states| states.values().filter_map(Value::as_u64).sum());
        Self {
            people: notification["targets"]["people"].as_u64().unwrap_or(0),
            planned: notification["targets"]["deliveries"]["web_push"].as_u64().unwrap_or(0),
            success: state("success"),
            lost: state("failed") + state("expired") + state("cancelled") + state("suppressed"),
            all_states: all,
        }
    }

    /// Whether every planned delivery of so many has ended.
    pub(crate) fn over(&self, count: u64) -> bool {
        self.planned >= count && self.success + self.lost >= count
    }
}

/// The external id of a member.
pub(crate) fn external_id(member: usize) -> String {
    format!("m{member:07}")
}

fn person(member: usize) -> Value {
    let id = external_id(member);
    json!({ "external_id": id, "name": format!("Ada Lovelace {member}"), "email": format!("{id}@example.com") })
}

/// The body of a notification of an ordinary size.
pub(crate) fn notification(title: &str, audience: &Value) -> String {
    let message = "The keynote moves to **hall 2** and starts at half past nine. Doors open ten minutes before; \
                   the [plan](https://example.com/plan) shows the way.";
    json!({ "title": title, "message": message, "audience": audience, "destination": { "url": "https://example.com/programme" } })
        .to_string()
}

/// The body that registers a device.
pub(crate) fn device(endpoint: &str, p256dh: &str, auth: &str) -> String {
    let subscription = json!({ "endpoint": endpoint, "keys": { "p256dh": p256dh, "auth": auth } });
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    json!({ "kind": "web_push", "subscription": subscription, "user_agent": agent }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_read_and_what_is_missing_is_zero() {
        let notification = json!({
            "targets": { "people": 9, "deliveries": { "web_push": 7 } },
            "counts": { "web_push": { "pending": 1, "success": 4, "failed": 1, "expired": 1 }, "inbox": { "success": 9 } },
        });
        let pushes = Pushes::of(&notification);
        assert_eq!(pushes, Pushes { people: 9, planned: 7, success: 4, lost: 2, all_states: 7 });
        assert!(pushes.over(6) && !pushes.over(7) && !pushes.over(8));
        assert_eq!(Pushes::of(&json!({})), Pushes::default());
    }
}
