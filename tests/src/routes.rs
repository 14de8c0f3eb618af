//! Every operation of the OpenAPI document, filled so that its owner succeeds: the ground under the tenant test and the
//! sweep of bad inputs. A new route whose example does not work by itself gets a body in [`World::body`].

use std::sync::atomic::{AtomicU32, Ordering};

use belfry_testkit::Receiver;
use reqwest::Method;
use serde_json::{Value, json};

use crate::operators;
use crate::people::{device, inbox};
use crate::{Answer, Api, Init, Server, api, until};

/// One operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its method.
    pub method: Method,
    /// Its path with `{parameters}`.
    pub template: String,
    /// The example of its JSON body, if it takes one.
    pub example: Option<Value>,
    /// Names of the body's required fields.
    pub required: Vec<String>,
    /// It takes a body of JSON.
    pub takes_json: bool,
    /// Who may call it: `user`, `key`, `operator`, or nobody in particular.
    pub caller: Caller,
}

/// Whose credentials an operation wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// An API key.
    Key,
    /// A user's token.
    User,
    /// An operator's session, and no key.
    Operator,
    /// None.
    Anyone,
}

impl Operation {
    /// Method and template.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// It names something of a tenant in its path.
    pub fn is_addressed(&self) -> bool {
        self.template.contains('{')
    }

    /// Its body is a picture.
    pub fn takes_a_picture(&self) -> bool {
        self.method == Method::POST && self.template.ends_with("/photos")
    }

    /// Its body is a file of people.
    pub fn takes_csv(&self) -> bool {
        self.method == Method::POST && self.template.ends_with("/imports")
    }

    /// It is a stream that does not end.
    pub fn is_stream(&self) -> bool {
        self.template.ends_with("/live")
    }
}

/// The operations that a running server documents.
///
/// # Panics
/// The document is not what it should be.
pub async fn operations(server: &Server) -> Vec<Operation> {
    let document = server.api().anonymous().get("/openapi.json").await.expect(200);
    let mut found = Vec::new();
    for (template, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if !["GET", "PUT", "POST", "PATCH", "DELETE"].contains(&method.as_str()) {
                continue;
            }
            let body = resolve(&document, &operation["requestBody"]);
            let json = &body["content"]["application/json"];
            let schema = resolve(&document, &json["schema"]);
            let example = example(&document, json);
            let required = schema["required"].as_array().into_iter().flatten();
            let security = operation
                .get("security")
                .or_else(|| document.get("security"))
                .unwrap_or(&Value::Null)
                .to_string();
            let caller = ["api_key", "user_token", "session"].iter().position(|kind| security.contains(kind));
            let caller = match caller {
                Some(0) => Caller::Key,
                Some(1) => Caller::User,
                Some(_) => Caller::Operator,
                None => Caller::Anyone,
            };
            // It succeeds once in the life of an installation; `operators.rs` is there then.
            if operation["operationId"] == "setUp" {
                continue;
            }
            found.push(Operation {
                method,
                template: template.clone(),
                example,
                required: required.filter_map(|r| r.as_str().map(str::to_owned)).collect(),
                takes_json: json.is_object(),
                caller,
            });
        }
    }
    assert!(found.len() >= 30, "the document names only {} operations", found.len());
    found
}

fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let pointer = value["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
    pointer.map_or(value, |pointer| document.pointer(pointer).expect("a reference leads somewhere"))
}

fn example(document: &Value, media: &Value) -> Option<Value> {
    let named =
        media["examples"].as_object().and_then(|all| all.values().next().map(|one| one["value"].clone()));
    let schema = resolve(document, &media["schema"]);
    [
        Some(media["example"].clone()),
        named,
        Some(schema["example"].clone()),
        Some(schema["examples"][0].clone()),
    ]
    .into_iter()
    .flatten()
    .find(|value| !value.is_null())
}

/// One organization with one of everything, and the credentials of its owner and of one of its people.
#[derive(Debug)]
pub struct World {
    /// What `init` printed.
    pub init: Init,
    /// The owner's client.
    pub key: Api,
    /// A client of its person.
    pub user: Api,
    /// The address of its operator.
    operator: String,
    canary: String,
    notification: String,
    event: String,
    item: String,
    /// Whoever is about to sign out or to be deleted: their id and client.
    leaving: std::sync::Mutex<Option<Api>>,
}

static FRESH: AtomicU32 = AtomicU32::new(0);

fn fresh(prefix: &str) -> String {
    format!("{prefix}{}", FRESH.fetch_add(1, Ordering::Relaxed))
}

