//! The hub: all live connections of this node. Publishing puts shared frames into queues and returns; it never waits
//! for a socket. Reading rows, deciding who may connect, and timers are others' work.

use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use belfry_types::Ordinals;
use belfry_types::people::Ordinal;
use belfry_types::time::Millis;

use crate::connection::{Closed, Connection, held};
use crate::frame::Frame;
use crate::room::{Admission, Key, Room};

/// Seconds between two pings of one connection, below the minute after which proxies close what is silent.
pub const PING_S: u64 = 25;

/// The live connections of this node; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Hub(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Each room has its own lock, so that a broadcast in one organization holds up no other. Whoever takes both
    /// takes this one first, and only for rooms without connections, which nobody holds for long.
    rooms: Mutex<HashMap<i64, Arc<Mutex<Room>>>>,
    shut: AtomicBool,
    next_key: AtomicU64,
    connections: AtomicUsize,
}

impl Hub {
    /// A hub without connections.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a connection: from now on every item that is published to it waits. Read the last committed `seq`
    /// of the organization only after this call, then [`Joining::begin`].
    pub fn connect(&self, admission: Admission) -> Joining {
        let key = (admission.ordinal, self.0.next_key.fetch_add(1, Ordering::Relaxed));
        let connection = Arc::new(Connection::new(admission));
        loop {
            let room = held(&self.0.rooms).entry(admission.organization).or_default().clone();
            if held(&room).insert(key, connection.clone()) {
                break;
            }
        }
        self.0.connections.fetch_add(1, Ordering::Relaxed);
        // After the insertion: then either this or `close_all`, which sets it before it looks, sees the other.
        if self.0.shut.load(Ordering::SeqCst) {
            connection.close(Closed::ShuttingDown);
        }
        Joining(Subscription { hub: self.clone(), key, connection, seen: i64::MAX })
    }

    /// The organizations that a pump follows, each with the `seq` up to which it was dispatched. The pump reads what
    /// was published after that, in order, publishes it here, and then calls [`Hub::advance`].
    pub fn organizations(&self) -> Vec<(i64, i64)> {
        let rooms: Vec<_> = held(&self.0.rooms).iter().map(|(o, r)| (*o, r.clone())).collect();
        rooms.into_iter().filter_map(|(o, room)| Some((o, held(&room).position?))).collect()
    }

    /// Everything up to `seq` was dispatched.
    pub fn advance(&self, organization: i64, seq: i64) {
        self.in_room(organization, |room| room.position = room.position.map(|p| p.max(seq)));
    }

    /// Sends an item to all connections of `people` that see the workspace.
    pub fn publish_item(&self, organization: i64, workspace: i64, people: &Ordinals, item: &Frame) {
        self.in_room(organization, |room| {
            room.among(people, workspace, |_, connection| connection.push(item))
        });
    }

    /// Sends one person's own version of an item.
    pub fn publish_item_to(&self, organization: i64, workspace: i64, ordinal: Ordinal, item: &Frame) {
        self.in_room(organization, |room| room.push_to(ordinal, Some(workspace), item));
    }

    /// Tells one person's connections of a change; `None` as the workspace means all of them.
    pub fn publish_state(&self, organization: i64, workspace: Option<i64>, ordinal: Ordinal, state: &Frame) {
        self.in_room(organization, |room| room.push_to(ordinal, workspace, state));
    }

    /// Who of `people` has a connection here that sees the workspace.
    pub fn connected_among(&self, organization: i64, workspace: i64, people: &Ordinals) -> Ordinals {
        let mut found = Ordinals::new();
        self.in_room(organization, |room| {
            room.among(people, workspace, |ordinal, _| {
                found.insert(ordinal);
            });
        });
        found
    }

    /// The connected people of an organization by the workspace whose membership admitted them, for a sweep that
    /// asks the store who is still a member.
    pub fn members(&self, organization: i64) -> BTreeMap<i64, Ordinals> {
        let mut members = BTreeMap::<i64, Ordinals>::new();
        self.in_room(organization, |room| {
            for ((ordinal, _), connection) in room.iter() {
                members.entry(connection.admission.member_of).or_default().insert(ordinal);
            }
        });
        members
    }

    /// Ends the connections that a person has by the membership of `member_of`, or all of theirs; how many.
    pub fn revoke(&self, organization: i64, member_of: Option<i64>, ordinal: Ordinal) -> usize {
        let by = |a: &Admission| a.ordinal == ordinal && member_of.is_none_or(|w| w == a.member_of);
        self.in_room(organization, |room| room.close_where(Closed::Revoked, by)).unwrap_or(0)
    }

