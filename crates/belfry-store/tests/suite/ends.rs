//! The end of memberships and of people.

use std::time::Duration;

use belfry_store::Error;
use belfry_types::people::MemberStatus;

use crate::harness::{both, device, group, in_groups, person};

both! {
    async fn cancelling_ends_everything_in_that_workspace(t: &Fixture) {
        let second = t.workspace(t.first.scope, "Second").await;
        let elsewhere = t.first.scope.in_workspace(second.num);
        t.store.upsert_users(t.first.ws, &[in_groups("a", &["vip"])], &[group("vip")], false).await.unwrap();
        t.store.upsert_users(elsewhere, &[in_groups("a", &["vip"])], &[group("vip")], false).await.unwrap();
        let (token, _) = t.store.issue_user_token(t.first.ws, 0).await.unwrap();
        let (other_token, _) = t.store.issue_user_token(elsewhere, 0).await.unwrap();
        t.store.register_device(t.first.ws, 0, device("one")).await.unwrap();
        t.store.register_device(elsewhere, 0, device("two")).await.unwrap();

        assert_eq!(t.store.cancel_member(t.first.ws, "a").await.unwrap(), 0);
        assert_eq!(t.store.cancel_member(t.first.ws, "a").await.unwrap(), 0);
        assert!(matches!(t.store.cancel_member(t.first.ws, "b").await, Err(Error::NotFound)));

        let member = t.store.user(t.first.ws, "a").await.unwrap().unwrap();
        assert_eq!((member.status, member.groups.len()), (MemberStatus::Cancelled, 0));
        assert!(t.store.active_members(t.first.ws).await.unwrap().is_empty());
        assert!(t.store.group_set(t.first.ws, "vip").await.unwrap().unwrap().is_empty());
        assert!(t.store.user_by_token(&token.hash()).await.unwrap().is_none());
        assert!(t.store.member_by_external_id(t.first.ws, "a").await.unwrap().is_none());
        assert!(t.store.devices_of(t.first.ws, 0).await.unwrap().is_empty());
        assert!(matches!(t.store.issue_user_token(t.first.ws, 0).await, Err(Error::NotFound)));
        assert!(matches!(t.store.register_device(t.first.ws, 0, device("x")).await, Err(Error::NotFound)));
        let workspace = t.store.workspace(t.first.ws).await.unwrap();
        assert_eq!((workspace.members, workspace.devices), (0, 0));

        // Elsewhere everything goes on.
        assert_eq!(t.store.user(elsewhere, "a").await.unwrap().unwrap().groups, ["vip"]);
        assert!(t.store.user_by_token(&other_token.hash()).await.unwrap().is_some());
        let workspace = t.store.workspace(elsewhere).await.unwrap();
        assert_eq!((workspace.members, workspace.devices), (1, 1));
    }

    async fn restoring_brings_back_what_ended_with_the_membership_and_nothing_else(t: &Fixture) {
        let groups = [group("crew"), group("vip")];
        t.store.upsert_users(t.first.ws, &[in_groups("a", &["crew", "vip"])], &groups, false).await.unwrap();
        let (by_hand, _) = t.store.register_device(t.first.ws, 0, device("one")).await.unwrap();
        let (with_it, _) = t.store.register_device(t.first.ws, 0, device("two")).await.unwrap();
        let (token, _) = t.store.issue_user_token(t.first.ws, 0).await.unwrap();
        t.store.remove_device(t.first.ws, 0, by_hand.id).await.unwrap();
        t.clock.advance(Duration::from_secs(1));
        t.store.cancel_member(t.first.ws, "a").await.unwrap();
        t.store.delete_group(t.first.ws, "vip").await.unwrap();
        t.clock.advance(Duration::from_secs(1));

        for _ in 0..2 {
            assert_eq!(t.store.restore_member(t.first.ws, "a").await.unwrap(), 0);
        }
        assert!(matches!(t.store.restore_member(t.first.ws, "b").await, Err(Error::NotFound)));
        let member = t.store.user(t.first.ws, "a").await.unwrap().unwrap();
        assert_eq!((member.status, member.groups), (MemberStatus::Active, vec!["crew".to_owned()]));
        let devices = t.store.devices_of(t.first.ws, 0).await.unwrap();
        assert_eq!(devices.iter().map(|it| it.id).collect::<Vec<_>>(), [with_it.id]);
        assert!(t.store.user_by_token(&token.hash()).await.unwrap().is_none());
        let workspace = t.store.workspace(t.first.ws).await.unwrap();
        assert_eq!((workspace.members, workspace.devices), (1, 1));

        // Whoever came back by an import instead has nothing to be restored.
        t.store.cancel_member(t.first.ws, "a").await.unwrap();
        t.upsert(&[person("a")]).await;
        t.store.restore_member(t.first.ws, "a").await.unwrap();
        assert!(t.store.user(t.first.ws, "a").await.unwrap().unwrap().groups.is_empty());
        assert!(t.store.devices_of(t.first.ws, 0).await.unwrap().is_empty());
    }

    async fn deleting_removes_a_person_from_everywhere(t: &Fixture) {
        let second = t.workspace(t.first.scope, "Second").await;
        let elsewhere = t.first.scope.in_workspace(second.num);
        let other = t.tenant("Other").await;
        for ws in [t.first.ws, elsewhere, other.ws] {
            t.store.upsert_users(ws, &[in_groups("a", &["vip"])], &[group("vip")], false).await.unwrap();
        }
        t.store.cancel_member(elsewhere, "a").await.unwrap();
        let (token, _) = t.store.issue_user_token(t.first.ws, 0).await.unwrap();
        let (theirs, _) = t.store.issue_user_token(other.ws, 0).await.unwrap();
        t.store.register_device(t.first.ws, 0, device("one")).await.unwrap();
        let (gone, _) = t.store.register_device(t.first.ws, 0, device("two")).await.unwrap();
        t.store.remove_device(t.first.ws, 0, gone.id).await.unwrap();
        t.store.register_device(other.ws, 0, device("three")).await.unwrap();

        assert_eq!(t.store.delete_user(t.first.scope, "a").await.unwrap(), 0);
        assert!(matches!(t.store.delete_user(t.first.scope, "a").await, Err(Error::NotFound)));
        for ws in [t.first.ws, elsewhere] {
            assert!(t.store.user(ws, "a").await.unwrap().is_none());
            assert!(t.store.active_members(ws).await.unwrap().is_empty());
            assert!(t.store.devices_of(ws, 0).await.unwrap().is_empty());
            let workspace = t.store.workspace(ws).await.unwrap();
            assert_eq!((workspace.members, workspace.devices), (0, 0));
            assert_eq!(t.store.groups(ws, None, 10).await.unwrap()[0].members, 0);
        }
        assert!(t.store.user_by_token(&token.hash()).await.unwrap().is_none());
        assert!(t.store.people(t.first.scope, &[0]).await.unwrap().is_empty());
        assert!(t.store.users_of_organization(t.first.scope, None, None, 10).await.unwrap().is_empty());

        // The same ordinal of another organization is someone else.
        assert_eq!(t.store.user(other.ws, "a").await.unwrap().unwrap().groups, ["vip"]);
        assert!(t.store.user_by_token(&theirs.hash()).await.unwrap().is_some());
        assert_eq!(t.store.devices_of(other.ws, 0).await.unwrap().len(), 1);
    }

    async fn cancelling_and_registering_at_once_leaves_no_device_behind(t: &Fixture) {
        for i in 0..20 {
            let (name, ordinal) = (format!("p{i}"), t.member(&format!("p{i}")).await);
            let (one, two, ws) = (t.store.clone(), t.store.clone(), t.first.ws);
            let cancel = tokio::spawn(async move { one.cancel_member(ws, &name).await });
            let register = tokio::spawn(async move { two.register_device(ws, ordinal, device(&format!("e{i}"))).await });
            cancel.await.unwrap().unwrap();
            match register.await.unwrap() {
                Ok(_) | Err(Error::NotFound) => {}
                Err(error) => panic!("{error}"),
            }
            assert!(t.store.devices_of(ws, ordinal).await.unwrap().is_empty());
        }
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().devices, 0);
    }
}
