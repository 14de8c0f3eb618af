//! `belfry serve`: puts the parts together and runs until it is told to stop.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use belfry_channels::{Egress, EgressConfig, VapidKey, WebPush};
use belfry_config::{LogFormat, Settings};
use belfry_engine::{Engine, EngineSettings, Parts};
use belfry_http::{AppState, HttpSettings};
use belfry_live::Hub;
use belfry_store::Store;
use belfry_types::rng::SharedRng;
use clap::Args;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{assets, data};

/// How often the clock is set by the database's.
const FOLLOW: Duration = Duration::from_secs(30);
/// How long what is in flight may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Runs the server
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
}

/// Runs it.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    log(settings.server.log);
    for name in belfry_config::unknown_variables(
        std::env::vars().map(|(name, _)| name).collect::<Vec<_>>().iter().map(String::as_str),
    ) {
        tracing::warn!(name, "this environment variable is no setting; is it misspelt?");
    }
    let metrics = PrometheusBuilder::new().install_recorder().context("metrics cannot be recorded")?;
    let opened = data::open(&settings).await?;
    let listener = TcpListener::bind(settings.server.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.server.listen))?;
    let address = format!("http://{}", listener.local_addr()?);
    let public_url = settings.server.public_url.as_ref().map_or_else(|| address.clone(), |url| url.0.clone());
    let engine = engine(&settings, &opened, &public_url).await?;
    let stop = CancellationToken::new();
    let tasks = engine.start(&stop);
    let state = AppState::new(
        opened.store.clone(),
        engine,
        opened.clock.clone(),
        opened.rng.clone(),
        HttpSettings {
            public_url: public_url.clone(),
            api_key_per_minute: settings.limits.api_key_per_minute,
            user_token_per_minute: settings.limits.user_token_per_minute,
            address_per_minute: settings.limits.address_per_minute,
            sign_in_per_minute: settings.limits.sign_in_per_minute,
            allow_loopback: settings.egress.allow_loopback,
        },
        Arc::new(assets::file),
        Arc::new(move || metrics.render()),
    );
    println!("listening on {address}");
    if !opened.store.is_set_up().await? {
        // On the standard output only: whoever starts the server reads it, and no log keeps it.
        println!("set up at {public_url}/setup#{}", opened.store.setup_link().await?.reveal());
    }
    tracing::info!(address, public_url, database = ?opened.store.dialect(), "belfry is up");
    let following = tokio::spawn(follow(opened.clock.clone(), opened.store.clone()));
    let stopping = stop.clone();
    tokio::spawn(async move {
        until_told().await;
        tracing::info!("stopping: what is in flight ends, nothing new begins");
        stopping.cancel();
    });
    belfry_http::serve(listener, state, stop.clone()).await?;
    stop.cancel();
    if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
        tracing::warn!("not everything ended in time; it goes on at the next start");
    }
    following.abort();
    opened.store.close().await;
    Ok(())
}

async fn engine(settings: &Settings, opened: &data::Opened, public_url: &str) -> anyhow::Result<Engine> {
    let mut config =
        EgressConfig { allow_loopback: settings.egress.allow_loopback, ..EgressConfig::default() };
    if let Some(path) = &settings.egress.extra_ca {
        let pem = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        config.extra_root_certificates.push(pem);
    }
    let egress = Egress::new(&config).context("the HTTP client cannot be made")?;
    let contact = settings.web_push.contact.as_ref().map_or_else(|| public_url.to_owned(), |c| c.0.clone());
    let push = WebPush::new(egress, opened.clock.clone(), opened.rng.clone(), subject(&contact));
    Ok(Engine::new(Parts {
        store: opened.store.clone(),
        live: Hub::new(),
        push,
        push_keys: push_keys(&opened.store, &opened.rng).await?,
        clock: opened.clock.clone(),
        rng: opened.rng.clone(),
        settings: EngineSettings {
            public_url: public_url.to_owned(),
            default_icon: format!("{public_url}/assets/icons/bell-192.png"),
            wide_above: settings.inbox.wide_above,
            deliverers: settings.delivery.deliverers,
        },
    }))
}

/// Push services accept `mailto:` and `https:` only (RFC 8292 §2.1); an installation without either says so.
fn subject(contact: &str) -> String {
    if contact.starts_with("mailto:") || contact.starts_with("https:") {
        contact.to_owned()
    } else {
        "mailto:operator@localhost".to_owned()
    }
}

/// The VAPID keys; the first is made at the first start.
async fn push_keys(store: &Store, rng: &SharedRng) -> anyhow::Result<HashMap<i64, VapidKey>> {
    if store.push_keys().await?.is_empty() {
        store.first_push_key(&VapidKey::generate(&**rng).to_pkcs8()?).await?;
    }
    let mut keys = HashMap::new();
    for key in store.push_keys().await? {
        keys.insert(key.num, VapidKey::from_pkcs8(&key.pkcs8)?);
    }
    Ok(keys)
}

/// Keeps the clock with the database's, so that the skew of one node changes nothing.
async fn follow(clock: Arc<belfry_types::time::SystemClock>, store: Store) {
    loop {
        tokio::time::sleep(FOLLOW).await;
        match store.database_now().await {
            Ok(now) => clock.follow(now),
            Err(error) => tracing::warn!(%error, "the database's time could not be asked for"),
        }
    }
}

async fn until_told() {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}

fn log(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("RUST_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // What cannot be written, because the disk with the log is full, is lost: to say so on the same stream would panic
    // in the middle of whatever was to be logged.
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    match format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
}
