//! Web push: a message for one browser, encrypted (RFC 8291), signed for (RFC 8292) and sent (RFC 8030). It knows
//! subscriptions only as an endpoint and two keys, and decides nothing about them.

mod encrypt;
mod keys;
pub mod payload;
mod send;
mod vapid;

pub use encrypt::{EncryptError, MAX_PLAINTEXT, encrypt};
pub use keys::{KeysRefused, SubscriptionKeys};
pub use payload::{Notification, PayloadTooLarge, cut_at_word};
pub use send::{PushRequest, WebPush, origin_of, topic_of};
pub use vapid::{VapidKey, VapidKeyRefused, VapidTokens};
