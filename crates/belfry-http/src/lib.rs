//! The only crate with axum: routes with their types and documentation, authentication, limits and the form of errors.
//! It decides nothing about notifications; the engine and the store do the work.

mod asker;
mod audience;
mod auth;
mod content;
mod cors;
mod downloads;
mod extract;
mod faults;
mod gate;
mod given;
mod idempotency;
mod json;
mod jwt;
mod openapi;
mod pace;
mod page;
mod password;
mod picture;
mod place;
mod previews;
mod problem;
mod rate;
mod refresh;
mod routes;
mod serve;
mod session;
mod state;
mod user_agent;
mod words;

pub use openapi::openapi;
pub use page::{Cursor, Limit};
pub use routes::live::{parse_hello, parse_shown};
pub use routes::router;
pub use serve::serve;
pub use state::{AppState, Assets, HttpSettings, Metrics};

#[cfg(test)]
mod tests;
