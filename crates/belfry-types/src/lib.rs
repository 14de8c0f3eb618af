//! The words that every other crate speaks: identifiers, time and randomness as parameters, the domain's plain
//! structs, the audience expression's tree and the limits. It does no I/O and knows no async runtime.

pub mod audience;
pub mod channel;
pub mod id;
pub mod limits;
pub mod notification;
pub mod people;
pub mod rights;
pub mod rng;
pub mod scope;
pub mod secret;
pub mod time;

pub use roaring::RoaringBitmap as Ordinals;
