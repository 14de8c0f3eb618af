//! Operators who sign in: sessions, links that are good once, failures that lock, roles that are taken.

use std::sync::Arc;
use std::time::Duration;

use belfry_store::{Attempt, Error, FirstOperator, NewOrganization, Store};
use belfry_types::id::SessionId;
use belfry_types::limits::{LOCK_FORGET_S, RESET_LINK_S, SESSION_S, SETUP_LINK_S};
use belfry_types::people::email_key;
use belfry_types::rights::{Role, RoleGrant};
use belfry_types::rng::TestRng;

use crate::harness::{both, new_workspace, options, with_email};

const HOUR: Duration = Duration::from_secs(RESET_LINK_S);
const DAY: Duration = Duration::from_secs(86_400);

fn first(email: &str) -> FirstOperator {
    FirstOperator { email: email.into(), name: "Ann Lee".into(), password_hash: "hash".into(), place: None }
}

async fn failures(store: &Store, email: &str, n: usize) {
    for i in 0..n {
        assert!(matches!(store.attempt_sign_in(email).await.unwrap(), Attempt::Counted(_)), "attempt {i}");
    }
}

fn locked(attempt: &Attempt) -> Option<u64> {
    match attempt {
        Attempt::Locked(wait) => Some(wait.as_secs()),
        Attempt::Counted(_) => None,
    }
}

