//! Drafts, the quota under a race, and undo against the planner's lease.

use std::time::Duration;

use belfry_store::{
    Cancelled, DraftEnd, DraftFields, DraftSend, NewDraft, NotificationFilter, NotificationPlace,
    WorkspacePatch,
};
use belfry_types::id::NotificationId;
use belfry_types::notification::{Origin, Status};
use belfry_types::rng::TestRng;
use belfry_types::time::Millis;

use crate::harness::{Fixture, START, both};

const LEASE: Duration = Duration::from_secs(30);
const UNDO: Duration = Duration::from_secs(10);

fn fields(message: &str) -> DraftFields {
    DraftFields {
        content: serde_json::json!({ "title": message, "message": message }).to_string(),
        audience: r#"{"everyone":true}"#.into(),
        run_time_s: 60,
    }
}

async fn draft(t: &Fixture, n: u64) -> NotificationId {
    let id = NotificationId::new(START, &TestRng::seeded(n + 100));
    let new = NewDraft { id, origin: Origin::Operator, fields: fields(&format!("draft {n}")), operator: 0 };
    t.store.create_draft(t.first.ws, new, START).await.expect("a draft");
    id
}

fn send(id: NotificationId, origin: Origin) -> DraftSend {
    DraftSend {
        id,
        revision: 1,
        origin,
        fields: fields("sent"),
        item: String::new(),
        plain: "sent".into(),
        lane: 1,
        sends_at: START.plus(UNDO),
    }
}

async fn sent(t: &Fixture, id: NotificationId, origin: Origin) -> DraftEnd {
    t.store.send_draft(t.first.ws, send(id, origin), START).await.expect("an end")
}

async fn used(t: &Fixture) -> i64 {
    t.store.quota(t.first.ws).await.expect("a quota").used
}

