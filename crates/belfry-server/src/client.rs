//! The command line's HTTP client: it speaks to the API of a running server like any other program, never to its
//! database.

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value;

/// Where the server is and who asks.
#[derive(Debug, Clone, Args)]
pub struct Connection {
    /// The server's address
    #[arg(
        long,
        env = "BELFRY_SERVER",
        default_value = "http://127.0.0.1:8080",
        value_name = "URL",
        global = true
    )]
    server: String,
    /// An API key
    #[arg(long, env = "BELFRY_API_KEY", hide_env_values = true, value_name = "KEY", global = true)]
    api_key: Option<String>,
}

/// A client of one server.
pub struct Client {
    http: reqwest::Client,
    server: String,
    key: String,
}

impl Connection {
    /// Makes the client; says what to do when there is no key.
    pub fn client(&self) -> anyhow::Result<Client> {
        let Some(key) = self.api_key.clone() else {
            bail!("no API key: set BELFRY_API_KEY to the key that `belfry init` printed, or give --api-key");
        };
        // The address is the operator's own choice, so the guard for addresses from strangers is not for it.
        #[allow(clippy::disallowed_methods)]
        let http = reqwest::Client::builder()
            .user_agent(concat!("belfry-cli/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Client { http, server: self.server.trim_end_matches('/').to_owned(), key })
    }
}

impl Client {
    /// GET of a path, as JSON.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.http.get(format!("{}{path}", self.server));
        self.answer(request).await
    }

    /// POST of JSON to a path, answered with JSON.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.http.post(format!("{}{path}", self.server)).json(body);
        self.answer(request).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let response = request.bearer_auth(&self.key).send().await.map_err(|error| {
            let why = if error.is_connect() { "is it running?" } else { "the connection broke" };
            anyhow::anyhow!("no answer from {}: {why} ({})", self.server, error.without_url())
        })?;
        let status = response.status();
        let text = response.text().await.context("the answer broke off")?;
        let json: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if !status.is_success() {
            bail!("{}", problem(status.as_u16(), &json));
        }
        Ok(json)
    }
}

/// A problem document (RFC 9457) in words.
fn problem(status: u16, json: &Value) -> String {
    let text = |name: &str| json[name].as_str().unwrap_or_default();
    let mut words = match (text("detail"), text("title")) {
        ("", "") => format!("the server answered {status}"),
        ("", title) => format!("{title} ({status})"),
        (detail, _) => format!("{detail} ({status}, {})", text("code")),
    };
    for error in json["errors"].as_array().into_iter().flatten() {
        let at = error["pointer"].as_str().unwrap_or_default();
        let detail = error["detail"].as_str().unwrap_or_default();
        words.push_str(&format!("\n  {at}: {detail}"));
    }
    words
}
