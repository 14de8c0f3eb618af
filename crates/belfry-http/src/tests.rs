//! The routes, asked in memory against a real store and engine on SQLite.

mod access;
mod compose;
mod console_page;
mod documented;
mod errors;
pub(crate) mod harness;
mod me;
mod operators;
mod people;
mod sending;
mod staff;
mod users_api;
