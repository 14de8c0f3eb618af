//! The store's suite. Every test runs on a fresh SQLite file and in a fresh PostgreSQL database, and ends with the
//! recount of everything that is kept counted.

mod harness;
mod imports;

mod devices;
mod drafts;
mod ends;
mod idempotency;
mod isolation;
mod keys;
mod links;
mod members;
mod personal_data;
mod preferences;
mod random;
mod settings;
mod sign_ins;
mod statistics;
mod upserts;