impl World {
    /// Fills the organization of `init`. `canary` is in every name and text of it.
    ///
    /// # Panics
    /// Something of it is refused.
    pub async fn build(server: &Server, init: &Init, canary: &str) -> Self {
        let key = server.api().with_token(&init.api_key);
        let ws = |path: &str| format!("/v1/workspaces/{}{path}", init.workspace);
        let mut world = Self {
            init: init.clone(),
            user: key.clone(),
            operator: String::new(),
            canary: canary.to_owned(),
            notification: String::new(),
            event: String::new(),
            item: String::new(),
            leaving: std::sync::Mutex::default(),
            key,
        };
        let person = world.person().await;
        let token = world.key.tell(&ws(&format!("/users/{person}/token"))).await.ok();
        world.user = world.key.with_token(token["token"].as_str().expect("a token"));
        let event = json!({ "type": "t", "recipients": [person], "message": format!("{canary} event") });
        let event = world.key.post(&ws("/events"), &event).await.expect(202);
        world.event = event["id"].as_str().expect("an id").to_owned();
        (world.notification, world.item) = world.notification().await;
        let (email, operator) = world.new_operator().await;
        operator.tell(&ws("/myself")).await.expect(200);
        // With a device, so that tests reach it.
        let own = operator.tell(&ws("/myself/token")).await.ok();
        let own = world.key.with_token(own["token"].as_str().expect("a token"));
        own.post("/v1/me/devices", &world.device()).await.ok();
        world.operator = email;
        world
    }

    fn ws(&self, path: &str) -> String {
        format!("/v1/workspaces/{}{path}", self.init.workspace)
    }

    async fn person(&self) -> String {
        let id = fresh(&format!("{}-person-", self.canary));
        self.key
            .put(
                &self.ws(&format!("/users/{id}")),
                &json!({ "name": id, "email": format!("{id}@example.com") }),
            )
            .await
            .ok();
        id
    }

    /// A person and a device of theirs.
    async fn persons_device(&self) -> (String, String) {
        let person = self.person().await;
        let token = self.key.tell(&self.ws(&format!("/users/{person}/token"))).await.ok();
        let user = self.key.with_token(token["token"].as_str().expect("a token"));
        let device = self.made(&user, "/v1/me/devices", &self.device(), "id").await;
        (person, device)
    }

    /// A notification that is in the person's inbox, and its item.
    async fn notification(&self) -> (String, String) {
        let body = json!({ "message": format!("{} message", self.canary), "audience": { "everyone": true } });
        let sent = self.key.post(&self.ws("/notifications"), &body).await.expect(202);
        let id = sent["id"].as_str().expect("an id").to_owned();
        let item = until("an item in the inbox", async || {
            let items = inbox(&self.user).await;
            let item = items.iter().find(|item| item["notification_id"] == id.as_str())?;
            item["id"].as_str().map(str::to_owned)
        })
        .await;
        (id, item)
    }

    /// A draft that will be sent in a minute.
    async fn scheduled(&self) -> String {
        let id = self.thing("drafts", false).await;
        let path = self.ws(&format!("/drafts/{id}/send"));
        self.key.post(&path, &json!({ "revision": 1, "undo": 60 })).await.expect(202);
        id
    }

    async fn made(&self, api: &Api, path: &str, body: &Value, field: &str) -> String {
        let answer = api.post(path, body).await.ok();
        answer[field].as_str().unwrap_or_else(|| panic!("no {field} in {answer}")).to_owned()
    }

    /// The path of an operation, with things that exist; what is to be deleted is made for it.
    ///
    /// # Panics
    /// A kind of thing is unknown here.
    pub async fn path(&self, operation: &Operation) -> String {
        let deletes = operation.method == Method::DELETE;
        if operation.template.contains("/users/{external_id}/devices/{id}") {
            let (person, device) = self.persons_device().await;
            return operation
                .template
                .replace("{ws}", &self.init.workspace)
                .replace("{external_id}", &person)
                .replace("{id}", &device);
        }
        let mut segments: Vec<String> = Vec::new();
        for segment in operation.template.split('/') {
            let filled = if segment.starts_with('{') {
                let kind = segments.last().cloned().unwrap_or_default();
                if kind == "notifications" && operation.template.ends_with("/cancel") {
                    self.scheduled().await
                } else {
                    self.thing(&kind, deletes).await
                }
            } else {
                segment.to_owned()
            };
            segments.push(filled);
        }
        segments.join("/")
    }

