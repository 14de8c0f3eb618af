//! The harness of the black-box tests: the real binary on either database, clients for what it serves, and waiting for
//! conditions. It knows the outside of Belfry only, and asserts nothing by itself beyond what it needs to go on.

pub mod api;
pub mod database;
pub mod fanout;
pub mod machine;
pub mod operators;
pub mod people;
pub mod routes;
pub mod server;
pub mod sse;
pub mod wait;

pub use api::{Answer, Api};
pub use belfry_testkit::{Behaviour, PushSink, Received, SinkConfig, Subscription};
pub use database::Database;
pub use serde_json::{Value, json};
pub use server::{Init, Server, Start};
pub use sse::{Event, Live};
pub use wait::until;

/// Seconds after which a test that waits for something gives up; generous, since machines are shared.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Writes each test once and runs it on SQLite (`NAME::lite`) and on PostgreSQL (`NAME::pg`).
#[macro_export]
macro_rules! both {
    ($($(#[$doc:meta])* async fn $name:ident($database:ident) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            async fn run($database: $crate::Database) $body
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn lite() {
                run($crate::Database::Lite).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn pg() {
                run($crate::Database::Pg).await;
            }
        }
    )*};
}
