//! A client of the HTTP API with one bearer token. It reads answers whole and checks statuses, nothing more.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// Calls one server as one caller.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: Option<String>,
    cookie: Option<String>,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked, for messages.
    pub asked: String,
    /// The status code.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// A header's value, empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The body, if the status is the expected one.
    ///
    /// # Panics
    /// It is another.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        self.json()
    }

    /// The body of any 2xx.
    ///
    /// # Panics
    /// It is another.
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {} {}", self.asked, self.status, self.text);
        self.json()
    }

    /// The code of a problem (RFC 9457) with the expected status.
    ///
    /// # Panics
    /// It is not such a problem.
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        assert!(
            self.header("content-type").starts_with("application/problem+json"),
            "{}: {:?} {}",
            self.asked,
            self.headers,
            self.text
        );
        let code = self.json()["code"].as_str().unwrap_or_default().to_owned();
        assert!(!code.is_empty(), "{}: no code in {}", self.asked, self.text);
        code
    }
}

impl Api {
    /// A client for `base` (`http://host:port`) with a bearer token.
    ///
    /// # Panics
    /// A client cannot be made on this system.
    pub fn new(base: &str, token: Option<&str>) -> Self {
        // The harness speaks to the server under test; nothing of it leaves this machine.
        #[allow(clippy::disallowed_methods)]
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(120))
            // Before the server closes what is idle: on a busy machine both could happen at once.
            .pool_idle_timeout(Duration::from_secs(5))
            .no_proxy()
            .build()
            .expect("a client");
        Self { client, base: base.to_owned(), token: token.map(str::to_owned), cookie: None }
    }

    /// The same with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), cookie: None, ..self.clone() }
    }

    /// The same without a token.
    pub fn anonymous(&self) -> Self {
        Self { token: None, cookie: None, ..self.clone() }
    }

    /// The same as the console calls it, with the cookie of an operator's session (`belfry_session=…`).
    pub fn with_session(&self, cookie: &str) -> Self {
        Self { token: None, cookie: Some(cookie.to_owned()), ..self.clone() }
    }

    /// The same at another server's address.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The cookie of the session.
    pub fn cookie(&self) -> &str {
        self.cookie.as_deref().unwrap_or_default()
    }

    /// The bearer token.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The server's address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request that is yet to be sent; see [`send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match (&self.token, &self.cookie) {
            (Some(token), _) => request.bearer_auth(token),
            (None, Some(cookie)) => request.header("cookie", cookie).header("x-belfry-console", "1"),
            (None, None) => request,
        }
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(
                name.parse::<HeaderName>().expect("a header's name"),
                HeaderValue::from_str(value).expect("a header's value"),
            );
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        send(request).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None, &[]).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body), &[]).await
    }

    /// POST without a body.
    pub async fn tell(&self, path: &str) -> Answer {
        self.call(Method::POST, path, None, &[]).await
    }

    /// POST of JSON with more headers.
    pub async fn post_with(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        self.call(Method::POST, path, Some(body), headers).await
    }

    /// PUT of JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path, Some(body), &[]).await
    }

    /// PATCH with JSON.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path, Some(body), &[]).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None, &[]).await
    }

    /// All items of a list, page by page.
    ///
    /// # Panics
    /// The list is not `{items, next}`, or it does not end.
    pub async fn list(&self, path: &str, limit: usize) -> Vec<Value> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut cursor = String::new();
        for _ in 0..10_000 {
            let page = self.get(&format!("{path}{joint}limit={limit}{cursor}")).await.expect(200);
            let here = page["items"].as_array().unwrap_or_else(|| panic!("{path}: no items in {page}"));
            assert!(here.len() <= limit, "{path}: {} items where {limit} were asked for", here.len());
            items.extend(here.iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
        panic!("{path} does not end");
    }
}

/// Sends a request and reads its answer.
///
/// # Panics
/// There is no answer.
pub async fn send(request: RequestBuilder) -> Answer {
    try_send(request).await.unwrap_or_else(|error| panic!("{error:?}"))
}

/// As [`send`], for a server that may be gone.
///
/// # Errors
/// There was no answer.
pub async fn try_send(request: RequestBuilder) -> reqwest::Result<Answer> {
    let (client, request) = request.build_split();
    let request = request?;
    let asked = format!("{} {}", request.method(), request.url().path());
    let answer = client.execute(request).await?;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Ok(Answer { asked, status, headers, text: answer.text().await? })
}
