//! Another organization finds nothing and changes nothing, whatever ids it knows: with its own scope, and with a scope
//! that names the first one's workspace.

use belfry_store::{Error, MemberFilter, NewApiKey, Remembered, UpsertStatus, WorkspacePatch};
use belfry_types::rights::{Permissions, Role};

use crate::harness::{both, device, group, in_groups, person};

both! {
    async fn a_foreign_scope_finds_nothing(t: &Fixture) {
        let (store, own) = (&t.store, &t.first);
        let other = t.tenant("Other").await;
        t.store.upsert_users(own.ws, &[in_groups("a", &["vip"])], &[group("vip")], false).await.unwrap();
        let (mine, _) = store.register_device(own.ws, 0, device("one")).await.unwrap();
        let usr = store.user(own.ws, "a").await.unwrap().unwrap().id.to_string();
        let forged = other.scope.in_workspace(own.workspace.num);
        for ws in [other.ws, forged] {
            assert!(store.user(ws, "a").await.unwrap().is_none());
            assert!(store.user(ws, &usr).await.unwrap().is_none());
            assert!(store.members(ws, MemberFilter::default(), None, 10).await.unwrap().is_empty());
            let vip = MemberFilter { group: Some("vip"), ..MemberFilter::default() };
            assert!(store.members(ws, vip, None, 10).await.unwrap().is_empty());
            assert!(store.active_members(ws).await.unwrap().is_empty());
            assert!(store.group_set(ws, "vip").await.unwrap().is_none());
            assert!(store.groups(ws, None, 10).await.unwrap().is_empty());
            let (found, unknown) = store.ordinals_of(ws, &["a".into()]).await.unwrap();
            assert!(found.is_empty() && unknown == ["a"]);
            assert!(store.member_by_external_id(ws, "a").await.unwrap().is_none());
            assert!(store.devices_of(ws, 0).await.unwrap().is_empty());
            assert!(matches!(store.remove_device(ws, 0, mine.id).await, Err(Error::NotFound)));
            assert!(matches!(store.register_device(ws, 0, device("two")).await, Err(Error::NotFound)));
            assert!(matches!(store.issue_user_token(ws, 0).await, Err(Error::NotFound)));
            assert!(matches!(store.cancel_member(ws, "a").await, Err(Error::NotFound)));
            assert!(matches!(store.delete_group(ws, "vip").await, Err(Error::NotFound)));
        }
        assert!(matches!(store.workspace(forged).await, Err(Error::NotFound)));
        let patch = WorkspacePatch { name: Some("Mine".into()), ..WorkspacePatch::default() };
        assert!(matches!(store.update_workspace(forged, patch).await, Err(Error::NotFound)));
        assert!(matches!(store.create_group(forged, "x", "X").await, Err(Error::NotFound)));
        assert!(matches!(store.upsert_users(forged, &[person("x")], &[], false).await, Err(Error::NotFound)));

        assert!(store.people(other.scope, &[0]).await.unwrap().is_empty());
        assert!(store.users_of_organization(other.scope, None, None, 10).await.unwrap().is_empty());
        assert!(matches!(store.delete_user(other.scope, "a").await, Err(Error::NotFound)));
        assert!(store.find_workspace(other.scope, "first").await.unwrap().is_none());
        assert!(store.find_workspace(other.scope, &own.workspace.id.to_string()).await.unwrap().is_none());
        assert_eq!(store.workspaces(other.scope, None, 10).await.unwrap().len(), 1);

        // Nothing of the first one's has changed.
        assert_eq!(store.user(own.ws, "a").await.unwrap().unwrap().groups, ["vip"]);
        assert_eq!(store.devices_of(own.ws, 0).await.unwrap(), [mine]);
        assert_eq!(store.workspace(own.ws).await.unwrap().name, "First");
        let answers = store.upsert_users(other.ws, &[person("a")], &[], false).await.unwrap();
        assert_eq!(answers[0].status, UpsertStatus::Created);
    }

    async fn foreign_keys_and_tokens_stay_out_of_reach(t: &Fixture) {
        let (store, own) = (&t.store, &t.first);
        let other = t.tenant("Other").await;
        let forged = other.scope.in_workspace(own.workspace.num);
        let ordinal = t.member("a").await;
        t.member_of(other.ws, "b").await;
        let new = NewApiKey { workspace: None, name: "k".into(), permissions: Permissions::all(), expires_at: None };
        let (key, secret) = store.create_api_key(own.scope, new.clone()).await.unwrap();
        assert!(matches!(store.revoke_api_key(other.scope, key.id).await, Err(Error::NotFound)));
        assert!(store.api_keys(other.scope, None, 10).await.unwrap().is_empty());
        assert!(store.api_key_by_hash(&secret.hash()).await.unwrap().is_some());
        let foreign = NewApiKey { workspace: Some(own.workspace.num), ..new };
        assert!(matches!(store.create_api_key(other.scope, foreign).await, Err(Error::NotFound)));

        let signing = store.create_signing_key(own.ws, "k", "HS256", b"s").await.unwrap();
        for ws in [other.ws, forged] {
            assert!(store.signing_keys(ws, None, 10).await.unwrap().is_empty());
            assert!(matches!(store.revoke_signing_key(ws, signing.id).await, Err(Error::NotFound)));
        }
        assert!(matches!(store.create_signing_key(forged, "k", "HS256", b"s").await, Err(Error::NotFound)));
        assert!(store.signing_key(signing.id).await.unwrap().is_some());

        let (token, _) = store.issue_user_token(own.ws, ordinal).await.unwrap();
        store.end_user_tokens(other.scope, ordinal).await.unwrap();
        assert!(store.user_by_token(&token.hash()).await.unwrap().is_some());

        let place = Some(own.workspace.num);
        let refused = store.create_operator(other.scope, "o@example.com", "O", Role::Owner, place).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        let ann = store.create_operator(own.scope, "ann@example.com", "Ann", Role::Owner, None).await.unwrap();
        assert_eq!(store.operator_role(other.scope, ann.num, None).await.unwrap(), None);
        assert!(store.operators(other.scope, None, 10).await.unwrap().is_empty());

        assert_eq!(store.remember(own.scope, &[1; 32], &[2; 32], "mine").await.unwrap(), Remembered::New);
        assert_eq!(store.recall(other.scope, &[1; 32]).await.unwrap(), None);
        assert_eq!(store.remember(other.scope, &[1; 32], &[3; 32], "theirs").await.unwrap(), Remembered::New);
    }

    async fn a_scope_of_nobody_is_refused(t: &Fixture) {
        let nobody = belfry_types::scope::Scope::granted(999);
        assert!(matches!(t.store.organization(nobody).await, Err(Error::NotFound)));
        assert!(matches!(
            t.store.create_workspace(nobody, crate::harness::new_workspace("x")).await,
            Err(Error::NotFound)
        ));
        let ws = nobody.in_workspace(t.first.workspace.num);
        assert!(matches!(t.store.upsert_users(ws, &[person("x")], &[], false).await, Err(Error::NotFound)));
    }
}
