//! Black-box tests: one binary, one module per resource, each test on both databases.

mod api_keys;
mod bad_input;
mod command_line;
mod compose;
mod contract;
mod events;
mod firefox;
mod groups;
mod house;
mod imports;
mod inbox;
mod kill;
mod live;
mod notifications;
mod operations;
mod operators;
mod people;
mod push_faults;
mod receipts;
mod tenants;
mod tokens;
mod users;
mod web_push;
mod wide_narrow;
