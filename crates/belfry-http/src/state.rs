//! What every handler can reach: the store, the engine, time, randomness and the settings of this node.

use std::borrow::Cow;
use std::sync::Arc;

use belfry_engine::Engine;
use belfry_store::Store;
use belfry_types::rng::SharedRng;
use belfry_types::time::SharedClock;
use tokio::sync::Semaphore;

use crate::auth::Credentials;
use crate::cors::Origins;
use crate::downloads::Downloads;
use crate::pace::Paces;
use crate::password::Turns;
use crate::place::Places;
use crate::previews::Previews;
use crate::rate::Rates;

/// Searches of inboxes that one node runs at the same time.
const SEARCHES_AT_ONCE: usize = 2;

/// A file of the web pages by its path below `web/dist`, for instance `portal/index.html`.
pub type Assets = Arc<dyn Fn(&str) -> Option<Cow<'static, [u8]>> + Send + Sync>;
/// The metrics as Prometheus reads them.
pub type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

/// What differs from node to node.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// The installation's address, without a slash at the end; makes every link.
    pub public_url: String,
    /// Requests of one API key.
    pub api_key_per_minute: u32,
    /// Requests of one user.
    pub user_token_per_minute: u32,
    /// Requests without valid credentials from one address.
    pub address_per_minute: u32,
    /// Failed sign-ins from one address.
    pub sign_in_per_minute: u32,
    /// Push endpoints may be on loopback addresses and plain HTTP there.
    pub allow_loopback: bool,
}

/// What the clones share.
pub struct Shared {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) clock: SharedClock,
    pub(crate) rng: SharedRng,
    pub(crate) settings: HttpSettings,
    pub(crate) assets: Assets,
    pub(crate) metrics: Metrics,
    pub(crate) credentials: Credentials,
    pub(crate) places: Places,
    pub(crate) origins: Origins,
    pub(crate) rates: Rates,
    pub(crate) hashing: Turns,
    pub(crate) previews: Previews,
    pub(crate) paces: Paces,
    /// Decoding a picture takes memory: one at a time.
    pub(crate) pictures: Semaphore,
    /// Searches that run at once, so that first pages and accepting keep their cores.
    pub(crate) searching: Semaphore,
    pub(crate) downloads: Downloads,
}

/// A handle on all of it; clones share it.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

impl std::ops::Deref for AppState {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    /// Puts the parts together.
    pub fn new(
        store: Store,
        engine: Engine,
        clock: SharedClock,
        rng: SharedRng,
        settings: HttpSettings,
        assets: Assets,
        metrics: Metrics,
    ) -> Self {
        let rates = Rates::new(&settings);
        let origins = Origins::new(&settings.public_url);
        Self(Arc::new(Shared {
            store,
            engine,
            clock,
            rng,
            settings,
            assets,
            metrics,
            credentials: Credentials::default(),
            places: Places::default(),
            origins,
            rates,
            hashing: Turns::default(),
            previews: Previews::default(),
            paces: Paces::default(),
            pictures: Semaphore::new(1),
            searching: Semaphore::new(SEARCHES_AT_ONCE),
            downloads: Downloads::default(),
        }))
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The installation's address, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.settings.public_url
    }
}
