//! The only crate with SQL. `Store` is one concrete type over SQLite or PostgreSQL; there is one file per noun, and one
//! text per statement for both databases. Every read or change of tenant data takes a `Scope`. It decides nothing: who
//! may do what, what a delivery becomes and when, is for its callers.

mod api_keys;
mod batches;
mod bitmaps;
mod check;
#[cfg(test)]
mod commit_tests;
mod counters;
mod db;
mod deliveries;
mod devices;
mod dialect;
mod error;
mod events;
mod group_commit;
mod groups;
mod idempotency;
mod inbox;
mod inbox_heads;
mod installation;
mod member_sets;
mod migrations;
mod notifications;
mod operators;
mod organizations;
mod people;
mod plans;
mod publications;
mod publish;
mod receipts;
#[cfg(test)]
mod registry;
mod secrets;
mod signing_keys;
mod slug;
mod store;
mod sweep;
mod targets;
mod user_end;
mod user_tokens;
mod user_upsert;
mod users;
mod value;
mod workspaces;

pub use api_keys::{ApiKey, KeyGrant, NewApiKey};
pub use batches::{Again, Batch, Due, Room, Settled};
pub use counters::Counts;
pub use deliveries::{DeliveryFilter, DeliveryPosition, DeliveryRow, DeviceLabel};
pub use devices::{Device, NewDevice};
pub use dialect::Dialect;
pub use error::{Error, Result};
pub use events::{AcceptedEvent, EventRow, IdempotencyKey, NewEvent, WaitingEvent};
pub use groups::Group;
pub use idempotency::Remembered;
pub use inbox::{InboxRow, InboxRows, Mark, Unread};
pub use inbox_heads::InboxHead;
pub use installation::PushKey;
pub use notifications::{AcceptedNotification, NewNotification, NotificationRow};
pub use operators::Operator;
pub use organizations::{NewOrganization, Organization};
pub use plans::{DevicePage, NarrowPage, Plan, Stage, lane_of};
pub use publications::{Publication, Wide};
pub use publish::EventPublication;
pub use receipts::DeliveryKey;
pub use signing_keys::SigningKey;
pub use store::{OpenOptions, Source, Store};
pub use targets::{PushSource, PushTarget, Reachable};
pub use user_tokens::UserGrant;
pub use user_upsert::{UpsertStatus, Upserted};
pub use users::{Member, MemberFilter, User};
pub use workspaces::{NewWorkspace, Workspace, WorkspacePatch};
