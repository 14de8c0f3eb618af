//! Organizations, workspaces and the database itself.

use std::sync::Arc;

use belfry_store::{Error, NewOrganization, Store, WorkspacePatch};
use belfry_types::rng::TestRng;

use crate::harness::{both, new_workspace, options};

both! {
    async fn found_by_id_and_slug(t: &Fixture) {
        let first = &t.first.organization;
        assert_eq!(t.store.find_organization("first").await.unwrap().as_ref(), Some(first));
        assert_eq!(t.store.find_organization(&first.id.to_string()).await.unwrap().as_ref(), Some(first));
        assert_eq!(t.store.organization(t.first.scope).await.unwrap(), *first);
        assert_eq!(t.store.organization_by_name("First").await.unwrap().as_ref(), Some(first));
        assert_eq!(t.store.organization_by_name("first").await.unwrap(), None);
        assert_eq!(t.store.find_organization("nobody").await.unwrap(), None);

        let workspace = t.store.find_workspace(t.first.scope, "first").await.unwrap().unwrap();
        assert_eq!(workspace, t.first.workspace);
        let by_id = t.store.find_workspace(t.first.scope, &workspace.id.to_string()).await.unwrap();
        assert_eq!(by_id, Some(workspace.clone()));
        assert_eq!(t.store.workspace_anywhere("first").await.unwrap(), Some(workspace));
    }

    async fn slugs_are_unique_in_the_installation(t: &Fixture) {
        let again = t.tenant("First").await;
        assert_eq!(again.organization.slug, "first-2");
        assert_eq!(again.workspace.slug, "first-2");
        let hinted = NewOrganization { name: "Messe".into(), slug_hint: Some("FIRST".into()), default_locale: "de".into() };
        assert_eq!(t.store.create_organization(hinted).await.unwrap().slug, "first-3");
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let (store, scope) = (t.store.clone(), t.first.scope);
            tasks.push(tokio::spawn(async move { store.create_workspace(scope, new_workspace("Same")).await }));
        }
        let mut slugs = Vec::new();
        for task in tasks {
            slugs.push(task.await.unwrap().unwrap().slug);
        }
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), 8);
        let listed = t.store.workspaces(t.first.scope, None, 5).await.unwrap();
        let rest = t.store.workspaces(t.first.scope, Some(listed[4].num), 50).await.unwrap();
        assert_eq!((listed.len(), rest.len()), (5, 4));
    }

    async fn settings_change_one_by_one(t: &Fixture) {
        let patch = WorkspacePatch { push_on: Some(false), ..WorkspacePatch::default() };
        let changed = t.store.update_workspace(t.first.ws, patch).await.unwrap();
        assert!(!changed.push_on);
        assert_eq!(changed.name, "First");
        let origins = vec!["https://a.example".to_owned(), "http://localhost:3000".to_owned()];
        let patch = WorkspacePatch {
            name: Some("Renamed".into()),
            origins: Some(origins.clone()),
            time_zone: Some("UTC".into()),
            default_locale: Some("fr".into()),
            ..WorkspacePatch::default()
        };
        t.store.update_workspace(t.first.ws, patch).await.unwrap();
        let workspace = t.store.workspace(t.first.ws).await.unwrap();
        assert_eq!((workspace.name.as_str(), workspace.slug.as_str()), ("Renamed", "first"));
        assert_eq!((workspace.origins, workspace.push_on), (origins, false));
        assert_eq!((workspace.time_zone.as_str(), workspace.default_locale.as_str()), ("UTC", "fr"));
    }

    async fn opened_again_everything_is_there(t: &Fixture) {
        t.member("a").await;
        let again = Store::open(&t.source, options(), t.clock.clone(), Arc::new(TestRng::seeded(9))).await.unwrap();
        assert_eq!(again.workspace(t.first.ws).await.unwrap().members, 1);
        again.ping().await.unwrap();
        assert!(again.database_now().await.unwrap().0 > 1_600_000_000_000);
        again.close().await;
        assert!(matches!(again.ping().await, Err(Error::Unavailable(_))));
        assert!(again.create_workspace(t.first.scope, new_workspace("Late")).await.is_err());
    }
}