    async fn thing(&self, kind: &str, deletes: bool) -> String {
        let org = format!("/v1/organizations/{}", self.init.organization);
        match kind {
            "workspaces" | "app" | "r" => self.init.workspace.clone(),
            "organizations" => self.init.organization.clone(),
            "users" => self.person().await,
            "groups" => {
                let key = fresh("group-");
                let body = json!({ "key": key, "name": format!("{} group", self.canary) });
                self.made(&self.key, &self.ws("/groups"), &body, "key").await
            }
            "notifications" if !deletes => self.notification.clone(),
            "notifications" | "drafts" => {
                let everyone = json!({ "everyone": true });
                let body = json!({ "message": format!("{} draft", self.canary), "audience": everyone });
                self.made(&self.key, &self.ws("/drafts"), &body, "id").await
            }
            "photos" => {
                let request = self.key.request(Method::POST, &self.ws("/photos"));
                let answer = api::send(with_picture(request)).await.expect(201);
                answer["id"].as_str().expect("an id").to_owned()
            }
            "events" => self.event.clone(),
            "inbox" if deletes => self.notification().await.1,
            "inbox" => self.item.clone(),
            "devices" => self.made(&self.user, "/v1/me/devices", &self.device(), "id").await,
            "operators" => self.staff().await["operator"]["id"].as_str().expect("an id").to_owned(),
            "sessions" => {
                let sessions = self.operator().await.get("/v1/operator/sessions").await.expect(200);
                sessions["items"][0]["id"].as_str().expect("an id").to_owned()
            }
            "imports" => {
                let made = api::send(with_csv(self.key.request(Method::POST, &self.ws("/imports")))).await;
                made.expect(202)["id"].as_str().expect("an id").to_owned()
            }
            "api-keys" => {
                let body = json!({ "name": format!("{} key", self.canary), "scopes": ["users:read"] });
                self.made(&self.key, &format!("{org}/api-keys"), &body, "id").await
            }
            "signing-keys" => {
                let body = json!({ "name": "k", "algorithm": "HS256", "secret": "thirty-two bytes or more of a secret" });
                self.made(&self.key, &self.ws("/signing-keys"), &body, "id").await
            }
            other => panic!("no thing is known for {{…}} after {other:?}: add it to World::thing"),
        }
    }

    /// Someone who was given a role and has not set a password yet.
    async fn staff(&self) -> Value {
        let email = format!("{}@example.com", fresh(&format!("{}-staff-", self.canary)));
        let body = json!({ "email": email, "name": email, "role": "viewer" });
        self.key.put(&self.ws("/operators"), &body).await.expect(200)
    }

    fn device(&self) -> Value {
        let receiver = Receiver::generate();
        device(&crate::Subscription {
            id: String::new(),
            // Nobody listens there; nothing is asserted about what is pushed to it.
            endpoint: format!("https://127.0.0.1:9/{}", fresh("endpoint-")),
            p256dh: receiver.p256dh(),
            auth: receiver.auth(),
        })
    }

