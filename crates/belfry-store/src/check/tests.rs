//! The recount notices every kind of damage.

use std::sync::Arc;

use belfry_testkit::database::FreshDatabase;
use belfry_types::people::{Cleared, GroupRef, Person};
use belfry_types::rng::TestRng;
use belfry_types::scope::Scope;
use belfry_types::time::{Millis, TestClock};

use crate::{NewOrganization, NewWorkspace, OpenOptions, Source, Store};

async fn filled(database: &FreshDatabase) -> Store {
    let source = Source::Lite(database.path().expect("a file"));
    let options = OpenOptions { installation_key: [1; 32] };
    let (clock, rng) = (Arc::new(TestClock::at(Millis(1))), Arc::new(TestRng::seeded(1)));
    let store = Store::open(&source, options, clock, rng).await.unwrap();
    let new = NewOrganization { name: "O".into(), slug_hint: None, default_locale: "en".into() };
    let scope = Scope::granted(store.create_organization(new).await.unwrap().num);
    let new = NewWorkspace {
        name: "W".into(),
        slug_hint: None,
        time_zone: "UTC".into(),
        default_locale: "en".into(),
    };
    let ws = scope.in_workspace(store.create_workspace(scope, new).await.unwrap().num);
    let people: Vec<Person> = (0..3)
        .map(|i| Person {
            external_id: format!("p{i}"),
            name: "P".into(),
            email: None,
            locale: None,
            time_zone: None,
            groups: Some(vec!["g".into()]),
            kind: None,
            cleared: Cleared::default(),
        })
        .collect();
    let groups = [GroupRef { key: "g".into(), name: "G".into() }];
    store.upsert_users(ws, &people, &groups, false).await.unwrap();
    store.set_push(ws, 2, false).await.unwrap();
    store
}

#[tokio::test]
async fn every_damage_is_noticed() {
    let damages = [
        ("UPDATE workspaces SET members = members + 1", "active members of workspace"),
        ("UPDATE workspaces SET devices = 7", "active devices of workspace"),
        ("UPDATE groups SET members = 0", "members of group"),
        ("UPDATE workspaces SET reachable = 1", "members with devices of workspace"),
        ("UPDATE workspaces SET groups = 0", "groups of workspace"),
        ("UPDATE memberships SET devices = 2 WHERE ordinal = 1", "active devices of a member are miscounted"),
        ("UPDATE memberships SET push_off = 1 WHERE ordinal = 1", "set -1 of workspace 1 lacks"),
        ("UPDATE memberships SET push_off = 0", "set -1 of workspace 1 lacks RoaringBitmap<[]> and has"),
        ("DELETE FROM member_sets WHERE set_num = -1", "set -1 of workspace 1 lacks"),
        (
            "UPDATE memberships SET devices = 1 WHERE ordinal = 2",
            "active devices of a member who has push off",
        ),
        ("DELETE FROM user_words WHERE ordinal = 1", "is found by None"),
        ("UPDATE organizations SET users = 99", "users of organization"),
        ("UPDATE organizations SET next_ordinal = 1", "an ordinal was given away twice"),
        ("DELETE FROM member_sets WHERE set_num = 0", "lacks"),
        ("UPDATE member_sets SET chunk = 1 WHERE set_num = 0", "holds what is not its own"),
        ("UPDATE memberships SET status = 3 WHERE ordinal = 1", "in a group without being an active member"),
        ("DELETE FROM users WHERE ordinal = 2", "a membership without a user"),
        ("DELETE FROM group_members WHERE ordinal = 0", "too many"),
    ];
    for (damage, expected) in damages {
        let database = FreshDatabase::lite();
        let store = filled(&database).await;
        assert_eq!(store.check_counters().await.unwrap(), Vec::<String>::new());
        let mut tx = store.db.begin().await.unwrap();
        tx.script(damage.into()).await.unwrap();
        tx.commit().await.unwrap();
        let wrong = store.check_counters().await.unwrap();
        assert!(wrong.iter().any(|line| line.contains(expected)), "{damage}: {wrong:?}");
        store.close().await;
    }
}
