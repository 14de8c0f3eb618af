//! What people choose for themselves.

use std::time::Duration;

use belfry_store::{Error, Store};
use belfry_types::scope::WorkspaceScope;

use crate::harness::{both, device, person};

async fn off(store: &Store, ws: WorkspaceScope) -> Vec<u32> {
    store.members_now(ws).await.unwrap().push_off.iter().collect()
}

both! {
    async fn off_removes_devices_and_a_device_switches_on(t: &Fixture) {
        let (ann, ben) = (t.member("ann").await, t.member("ben").await);
        for (who, name) in [(ann, "a"), (ann, "b"), (ben, "c")] {
            t.store.register_device(t.first.ws, who, device(name)).await.unwrap();
        }
        assert!(t.store.push_on(t.first.ws, ann).await.unwrap());
        for _ in 0..2 {
            t.store.set_push(t.first.ws, ann, false).await.unwrap();
            assert!(!t.store.push_on(t.first.ws, ann).await.unwrap());
            assert!(t.store.devices_of(t.first.ws, ann).await.unwrap().is_empty());
            assert_eq!(off(&t.store, t.first.ws).await, [ann]);
        }
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().devices, 1);
        assert_eq!(t.store.members_now(t.first.ws).await.unwrap().active.len(), 2);
        // The same browser again, and a new one.
        for name in ["a", "d"] {
            t.store.register_device(t.first.ws, ann, device(name)).await.unwrap();
            assert!(t.store.push_on(t.first.ws, ann).await.unwrap());
        }
        assert!(off(&t.store, t.first.ws).await.is_empty());
        assert_eq!(t.store.devices_of(t.first.ws, ann).await.unwrap().len(), 2);
        t.store.set_push(t.first.ws, ann, false).await.unwrap();
        t.store.set_push(t.first.ws, ann, true).await.unwrap();
        assert!(t.store.push_on(t.first.ws, ann).await.unwrap());
        assert!(t.store.devices_of(t.first.ws, ann).await.unwrap().is_empty(), "each browser opts in by itself");
    }

    /// Switching push off takes the member before the devices, and so does the end of one of them.
    async fn devices_end_while_push_is_switched_off(t: &Fixture) {
        let (ann, ws) = (t.member("ann").await, t.first.ws);
        for _ in 0..20 {
            let mut ids = Vec::new();
            for name in ["a", "b", "c"] {
                ids.push(t.store.register_device(ws, ann, device(name)).await.unwrap().0.id);
            }
            let store = t.store.clone();
            let off = tokio::spawn(async move { store.set_push(ws, ann, false).await });
            let ends: Vec<_> = ids
                .into_iter()
                .map(|id| {
                    let store = t.store.clone();
                    tokio::spawn(async move { store.remove_device(ws, ann, id).await })
                })
                .collect();
            off.await.unwrap().unwrap();
            for end in ends {
                let end = end.await.unwrap();
                assert!(matches!(end, Ok(()) | Err(Error::NotFound)), "{end:?}");
            }
            assert!(t.store.devices_of(ws, ann).await.unwrap().is_empty());
        }
    }

    async fn a_choice_is_of_one_workspace_and_of_members(t: &Fixture) {
        let second = t.workspace(t.first.scope, "Second").await;
        let elsewhere = t.first.scope.in_workspace(second.num);
        let ann = t.member("ann").await;
        t.member_of(elsewhere, "ann").await;
        t.store.set_push(t.first.ws, ann, false).await.unwrap();
        assert!(t.store.push_on(elsewhere, ann).await.unwrap());
        assert!(off(&t.store, elsewhere).await.is_empty());
        let other = t.tenant("Other").await;
        let forged = other.scope.in_workspace(t.first.workspace.num);
        for ws in [other.ws, forged] {
            assert!(matches!(t.store.set_push(ws, ann, true).await, Err(Error::NotFound)));
            assert!(matches!(t.store.push_on(ws, ann).await, Err(Error::NotFound)));
            assert!(t.store.members_now(ws).await.unwrap().push_off.is_empty());
        }
        assert_eq!(off(&t.store, t.first.ws).await, [ann]);
    }

    async fn a_choice_outlives_a_cancellation_and_not_the_person(t: &Fixture) {
        let ann = t.member("ann").await;
        t.store.register_device(t.first.ws, ann, device("a")).await.unwrap();
        // In the same millisecond: what ended because of the choice does not come back with the membership.
        t.store.set_push(t.first.ws, ann, false).await.unwrap();
        t.store.cancel_member(t.first.ws, "ann").await.unwrap();
        assert!(matches!(t.store.set_push(t.first.ws, ann, true).await, Err(Error::NotFound)));
        t.store.restore_member(t.first.ws, "ann").await.unwrap();
        assert!(!t.store.push_on(t.first.ws, ann).await.unwrap());
        assert!(t.store.devices_of(t.first.ws, ann).await.unwrap().is_empty());
        t.upsert(&[person("ann")]).await;
        assert_eq!(off(&t.store, t.first.ws).await, [ann]);
        t.store.delete_user(t.first.scope, "ann").await.unwrap();
        assert!(off(&t.store, t.first.ws).await.is_empty());
    }

    /// Whatever is switched and registered side by side: who has push off has no device. The recount at the end says so.
    async fn switching_and_registering_at_once(t: &Fixture) {
        for i in 0..20 {
            let ordinal = t.member(&format!("p{i}")).await;
            let ws = t.first.ws;
            let tasks: Vec<_> = (0..4)
                .map(|n| {
                    let store = t.store.clone();
                    tokio::spawn(async move {
                        if n % 2 == 0 {
                            store.set_push(ws, ordinal, false).await.unwrap();
                        } else {
                            store.register_device(ws, ordinal, device(&format!("e{i}-{n}"))).await.unwrap();
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            let on = t.store.push_on(ws, ordinal).await.unwrap();
            let devices = t.store.devices_of(ws, ordinal).await.unwrap().len();
            assert_eq!(on, devices > 0, "{i}");
        }
        let wrong = t.store.check_counters().await.unwrap();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn language_and_zone(t: &Fixture) {
        let ann = t.member("ann").await;
        let set = async |locale: Option<Option<&str>>, zone: Option<Option<&str>>| {
            let owned = |it: Option<Option<&str>>| it.map(|it| it.map(str::to_owned));
            t.clock.advance(Duration::from_secs(1));
            t.store.set_language_and_zone(t.first.scope, ann, owned(locale), owned(zone)).await.unwrap();
            let user = t.store.user_by_ordinal(t.first.scope, ann).await.unwrap();
            (user.locale, user.time_zone)
        };
        assert_eq!(set(Some(Some("de")), None).await, (Some("de".into()), None));
        assert_eq!(set(None, Some(Some("Asia/Tokyo"))).await, (Some("de".into()), Some("Asia/Tokyo".into())));
        assert_eq!(set(Some(None), None).await, (None, Some("Asia/Tokyo".into())));
        // Said again it is as it was, and nobody sees a change.
        let before = t.store.user_by_ordinal(t.first.scope, ann).await.unwrap().updated_at;
        for (locale, zone) in [(None, None), (Some(None), None), (Some(None), Some(Some("Asia/Tokyo")))] {
            set(locale, zone).await;
            assert_eq!(t.store.user_by_ordinal(t.first.scope, ann).await.unwrap().updated_at, before);
        }
        set(Some(Some("de")), Some(Some("Asia/Tokyo"))).await;
        assert!(t.store.user_by_ordinal(t.first.scope, ann).await.unwrap().updated_at > before);
        let other = t.tenant("Other").await;
        let foreign = t.store.set_language_and_zone(other.scope, ann, Some(Some("fr".into())), None).await;
        assert!(matches!(foreign, Err(Error::NotFound)));
        assert_eq!(t.store.user(t.first.ws, "ann").await.unwrap().unwrap().name, "Name of ann");
    }
}
