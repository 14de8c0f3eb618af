//! Magic links and the sessions that they begin.

use std::time::Duration;

use belfry_store::{EntryPlace, Error};
use belfry_types::limits::REDEEM_AGAIN_S;
use belfry_types::secret::{Secret, hash};

use crate::harness::{Fixture, both, device};

const DAY: Duration = Duration::from_secs(86_400);

/// A new link of a member.
async fn link(t: &Fixture, ordinal: u32) -> String {
    t.store.issue_token_and_link(t.first.ws, ordinal).await.unwrap().1.0.reveal().to_owned()
}

/// The session that a link begins.
async fn redeem(t: &Fixture, link: &str) -> Option<Secret> {
    t.store.redeem_link(link, None).await.unwrap().map(|redeemed| redeemed.token)
}

/// Whether it would open something.
async fn good(t: &Fixture, link: &str) -> bool {
    t.store.preview_link(&hash(link)).await.unwrap().is_some()
}

both! {
    async fn a_link_is_good_once_and_looking_changes_nothing(t: &Fixture) {
        let ann = t.member("ann").await;
        let (_, (secret, expires_at)) = t.store.issue_token_and_link(t.first.ws, ann).await.unwrap();
        assert!(secret.reveal().starts_with("bfl_"));
        for _ in 0..3 {
            let shown = t.store.preview_link(&secret.hash()).await.unwrap().unwrap();
            assert_eq!((shown.name.as_str(), shown.workspace), ("Name of ann", t.first.workspace.id));
            assert_eq!((shown.organization_name.as_str(), shown.expires_at), ("First", expires_at));
        }
        let token = redeem(t, secret.reveal()).await.unwrap();
        let found = t.store.user_by_token(&token.hash()).await.unwrap().unwrap();
        assert!(found.session && found.grant.ordinal == ann && found.grant.scope == t.first.ws);
        assert!(redeem(t, secret.reveal()).await.is_none());
        assert!(t.store.preview_link(&secret.hash()).await.unwrap().is_none());
        assert!(redeem(t, "bfl_9").await.is_none());
        // The secret of a link is not a token and the other way round.
        assert!(t.store.user_by_token(&secret.hash()).await.unwrap().is_none());
        assert!(redeem(t, token.reveal()).await.is_none());
    }

    async fn of_several_at_once_one_gets_it(t: &Fixture) {
        let ann = t.member("ann").await;
        for _ in 0..10 {
            let link = link(t, ann).await;
            let tries: Vec<_> = (0..8)
                .map(|_| {
                    let (store, link) = (t.store.clone(), link.clone());
                    tokio::spawn(async move { store.redeem_link(&link, None).await.unwrap().is_some() })
                })
                .collect();
            let mut got = 0;
            for one in tries {
                got += usize::from(one.await.unwrap());
            }
            assert_eq!(got, 1);
        }
    }

    /// Who did not get the answer asks again: with the same key it is the same session, while it is there.
    async fn the_same_key_gives_the_same_session_for_a_while(t: &Fixture) {
        const KEY: Option<&str> = Some("a key of this page");
        let ann = t.member("ann").await;
        let one = link(t, ann).await;
        let first = t.store.redeem_link(&one, KEY).await.unwrap().unwrap();
        assert!(!first.again && !good(t, &one).await);
        t.clock.advance(Duration::from_millis(REDEEM_AGAIN_S * 1_000 - 1));
        for _ in 0..2 {
            let again = t.store.redeem_link(&one, KEY).await.unwrap().unwrap();
            assert_eq!((&again.token, again.expires_at, again.again), (&first.token, first.expires_at, true));
            assert_eq!((&again.link.name, &again.link.slug), (&first.link.name, &first.link.slug));
        }
        let two = link(t, ann).await;
        for (link, key) in [(&one, Some("a key of another page")), (&one, None), (&"bfl_x".to_owned(), KEY)] {
            assert!(t.store.redeem_link(link, key).await.unwrap().is_none(), "{key:?}");
        }
        // A key is not of a link: with another link it is another session, and each ends by itself.
        let other = t.store.redeem_link(&two, KEY).await.unwrap().unwrap();
        assert!(other.token != first.token && !other.again);
        t.clock.advance(Duration::from_millis(1));
        assert!(t.store.redeem_link(&one, KEY).await.unwrap().is_none(), "too late");
        assert!(t.store.user_by_token(&first.token.hash()).await.unwrap().is_some(), "and nothing is ended by it");
        t.store.end_user_token(t.first.scope, ann, &other.token.hash()).await.unwrap();
        assert!(t.store.redeem_link(&two, KEY).await.unwrap().is_none(), "signed out");
        // One that was redeemed without a key is not given again.
        let three = link(t, ann).await;
        assert!(redeem(t, &three).await.is_some());
        assert!(t.store.redeem_link(&three, KEY).await.unwrap().is_none());
    }

    /// Whatever ends a session ends what could be given again; it does not come back with the membership.
    async fn what_was_ended_is_not_given_again(t: &Fixture) {
        const KEY: Option<&str> = Some("a key of this page");
        for name in ["cancel", "delete", "end", "everywhere"] {
            let ordinal = t.member(name).await;
            let one = link(t, ordinal).await;
            t.store.redeem_link(&one, KEY).await.unwrap().unwrap();
            match name {
                "cancel" => drop(t.store.cancel_member(t.first.ws, name).await.unwrap()),
                "delete" => drop(t.store.delete_user(t.first.scope, name).await.unwrap()),
                "end" => t.store.end_user_tokens(t.first.scope, ordinal).await.unwrap(),
                _ => t.store.sign_out_everywhere(t.first.scope, ordinal).await.unwrap(),
            }
            assert!(t.store.redeem_link(&one, KEY).await.unwrap().is_none(), "{name}");
            if name == "cancel" {
                t.store.restore_member(t.first.ws, name).await.unwrap();
                assert!(t.store.redeem_link(&one, KEY).await.unwrap().is_none());
            }
        }
    }

    /// A page that asks twice at the same time gets the same answer twice.
    async fn of_several_at_once_with_one_key_all_get_the_same(t: &Fixture) {
        let ann = t.member("ann").await;
        for i in 0..10 {
            let link = link(t, ann).await;
            let mut tries = tokio::task::JoinSet::new();
            for n in 0..8 {
                let (store, link) = (t.store.clone(), link.clone());
                let key = if n % 4 == 3 { "the key of another page" } else { "the key of this page" };
                tries.spawn(async move { (key, store.redeem_link(&link, Some(key)).await.unwrap()) });
            }
            let got: Vec<_> = tries.join_all().await.into_iter()
                .filter_map(|(key, redeemed)| redeemed.map(|it| (key, it.token.reveal().to_owned(), it.again)))
                .collect();
            assert!(got.iter().all(|(key, token, _)| (key, token) == (&got[0].0, &got[0].1)), "{i}: {got:?}");
            assert_eq!(got.len(), if got[0].0 == "the key of this page" { 6 } else { 2 }, "{i}");
            assert_eq!(got.iter().filter(|(.., again)| !again).count(), 1, "{i}");
        }
        let (tokens, _) = t.store.personal_tokens(t.first.scope, ann, EntryPlace::START, 100).await.unwrap();
        assert_eq!(tokens.len(), 20, "one session for each link, beside the token that came with it");
    }

    async fn links_end_by_time_and_are_swept(t: &Fixture) {
        let ann = t.member("ann").await;
        let (early, late) = (link(t, ann).await, link(t, ann).await);
        t.clock.advance(7 * DAY - Duration::from_millis(1));
        assert!(redeem(t, &early).await.is_some());
        t.clock.advance(Duration::from_millis(1));
        assert!(!good(t, &late).await && redeem(t, &late).await.is_none());
        let of = async || t.store.personal_links(t.first.scope, ann, EntryPlace::START, 100).await.unwrap().0.len();
        assert_eq!(of().await, 1);
        t.store.sweep_user_links(belfry_types::time::Clock::now(&*t.clock)).await.unwrap();
        assert_eq!(of().await, 0);
    }

    async fn links_and_sessions_end_with_what_they_hang_on(t: &Fixture) {
        let other = t.member("other").await;
        let kept = link(t, other).await;
        for name in ["cancel", "delete", "end", "everywhere"] {
            let ordinal = t.member(name).await;
            let (used, unused) = (link(t, ordinal).await, link(t, ordinal).await);
            let session = redeem(t, &used).await.unwrap();
            match name {
                "cancel" => drop(t.store.cancel_member(t.first.ws, name).await.unwrap()),
                "delete" => drop(t.store.delete_user(t.first.scope, name).await.unwrap()),
                "end" => t.store.end_user_tokens(t.first.scope, ordinal).await.unwrap(),
                _ => t.store.sign_out_everywhere(t.first.scope, ordinal).await.unwrap(),
            }
            assert!(t.store.user_by_token(&session.hash()).await.unwrap().is_none(), "{name}");
            assert!(!good(t, &unused).await && redeem(t, &unused).await.is_none(), "{name}");
            if name == "cancel" {
                // Nor does either come back with the membership.
                t.store.restore_member(t.first.ws, name).await.unwrap();
                assert!(t.store.user_by_token(&session.hash()).await.unwrap().is_none());
                assert!(redeem(t, &unused).await.is_none());
            }
        }
        assert!(redeem(t, &kept).await.is_some(), "somebody else's link");
    }

    /// Whoever redeems while the membership ends has nothing afterwards, also when it is taken back.
    async fn ending_and_redeeming_at_once_leaves_nothing_behind(t: &Fixture) {
        for i in 0..30 {
            let name = format!("p{i}");
            let ordinal = t.member(&name).await;
            let link = link(t, ordinal).await;
            let (one, two, ws, of) = (t.store.clone(), t.store.clone(), t.first.ws, link.clone());
            let everywhere = i % 3 == 0;
            let ending = tokio::spawn(async move {
                if everywhere {
                    one.sign_out_everywhere(ws.scope(), ordinal).await.unwrap();
                } else {
                    one.cancel_member(ws, &name).await.unwrap();
                    one.restore_member(ws, &name).await.unwrap();
                }
            });
            let redeem = tokio::spawn(async move { two.redeem_link(&of, None).await.unwrap() });
            ending.await.unwrap();
            if let Some(redeemed) = redeem.await.unwrap() {
                assert!(t.store.user_by_token(&redeemed.token.hash()).await.unwrap().is_none(), "{i}");
            }
            assert!(!good(t, &link).await, "{i}");
        }
    }

    /// Pages ask for tokens while the person redeems links and signs out, and old tokens have run out: nobody fails.
    async fn issuing_redeeming_and_ending_at_once_wait_for_one_another(t: &Fixture) {
        let (ann, ws) = (t.member("ann").await, t.first.ws);
        for _ in 0..8 {
            for _ in 0..3 {
                t.store.issue_user_token(ws, ann).await.unwrap();
            }
            t.clock.advance(31 * DAY);
            let links = [link(t, ann).await, link(t, ann).await, link(t, ann).await];
            let mut tasks = tokio::task::JoinSet::new();
            for link in links {
                let (one, two) = (t.store.clone(), t.store.clone());
                tasks.spawn(async move { one.redeem_link(&link, None).await.map(drop) });
                tasks.spawn(async move { two.issue_token_and_link(ws, ann).await.map(drop) });
            }
            for everywhere in [true, false] {
                let store = t.store.clone();
                tasks.spawn(async move {
                    if everywhere {
                        store.sign_out_everywhere(ws.scope(), ann).await
                    } else {
                        store.end_user_tokens(ws.scope(), ann).await
                    }
                });
            }
            let (store, now) = (t.store.clone(), belfry_types::time::Clock::now(&*t.clock));
            tasks.spawn(async move { store.sweep_user_tokens(now).await });
            for done in tasks.join_all().await {
                done.unwrap();
            }
        }
    }

    async fn the_newest_links_are_kept(t: &Fixture) {
        let (ann, ben) = (t.member("ann").await, t.member("ben").await);
        let (bens, first) = (link(t, ben).await, link(t, ann).await);
        let mut newest = Vec::new();
        for _ in 0..10 {
            t.clock.advance(Duration::from_millis(1));
            newest.push(link(t, ann).await);
        }
        assert!(!good(t, &first).await, "the oldest of eleven");
        for link in newest.iter().chain([&bens]) {
            assert!(good(t, link).await);
        }
        // Also when the clock stands still, the one that was just handed out is good.
        for _ in 0..12 {
            let link = link(t, ann).await;
            assert!(good(t, &link).await);
        }
        let kept = t.store.personal_links(t.first.scope, ann, EntryPlace::START, 100).await.unwrap();
        assert_eq!(kept.0.len(), 10);
    }

    async fn sessions_are_prolonged_and_tokens_are_not(t: &Fixture) {
        let ann = t.member("ann").await;
        let ((token, token_ends), _) = t.store.issue_token_and_link(t.first.ws, ann).await.unwrap();
        let begun = t.store.redeem_link(&link(t, ann).await, None).await.unwrap().unwrap();
        let (session, session_ends) = (begun.token, begun.expires_at);
        assert_eq!(session_ends.since(token_ends), 60 * DAY);
        t.clock.advance(29 * DAY);
        // More than 60 days are left.
        assert_eq!(t.store.prolong_session(&session.hash()).await.unwrap(), None);
        assert_eq!(t.store.prolong_session(&token.hash()).await.unwrap(), None);
        t.clock.advance(2 * DAY);
        let until = t.store.prolong_session(&session.hash()).await.unwrap().expect("it is moved on");
        assert_eq!(until.since(session_ends), 31 * DAY);
        assert_eq!(t.store.user_by_token(&session.hash()).await.unwrap().unwrap().expires_at, until);
        assert!(t.store.user_by_token(&token.hash()).await.unwrap().is_none());
        t.clock.advance(90 * DAY);
        assert_eq!(t.store.prolong_session(&session.hash()).await.unwrap(), None, "what has ended stays so");
    }

    async fn signing_out_everywhere_removes_devices_in_every_workspace(t: &Fixture) {
        let second = t.workspace(t.first.scope, "Second").await;
        let elsewhere = t.first.scope.in_workspace(second.num);
        let other = t.tenant("Other").await;
        let ann = t.member("ann").await;
        assert_eq!(t.member_of(elsewhere, "ann").await, ann);
        assert_eq!(t.member_of(other.ws, "ann").await, ann, "the same number in another organization");
        for (ws, name) in [(t.first.ws, "a"), (elsewhere, "b"), (other.ws, "c")] {
            t.store.register_device(ws, ann, device(name)).await.unwrap();
        }
        let (theirs, _) = t.store.issue_user_token(other.ws, ann).await.unwrap();
        t.store.sign_out_everywhere(t.first.scope, ann).await.unwrap();
        for (ws, left) in [(t.first.ws, 0), (elsewhere, 0), (other.ws, 1)] {
            assert_eq!(t.store.devices_of(ws, ann).await.unwrap().len(), left);
        }
        assert!(t.store.user_by_token(&theirs.hash()).await.unwrap().is_some());
    }

    async fn one_token_ends_alone_and_only_for_its_person(t: &Fixture) {
        let (ann, ben) = (t.member("ann").await, t.member("ben").await);
        let (one, _) = t.store.issue_user_token(t.first.ws, ann).await.unwrap();
        let (two, _) = t.store.issue_user_token(t.first.ws, ann).await.unwrap();
        t.store.end_user_token(t.first.scope, ben, &one.hash()).await.unwrap();
        assert!(t.store.user_by_token(&one.hash()).await.unwrap().is_some());
        t.store.end_user_token(t.first.scope, ann, &one.hash()).await.unwrap();
        assert!(t.store.user_by_token(&one.hash()).await.unwrap().is_none());
        assert!(t.store.user_by_token(&two.hash()).await.unwrap().is_some());
    }

    async fn a_forged_scope_makes_no_link(t: &Fixture) {
        let ann = t.member("ann").await;
        let other = t.tenant("Other").await;
        let forged = other.scope.in_workspace(t.first.workspace.num);
        assert!(matches!(t.store.issue_token_and_link(forged, ann).await, Err(Error::NotFound)));
        assert!(matches!(t.store.issue_token_and_link(other.ws, ann).await, Err(Error::NotFound)));
    }
}
