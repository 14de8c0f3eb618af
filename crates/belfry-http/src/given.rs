//! Fields of a change: missing ones stay, null takes away, anything else is set.

use serde::{Deserialize, Deserializer};

/// A field that is missing (`None`), null (`Some(None)`) or set.
pub type Given<T> = Option<Option<T>>;

/// Reads a field that is there; `#[serde(default)]` stands for one that is missing.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Given<T>, D::Error> {
    Option::deserialize(d).map(Some)
}
