//! One file per scenario: what is set up, what is measured, and how it is proven that it happened. How load is made,
//! how the server is started and how results are printed is elsewhere.

pub(crate) mod accept;
pub(crate) mod broadcast;
pub(crate) mod inbox;
pub(crate) mod live;
pub(crate) mod plan;
pub(crate) mod startup;
pub(crate) mod webpush;

use crate::Options;

/// The word for the database that is measured.
fn database(options: &Options) -> &'static str {
    if options.database.is_some() { "postgresql" } else { "sqlite" }
}
