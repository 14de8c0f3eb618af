//! What keeps the house tidy: levels of the crates, fenced dependencies, headers, sizes, who may grant a scope, no
//! names of somebody's machine, nothing generated that is stale.

mod files;
mod levels;
mod stale;
