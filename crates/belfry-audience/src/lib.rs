//! The audience expression: JSON becomes a checked tree, and bitmaps of ordinals become the one bitmap of whom it
//! means. It is pure: it reads no database and does not know which groups or people exist.

mod evaluate;
mod parse;

pub use evaluate::{Leaf, evaluate, leaves};
pub use parse::{Fault, parse, parse_text};