both! {
    async fn a_session_lasts_while_it_is_used(t: &Fixture) {
        let ann = t.store.create_operator(t.first.scope, "ann@example.com", "Ann", Role::Owner, None).await.unwrap();
        let place = Some(t.first.workspace.num);
        t.store.create_operator(t.first.scope, "ann@example.com", "Ann", Role::Editor, place).await.unwrap();
        let (secret, expires_at) = t.store.begin_session(ann.num, "Browser/1").await.unwrap();
        let open = async || t.store.operator_by_session(&secret.hash()).await.unwrap();
        let grant = open().await.unwrap();
        assert_eq!((grant.num, grant.id, grant.name.as_str()), (ann.num, ann.id, "Ann"));
        assert_eq!((grant.expires_at, grant.moved_on), (expires_at, false));
        let organization = t.first.organization.num;
        let role = |workspace, role| RoleGrant { organization, workspace, role };
        assert_eq!(grant.roles, [role(None, Role::Owner), role(place, Role::Editor)]);

        t.clock.advance(DAY);
        let moved = open().await.unwrap();
        assert!(moved.moved_on && moved.expires_at == expires_at.plus(DAY));
        assert!(!open().await.unwrap().moved_on, "once a day");
        t.clock.advance(Duration::from_secs(SESSION_S) - Duration::from_millis(1));
        assert!(open().await.is_some(), "the day before it moved on again");
        t.clock.advance(Duration::from_secs(SESSION_S));
        assert!(open().await.is_none());
        t.store.sweep_sign_ins(belfry_types::time::Clock::now(&*t.clock)).await.unwrap();
        assert!(t.store.operator_by_session(&[0; 32]).await.unwrap().is_none());
    }

    async fn sessions_are_listed_and_ended(t: &Fixture) {
        let ann = t.store.create_operator(t.first.scope, "ann@example.com", "Ann", Role::Owner, None).await.unwrap();
        let bob = t.store.create_operator(t.first.scope, "bob@example.com", "Bob", Role::Owner, None).await.unwrap();
        let mut secrets = Vec::new();
        for agent in ["one", "two", "three"] {
            secrets.push(t.store.begin_session(ann.num, agent).await.unwrap().0);
        }
        let (of_bob, _) = t.store.begin_session(bob.num, "bob's").await.unwrap();
        let listed = t.store.operator_sessions(ann.num).await.unwrap();
        assert_eq!(listed.iter().map(|s| s.user_agent.as_str()).collect::<Vec<_>>(), ["three", "two", "one"]);
        let later = listed[0].seen_at.plus(DAY);
        t.store.touch_sessions(&[(listed[0].num, later), (listed[1].num, listed[1].seen_at.minus(DAY))]).await.unwrap();
        let seen = t.store.operator_sessions(ann.num).await.unwrap();
        assert_eq!((seen[0].seen_at, seen[1].seen_at), (later, listed[1].seen_at));

        let theirs = t.store.end_session(bob.num, listed[0].id).await;
        assert!(matches!(theirs, Err(Error::NotFound)), "only one's own");
        let unknown = t.store.end_session(ann.num, SessionId([9; 16])).await;
        assert!(matches!(unknown, Err(Error::NotFound)));
        t.store.end_session(ann.num, listed[0].id).await.unwrap();
        assert!(t.store.operator_by_session(&secrets[2].hash()).await.unwrap().is_none());
        t.store.end_other_sessions(ann.num, listed[1].num).await.unwrap();
        assert_eq!(t.store.operator_sessions(ann.num).await.unwrap().len(), 1);
        assert!(t.store.operator_by_session(&secrets[1].hash()).await.unwrap().is_some());
        t.store.end_session_numbered(listed[1].num).await.unwrap();
        assert!(t.store.operator_sessions(ann.num).await.unwrap().is_empty());
        assert!(t.store.operator_by_session(&of_bob.hash()).await.unwrap().is_some());
    }

    async fn setting_up_is_done_once(t: &Fixture) {
        assert!(!t.store.is_set_up().await.unwrap() && t.store.has_organization().await.unwrap());
        let made = t.store.create_operator(t.first.scope, "ann@example.com", "ann", Role::Owner, None).await.unwrap();
        let late = t.store.setup_link().await.unwrap();
        t.clock.advance(Duration::from_secs(SETUP_LINK_S));
        assert!(!t.store.is_setup_link(&late.hash()).await.unwrap());
        let (link, other) = (t.store.setup_link().await.unwrap(), t.store.setup_link().await.unwrap());
        assert!(t.store.is_setup_link(&link.hash()).await.unwrap());
        for hash in [late.hash(), [7; 32]] {
            assert!(matches!(t.store.set_up(&hash, first("x@example.com")).await, Err(Error::NotFound)));
        }
        let place = (
            NewOrganization { name: "More".into(), slug_hint: None, default_locale: "en".into() },
            new_workspace("More"),
        );
        let more = FirstOperator { place: Some(place), ..first("ann@example.com") };
        assert!(matches!(t.store.set_up(&link.hash(), more).await, Err(Error::Conflict(_))));

        let (operator, workspace) = t.store.set_up(&link.hash(), first("ANN@example.com")).await.unwrap();
        assert_eq!((operator.num, operator.name.as_str(), workspace), (made.num, "Ann Lee", None));
        assert!(t.store.is_set_up().await.unwrap());
        for hash in [link.hash(), other.hash()] {
            assert!(!t.store.is_setup_link(&hash).await.unwrap());
            assert!(matches!(t.store.set_up(&hash, first("x@example.com")).await, Err(Error::NotFound)));
        }
        let late = t.store.setup_link().await.unwrap();
        let again = t.store.set_up(&late.hash(), first("x@example.com")).await;
        assert!(matches!(again, Err(Error::NotFound)), "somebody can sign in");
    }

    async fn of_two_who_set_up_at_once_one_does(t: &Fixture) {
        let links = [t.store.setup_link().await.unwrap(), t.store.setup_link().await.unwrap()];
        let hashes = [links[0].hash(), links[1].hash()];
        let (one, two) = tokio::join!(
            t.store.set_up(&hashes[0], first("a@example.com")),
            t.store.set_up(&hashes[1], first("b@example.com"))
        );
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1);
    }

    async fn a_password_link_is_good_once(t: &Fixture) {
        let ann = t.store.create_operator(t.first.scope, "ann@example.com", "Ann", Role::Owner, None).await.unwrap();
        let (session, _) = t.store.begin_session(ann.num, "").await.unwrap();
        let void = t.store.password_link(ann.num, HOUR).await.unwrap();
        let link = t.store.password_link(ann.num, HOUR).await.unwrap();
        assert!(t.store.password_link_owner(&void.hash()).await.unwrap().is_none(), "a new one voids the old");
        let owner = t.store.password_link_owner(&link.hash()).await.unwrap();
        assert_eq!(owner, Some(("ann@example.com".into(), "Ann".into())));
        failures(&t.store, "ann@example.com", 10).await;
        assert!(locked(&t.store.attempt_sign_in("ann@example.com").await.unwrap()).is_some());

        t.store.reset_password(&link.hash(), "first").await.unwrap();
        assert!(matches!(t.store.reset_password(&link.hash(), "again").await, Err(Error::NotFound)));
        assert!(t.store.operator_by_session(&session.hash()).await.unwrap().is_none(), "sessions end");
        let known = t.store.attempt_sign_in(" ANN@example.com ").await.unwrap();
        assert_eq!(known, Attempt::Counted(Some((ann.num, "first".into()))), "and the lock with them");

        let late = t.store.password_link(ann.num, HOUR).await.unwrap();
        t.clock.advance(HOUR);
        assert!(t.store.password_link_owner(&late.hash()).await.unwrap().is_none());
        assert!(matches!(t.store.reset_password(&late.hash(), "late").await, Err(Error::NotFound)));
        let setup = t.store.setup_link().await.unwrap();
        let wrong_kind = t.store.reset_password(&setup.hash(), "x").await;
        assert!(matches!(wrong_kind, Err(Error::NotFound)));

        let (kept, _) = t.store.begin_session(ann.num, "").await.unwrap();
        let (gone, _) = t.store.begin_session(ann.num, "").await.unwrap();
        let current = t.store.operator_by_session(&kept.hash()).await.unwrap().unwrap().session;
        let link = t.store.password_link(ann.num, HOUR).await.unwrap();
        t.store.change_password(ann.num, current, "second").await.unwrap();
        assert!(t.store.operator_by_session(&kept.hash()).await.unwrap().is_some());
        assert!(t.store.operator_by_session(&gone.hash()).await.unwrap().is_none());
        assert!(t.store.password_link_owner(&link.hash()).await.unwrap().is_none());
    }

    async fn failures_lock_whether_anybody_has_the_address(t: &Fixture) {
        t.store.create_operator(t.first.scope, "ann@example.com", "Ann", Role::Owner, None).await.unwrap();
        for email in ["ann@example.com", "nobody@example.com"] {
            failures(&t.store, email, 10).await;
            let attempt = t.store.attempt_sign_in(&email.to_uppercase()).await.unwrap();
            assert_eq!(locked(&attempt), Some(60), "{email}");
        }
        // Another node, or this one after a restart, knows it too.
        let rng = Arc::new(TestRng::seeded(2));
        let other = Store::open(&t.source, options(), t.clock.clone(), rng).await.unwrap();
        assert!(locked(&other.attempt_sign_in("ann@example.com").await.unwrap()).is_some());
        other.close().await;
        failures(&t.store, "bob@example.com", 1).await;

        t.clock.advance(Duration::from_secs(60));
        failures(&t.store, "ann@example.com", 1).await;
        assert_eq!(locked(&t.store.attempt_sign_in("ann@example.com").await.unwrap()), Some(120));
        t.clock.advance(Duration::from_secs(120));
        failures(&t.store, "ann@example.com", 1).await;
        t.store.signed_in("Ann@example.com").await.unwrap();
        failures(&t.store, "ann@example.com", 10).await;
        assert!(locked(&t.store.attempt_sign_in("ann@example.com").await.unwrap()).is_some());
        t.clock.advance(Duration::from_secs(LOCK_FORGET_S));
        failures(&t.store, "ann@example.com", 9).await;
    }

    async fn guesses_side_by_side_are_counted_one_by_one(t: &Fixture) {
        let mut guesses = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let store = t.store.clone();
            guesses.spawn(async move { locked(&store.attempt_sign_in("ann@example.com").await.unwrap()) });
        }
        let answers = guesses.join_all().await;
        assert_eq!(answers.iter().filter(|wait| wait.is_none()).count(), 10);
    }

    async fn staff_is_everyone_with_a_role_here(t: &Fixture) {
        let (scope, ws, here) = (t.first.scope, t.first.ws, Some(t.first.workspace.num));
        let second = t.workspace(scope, "Second").await;
        let other = t.tenant("Other").await;
        let owner = t.store.create_operator(scope, "own@example.com", "Own", Role::Owner, None).await.unwrap();
        t.store.create_operator(scope, "own@example.com", "Own", Role::Viewer, here).await.unwrap();
        let helper = t.store.create_operator(scope, "help@example.com", "Help", Role::Collaborator, None).await.unwrap();
        t.store.create_operator(scope, "help@example.com", "Help", Role::Editor, here).await.unwrap();
        t.store.create_operator(scope, "far@example.com", "Far", Role::Manager, Some(second.num)).await.unwrap();
        t.store.create_operator(other.scope, "else@example.com", "Else", Role::Owner, None).await.unwrap();
        let of = |all: &[belfry_store::Staff]| {
            all.iter().map(|it| (it.operator.name.clone(), it.role, it.whole_organization)).collect::<Vec<_>>()
        };
        let all = t.store.staff(ws, None, 10).await.unwrap();
        let expected = [("Own".to_owned(), Role::Owner, true), ("Help".to_owned(), Role::Editor, false)];
        assert_eq!(of(&all), expected);
        assert!(all.iter().all(|it| it.pending));
        assert_eq!(of(&t.store.staff(ws, Some(owner.num), 10).await.unwrap()), expected[1..]);
        let one = t.store.staff_member(ws, owner.id).await.unwrap().unwrap();
        assert_eq!(of(&[one]), expected[..1]);
        assert!(t.store.staff_member(other.ws, owner.id).await.unwrap().is_none());

        assert!(!t.store.take_all_roles(scope, owner.num).await.unwrap(), "the last owner stays");
        let next = t.store.create_operator(scope, "next@example.com", "Next", Role::Owner, None).await.unwrap();
        let (one, two) = tokio::join!(
            t.store.take_all_roles(scope, owner.num),
            t.store.take_all_roles(scope, next.num)
        );
        assert_eq!(u8::from(one.unwrap()) + u8::from(two.unwrap()), 1, "of two at once one stays");
        assert!(matches!(t.store.take_role(other.ws, helper.num).await, Err(Error::NotFound)));
        t.store.take_role(ws, helper.num).await.unwrap();
        assert!(matches!(t.store.take_role(ws, helper.num).await, Err(Error::NotFound)));
    }

    async fn whoever_has_no_role_any_more_cannot_sign_in(t: &Fixture) {
        let (scope, ws, here) = (t.first.scope, t.first.ws, Some(t.first.workspace.num));
        let second = t.workspace(scope, "Second").await;
        let bob = t.store.create_operator(scope, "bob@example.com", "Bob", Role::Editor, here).await.unwrap();
        t.store.create_operator(scope, "bob@example.com", "Bob", Role::Editor, Some(second.num)).await.unwrap();
        t.store.change_password(bob.num, 0, "hash").await.unwrap();
        let (session, _) = t.store.begin_session(bob.num, "").await.unwrap();
        let link = t.store.password_link(bob.num, HOUR).await.unwrap();
        t.store.take_role(ws, bob.num).await.unwrap();
        assert!(t.store.operator_by_session(&session.hash()).await.unwrap().is_some(), "they have one elsewhere");
        assert!(t.store.has_password(bob.num).await.unwrap());
        t.store.take_role(scope.in_workspace(second.num), bob.num).await.unwrap();
        assert!(t.store.operator_by_session(&session.hash()).await.unwrap().is_none());
        assert!(t.store.password_link_owner(&link.hash()).await.unwrap().is_none());
        assert_eq!(t.store.attempt_sign_in("bob@example.com").await.unwrap(), Attempt::Counted(None));
        let back = t.store.create_operator(scope, "bob@example.com", "Bob", Role::Editor, here).await.unwrap();
        assert_eq!((back.num, t.store.has_password(bob.num).await.unwrap()), (bob.num, false));
    }

    async fn people_and_workspaces_of_an_operator(t: &Fixture) {
        let other = t.tenant("Other").await;
        let second = t.workspace(t.first.scope, "Second").await;
        t.upsert(&[with_email("a", "Ann@Example.com")]).await;
        let found = t.store.user_by_email(t.first.scope, "ANN@example.com").await.unwrap();
        assert_eq!(found.map(|user| user.external_id), Some("a".into()));
        assert!(t.store.user_by_email(other.scope, "ann@example.com").await.unwrap().is_none());
        assert_eq!(email_key(" A@B "), "a@b");

        let (mine, theirs) = (t.first.organization.num, other.workspace.num);
        let nums = async |organizations: &[i64], workspaces: &[i64], after| {
            let all = t.store.workspaces_of(organizations, workspaces, after, 10).await.unwrap();
            all.into_iter().map(|it| it.num).collect::<Vec<_>>()
        };
        let first = t.first.workspace.num;
        assert_eq!(nums(&[mine], &[theirs], None).await, [first, theirs, second.num]);
        assert_eq!(nums(&[mine], &[first], Some(first)).await, [second.num]);
        assert_eq!(nums(&[], &[theirs], None).await, [theirs]);
        assert!(nums(&[], &[], None).await.is_empty());
        let organizations = t.store.organizations_of(&[other.organization.num, mine]).await.unwrap();
        assert_eq!(organizations.iter().map(|it| it.num).collect::<Vec<_>>(), [mine, other.organization.num]);
    }
}
