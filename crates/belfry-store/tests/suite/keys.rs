//! Keys, tokens and what is kept of them.

use std::sync::Arc;
use std::time::Duration;

use belfry_store::{Error, NewApiKey, OpenOptions, Store};
use belfry_types::limits::USER_TOKEN_S;
use belfry_types::rights::{Permission, Permissions};
use belfry_types::rng::TestRng;
use belfry_types::scope::Scope;

use crate::harness::{START, both};

fn new_key(workspace: Option<i64>) -> NewApiKey {
    let permissions: Permissions = [Permission::UsersRead, Permission::EventsWrite].into_iter().collect();
    NewApiKey {
        workspace,
        name: "CI".into(),
        permissions,
        expires_at: Some(START.plus(Duration::from_secs(10))),
    }
}

both! {
    async fn an_api_key_opens_until_it_ends(t: &Fixture) {
        let (key, secret) =
            t.store.create_api_key(t.first.scope, new_key(Some(t.first.workspace.num))).await.unwrap();
        assert_eq!(key.hint, secret.reveal()[..8]);
        assert_eq!(key.workspace_id, Some(t.first.workspace.id));
        let grant = t.store.api_key_by_hash(&secret.hash()).await.unwrap().unwrap();
        assert_eq!((grant.id, grant.organization), (key.id, t.first.organization.num));
        assert_eq!((grant.workspace, grant.permissions), (Some(t.first.workspace.num), key.permissions));
        assert!(t.store.api_key_by_hash(&[0; 32]).await.unwrap().is_none());
        assert_eq!(t.store.api_keys(t.first.scope, None, 10).await.unwrap(), std::slice::from_ref(&key));

        t.clock.advance(Duration::from_millis(9_999));
        assert!(t.store.api_key_by_hash(&secret.hash()).await.unwrap().is_some());
        t.clock.advance(Duration::from_millis(1));
        assert!(t.store.api_key_by_hash(&secret.hash()).await.unwrap().is_none());

        let (whole, secret) =
            t.store.create_api_key(t.first.scope, NewApiKey { expires_at: None, ..new_key(None) }).await.unwrap();
        assert_eq!(t.store.api_key_by_hash(&secret.hash()).await.unwrap().unwrap().workspace, None);
        let later = START.plus(Duration::from_secs(99));
        t.store.touch_api_keys(&[(whole.num, later), (key.num, START)]).await.unwrap();
        t.store.touch_api_keys(&[(whole.num, START)]).await.unwrap();
        t.store.touch_api_keys(&[]).await.unwrap();
        let listed = t.store.api_keys(t.first.scope, Some(key.num), 10).await.unwrap();
        assert_eq!((listed.len(), listed[0].last_used_at), (1, Some(later)));

        t.store.revoke_api_key(t.first.scope, whole.id).await.unwrap();
        t.store.revoke_api_key(t.first.scope, whole.id).await.unwrap();
        assert!(t.store.api_key_by_hash(&secret.hash()).await.unwrap().is_none());
        let listed = t.store.api_keys(t.first.scope, Some(key.num), 10).await.unwrap();
        assert!(listed[0].revoked_at.is_some());
    }

    async fn a_user_token_lets_one_member_in(t: &Fixture) {
        let (a, b) = (t.member("a").await, t.member("b").await);
        let (token, expires_at) = t.store.issue_user_token(t.first.ws, a).await.unwrap();
        assert_eq!(expires_at, START.plus(Duration::from_secs(USER_TOKEN_S)));
        let found = t.store.user_by_token(&token.hash()).await.unwrap().unwrap();
        let (grant, until) = (found.grant, found.expires_at);
        assert_eq!((grant.scope, grant.ordinal, until), (t.first.ws, a, expires_at));
        assert!(t.store.user_by_token(&[1; 32]).await.unwrap().is_none());
        assert!(matches!(t.store.issue_user_token(t.first.ws, 99).await, Err(Error::NotFound)));
        let by_id = t.store.member_by_external_id(t.first.ws, "a").await.unwrap().unwrap();
        assert_eq!(by_id, grant);

        let (kept, _) = t.store.issue_user_token(t.first.ws, b).await.unwrap();
        t.store.end_user_tokens(t.first.scope, a).await.unwrap();
        let ended = (t.first.organization.num, a, START);
        assert_eq!(t.store.tokens_ended_since(START).await.unwrap(), [ended]);
        let later = START.plus(Duration::from_millis(1));
        assert_eq!(t.store.tokens_ended_since(later).await.unwrap(), []);
        t.store.sweep_user_tokens(START.plus(Duration::from_secs(3_600))).await.unwrap();
        assert_eq!(t.store.tokens_ended_since(START).await.unwrap(), [ended]);
        t.store.sweep_user_tokens(START.plus(Duration::from_secs(3_601))).await.unwrap();
        assert_eq!(t.store.tokens_ended_since(START).await.unwrap(), []);
        assert!(t.store.user_by_token(&token.hash()).await.unwrap().is_none());
        assert!(t.store.user_by_token(&kept.hash()).await.unwrap().is_some());
        t.clock.advance(Duration::from_secs(USER_TOKEN_S));
        assert!(t.store.user_by_token(&kept.hash()).await.unwrap().is_none());
    }

    async fn signing_keys_are_read_back_until_revoked(t: &Fixture) {
        let key = t.store.create_signing_key(t.first.ws, "Shop", "HS256", b"a shared secret").await.unwrap();
        let (ws, algorithm, material) = t.store.signing_key(key.id).await.unwrap().unwrap();
        assert_eq!((ws, algorithm.as_str(), material.as_slice()), (t.first.ws, "HS256", b"a shared secret".as_slice()));
        assert_eq!(t.store.signing_keys(t.first.ws, None, 10).await.unwrap(), std::slice::from_ref(&key));
        t.store.revoke_signing_key(t.first.ws, key.id).await.unwrap();
        assert!(t.store.signing_key(key.id).await.unwrap().is_none());
        assert!(t.store.signing_keys(t.first.ws, None, 10).await.unwrap()[0].revoked_at.is_some());
    }

    async fn push_keys_open_only_with_the_installations_key(t: &Fixture) {
        assert!(t.store.push_keys().await.unwrap().is_empty());
        let (one, two) =
            tokio::join!(t.store.first_push_key(b"first"), t.store.first_push_key(b"second"));
        assert_ne!(one.unwrap(), two.unwrap(), "one of them wins");
        let first = t.store.push_keys().await.unwrap();
        assert_eq!((first.len(), first[0].num, first[0].created_at), (1, 1, START));
        for i in 2..=11 {
            assert_eq!(t.store.add_push_key(&[i]).await.unwrap(), i64::from(i));
        }
        let keys = t.store.push_keys().await.unwrap();
        assert_eq!(keys.iter().map(|k| k.num).collect::<Vec<_>>(), (1..=11).collect::<Vec<_>>());
        assert_eq!(keys[10].pkcs8, [11]);

        let again = |key| {
            let (source, clock) = (t.source.clone(), t.clock.clone());
            let options = OpenOptions { installation_key: key };
            async move { Store::open(&source, options, clock, Arc::new(TestRng::seeded(2))).await.unwrap() }
        };
        let same = again([42; 32]).await;
        assert_eq!(same.push_keys().await.unwrap(), keys);
        assert_eq!(same.receipt_key(), t.store.receipt_key());
        same.close().await;
        let foreign = again([43; 32]).await;
        assert!(matches!(foreign.push_keys().await, Err(Error::Corrupt(_))));
        assert_ne!(foreign.receipt_key(), t.store.receipt_key());
        foreign.close().await;
    }

    async fn operators_have_roles_where_they_were_given(t: &Fixture) {
        use belfry_types::rights::Role;
        let other = t.tenant("Other").await;
        let place = Some(t.first.workspace.num);
        let ann =
            t.store.create_operator(t.first.scope, "Ann@example.com", "Ann", Role::Owner, None).await.unwrap();
        let same =
            t.store.create_operator(other.scope, "ann@EXAMPLE.com", "Else", Role::Viewer, None).await.unwrap();
        assert_eq!(same, ann);
        let bob = t.store.create_operator(t.first.scope, "bob@example.com", "Bob", Role::Editor, place).await.unwrap();
        let role = async |scope: Scope, who: i64, workspace| t.store.operator_role(scope, who, workspace).await.unwrap();
        assert_eq!(role(t.first.scope, ann.num, None).await, Some(Role::Owner));
        assert_eq!(role(t.first.scope, ann.num, place).await, Some(Role::Owner));
        assert_eq!(role(other.scope, ann.num, None).await, Some(Role::Viewer));
        assert_eq!(role(t.first.scope, bob.num, place).await, Some(Role::Editor));
        assert_eq!(role(t.first.scope, bob.num, None).await, None);
        assert_eq!(role(other.scope, bob.num, place).await, None);
        t.store.create_operator(t.first.scope, "bob@example.com", "Bob", Role::Viewer, place).await.unwrap();
        assert_eq!(role(t.first.scope, bob.num, place).await, Some(Role::Viewer));
        assert_eq!(t.store.operators(t.first.scope, None, 10).await.unwrap(), [ann.clone(), bob]);
        assert_eq!(t.store.operators(other.scope, None, 10).await.unwrap(), [ann]);
    }
}
