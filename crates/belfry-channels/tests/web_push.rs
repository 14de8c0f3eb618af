//! Web push against a push service over real TLS and HTTP/2: what arrives, and what each kind of misbehaviour means.

use std::sync::Arc;
use std::time::Duration;

use belfry_channels::egress::EgressConfig;
use belfry_channels::web_push::topic_of;
use belfry_channels::{Egress, PushRequest, SubscriptionKeys, VapidKey, WebPush};
use belfry_testkit::{Behaviour, PushSink, SinkConfig};
use belfry_types::channel::{HostState, Outcome, Urgency};
use belfry_types::rng::SystemRng;
use belfry_types::time::SystemClock;

struct Bench {
    sink: PushSink,
    push: WebPush,
    vapid: VapidKey,
    keys: SubscriptionKeys,
}

fn config(sink: &PushSink) -> EgressConfig {
    EgressConfig {
        allow_loopback: true,
        extra_root_certificates: sink.ca_pem().map(|pem| pem.as_bytes().to_vec()).into_iter().collect(),
        request_timeout: Duration::from_secs(20),
        ..EgressConfig::default()
    }
}

fn web_push(config: &EgressConfig) -> WebPush {
    let egress = Egress::new(config).unwrap();
    let clock = Arc::new(SystemClock::default());
    WebPush::new(egress, clock, Arc::new(SystemRng), "mailto:ops@example.com".to_owned())
}

impl Bench {
    async fn with(tls: bool, request_timeout: Duration) -> Self {
        let sink = PushSink::start(SinkConfig { tls, store: true }).await.unwrap();
        let push = web_push(&EgressConfig { request_timeout, ..config(&sink) });
        let subscription = sink.subscribe();
        let keys = SubscriptionKeys::parse(&subscription.p256dh, &subscription.auth).unwrap();
        Self { sink, push, vapid: VapidKey::generate(&SystemRng), keys }
    }

    async fn new() -> Self {
        Self::with(true, Duration::from_secs(20)).await
    }

    fn request<'a>(&'a self, endpoint: &'a str) -> PushRequest<'a> {
        PushRequest {
            endpoint,
            keys: &self.keys,
            payload: b"payload",
            ttl_s: 60,
            urgency: Urgency::Normal,
            topic: None,
            vapid: &self.vapid,
        }
    }

    async fn send(&self, endpoint: &str) -> Outcome {
        self.push.send(&self.request(endpoint)).await
    }

    /// Sends to an endpoint whose path says how it behaves.
    async fn send_to(&self, behaviour: &str) -> Outcome {
        self.send(&self.sink.misbehaving_endpoint(behaviour, "x")).await
    }
}

async fn arrives(bench: Bench, http2: bool) {
    let subscription = bench.sink.subscribe();
    let keys = SubscriptionKeys::parse(&subscription.p256dh, &subscription.auth).unwrap();
    let topic = topic_of("ticket:1");
    let request = PushRequest {
        keys: &keys,
        payload: "Grüße".as_bytes(),
        ttl_s: 3600,
        urgency: Urgency::High,
        topic: Some(&topic),
        ..bench.request(&subscription.endpoint)
    };
    assert_eq!(bench.push.send(&request).await, Outcome::Accepted);
    let [message] = bench.sink.messages().try_into().expect("one message");
    assert_eq!(message.plaintext.as_ref().unwrap().as_ref().unwrap(), "Grüße".as_bytes());
    assert_eq!(message.ttl.as_deref(), Some("3600"));
    assert_eq!(message.urgency.as_deref(), Some("high"));
    assert_eq!(message.topic.as_deref(), Some(topic.as_str()));
    assert_eq!(message.content_encoding.as_deref(), Some("aes128gcm"));
    assert!(message.user_agent.unwrap().starts_with("belfry/"));
    let authorization = message.authorization.unwrap();
    assert!(authorization.starts_with("vapid t="));
    assert!(authorization.ends_with(&format!("k={}", bench.vapid.public_key_b64url())));
    assert_eq!(message.http2, http2);
}

