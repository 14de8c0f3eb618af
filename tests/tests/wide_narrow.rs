//! A client cannot tell a wide notification from a narrow one: the same random life, once with every notification
//! wide, once with every one narrow, gives the same transcript.

use belfry_tests::people::inbox;
use belfry_tests::{Api, Database, Start, both, json, until};

/// Numerical Recipes' generator: the same seed, the same life.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}

/// What a client sees of an inbox, without ids and times.
async fn seen(api: &Api, path: &str, limit: usize) -> String {
    let items = api.list(path, limit).await;
    let shown = items.iter().map(|item| {
        let read = if item["read_at"].is_null() { "" } else { "read " };
        format!("{read}{}×{}", item["message"].as_str().unwrap_or("?"), item["count"])
    });
    shown.collect::<Vec<_>>().join(" | ")
}

async fn life(database: Database, wide_above: &str, seed: u64) -> Vec<String> {
    let mut server = Start::on(database).env("BELFRY_WIDE_ABOVE", wide_above).go().await;
    server.api().post(&server.ws("/groups"), &json!({ "key": "g", "name": "G" })).await.expect(201);
    let names = ["ann", "ben", "eve"];
    let mut people = Vec::new();
    for name in names {
        people.push(server.new_person(name).await);
    }
    server.api().put(&server.ws("/users/ben"), &json!({ "name": "ben", "groups": ["g"] })).await.ok();
    let mut dice = Dice(seed);
    let mut transcript = Vec::new();
    for step in 0..70 {
        let who = dice.roll(3);
        let api = people[who].clone();
        let line = match dice.roll(16) {
            0..=3 => {
                let audience = match dice.roll(4) {
                    0 => json!({ "everyone": true }),
                    1 => json!({ "groups": ["g"] }),
                    2 => json!({ "not": { "users": [names[who]] } }),
                    _ => json!({ "users": [names[who]] }),
                };
                let id = server.notify(&json!({ "message": format!("m{step}"), "audience": audience })).await;
                let done = server.finished(&id).await;
                format!("sent to {audience}: {} {}", done["status"], done["counts"]["inbox"])
            }
            4 => {
                let body = json!({
                    "type": "t", "recipients": ["ann", names[who]], "message": format!("e{step}"),
                    "subject": { "kind": "k", "id": format!("s{}", dice.roll(2)) },
                });
                server.api().post(&server.ws("/events"), &body).await.expect(202);
                until("the event in the inbox", async || {
                    inbox(&api).await.iter().any(|i| i["message"] == format!("e{step}")).then_some(())
                })
                .await;
                "raised".to_owned()
            }
            verb @ 5..=8 => {
                let verb = ["read", "unread", "archive", "read"][verb - 5];
                let items = inbox(&api).await;
                if items.is_empty() {
                    continue;
                }
                let item = &items[dice.roll(items.len())];
                let path = format!("/v1/me/inbox/{}", item["id"].as_str().expect("an id"));
                let status = api.tell(&format!("{path}/{verb}")).await.status;
                format!("{verb} {}: {status}, then {}", item["message"], api.get(&path).await.status)
            }
            12 | 13 => {
                let archived = api.list("/v1/me/inbox?archived=true", 50).await;
                let items = if archived.is_empty() { inbox(&api).await } else { archived };
                if items.is_empty() {
                    continue;
                }
                let item = &items[dice.roll(items.len())];
                let path = format!("/v1/me/inbox/{}", item["id"].as_str().expect("an id"));
                let verb = ["unarchive", "read", "unread", "archive"][dice.roll(4)];
                let status = api.tell(&format!("{path}/{verb}")).await.status;
                format!("{verb} {}: {status}, then {}", item["message"], api.get(&path).await.status)
            }
            14 => {
                let items = inbox(&api).await;
                if items.is_empty() {
                    continue;
                }
                let item = &items[dice.roll(items.len())];
                let path = format!("/v1/me/inbox/{}", item["id"].as_str().expect("an id"));
                let status = api.delete(&path).await.status;
                format!("delete {}: {status}, then {}", item["message"], api.get(&path).await.status)
            }
            15 => {
                let q = ["m", "e", "1", "2 m"][dice.roll(4)].replace(' ', "%20");
                let shelf = ["", "&unread=true", "&archived=true"][dice.roll(3)];
                let path = format!("/v1/me/inbox?q={q}{shelf}");
                format!("find {q}{shelf}: {}", seen(&api, &path, 1 + dice.roll(4)).await)
            }
            9 => format!("read all: {}", api.tell("/v1/me/inbox/read-all").await.status),
            10 => format!("pages: {}", seen(&api, "/v1/me/inbox", 1 + dice.roll(4)).await),
            _ => {
                // What is kept of wide ones in memory must not matter.
                server.kill().await;
                server.serve().await;
                for (name, person) in names.iter().zip(&mut people) {
                    *person = server.api().with_token(person.token());
                    assert!(!name.is_empty());
                }
                "restarted".to_owned()
            }
        };
        let api = &people[who];
        let unread = api.get("/v1/me/inbox/unread-count").await.expect(200)["count"].clone();
        transcript.push(format!(
            "{step} {}: {line} → {unread} unread: {} / {}",
            names[who],
            seen(api, "/v1/me/inbox", 50).await,
            seen(api, "/v1/me/inbox?unread=true", 3).await,
        ));
        transcript.push(format!("archived: {}", seen(api, "/v1/me/inbox?archived=true", 2).await));
    }
    // Who comes later sees nothing of what was before.
    let late = server.new_person("late").await;
    transcript.push(format!("late: {}", seen(&late, "/v1/me/inbox", 50).await));
    server.broadcast("last").await;
    transcript.push(format!("late: {}", seen(&late, "/v1/me/inbox", 50).await));
    transcript
}

both! {
    async fn the_same_life(database) {
        for seed in [1, 20_261_121] {
            let (wide, narrow) = tokio::join!(life(database, "0", seed), life(database, "1000000", seed));
            assert!(wide.len() > 40, "{wide:?}");
            for (a, b) in wide.iter().zip(&narrow) {
                assert_eq!(a, b, "seed {seed}");
            }
            assert_eq!(wide.len(), narrow.len());
        }
    }
}
