//! Rendering of message content: Markdown and HTML to clean HTML and to the plain text of pushes and lock screens,
//! and the checks of single lines and links. It is pure: it does no I/O and refuses to fetch anything that a message
//! refers to.

mod clean;
mod link;
mod markdown;
mod plain;
mod render;
mod text;

pub use link::{LinkProblem, check_link};
pub use render::{Rendered, render};
pub use text::{cut, single_line};