#[tokio::test]
async fn arrives_over_http2_with_tls() {
    arrives(Bench::new().await, true).await;
}

#[tokio::test]
async fn arrives_over_plain_http_on_loopback() {
    arrives(Bench::with(false, Duration::from_secs(20)).await, false).await;
}

#[tokio::test]
async fn many_at_once_share_two_connections() {
    let bench = Arc::new(Bench::new().await);
    let tasks: Vec<_> = (0..300)
        .map(|i| {
            let bench = Arc::clone(&bench);
            tokio::spawn(async move { bench.send(&bench.sink.endpoint(&format!("m{i}"))).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Outcome::Accepted);
    }
    let stats = bench.sink.stats();
    assert_eq!((stats.received, stats.distinct, stats.repeated), (300, 300, 0));
    // One that learned the protocol, and one that everything goes over.
    assert_eq!(stats.connections, 2);
    assert!(stats.in_flight_max > 1);
}

#[tokio::test]
async fn what_a_status_means() {
    let bench = Bench::new().await;
    for (behaviour, expected) in [
        ("200", "accepted"),
        ("201", "accepted"),
        ("202", "accepted"),
        ("204", "accepted"),
        ("301", "rejected"),
        ("302", "rejected"),
        ("307", "rejected"),
        ("308", "rejected"),
        ("400", "rejected"),
        ("401", "misconfigured"),
        ("403", "misconfigured"),
        ("404", "gone"),
        ("405", "rejected"),
        ("408", "retry"),
        ("410", "gone"),
        ("413", "rejected"),
        ("429", "retry"),
        ("500", "failing"),
        ("502", "failing"),
        ("503", "failing"),
    ] {
        let outcome = bench.send_to(behaviour).await;
        let word = match &outcome {
            Outcome::Accepted => "accepted",
            Outcome::Gone { detail } if detail.starts_with(behaviour) => "gone",
            Outcome::Retry { after: None, detail, host } if detail.starts_with(behaviour) => match host {
                HostState::Up => "retry",
                HostState::Failing => "failing",
                HostState::Down => "down",
            },
            Outcome::Rejected { detail } if detail.contains(behaviour) => "rejected",
            Outcome::Misconfigured { detail } if detail.starts_with(behaviour) => "misconfigured",
            _ => "something else",
        };
        assert_eq!(word, expected, "{behaviour}: {outcome:?}");
    }
    // A redirect that had been followed would have been accepted as well.
    assert!(bench.sink.messages().iter().all(|m| m.id == "x"));
}

#[tokio::test]
async fn retry_after_in_seconds_and_as_a_date() {
    let bench = Bench::new().await;
    let after = |outcome| match outcome {
        Outcome::Retry { after: Some(after), .. } => after.as_secs_f64(),
        other => panic!("{other:?}"),
    };
    assert_eq!(after(bench.send_to("429-120").await), 120.0);
    assert_eq!(after(bench.send_to("503-7").await), 7.0);
    assert_eq!(after(bench.send_to("429-999999999999999999999999").await), 28.0 * 86_400.0);
    let date = after(bench.send_to("429-date3600").await);
    assert!((3500.0..=3600.0).contains(&date), "{date}");
    for odd in ["soon", "-1", "1.5"] {
        let header = Behaviour::StatusWithHeader(429, "retry-after".to_owned(), odd.to_owned());
        bench.sink.set_behaviour("odd", header);
        let outcome = bench.send(&bench.sink.endpoint("odd")).await;
        assert!(
            matches!(outcome, Outcome::Retry { after: None, host: HostState::Up, .. }),
            "{odd}: {outcome:?}"
        );
    }
}

fn host_down(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Retry { after: None, host: HostState::Down, .. })
}

#[tokio::test]
async fn a_reset_is_the_hosts_failure_and_the_next_one_arrives() {
    for tls in [true, false] {
        let bench = Bench::with(tls, Duration::from_secs(20)).await;
        assert_eq!(bench.send_to("accept").await, Outcome::Accepted);
        let outcome = bench.send_to("reset").await;
        assert!(host_down(&outcome), "{outcome:?}");
        assert_eq!(bench.send_to("accept").await, Outcome::Accepted);
        assert_eq!(bench.sink.stats().received, 2);
    }
}

#[tokio::test]
async fn silence_and_dribbling_end_with_the_time_limit() {
    for tls in [true, false] {
        let bench = Bench::with(tls, Duration::from_millis(1500)).await;
        for behaviour in ["hang", "dribble"] {
            let outcome = bench.send_to(behaviour).await;
            assert!(host_down(&outcome), "{behaviour}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_body_without_end_is_read_to_its_cap() {
    for tls in [true, false] {
        let bench = Bench::with(tls, Duration::from_secs(20)).await;
        for behaviour in ["endless", "gzip", "dribblebody"] {
            assert_eq!(bench.send_to(behaviour).await, Outcome::Accepted, "{behaviour}");
            let failing = format!("{behaviour}-500");
            match bench.send_to(&failing).await {
                Outcome::Retry { after: None, detail, host: HostState::Failing } => {
                    assert!(
                        detail.starts_with("500:") && detail.chars().count() <= 200,
                        "{behaviour}: {detail}"
                    );
                }
                other => panic!("{behaviour}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn fails_twice_then_succeeds() {
    let bench = Bench::new().await;
    bench.sink.set_behaviour("f", Behaviour::FailTimes(2, 500));
    let endpoint = bench.sink.endpoint("f");
    for _ in 0..2 {
        assert!(matches!(bench.send(&endpoint).await, Outcome::Retry { .. }));
    }
    assert_eq!(bench.send(&endpoint).await, Outcome::Accepted);
}

#[tokio::test]
async fn an_unknown_authority_and_a_closed_port_are_host_failures_that_keep_the_endpoint_secret() {
    let bench = Bench::new().await;
    let distrustful = web_push(&EgressConfig { allow_loopback: true, ..EgressConfig::default() });
    let endpoint = bench.sink.endpoint("secret");
    let closed = {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        format!("https://{}/p/secret", listener.local_addr().unwrap())
    };
    for (push, endpoint) in [(&distrustful, &endpoint), (&bench.push, &closed)] {
        match push.send(&bench.request(endpoint)).await {
            Outcome::Retry { after: None, detail, host: HostState::Down } => {
                assert!(!detail.contains("secret"), "{detail}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(bench.sink.stats().received, 0);
}

#[tokio::test]
async fn the_guard_stands_before_every_request() {
    let bench = Bench::new().await;
    let strict = web_push(&EgressConfig { allow_loopback: false, ..config(&bench.sink) });
    let endpoint = bench.sink.endpoint("x");
    let port = bench.sink.url().rsplit(':').next().unwrap().to_owned();
    for endpoint in
        [endpoint, format!("https://localhost:{port}/p/x"), format!("https://[::ffff:127.0.0.1]:{port}/p/x")]
    {
        let outcome = strict.send(&bench.request(&endpoint)).await;
        assert!(matches!(outcome, Outcome::AddressRefused { .. }), "{outcome:?}");
    }
    for endpoint in ["http://192.168.0.1/", "https://user@127.0.0.1/", "file:///etc/passwd", ""] {
        let outcome = bench.send(endpoint).await;
        assert!(matches!(outcome, Outcome::AddressRefused { .. }), "{outcome:?}");
    }
    assert_eq!(bench.sink.stats().connections, 0);
}

#[tokio::test]
async fn what_is_malformed_is_rejected_unsent() {
    let bench = Bench::new().await;
    let endpoint = bench.sink.endpoint("x");
    let long = [0; 3994];
    for request in [
        PushRequest { payload: &long, ..bench.request(&endpoint) },
        PushRequest { topic: Some("white space"), ..bench.request(&endpoint) },
        PushRequest { topic: Some(""), ..bench.request(&endpoint) },
    ] {
        assert!(matches!(bench.push.send(&request).await, Outcome::Rejected { .. }));
    }
    assert_eq!(bench.sink.stats().connections, 0);
}
