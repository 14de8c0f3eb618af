//! What one connection sees of the hub, and that queues, revocation, expiry and shutdown end it as they should.
//! That nothing is missing under any interleaving is in `exactness`.

use std::sync::atomic::AtomicUsize;
use std::task::{Wake, Waker};

use super::*;
use crate::{EventKind, QUEUE_FRAMES};

mod exactness;

fn admission(ordinal: Ordinal) -> Admission {
    Admission { organization: 1, ordinal, member_of: 7, workspace: None, expires_at: None }
}

fn begun(hub: &Hub, admission: Admission) -> Subscription {
    hub.connect(admission).begin(None, 0).0
}

/// What is there now, without waiting.
pub(super) fn drain(subscription: &mut Subscription) -> Vec<Frame> {
    let mut cx = Context::from_waker(Waker::noop());
    std::iter::from_fn(|| match subscription.poll_next(&mut cx) {
        Poll::Ready(frame) => frame,
        Poll::Pending => None,
    })
    .collect()
}

fn cursors(subscription: &mut Subscription) -> Vec<i64> {
    drain(subscription).iter().filter_map(Frame::cursor).collect()
}

#[test]
fn an_item_reaches_its_people_in_its_workspace_and_nobody_else() {
    let hub = Hub::new();
    let mut whole = begun(&hub, admission(3));
    let mut narrow = begun(&hub, Admission { workspace: Some(7), ..admission(3) });
    let mut elsewhere = begun(&hub, Admission { workspace: Some(8), ..admission(3) });
    let mut other = begun(&hub, admission(4));
    let mut stranger = begun(&hub, Admission { organization: 2, ..admission(3) });
    hub.publish_item(1, 7, &Ordinals::from([3]), &Frame::item(1, "{}"));
    hub.publish_item(1, 7, &(0..1000).filter(|o| *o != 4).collect(), &Frame::item(2, "{}"));
    hub.publish_item_to(1, 7, 3, &Frame::item(3, "{}"));
    assert_eq!(cursors(&mut whole), [1, 2, 3]);
    assert_eq!(cursors(&mut narrow), [1, 2, 3]);
    for subscription in [&mut elsewhere, &mut other, &mut stranger] {
        assert!(drain(subscription).is_empty());
    }
    assert_eq!(hub.connected_among(1, 8, &Ordinals::from([3, 4, 5])), Ordinals::from([3, 4]));
    assert_eq!(hub.members(1), BTreeMap::from([(7, Ordinals::from([3, 4]))]));
}