both! {
    async fn two_tabs_do_not_overwrite_one_another(t: &Fixture) {
        let id = draft(t, 1).await;
        let ws = t.first.ws;
        let change = async |revision| t.store.change_draft(ws, id, revision, fields("new"), 0, START).await.unwrap();
        assert_eq!(change(1).await, DraftEnd::Done);
        assert_eq!(change(1).await, DraftEnd::Changed);
        assert_eq!(change(2).await, DraftEnd::Done);
        let other = t.tenant("Second").await;
        let foreign = t.store.change_draft(other.ws, id, 3, fields("x"), 0, START).await;
        assert!(matches!(foreign, Err(belfry_store::Error::NotFound)), "{foreign:?}");
        assert_eq!(sent(t, id, Origin::Operator).await, DraftEnd::Changed);
        assert_eq!(used(t).await, 0, "what was refused takes no place");
        assert_eq!(t.store.delete_draft(ws, id).await.unwrap(), DraftEnd::Done);
    }

    /// Twenty at once for the last place: one gets it, whatever the database does.
    async fn the_last_place_is_given_once(t: &Fixture) {
        let patch = WorkspacePatch { quota: Some(5), ..WorkspacePatch::default() };
        t.store.update_workspace(t.first.ws, patch).await.expect("a workspace");
        for n in 0..4 {
            let id = draft(t, n).await;
            assert_eq!(sent(t, id, Origin::Operator).await, DraftEnd::Done);
        }
        let mut racing = Vec::new();
        for n in 10..30 {
            let id = draft(t, n).await;
            let (store, ws) = (t.store.clone(), t.first.ws);
            racing.push(tokio::spawn(async move { store.send_draft(ws, send(id, Origin::Operator), START).await }));
        }
        let (mut done, mut exceeded) = (0, 0);
        for task in racing {
            match task.await.expect("no panic").expect("an end") {
                DraftEnd::Done => done += 1,
                DraftEnd::QuotaExceeded(quota) => {
                    assert_eq!((quota.limit, quota.used), (5, 5));
                    exceeded += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((done, exceeded), (1, 19));
        // A key's do not count, and neither needs a place.
        let id = draft(t, 40).await;
        assert_eq!(sent(t, id, Origin::Api).await, DraftEnd::Done);
        assert_eq!(used(t).await, 5);
    }

    async fn taking_back_frees_the_place(t: &Fixture) {
        let id = draft(t, 1).await;
        assert_eq!(sent(t, id, Origin::Operator).await, DraftEnd::Done);
        assert_eq!(sent(t, id, Origin::Operator).await, DraftEnd::NotADraft(Status::Scheduled));
        assert_eq!(used(t).await, 1);
        assert!(t.store.lease_plan(START, LEASE, 1).await.unwrap().is_none(), "nothing leaves before its time");
        assert_eq!(t.store.cancel_notification(t.first.ws, id, START).await.unwrap(), Cancelled::Draft);
        assert_eq!(used(t).await, 0);
        let row = t.store.notification(t.first.ws, id).await.unwrap();
        assert_eq!((row.status, row.revision, row.sends_at), (Status::Draft, 3, None));
        assert!(t.store.lease_plan(START.plus(UNDO), LEASE, 1).await.unwrap().is_none(), "no plan is left");
        let over = t.store.cancel_notification(t.first.ws, id, START).await.unwrap();
        assert_eq!(over, Cancelled::Over(Status::Draft));
    }

    /// Whoever leases the plan first decides: it is sent, or it is a draft again, never both.
    async fn undo_against_the_lease(t: &Fixture) {
        let (mut drafts, mut stopped) = (0, 0);
        for n in 0..12 {
            let id = draft(t, n).await;
            assert_eq!(sent(t, id, Origin::Operator).await, DraftEnd::Done);
            let due = START.plus(UNDO);
            let (leased, cancelled) = tokio::join!(
                t.store.lease_plan(due, LEASE, 1),
                t.store.cancel_notification(t.first.ws, id, due)
            );
            let leased = leased.expect("a lease or none");
            let row = t.store.notification(t.first.ws, id).await.unwrap();
            match cancelled.expect("an end") {
                Cancelled::Draft => {
                    assert!(leased.is_none(), "it was leased and taken back");
                    assert_eq!(row.status, Status::Draft);
                    drafts += 1;
                }
                Cancelled::Stopped => {
                    assert_eq!(row.status, Status::Cancelled);
                    assert_eq!(row.finished_at, Some(due));
                    // The planner that has the lease cannot go on with it.
                    if let Some(mut plan) = leased {
                        let people = belfry_types::Ordinals::from_iter([0]);
                        let published = t.store.publish_wide(&mut plan, people, due, LEASE, due).await;
                        assert!(matches!(published, Err(belfry_store::Error::LeaseLost)), "{published:?}");
                    }
                    stopped += 1;
                }
                Cancelled::Over(status) => panic!("{status}"),
            }
        }
        assert_eq!(drafts + stopped, 12);
        assert_eq!(used(t).await, stopped);
    }

    async fn a_leased_one_is_stopped_and_stays_counted(t: &Fixture) {
        let id = draft(t, 1).await;
        assert_eq!(sent(t, id, Origin::Operator).await, DraftEnd::Done);
        let due = START.plus(UNDO);
        assert!(t.store.lease_plan(due, LEASE, 1).await.unwrap().is_some());
        let row = t.store.notification(t.first.ws, id).await.unwrap();
        assert_eq!((row.status, row.run_until), (Status::Sending, due.plus(Duration::from_secs(60))));
        assert_eq!(t.store.cancel_notification(t.first.ws, id, due).await.unwrap(), Cancelled::Stopped);
        let over = t.store.cancel_notification(t.first.ws, id, due).await.unwrap();
        assert_eq!(over, Cancelled::Over(Status::Cancelled));
        assert_eq!(used(t).await, 1);
    }

    async fn lists_are_filtered_and_paged(t: &Fixture) {
        let ws = t.first.ws;
        for n in 0..9 {
            let id = draft(t, n).await;
            if n % 3 == 0 {
                sent(t, id, if n == 0 { Origin::Api } else { Origin::Operator }).await;
            }
        }
        let all = async |filter: NotificationFilter| {
            let (mut seen, mut after): (Vec<i64>, Option<NotificationPlace>) = (Vec::new(), None);
            for _ in 0..20 {
                let page = t.store.notifications(ws, &filter, after, 2).await.unwrap();
                assert!(page.rows.len() <= 2);
                seen.extend(page.rows.iter().map(|row| row.num));
                after = page.next;
                if after.is_none() {
                    return seen;
                }
            }
            panic!("the list does not end");
        };
        let filter = |status, origin, text: Option<&str>| NotificationFilter { status, origin, text: text.map(Into::into) };
        let everything = all(filter(None, None, None)).await;
        assert_eq!(everything.len(), 9);
        assert_eq!(everything.iter().collect::<std::collections::BTreeSet<_>>().len(), 9, "nothing twice");
        assert_eq!(all(filter(Some(Status::Draft), None, None)).await.len(), 6);
        assert_eq!(all(filter(Some(Status::Scheduled), None, None)).await.len(), 3);
        assert_eq!(all(filter(Some(Status::Sent), None, None)).await.len(), 0);
        assert_eq!(all(filter(None, Some(Origin::Operator), None)).await.len(), 8);
        assert_eq!(all(filter(Some(Status::Scheduled), Some(Origin::Operator), None)).await.len(), 2);
        assert_eq!(all(filter(Some(Status::Scheduled), Some(Origin::Api), None)).await.len(), 1);
        assert_eq!(all(filter(None, Some(Origin::Event), None)).await.len(), 0);
        assert_eq!(all(filter(None, None, Some("DRAFT 4"))).await.len(), 1);
        assert_eq!(all(filter(None, None, Some("sent"))).await.len(), 3);
        assert_eq!(all(filter(Some(Status::Draft), None, Some("draft"))).await.len(), 6);
        let row = t.store.notifications(ws, &filter(None, None, None), None, 1).await.unwrap();
        assert_eq!(row.rows[0].listed_at, Millis(START.0));
    }
}
