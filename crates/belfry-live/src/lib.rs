//! Who is connected, where each connection stands, and what it is sent: the local hub of live connections. It does
//! no I/O and knows no store: rows are the truth, the hub carries what a pump read from them to the sockets of this
//! node.
//!
//! **Nothing missing, nothing twice.** Items carry the organization's `seq` as their cursor. A connection
//! 1. registers with [`Hub::connect`], from when on every item that the pump dispatches waits for it;
//! 2. then reads the last committed `seq` from the store and hands it to [`Joining::begin`], which answers with the
//!    [`Replay`]: the range that the connection must read from the store and send first;
//! 3. then sends what [`Subscription::next`] gives, which skips everything at or below the range.
//!
//! Whatever was committed by step 2 is in the range; whatever is committed later is dispatched later than step 1 and
//! so waits in the queue. The pump must start at or below every range for that: [`Hub::organizations`] tells it where.

mod connection;
mod frame;
mod hub;
mod room;

pub use connection::{Closed, QUEUE_FRAMES};
pub use frame::{EventKind, Frame};
pub use hub::{Hub, Joining, PING_S, Replay, Subscription};
pub use room::Admission;
