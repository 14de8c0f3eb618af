//! What Belfry exists for: compose, plan, route, deliver, settle, receipt, sweep. Only the engine creates, moves or
//! finishes a delivery. It knows no HTTP server, no SQL and no HTTP client; time and randomness come from outside.

mod accept;
mod compose;
mod deliver;
mod device_health;
mod expand;
pub mod fault;
mod import;
mod inbox;
mod inbox_filter;
mod inbox_heads;
mod item;
mod live_pump;
mod personal_data;
mod plan;
mod preview;
mod push;
mod receipt;
mod resolve;
mod retry;
mod revoked;
mod route;
mod sweep;
mod timeline;
mod wide;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use belfry_channels::{Breaker, VapidKey, WebPush};
use belfry_live::Hub;
use belfry_store::Store;
use belfry_types::limits;
use belfry_types::rng::SharedRng;
use belfry_types::time::SharedClock;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use compose::{Accepted, ComposeError, Composed, DraftToSend, Preview, Raised};
pub use device_health::{DeviceHealth, HealthState};
pub use inbox::InboxPage;
pub use inbox_filter::{InboxFilter, Shelf};
pub use item::{item_id, parse_item_id, shown_title};
pub use personal_data::PersonalItems;
pub use preview::{Reach, Shown, ShownPush};
pub use receipt::Capability;
pub use timeline::Received;

/// A wake-up is a hint; rows are the truth. Who was not woken looks again after this time.
const POLL: Duration = Duration::from_millis(500);
/// After an error of the store.
const AFTER_ERROR: Duration = Duration::from_secs(1);
/// How long an item stays in inboxes.
const RETENTION: Duration = Duration::from_secs(limits::INBOX_RETENTION_DAYS as u64 * 86_400);

/// What differs from installation to installation.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// The installation's address, without a slash at the end; makes every link.
    pub public_url: String,
    /// Absolute URL of the icon of workspaces that have none.
    pub default_icon: String,
    /// People above which a notification is wide.
    pub wide_above: u64,
    /// Whether this node sends; a node with 0 only plans.
    pub deliverers: usize,
}

/// What an engine is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Who is connected to this node.
    pub live: Hub,
    /// Sends web pushes.
    pub push: WebPush,
    /// VAPID keys by their number; the last is given to new subscriptions.
    pub push_keys: HashMap<i64, VapidKey>,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub rng: SharedRng,
    /// Settings.
    pub settings: EngineSettings,
}

/// Hints between the stages of one node.
#[derive(Default)]
struct Wake {
    events: Arc<Notify>,
    plan: Notify,
    deliver: Notify,
    live: Notify,
    import: Notify,
}

/// What the clones of an engine share.
pub struct Shared {
    store: Store,
    live: Hub,
    push: WebPush,
    push_keys: HashMap<i64, VapidKey>,
    clock: SharedClock,
    rng: SharedRng,
    settings: EngineSettings,
    wake: Wake,
    accept: accept::AcceptQueue,
    heads: inbox_heads::HeadQueue,
    breaker: Breaker,
    wide: wide::WideCache,
    capability: Capability,
}

/// The engine of one node; clones share it.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

impl std::ops::Deref for Engine {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Engine {
    /// Puts the parts together and starts accepting; nothing is planned or sent before [`Engine::start`].
    pub fn new(parts: Parts) -> Self {
        let Parts { store, live, push, push_keys, clock, rng, settings } = parts;
        let wake = Wake::default();
        let accept = accept::AcceptQueue::start(store.clone(), clock.clone(), wake.events.clone());
        let heads = inbox_heads::HeadQueue::start(&store);
        let capability = Capability::new(&store.receipt_key());
        let (breaker, wide) = (Breaker::new(), wide::WideCache::default());
        Self(Arc::new(Shared {
            store,
            live,
            push,
            push_keys,
            clock,
            rng,
            settings,
            wake,
            accept,
            heads,
            breaker,
            wide,
            capability,
        }))
    }

    /// Starts planning, sending, live dispatch and sweeping. They stop when `stop` is cancelled; wait for the tracker.
    pub fn start(&self, stop: &CancellationToken) -> TaskTracker {
        let tasks = TaskTracker::new();
        tasks.spawn(expand::run(self.clone(), stop.clone()));
        tasks.spawn(plan::run(self.clone(), 0, stop.clone()));
        tasks.spawn(plan::run(self.clone(), 1, stop.clone()));
        if self.settings.deliverers > 0 {
            tasks.spawn(deliver::run(self.clone(), stop.clone()));
        }
        tasks.spawn(live_pump::run(self.clone(), stop.clone()));
        tasks.spawn(import::run(self.clone(), stop.clone()));
        tasks.spawn(sweep::run(self.clone(), stop.clone()));
        tasks.spawn(sweep::run_statistics(self.clone(), stop.clone()));
        tasks.close();
        tasks
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Who is connected to this node.
    pub fn live(&self) -> &Hub {
        &self.live
    }

    /// The VAPID key for new subscriptions: its number and the public key (base64url, uncompressed).
    pub fn push_key(&self) -> Option<(i64, &str)> {
        self.push_keys.iter().max_by_key(|(num, _)| **num).map(|(num, key)| (*num, key.public_key_b64url()))
    }
}
