//! A whole server without a socket: two organizations, one key each.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode};
use belfry_channels::{Egress, EgressConfig, VapidKey, WebPush};
use belfry_engine::{Engine, EngineSettings, Parts};
use belfry_live::Hub;
use belfry_store::{NewApiKey, NewOrganization, NewWorkspace, OpenOptions, Source, Store};
use belfry_types::rights::{Permissions, Role};
use belfry_types::rng::{SharedRng, SystemRng};
use belfry_types::scope::Scope;
use belfry_types::time::{SharedClock, SystemClock};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::sync::DropGuard;
use tower::ServiceExt as _;

use crate::gate::Peer;
use crate::state::{AppState, HttpSettings};

pub const PUBLIC_URL: &str = "https://bells.example";

/// An organization with its workspace and a key that may everything.
#[derive(Debug, Clone)]
pub struct Tenant {
    pub organization: String,
    pub workspace: String,
    pub key: String,
}

pub struct Api {
    app: Router,
    pub state: AppState,
    pub ours: Tenant,
    pub theirs: Tenant,
    _stop: DropGuard,
    _folder: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text))
    }

    /// The answer's JSON, once the status is the expected one.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// Checks that it is a problem of this status and code, and gives its pointers.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Vec<String> {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let json = self.json();
        assert_eq!(
            (json["code"].as_str(), json["status"].as_u64()),
            (Some(code), Some(status.into())),
            "{json}"
        );
        assert_eq!(json["type"], format!("urn:belfry:problem:{code}"));
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().unwrap_or("?").to_owned()).collect()
    }
}

async fn tenant(store: &Store, name: &str) -> Tenant {
    let new = NewOrganization { name: name.into(), slug_hint: None, default_locale: "en".into() };
    let organization = store.create_organization(new).await.unwrap();
    let scope = Scope::granted(organization.num);
    let new = NewWorkspace {
        name: format!("{name} Summit"),
        slug_hint: None,
        time_zone: "UTC".into(),
        default_locale: "en".into(),
    };
    let workspace = store.create_workspace(scope, new).await.unwrap();
    let new =
        NewApiKey { workspace: None, name: "test".into(), permissions: Permissions::all(), expires_at: None };
    let (_, secret) = store.create_api_key(scope, new).await.unwrap();
    Tenant { organization: organization.slug, workspace: workspace.slug, key: secret.reveal().to_owned() }
}

impl Api {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut HttpSettings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: SharedClock = Arc::new(SystemClock::default());
        let rng: SharedRng = Arc::new(SystemRng);
        let source = Source::Lite(folder.path().join("belfry.db"));
        let options = OpenOptions { installation_key: [7; 32] };
        let store = Store::open(&source, options, clock.clone(), rng.clone()).await.unwrap();
        let egress = Egress::new(&EgressConfig { allow_loopback: true, ..EgressConfig::default() }).unwrap();
        let engine = Engine::new(Parts {
            store: store.clone(),
            live: Hub::new(),
            push: WebPush::new(egress, clock.clone(), rng.clone(), "mailto:ops@example.com".into()),
            push_keys: HashMap::from([(1, VapidKey::generate(&*rng))]),
            clock: clock.clone(),
            rng: rng.clone(),
            settings: EngineSettings {
                public_url: PUBLIC_URL.into(),
                default_icon: format!("{PUBLIC_URL}/icon.png"),
                wide_above: 300,
                deliverers: 0,
            },
        });
        let stop = CancellationToken::new();
        engine.start(&stop);
        let (ours, theirs) = (tenant(&store, "Ours").await, tenant(&store, "Theirs").await);
        let mut settings = HttpSettings {
            public_url: PUBLIC_URL.into(),
            api_key_per_minute: 1_000_000,
            user_token_per_minute: 1_000_000,
            sign_in_per_minute: 1_000,
            address_per_minute: 1_000_000,
            allow_loopback: true,
        };
        change(&mut settings);
        let assets = Arc::new(|path: &str| match path {
            "console/index.html" => Some(
                b"<!doctype html><script src=\"/a.js\" nonce=\"%BELFRY_NONCE%\"></script>".as_slice().into(),
            ),
            "portal/index.html" => Some(b"<!doctype html><title>portal</title>".as_slice().into()),
            "sw.js" => Some(b"self".as_slice().into()),
            "assets/portal/index-1.js" => Some(b"1".as_slice().into()),
            _ => None,
        });
        let state =
            AppState::new(store, engine, clock, rng, settings, assets, Arc::new(|| "metric 1\n".to_owned()));
        Self {
            app: crate::router(state.clone()),
            state,
            ours,
            theirs,
            _stop: stop.drop_guard(),
            _folder: folder,
        }
    }

    /// Gives the answer before its body was read.
    pub async fn respond(&self, mut request: Request<Body>) -> axum::response::Response {
        request.extensions_mut().insert(Peer(SocketAddr::from(([192, 0, 2, 1], 1_000))));
        self.app.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.respond(request).await;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// Asks with a credential, further headers and a body.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        headers: &[(&'static str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(HeaderName::from_static(name), *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.ask(Method::GET, path, token, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.json(Method::POST, path, token, body).await
    }

    pub async fn put(&self, path: &str, token: &str, body: Value) -> Answer {
        self.json(Method::PUT, path, token, body).await
    }

    pub async fn delete(&self, path: &str, token: &str) -> Answer {
        self.ask(Method::DELETE, path, token, &[], Body::empty()).await
    }

    pub async fn json(&self, method: Method, path: &str, token: &str, body: Value) -> Answer {
        self.ask(method, path, token, &[("content-type", "application/json")], body.to_string()).await
    }

    /// Makes an operator of the tenant, of its workspace for a role that is one for a workspace, and signs them in: the
    /// cookie.
    pub async fn operator(&self, tenant: &Tenant, email: &str, role: Role) -> String {
        let store = self.state.store();
        let workspace = store.workspace_anywhere(&tenant.workspace).await.unwrap().unwrap();
        let place = matches!(role, Role::Manager | Role::Editor | Role::Viewer).then_some(workspace.num);
        let scope = Scope::granted(workspace.organization);
        let operator = store.create_operator(scope, email, email, role, place).await.unwrap();
        let (secret, _) = store.begin_session(operator.num, "Mozilla/5.0 Firefox/140.0").await.unwrap();
        format!("belfry_session={}", secret.reveal())
    }

    /// Asks as the console does.
    pub async fn as_operator(&self, method: Method, path: &str, cookie: &str, body: Value) -> Answer {
        let headers = [("content-type", "application/json"), ("cookie", cookie), ("x-belfry-console", "1")];
        self.ask(method, path, "", &headers, body.to_string()).await
    }

    /// A path of our workspace.
    pub fn ws(&self, path: &str) -> String {
        format!("/v1/workspaces/{}{path}", self.ours.workspace)
    }

    /// Adds a person to our workspace and gives their token.
    pub async fn person(&self, external_id: &str, name: &str) -> String {
        let path = self.ws(&format!("/users/{external_id}"));
        let added = self.put(&path, &self.ours.key, serde_json::json!({"name": name})).await;
        assert!(added.status.is_success(), "{}", added.text);
        let answer =
            self.post(&format!("{path}/token"), &self.ours.key, serde_json::json!({})).await.expect(201);
        answer["token"].as_str().unwrap().to_owned()
    }

    /// Asks again and again until the answer is as wanted.
    pub async fn until(&self, path: &str, token: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let asking = async {
            loop {
                let json = self.get(path, token).await.expect(200);
                if wanted(&json) {
                    return json;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), asking).await.expect("it happens in time")
    }
}