    /// A body that the operation accepts.
    pub async fn body(&self, operation: &Operation) -> Option<Value> {
        let tail: Vec<&str> = operation.template.rsplit('/').take(3).collect();
        let everyone = json!({ "everyone": true });
        let text = format!("{} text", self.canary);
        let body = match (operation.method.as_str(), tail.as_slice()) {
            ("POST", ["notifications", "{ws}", "workspaces"]) => {
                json!({ "message": text, "audience": everyone })
            }
            ("PATCH", [_, "drafts", ..]) => json!({ "revision": 1, "title": text }),
            ("POST", ["send", _, "drafts"]) => json!({ "revision": 1, "undo": 60 }),
            ("POST", ["test", _, "drafts"]) => json!({ "revision": 1 }),
            ("POST", ["events", ..]) => {
                json!({ "type": "t", "recipients": [self.person().await], "message": text })
            }
            ("POST", ["batch", "users", ..]) => json!([{ "external_id": fresh("b"), "name": text }]),
            ("POST", ["session", ..]) => {
                json!({ "email": self.new_operator().await.0, "password": operators::PASSWORD })
            }
            ("POST", ["password-reset", ..]) => {
                let given = self.staff().await;
                let link = given["link"].as_str().expect("a link");
                json!({ "token": operators::token_of(link), "password": operators::PASSWORD })
            }
            ("POST", ["password", "operator", ..]) => {
                json!({ "current": operators::PASSWORD, "new": operators::PASSWORD })
            }
            ("PATCH", ["operator", ..]) => json!({ "name": text }),
            ("PUT", ["operators", ..]) => {
                let email = format!("{}@example.com", fresh(&format!("{}-given-", self.canary)));
                json!({ "email": email, "name": text, "role": "editor" })
            }
            ("POST", ["groups", ..]) => json!({ "key": fresh("g-"), "name": text }),
            ("PUT" | "PATCH", [_, "users", ..]) => json!({ "name": text }),
            ("POST", ["preview", "audiences", ..]) => json!({ "audience": everyone }),
            ("POST", ["devices", ..]) => self.device(),
            ("POST", ["receipts", ..]) => {
                json!({ "receipts": [{ "item_id": self.item, "kind": "displayed" }] })
            }
            ("POST", ["api-keys", ..]) => json!({ "name": text, "scopes": ["users:read"] }),
            ("POST", ["signing-keys", ..]) => {
                json!({ "name": text, "algorithm": "HS256", "secret": "thirty-two bytes or more of a secret" })
            }
            ("POST", ["workspaces", ..]) => json!({ "name": text }),
            ("POST", ["preview" | "redeem", "links", ..]) => {
                let path = self.ws(&format!("/users/{}/token", self.person().await));
                let given = self.key.tell(&path).await.ok();
                json!({ "link": crate::people::link_secret(given["link"].as_str().expect("a link")) })
            }
            ("DELETE", ["me", ..]) => {
                let person = self.person().await;
                let token = self.key.tell(&self.ws(&format!("/users/{person}/token"))).await.ok();
                let leaving = self.key.with_token(token["token"].as_str().expect("a token"));
                *self.leaving.lock().expect("no panic") = Some(leaving);
                json!({ "confirm": person })
            }
            ("PATCH", ["{ws}", "workspaces", ..]) => json!({ "time_zone": "Europe/Zurich" }),
            _ => return operation.example.clone().filter(|_| operation.takes_json),
        };
        Some(body)
    }

    /// The client that the operation wants.
    pub async fn caller(&self, operation: &Operation) -> Api {
        match operation.caller {
            Caller::Key => self.key.clone(),
            // Whoever signs out or is deleted is somebody else.
            Caller::User if operation.template.contains("/sign-out") => {
                let path = self.ws(&format!("/users/{}/token", self.person().await));
                let token = self.key.tell(&path).await.ok();
                self.key.with_token(token["token"].as_str().expect("a token"))
            }
            Caller::User if operation.name() == "DELETE /v1/me" => {
                let leaving = self.leaving.lock().expect("no panic").take();
                leaving.unwrap_or_else(|| self.user.with_token("bfu_nobody"))
            }
            Caller::User => self.user.clone(),
            // Wrong guesses at the present password lock an account, and all its sessions can be ended at once: these
            // are asked by one of their own.
            Caller::Operator
                if ["/password", "/sessions"].iter().any(|end| operation.template.ends_with(end)) =>
            {
                self.new_operator().await.1
            }
            Caller::Operator => self.operator().await,
            Caller::Anyone => self.key.anonymous(),
        }
    }

    /// A new session of the organization's operator, because an operation may end it.
    pub async fn operator(&self) -> Api {
        operators::sign_in(&self.key, &self.operator).await
    }

    /// Another operator of the workspace, signed in, with their address.
    async fn new_operator(&self) -> (String, Api) {
        let email = format!("{}@example.com", fresh(&format!("{}-operator-", self.canary)));
        let api = operators::new_operator(&self.key, &self.init.workspace, &email, "manager").await;
        (email, api)
    }
}

/// A picture of one pixel.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9ccph8\0\0\x02\x84\x01\x81\
\x26\x97\xa7\x2b\0\0\0\0IEND\xaeB`\x82";

fn with_picture(request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    request.header("content-type", "image/png").body(PICTURE)
}

fn with_csv(request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    let file = "Id;First name;Last name;Email\n1;Ann;Example;csv-ann@example.com\n";
    request.header("content-type", "text/csv").body(file)
}

/// Calls an operation; of a stream only the head is read.
///
/// # Panics
/// There is no answer.
pub async fn call(api: &Api, operation: &Operation, path: &str, body: Option<&Value>) -> Answer {
    let mut request = api.request(operation.method.clone(), path);
    if let Some(body) = body {
        request = request.json(body);
    } else if operation.takes_a_picture() {
        request = with_picture(request);
    } else if operation.takes_csv() {
        request = with_csv(request);
    }
    if !operation.is_stream() {
        return api::send(request).await;
    }
    let answer = request.header("accept", "text/event-stream").send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    // What is refused ends; what is granted does not, and its head is enough.
    let text = if status == 200 { String::new() } else { answer.text().await.unwrap_or_default() };
    Answer { asked: operation.name(), status, headers, text }
}
