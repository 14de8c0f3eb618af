//! The connections of one organization on this node, ordered by person, and the place up to which the pump has
//! dispatched the organization's log. Knows nothing of other organizations.

use std::collections::BTreeMap;
use std::sync::Arc;

use belfry_types::Ordinals;
use belfry_types::people::Ordinal;
use belfry_types::time::Millis;

use crate::connection::{Closed, Connection};
use crate::frame::Frame;

/// Who a connection belongs to and what it may see, as authentication found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// The organization's number.
    pub organization: i64,
    /// The person.
    pub ordinal: Ordinal,
    /// The number of the workspace whose membership admits the person; with it the connection ends.
    pub member_of: i64,
    /// Shows only this workspace's items; `None` shows the whole inbox.
    pub workspace: Option<i64>,
    /// When the token ends, if it does.
    pub expires_at: Option<Millis>,
}

impl Admission {
    fn sees(&self, workspace: i64) -> bool {
        self.workspace.is_none_or(|only| only == workspace)
    }
}

/// A connection's key: the person, then a number that is unique on this node.
pub(crate) type Key = (Ordinal, u64);

#[derive(Debug, Default)]
pub(crate) struct Room {
    connections: BTreeMap<Key, Arc<Connection>>,
    /// `None` until the first connection has said where the log stood.
    pub(crate) position: Option<i64>,
    abandoned: bool,
}

impl Room {
    /// False if the room was abandoned in the meantime: then there is a new one, or none.
    pub(crate) fn insert(&mut self, key: Key, connection: Arc<Connection>) -> bool {
        if !self.abandoned {
            self.connections.insert(key, connection);
        }
        !self.abandoned
    }

    /// True if nobody is left.
    pub(crate) fn remove(&mut self, key: Key) -> bool {
        self.connections.remove(&key);
        self.connections.is_empty()
    }

    /// Refuses everyone from now on, if nobody is inside.
    pub(crate) fn abandon(&mut self) -> bool {
        self.abandoned = self.connections.is_empty();
        self.abandoned
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &Connection)> {
        self.connections.iter().map(|(key, connection)| (*key, &**connection))
    }

    pub(crate) fn of(&self, ordinal: Ordinal) -> impl Iterator<Item = &Connection> {
        self.connections.range((ordinal, 0)..=(ordinal, u64::MAX)).map(|(_, connection)| &**connection)
    }

    /// Visits the connections of `people` that see `workspace`, from the smaller side of the two.
    pub(crate) fn among<'a>(
        &'a self,
        people: &Ordinals,
        workspace: i64,
        mut visit: impl FnMut(Ordinal, &'a Connection),
    ) {
        if people.len() < self.connections.len() as u64 {
            for ordinal in people {
                self.of(ordinal).filter(|c| c.admission.sees(workspace)).for_each(|c| visit(ordinal, c));
            }
        } else {
            for ((ordinal, _), connection) in &self.connections {
                if connection.admission.sees(workspace) && people.contains(*ordinal) {
                    visit(*ordinal, connection);
                }
            }
        }
    }

    pub(crate) fn push_to(&self, ordinal: Ordinal, workspace: Option<i64>, frame: &Frame) {
        self.of(ordinal)
            .filter(|c| workspace.is_none_or(|w| c.admission.sees(w)))
            .for_each(|connection| connection.push(frame));
    }

    /// Closes those that `condemned` names and tells how many.
    pub(crate) fn close_where(&self, reason: Closed, condemned: impl Fn(&Admission) -> bool) -> usize {
        let chosen = self.connections.values().filter(|c| condemned(&c.admission));
        chosen.filter(|connection| connection.close(reason)).count()
    }
}
