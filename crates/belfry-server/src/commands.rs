//! The subcommands, one file each.

pub mod doctor;
pub mod import;
pub mod init;
pub mod operators;
pub mod print;
pub mod send;
pub mod serve;
pub mod users;