    /// Sends connections back to authentication, for instance when a key that signed tokens was revoked: all of an
    /// organization, or only those that one workspace admitted, or only one person's; how many.
    pub fn recheck(&self, organization: i64, member_of: Option<i64>, ordinal: Option<Ordinal>) -> usize {
        let by = |a: &Admission| {
            member_of.is_none_or(|w| w == a.member_of) && ordinal.is_none_or(|person| person == a.ordinal)
        };
        self.in_room(organization, |room| room.close_where(Closed::Recheck, by)).unwrap_or(0)
    }

    /// Ends the connections whose token has expired at `now`; how many.
    pub fn expire(&self, now: Millis) -> usize {
        let expired = |a: &Admission| a.expires_at.is_some_and(|at| at <= now);
        self.rooms().iter().map(|room| held(room).close_where(Closed::Expired, expired)).sum()
    }

    /// Sends a sign of life to one `of`-th of the idle connections, so that they don't all wake in one moment. Call
    /// it in even steps with `slice` counting up: every connection gets one in `of` calls.
    pub fn ping(&self, slice: u64, of: u64) {
        let ping = Frame::ping();
        for room in self.rooms() {
            for ((_, number), connection) in held(&room).iter() {
                if number % of == slice % of {
                    connection.push_if_idle(&ping);
                }
            }
        }
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.0.connections.load(Ordering::Relaxed)
    }

    /// Ends all connections, and every later one at once.
    pub fn close_all(&self) {
        self.0.shut.store(true, Ordering::SeqCst);
        for room in self.rooms() {
            held(&room).close_where(Closed::ShuttingDown, |_| true);
        }
    }

    fn rooms(&self) -> Vec<Arc<Mutex<Room>>> {
        held(&self.0.rooms).values().cloned().collect()
    }

    fn in_room<T>(&self, organization: i64, act: impl FnOnce(&mut Room) -> T) -> Option<T> {
        let room = held(&self.0.rooms).get(&organization).cloned()?;
        let mut room = held(&room);
        Some(act(&mut room))
    }
}

/// A registered connection that does not yet know where it stands.
#[derive(Debug)]
#[must_use = "dropping it ends the connection"]
pub struct Joining(Subscription);

/// What a connection reads from the store and sends before anything else: the items with `after < seq <= until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replay {
    /// The client has everything up to here.
    pub after: i64,
    /// Live frames begin after this; also the cursor of a client that has caught up.
    pub until: i64,
}

impl Replay {
    /// The client has everything already.
    pub fn is_empty(self) -> bool {
        self.after >= self.until
    }
}

impl Joining {
    /// Starts the subscription. `cursor` is where the client stands, `None` for a client that starts at the present;
    /// `present` is the last committed `seq`, read after [`Hub::connect`]. A cursor from the future is the present.
    pub fn begin(self, cursor: Option<i64>, present: i64) -> (Subscription, Replay) {
        let mut subscription = self.0;
        let organization = subscription.connection.admission.organization;
        // The pump may already be further: what it dispatched is committed and so belongs to the range. Where there
        // is no position yet, the pump starts at ours, and a connection that read an older present than ours gets it.
        let started = subscription.hub.in_room(organization, |room| *room.position.get_or_insert(present));
        let until = started.map_or(present, |position| position.max(present));
        subscription.seen = until;
        (subscription, Replay { after: cursor.unwrap_or(until).min(until), until })
    }
}

/// A connection's end of the hub; dropping it ends the connection.
#[derive(Debug)]
pub struct Subscription {
    hub: Hub,
    key: Key,
    connection: Arc<Connection>,
    /// The last item that the client has or gets from the replay.
    seen: i64,
}

impl Subscription {
    /// The next frame; `None` when the hub ended the connection, see [`Subscription::closed`]. Cancel safe.
    pub async fn next(&mut self) -> Option<Frame> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// [`Subscription::next`] for hand-written futures and streams.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Frame>> {
        let seen = &mut self.seen;
        self.connection.poll_next(cx, |frame| match frame.cursor() {
            Some(cursor) if cursor <= *seen => false,
            Some(cursor) => {
                *seen = cursor;
                true
            }
            None => true,
        })
    }

    /// Why the hub ended it, if it did.
    pub fn closed(&self) -> Option<Closed> {
        self.connection.closed()
    }

    /// Who it belongs to.
    pub fn admission(&self) -> &Admission {
        &self.connection.admission
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let organization = self.connection.admission.organization;
        let emptied = self.hub.in_room(organization, |room| room.remove(self.key)).unwrap_or(false);
        if emptied {
            let mut rooms = held(&self.hub.0.rooms);
            if rooms.get(&organization).is_some_and(|room| held(room).abandon()) {
                rooms.remove(&organization);
            }
        }
        self.hub.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
