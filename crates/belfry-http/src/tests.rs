//! The routes, asked in memory against a real store and engine on SQLite.

mod access;
mod documented;
mod errors;
pub(crate) mod harness;
mod people;
mod sending;
mod users_api;
