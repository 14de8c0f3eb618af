//! The only crate that speaks to providers. A channel turns one attempt into an [`Outcome`] and returns it; it never
//! touches storage, never retries, never decides who is unsubscribed.
//!
//! [`Outcome`]: belfry_types::channel::Outcome

pub mod breaker;
pub mod egress;
pub mod retry_after;
pub mod web_push;

pub use breaker::Breaker;
pub use egress::address::{AddressRefused, check_url};
pub use egress::{Egress, EgressConfig, EgressError};
pub use web_push::{PushRequest, SubscriptionKeys, VapidKey, WebPush};
