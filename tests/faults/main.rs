//! Long and violent faults: each prints what was lost, what was repeated, and how long it took.

mod kills;
mod stopped;
