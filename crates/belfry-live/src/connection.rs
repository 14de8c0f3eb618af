//! What one connection holds on this node: a queue that costs nothing while it is empty, and the waker of the one
//! task that reads it. Nobody waits for a connection: one that is too slow is closed and resumes by its cursor.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::frame::Frame;
use crate::room::Admission;

/// Frames that may wait for one connection.
pub const QUEUE_FRAMES: usize = 256;

/// Above this the queue gives its memory back once it is empty.
const KEEP_CAPACITY: usize = 4;

/// Why the hub ended a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closed {
    /// It read too slowly; it may resume at once.
    Lagged,
    /// Its person may no longer read.
    Revoked,
    /// Something that admitted people was revoked; who may still read comes back at once and misses nothing.
    Recheck,
    /// Its token has expired.
    Expired,
    /// The node shuts down; it may resume elsewhere.
    ShuttingDown,
}

#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) admission: Admission,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Frame>,
    reader: Option<Waker>,
    closed: Option<Closed>,
}

/// A lock that nobody holds over a panic or an await: what it guards is consistent after every statement.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Connection {
    pub(crate) fn new(admission: Admission) -> Self {
        Self { admission, state: Mutex::default() }
    }

    /// Queues a frame; one too many closes the connection.
    pub(crate) fn push(&self, frame: &Frame) {
        let mut state = held(&self.state);
        if state.closed.is_some() {
            return;
        }
        if state.queue.len() >= QUEUE_FRAMES {
            drop(state);
            self.close(Closed::Lagged);
            return;
        }
        state.queue.push_back(frame.clone());
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// Queues a frame only if nothing waits: a sign of life adds nothing to a queue that moves.
    pub(crate) fn push_if_idle(&self, frame: &Frame) {
        let idle = held(&self.state).queue.is_empty();
        if idle {
            self.push(frame);
        }
    }

    /// Ends the connection; what waited is dropped. False if it had ended already: the first reason stays.
    pub(crate) fn close(&self, reason: Closed) -> bool {
        let mut state = held(&self.state);
        if state.closed.is_some() {
            return false;
        }
        state.closed = Some(reason);
        state.queue = VecDeque::new();
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
        true
    }

    pub(crate) fn closed(&self) -> Option<Closed> {
        held(&self.state).closed
    }

    /// The next frame that `wanted` lets pass; `None` when closed.
    pub(crate) fn poll_next(
        &self,
        cx: &mut Context<'_>,
        mut wanted: impl FnMut(&Frame) -> bool,
    ) -> Poll<Option<Frame>> {
        let mut state = held(&self.state);
        if state.closed.is_some() {
            return Poll::Ready(None);
        }
        while let Some(frame) = state.queue.pop_front() {
            if wanted(&frame) {
                return Poll::Ready(Some(frame));
            }
        }
        if state.queue.capacity() > KEEP_CAPACITY {
            state.queue = VecDeque::new();
        }
        match &mut state.reader {
            Some(reader) => reader.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}