#[test]
fn a_state_has_no_place_in_the_order() {
    let hub = Hub::new();
    let mut mine = begun(&hub, admission(3));
    let mut elsewhere = begun(&hub, Admission { workspace: Some(8), ..admission(3) });
    hub.publish_item_to(1, 7, 3, &Frame::item(5, "{}"));
    hub.publish_state(1, Some(7), 3, &Frame::state(r#"{"kind":"read"}"#));
    hub.publish_item_to(1, 7, 3, &Frame::item(5, "{}"));
    hub.publish_state(1, None, 3, &Frame::state(r#"{"kind":"read_all"}"#));
    let kinds: Vec<_> = drain(&mut mine).iter().map(|f| f.event()).collect();
    assert_eq!(kinds, [EventKind::Item, EventKind::State, EventKind::State], "the repeated item is dropped");
    assert_eq!(drain(&mut elsewhere).len(), 1);
}

#[test]
fn one_frame_too_many_ends_a_slow_connection_and_holds_up_nobody() {
    let hub = Hub::new();
    let (mut slow, mut quick) = (begun(&hub, admission(1)), begun(&hub, admission(2)));
    for seq in 1..=QUEUE_FRAMES as i64 {
        hub.publish_item(1, 7, &Ordinals::from([1, 2]), &Frame::item(seq, "{}"));
        assert_eq!(cursors(&mut quick), [seq]);
        assert_eq!(slow.closed(), None);
    }
    hub.publish_item(1, 7, &Ordinals::from([1, 2]), &Frame::item(1000, "{}"));
    assert_eq!(slow.closed(), Some(Closed::Lagged));
    assert!(drain(&mut slow).is_empty());
    assert_eq!(cursors(&mut quick), [1000]);
}

#[test]
fn revocation_ends_what_the_membership_admitted() {
    let hub = Hub::new();
    let by_seven = begun(&hub, admission(1));
    let by_eight = begun(&hub, Admission { member_of: 8, ..admission(1) });
    let other = begun(&hub, admission(2));
    assert_eq!(hub.revoke(1, Some(7), 1), 1);
    assert_eq!(by_seven.closed(), Some(Closed::Revoked));
    assert_eq!(by_eight.closed(), None);
    assert_eq!(hub.revoke(1, None, 1), 1, "what is closed already is not counted");
    assert_eq!(by_eight.closed(), Some(Closed::Revoked));
    assert_eq!(other.closed(), None);
}

#[test]
fn a_recheck_sends_back_those_whom_it_concerns() {
    let hub = Hub::new();
    let first = begun(&hub, admission(1));
    let second = begun(&hub, Admission { member_of: 8, ..admission(2) });
    let stranger = begun(&hub, Admission { organization: 2, ..admission(1) });
    assert_eq!(hub.recheck(1, Some(8), Some(1)), 0);
    assert_eq!(hub.recheck(1, Some(8), None), 1);
    assert_eq!((first.closed(), second.closed()), (None, Some(Closed::Recheck)));
    assert_eq!(hub.recheck(1, None, None), 1);
    assert_eq!((first.closed(), stranger.closed()), (Some(Closed::Recheck), None));
}

#[test]
fn a_token_ends_at_its_instant() {
    let hub = Hub::new();
    let bounded = begun(&hub, Admission { expires_at: Some(Millis(1000)), ..admission(1) });
    let unbounded = begun(&hub, admission(1));
    assert_eq!(hub.expire(Millis(999)), 0);
    assert_eq!(hub.expire(Millis(1000)), 1);
    assert_eq!(bounded.closed(), Some(Closed::Expired));
    assert_eq!(unbounded.closed(), None);
}

#[test]
fn shutdown_ends_all_and_lets_nobody_in() {
    let hub = Hub::new();
    let early = begun(&hub, admission(1));
    hub.close_all();
    let late = begun(&hub, admission(2));
    assert_eq!(early.closed(), Some(Closed::ShuttingDown));
    assert_eq!(late.closed(), Some(Closed::ShuttingDown));
}

#[test]
fn a_ping_reaches_each_idle_connection_once_a_round() {
    let hub = Hub::new();
    let mut all: Vec<_> = (0..10).map(|ordinal| begun(&hub, admission(ordinal))).collect();
    hub.publish_item_to(1, 7, 0, &Frame::item(1, "{}"));
    for slice in 0..4 {
        hub.ping(slice, 4);
    }
    for (n, subscription) in all.iter_mut().enumerate() {
        let kinds: Vec<_> = drain(subscription).iter().map(Frame::event).collect();
        assert_eq!(kinds, [if n == 0 { EventKind::Item } else { EventKind::Ping }]);
    }
}

#[test]
fn rooms_and_counts_end_with_their_connections() {
    let hub = Hub::new();
    let joining = hub.connect(admission(1));
    assert!(hub.organizations().is_empty(), "no pump follows what nobody has begun");
    let (first, replay) = joining.begin(Some(3), 10);
    assert_eq!(replay, Replay { after: 3, until: 10 });
    assert_eq!(hub.organizations(), [(1, 10)]);
    hub.advance(1, 12);
    hub.advance(1, 11);
    assert_eq!(hub.organizations(), [(1, 12)]);
    let (second, replay) = hub.connect(admission(2)).begin(Some(99), 11);
    assert_eq!(replay, Replay { after: 12, until: 12 }, "a cursor from the future is the present");
    assert!(replay.is_empty());
    assert_eq!(hub.connections(), 2);
    drop((first, second));
    assert_eq!(hub.connections(), 0);
    assert!(hub.organizations().is_empty());
    assert!(held(&hub.0.rooms).is_empty());
}

struct Counting(AtomicUsize);

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn the_reader_is_woken_by_frames_and_by_the_end() {
    let hub = Hub::new();
    let mut subscription = begun(&hub, admission(1));
    let woken = Arc::new(Counting(AtomicUsize::new(0)));
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(subscription.poll_next(&mut cx).is_pending());
    hub.publish_item_to(1, 7, 1, &Frame::item(1, "{}"));
    hub.publish_item_to(1, 7, 1, &Frame::item(2, "{}"));
    assert_eq!(woken.0.load(Ordering::Relaxed), 1, "once until it reads again");
    assert!(subscription.poll_next(&mut cx).is_ready());
    assert!(subscription.poll_next(&mut cx).is_ready());
    assert!(subscription.poll_next(&mut cx).is_pending());
    hub.revoke(1, None, 1);
    assert_eq!(woken.0.load(Ordering::Relaxed), 2);
    assert!(matches!(subscription.poll_next(&mut cx), Poll::Ready(None)));
}
