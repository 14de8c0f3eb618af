//! Settings: a TOML file, over it the environment, over it the command line. Every setting is declared once, in
//! `settings.rs`, with its default and its meaning; the reference page is made from that. Unknown names are refused.

mod check;
mod load;
mod reference;
mod settings;

pub use check::{Hidden, LogFormat};
pub use load::{Error, Sources, unknown_variables};
pub use settings::{Database, Delivery, Egress, Inbox, Limits, Server, Settings, WebPush};
