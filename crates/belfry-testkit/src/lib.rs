//! What tests and benchmarks need around Belfry: a push service that counts, decrypts and misbehaves, and child
//! processes that announce their address. Nothing of it is part of the product, and it shares no code with what it
//! judges.

pub mod child;
pub mod database;
pub mod push_sink;

pub use child::Child;
pub use push_sink::{Behaviour, PushSink, Received, Receiver, SinkConfig, Stats, Subscription, run_sink_cli};
