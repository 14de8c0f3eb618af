//! What most tests do first: people, tokens, devices, a notification, and waiting until it is done.

use belfry_testkit::Subscription;
use serde_json::{Value, json};

use crate::{Api, Server, until};

/// Statuses of a notification after which nothing happens.
pub const FINAL: [&str; 7] =
    ["sent", "partly_failed", "failed", "cancelled", "expired", "missed", "withdrawn"];

impl Server {
    /// Makes one person, named as their id.
    pub async fn person(&self, external_id: &str) {
        self.api()
            .put(&self.ws(&format!("/users/{external_id}")), &json!({ "name": external_id }))
            .await
            .ok();
    }

    /// Makes `count` people `PREFIX-0`, `PREFIX-1`, …, through bulk requests.
    ///
    /// # Panics
    /// One of them is not made.
    pub async fn people(&self, prefix: &str, count: usize) -> Vec<String> {
        let names: Vec<String> = (0..count).map(|n| format!("{prefix}-{n}")).collect();
        for chunk in names.chunks(10_000) {
            let people: Vec<Value> =
                chunk.iter().map(|name| json!({ "external_id": name, "name": name })).collect();
            let answer = self.api().post(&self.ws("/users/batch"), &Value::Array(people)).await.ok();
            let made = items(&answer).iter().filter(|item| item["status"] == "created").count();
            assert_eq!(made, chunk.len(), "{}", answer.to_string().chars().take(500).collect::<String>());
        }
        names
    }

    /// A token of this person.
    ///
    /// # Panics
    /// None is issued.
    pub async fn token(&self, external_id: &str) -> String {
        let answer = self.api().tell(&self.ws(&format!("/users/{external_id}/token"))).await.ok();
        answer["token"].as_str().unwrap_or_else(|| panic!("no token in {answer}")).to_owned()
    }

    /// The secret of a new magic link of this person.
    ///
    /// # Panics
    /// None is made.
    pub async fn link(&self, external_id: &str) -> String {
        let answer = self.api().tell(&self.ws(&format!("/users/{external_id}/token"))).await.ok();
        link_secret(answer["link"].as_str().unwrap_or_else(|| panic!("no link in {answer}"))).to_owned()
    }

    /// A client as this person.
    pub async fn as_person(&self, external_id: &str) -> Api {
        self.api().with_token(&self.token(external_id).await)
    }

    /// Makes a person and gives a client as them.
    pub async fn new_person(&self, external_id: &str) -> Api {
        self.person(external_id).await;
        self.as_person(external_id).await
    }

    /// Makes a person with one device.
    pub async fn person_with_device(&self, external_id: &str, subscription: &Subscription) -> Api {
        let api = self.new_person(external_id).await;
        add_device(&api, subscription).await;
        api
    }

    /// Sends a notification and gives its id.
    ///
    /// # Panics
    /// It is not accepted.
    pub async fn notify(&self, body: &Value) -> String {
        let answer = self.api().post(&self.ws("/notifications"), body).await.expect(202);
        answer["id"].as_str().unwrap_or_else(|| panic!("no id in {answer}")).to_owned()
    }

    /// A notification as it stands.
    pub async fn notification(&self, id: &str) -> Value {
        self.api().get(&self.ws(&format!("/notifications/{id}"))).await.expect(200)
    }

    /// Waits until nothing more will happen to it; checks that its counts add up.
    pub async fn finished(&self, id: &str) -> Value {
        let notification = until("a notification to be finished", async || {
            let now = self.notification(id).await;
            FINAL.contains(&now["status"].as_str().unwrap_or_default()).then_some(now)
        })
        .await;
        adds_up(&notification);
        notification
    }

    /// Sends to everyone and waits until it is done.
    pub async fn broadcast(&self, message: &str) -> Value {
        let id = self.notify(&json!({ "message": message, "audience": { "everyone": true } })).await;
        self.finished(&id).await
    }

    /// All deliveries of a notification.
    pub async fn deliveries(&self, id: &str) -> Vec<Value> {
        self.api().list(&self.ws(&format!("/notifications/{id}/deliveries")), 500).await
    }

    /// The web push deliveries of a notification.
    pub async fn pushes(&self, id: &str) -> Vec<Value> {
        let all = self.deliveries(id).await;
        all.into_iter().filter(|delivery| delivery["channel"] == "web_push").collect()
    }
}

/// What follows `/l/` in a magic link.
///
/// # Panics
/// It is none.
pub fn link_secret(link: &str) -> &str {
    link.rsplit_once("/l/").unwrap_or_else(|| panic!("{link:?} is no magic link")).1
}

/// Registers a device and gives its id.
///
/// # Panics
/// It is refused.
pub async fn add_device(api: &Api, subscription: &Subscription) -> String {
    let answer = api.post("/v1/me/devices", &device(subscription)).await.expect(201);
    answer["id"].as_str().unwrap_or_else(|| panic!("no id in {answer}")).to_owned()
}

/// The body that registers a subscription.
pub fn device(subscription: &Subscription) -> Value {
    json!({
        "kind": "web_push",
        "subscription": {
            "endpoint": subscription.endpoint,
            "keys": { "p256dh": subscription.p256dh, "auth": subscription.auth },
        },
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    })
}

/// The items of a bulk answer, whether it is a list or `{items}`.
pub fn items(answer: &Value) -> Vec<Value> {
    let list = if answer.is_array() { answer } else { &answer["items"] };
    list.as_array().cloned().unwrap_or_default()
}

/// The inbox's items, all pages.
pub async fn inbox(api: &Api) -> Vec<Value> {
    api.list("/v1/me/inbox", 50).await
}

/// The unread count.
///
/// # Panics
/// There is no count.
pub async fn unread(api: &Api) -> i64 {
    let answer = api.get("/v1/me/inbox/unread-count").await.expect(200);
    answer["count"].as_i64().unwrap_or_else(|| panic!("no count in {answer}"))
}

/// The states of each channel add up to its deliveries.
///
/// # Panics
/// They do not.
pub fn adds_up(notification: &Value) {
    let deliveries = notification["targets"]["deliveries"]
        .as_object()
        .unwrap_or_else(|| panic!("no targets in {notification}"));
    for (channel, count) in deliveries {
        let states = notification["counts"][channel].as_object();
        let sum: i64 = states.map_or(0, |s| s.values().filter_map(Value::as_i64).sum());
        assert_eq!(Some(sum), count.as_i64(), "{channel} of {notification}");
    }
}
