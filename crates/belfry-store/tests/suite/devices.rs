//! Devices: who has which, and how many.

use std::time::Duration;

use belfry_store::{Error, MemberFilter, NewDevice};
use belfry_types::limits::DEVICES_PER_USER;

use crate::harness::{START, both, device};

both! {
    async fn registered_again_it_stays_the_same(t: &Fixture) {
        let ordinal = t.member("a").await;
        let (first, created) = t.store.register_device(t.first.ws, ordinal, device("one")).await.unwrap();
        assert!(created);
        t.clock.advance(Duration::from_secs(5));
        let changed = NewDevice { browser: "Firefox".into(), vapid: 2, ..device("one") };
        let (again, created) = t.store.register_device(t.first.ws, ordinal, changed).await.unwrap();
        assert!(!created);
        assert_eq!((again.num, again.id, again.created_at), (first.num, first.id, START));
        assert_eq!((again.browser.as_str(), again.seen_at), ("Firefox", START.plus(Duration::from_secs(5))));
        assert_eq!(t.store.devices_of(t.first.ws, ordinal).await.unwrap(), [again]);
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().devices, 1);

        t.store.remove_device(t.first.ws, ordinal, first.id).await.unwrap();
        assert!(matches!(t.store.remove_device(t.first.ws, ordinal, first.id).await, Err(Error::NotFound)));
        assert!(t.store.devices_of(t.first.ws, ordinal).await.unwrap().is_empty());
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().devices, 0);
        let all = t.store.all_devices_of(t.first.ws, ordinal).await.unwrap();
        assert_eq!((all.len(), all[0].active, all[0].gone_at.is_some()), (1, false, true));
        let (back, created) = t.store.register_device(t.first.ws, ordinal, device("one")).await.unwrap();
        assert_eq!((back.id, created), (first.id, false));
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().devices, 1);
    }

    async fn an_endpoint_moves_to_its_new_owner(t: &Fixture) {
        let (a, b) = (t.member("a").await, t.member("b").await);
        let other = t.tenant("Other").await;
        let theirs = t.member_of(other.ws, "x").await;
        let (first, _) = t.store.register_device(t.first.ws, a, device("one")).await.unwrap();
        let (second, created) = t.store.register_device(t.first.ws, b, device("one")).await.unwrap();
        assert!(created);
        assert_ne!(first.id, second.id);
        assert_ne!(first.num, second.num, "what was planned for the former owner must not find it");
        assert!(t.store.devices_of(t.first.ws, a).await.unwrap().is_empty());
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().devices, 1);

        t.store.register_device(other.ws, theirs, device("one")).await.unwrap();
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().devices, 0);
        assert_eq!(t.store.workspace(other.ws).await.unwrap().devices, 1);
        assert!(matches!(t.store.remove_device(t.first.ws, b, second.id).await, Err(Error::NotFound)));
    }

    async fn the_longest_unseen_makes_room(t: &Fixture) {
        let (a, b) = (t.member("a").await, t.member("b").await);
        t.store.register_device(t.first.ws, b, device("b")).await.unwrap();
        for i in 0..DEVICES_PER_USER {
            t.store.register_device(t.first.ws, a, device(&format!("d{i}"))).await.unwrap();
            t.clock.advance(Duration::from_secs(1));
        }
        // Seen again, the first is not the longest unseen any more.
        t.store.register_device(t.first.ws, a, device("d0")).await.unwrap();
        t.clock.advance(Duration::from_secs(1));
        let (last, _) = t.store.register_device(t.first.ws, a, device("last")).await.unwrap();
        let devices = t.store.devices_of(t.first.ws, a).await.unwrap();
        assert_eq!(devices.len(), DEVICES_PER_USER);
        assert!(devices.contains(&last));
        assert_eq!(devices.iter().filter(|d| d.created_at == START.plus(Duration::from_secs(1))).count(), 0);
        assert_eq!(devices.iter().filter(|d| d.created_at == START).count(), 1);
        assert_eq!(t.store.devices_of(t.first.ws, b).await.unwrap().len(), 1);
        // Inactive ones make room before active ones do.
        t.store.remove_device(t.first.ws, a, last.id).await.unwrap();
        t.store.register_device(t.first.ws, a, device("more")).await.unwrap();
        assert_eq!(t.store.devices_of(t.first.ws, a).await.unwrap().len(), DEVICES_PER_USER);
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().devices, 51);
    }

    async fn one_endpoint_registered_by_many_at_once_is_one_device(t: &Fixture) {
        let mut tasks = Vec::new();
        for i in 0..10 {
            let ordinal = t.member(&format!("p{i}")).await;
            let (store, ws) = (t.store.clone(), t.first.ws);
            tasks.push(tokio::spawn(async move { store.register_device(ws, ordinal, device("same")).await }));
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().devices, 1);
    }

    /// Browsers that several people share, in two workspaces, while those people switch push off and sign out: everybody
    /// waits for their turn and nobody fails.
    async fn endpoints_change_hands_while_their_owners_end_them(t: &Fixture) {
        let second = t.workspace(t.first.scope, "Second").await;
        let places = [t.first.ws, t.first.scope.in_workspace(second.num)];
        let mut people = Vec::new();
        for name in ["ann", "ben", "cid"] {
            for ws in places {
                people.push((ws, t.member_of(ws, name).await));
            }
        }
        for round in 0..12 {
            let mut tasks = tokio::task::JoinSet::new();
            for (i, (ws, who)) in people.iter().copied().enumerate() {
                for n in 0..3 {
                    let (store, endpoint) = (t.store.clone(), format!("shared-{}", (i + n + round) % 3));
                    tasks.spawn(async move { store.register_device(ws, who, device(&endpoint)).await.map(drop) });
                }
                let store = t.store.clone();
                tasks.spawn(async move {
                    match (i + round) % 3 {
                        0 => store.sign_out_everywhere(ws.scope(), who).await,
                        _ => store.set_push(ws, who, false).await,
                    }
                });
            }
            for done in tasks.join_all().await {
                done.unwrap();
            }
        }
        let wrong = t.store.check_counters().await.unwrap();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// Members are found by whether they have a device, and each knows how many.
    async fn members_know_their_devices(t: &Fixture) {
        let (a, b) = (t.member("a").await, t.member("b").await);
        t.member("c").await;
        let of = async |device| {
            let filter = MemberFilter { device: Some(device), ..MemberFilter::default() };
            let members = t.store.members(t.first.ws, filter, None, 10).await.unwrap();
            members.into_iter().map(|m| (m.external_id, m.devices)).collect::<Vec<_>>()
        };
        let reachable = async || t.store.overview(t.first.ws, START).await.unwrap().reachable;
        for name in ["one", "two"] {
            t.store.register_device(t.first.ws, a, device(name)).await.unwrap();
        }
        t.store.register_device(t.first.ws, b, device("three")).await.unwrap();
        assert_eq!(of(true).await, [("a".to_owned(), 2), ("b".to_owned(), 1)]);
        assert_eq!(of(false).await, [("c".to_owned(), 0)]);
        assert_eq!(reachable().await, 2);
        // It moves, and its former owner has none left.
        t.store.register_device(t.first.ws, a, device("three")).await.unwrap();
        assert_eq!((of(true).await, reachable().await), (vec![("a".to_owned(), 3)], 1));
        t.store.cancel_member(t.first.ws, "a").await.unwrap();
        assert_eq!((of(true).await, reachable().await), (vec![], 0));
        t.store.register_device(t.first.ws, b, device("three")).await.unwrap();
        t.store.delete_user(t.first.scope, "b").await.unwrap();
        assert_eq!(reachable().await, 0);
    }

    async fn only_members_have_devices(t: &Fixture) {
        assert!(matches!(t.store.register_device(t.first.ws, 0, device("one")).await, Err(Error::NotFound)));
    }
}
