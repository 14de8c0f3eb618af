//! People added and changed in bulk.

use std::time::Duration;

use belfry_store::MemberFilter;
use belfry_store::UpsertStatus::{Created, Unchanged, Updated};
use belfry_types::people::{Cleared, MemberKind, MemberStatus, Person};

use crate::harness::{START, both, group, in_groups, person, rejected, statuses, with_email};

both! {
    async fn creates_changes_and_leaves_alone(t: &Fixture) {
        let anna = Person {
            locale: Some("de".into()),
            time_zone: Some("Europe/Berlin".into()),
            kind: Some(MemberKind::Employee),
            ..with_email("anna", " Anna@Example.com ")
        };
        let answers = t.store.upsert_users(t.first.ws, &[anna.clone(), person("bob")], &[], false).await.unwrap();
        assert_eq!(answers[0].ordinal, Some(0));
        assert_eq!(answers[1].ordinal, Some(1));
        assert_eq!(answers[1].external_id, "bob");
        assert_eq!(statuses(answers), [Created, Created]);

        let member = t.store.user(t.first.ws, "anna").await.unwrap().unwrap();
        assert_eq!(member.email.as_deref(), Some("Anna@Example.com"));
        assert_eq!((member.kind, member.status), (MemberKind::Employee, MemberStatus::Active));
        assert_eq!(member.locale.as_deref(), Some("de"));
        assert_eq!(member.time_zone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(t.store.user(t.first.ws, "bob").await.unwrap().unwrap().kind, MemberKind::Attendee);

        // The same again writes nothing, later or not.
        t.clock.advance(Duration::from_secs(60));
        assert_eq!(t.upsert(&[anna.clone(), person("bob")]).await, [Unchanged, Unchanged]);
        // What is not given stays.
        assert_eq!(t.upsert(&[Person { name: "Name of anna".into(), ..person("anna") }]).await, [Unchanged]);
        let again = t.store.user(t.first.ws, "anna").await.unwrap().unwrap();
        assert_eq!(again, member);
        assert_eq!(again.updated_at, START);

        let renamed = Person { name: "Anna B.".into(), ..anna.clone() };
        assert_eq!(t.upsert(&[renamed, person("bob")]).await, [Updated, Unchanged]);
        let again = t.store.user(t.first.ws, "anna").await.unwrap().unwrap();
        assert_eq!((again.name.as_str(), again.updated_at), ("Anna B.", START.plus(Duration::from_secs(60))));
        assert_eq!(again.created_at, START);
        assert_eq!(again.id, member.id);

        let guest = Person { kind: Some(MemberKind::Guest), ..person("bob") };
        assert_eq!(t.upsert(std::slice::from_ref(&guest)).await, [Updated]);
        assert_eq!(t.upsert(&[guest]).await, [Unchanged]);
        let workspace = t.store.workspace(t.first.ws).await.unwrap();
        assert_eq!(workspace.members, 2);
    }

    async fn what_is_cleared_is_gone_and_may_be_taken_by_someone_else(t: &Fixture) {
        let anna = Person {
            locale: Some("de".into()),
            time_zone: Some("Europe/Berlin".into()),
            ..with_email("anna", "anna@example.com")
        };
        assert_eq!(t.upsert(std::slice::from_ref(&anna)).await, [Created]);
        let all = Cleared { email: true, locale: true, time_zone: true };
        let bare = Person { cleared: all, name: anna.name.clone(), ..person("anna") };
        // In one call, and in the order in which it frees the address first.
        assert_eq!(t.upsert(&[bare.clone(), with_email("bob", "ANNA@example.com")]).await, [Updated, Created]);
        let member = t.store.user(t.first.ws, "anna").await.unwrap().unwrap();
        assert_eq!((member.email, member.locale, member.time_zone), (None, None, None));
        let bob = t.store.user_by_email(t.first.ws.scope(), "anna@example.com").await.unwrap().unwrap();
        assert_eq!(bob.external_id, "bob");
        assert_eq!(t.upsert(&[bare]).await, [Unchanged]);
        // What is given counts more than what is cleared.
        let moved = Person { cleared: all, ..with_email("bob", "bob@example.com") };
        assert_eq!(t.upsert(&[moved]).await, [Updated]);
        let member = t.store.user(t.first.ws, "bob").await.unwrap().unwrap();
        assert_eq!(member.email.as_deref(), Some("bob@example.com"));
        // Nobody is found by an address that is gone.
        let filter = MemberFilter { q: Some("anna@example.com"), ..MemberFilter::default() };
        assert_eq!(t.store.members(t.first.ws, filter, None, 10).await.unwrap(), []);
    }

    async fn an_empty_call_does_nothing(t: &Fixture) {
        assert_eq!(t.upsert(&[]).await, []);
    }

    async fn texts_are_kept_as_they_are(t: &Fixture) {
        let odd = Person {
            name: "Ω \"quoted\" \\ ' 🦀 \u{202e} {rows:$1} null".into(),
            ..with_email("a/b?c=%d \"\u{1}\t\n", "ünï@exämple.org")
        };
        assert_eq!(t.upsert(std::slice::from_ref(&odd)).await, [Created]);
        assert_eq!(t.upsert(std::slice::from_ref(&odd)).await, [Unchanged]);
        let member = t.store.user(t.first.ws, &odd.external_id).await.unwrap().unwrap();
        assert_eq!((member.name, member.email), (odd.name, odd.email));
    }

    async fn the_second_of_a_pair_is_rejected(t: &Fixture) {
        let second = Person { name: "Other".into(), ..person("a") };
        assert_eq!(
            t.upsert(&[person("a"), second, person("b")]).await,
            [Created, rejected("same external_id as an earlier item", "duplicate"), Created]
        );
        assert_eq!(t.store.user(t.first.ws, "a").await.unwrap().unwrap().name, "Name of a");
    }

    async fn an_address_belongs_to_one_person(t: &Fixture) {
        let taken = |owner: &str| {
            rejected(&format!("the email address belongs to the user with external_id \"{owner}\""), "email_taken")
        };
        // Within a call the first has it, and case does not matter.
        assert_eq!(
            t.upsert(&[with_email("a", "x@example.com"), with_email("b", "X@Example.COM"), person("c")]).await,
            [Created, taken("a"), Created]
        );
        assert!(t.store.user(t.first.ws, "b").await.unwrap().is_none());
        // Against what is stored, for new and known people alike.
        assert_eq!(
            t.upsert(&[with_email("b", "x@example.com"), with_email("c", "x@example.com")]).await,
            [taken("a"), taken("a")]
        );
        assert_eq!(t.store.user(t.first.ws, "c").await.unwrap().unwrap().email, None);
        // Only its case changes: the same person keeps it.
        assert_eq!(t.upsert(&[with_email("a", "X@example.com")]).await, [Updated]);
        // Someone gives it up and someone else takes it, in one call, whichever of the rows is written first.
        assert_eq!(
            t.upsert(&[
                with_email("a", "y@example.com"),
                with_email("c", "x@example.com"),
                with_email("d", "z@example.com"),
            ])
            .await,
            [Updated, Updated, Created]
        );
        assert_eq!(
            t.upsert(&[
                with_email("d", "w@example.com"),
                with_email("c", "z@example.com"),
                with_email("a", "x@example.com"),
                with_email("e", "y@example.com"),
            ])
            .await,
            [Updated, Updated, Updated, Created]
        );
        for (who, email) in [("a", "x@"), ("c", "z@"), ("d", "w@"), ("e", "y@")] {
            let member = t.store.user(t.first.ws, who).await.unwrap().unwrap();
            assert_eq!(member.email.unwrap(), format!("{email}example.com"));
        }
        // A swap would need both at once.
        assert_eq!(
            t.upsert(&[with_email("a", "z@example.com"), with_email("c", "x@example.com")]).await,
            [taken("c"), taken("a")]
        );
        // Another organization has addresses of its own.
        let other = t.tenant("Other").await;
        let answers =
            t.store.upsert_users(other.ws, &[with_email("a", "x@example.com")], &[], false).await.unwrap();
        assert_eq!(statuses(answers), [Created]);
    }

    async fn groups_are_set_exactly(t: &Fixture) {
        t.store.create_group(t.first.ws, "staff", "Staff").await.unwrap();
        assert_eq!(
            t.upsert(&[in_groups("a", &["staff"]), in_groups("b", &["staff", "vip", "press"])]).await,
            [Created, rejected("unknown groups: vip, press", "unknown_group")]
        );
        // Only groups that an accepted person needs are made.
        let creatable = [group("vip"), group("press"), group("nobody")];
        let people = [in_groups("a", &["vip", "vip", "staff"]), in_groups("a", &["press"])];
        let answers = t.store.upsert_users(t.first.ws, &people, &creatable, false).await.unwrap();
        assert_eq!(answers[0].status, Updated);
        assert_eq!(answers[1].status, rejected("same external_id as an earlier item", "duplicate"));
        let groups = t.store.groups(t.first.ws, None, 10).await.unwrap();
        let of = |groups: &[belfry_store::Group]| -> Vec<(String, String, i64)> {
            groups.iter().map(|g| (g.key.clone(), g.name.clone(), g.members)).collect()
        };
        assert_eq!(of(&groups), [("staff".into(), "Staff".into(), 1), ("vip".into(), "VIP".into(), 1)]);
        assert_eq!(t.upsert(&[in_groups("a", &["staff", "vip"])]).await, [Unchanged]);
        assert_eq!(t.upsert(&[person("a")]).await, [Unchanged]);
        assert_eq!(t.store.user(t.first.ws, "a").await.unwrap().unwrap().groups, ["staff", "vip"]);

        assert_eq!(t.upsert(&[in_groups("a", &["vip"]), in_groups("b", &["vip"])]).await, [Updated, Created]);
        assert_eq!(t.upsert(&[in_groups("a", &[])]).await, [Updated]);
        let groups = t.store.groups(t.first.ws, None, 10).await.unwrap();
        assert_eq!(groups.iter().map(|g| g.members).collect::<Vec<_>>(), [0, 1]);
        let vip = t.store.group_set(t.first.ws, "vip").await.unwrap().unwrap();
        assert_eq!(vip.iter().collect::<Vec<_>>(), [1]);
        assert!(t.store.group_set(t.first.ws, "staff").await.unwrap().unwrap().is_empty());
        assert!(t.store.group_set(t.first.ws, "nobody").await.unwrap().is_none());
    }

    async fn a_person_of_the_organization_becomes_a_member_elsewhere(t: &Fixture) {
        let second = t.workspace(t.first.scope, "Second").await;
        let ws = t.first.scope.in_workspace(second.num);
        let first = t.member("a").await;
        let answers = t.store.upsert_users(ws, &[person("a"), person("b")], &[], false).await.unwrap();
        assert_eq!(answers[0].ordinal, Some(first));
        assert_eq!(statuses(answers), [Created, Created]);
        assert_eq!(t.store.user(ws, "a").await.unwrap().unwrap().updated_at, START);
        assert!(t.store.user(t.first.ws, "b").await.unwrap().is_none());
        assert_eq!(t.store.workspace(ws).await.unwrap().members, 2);
        assert_eq!(t.store.users_of_organization(t.first.scope, None, None, 10).await.unwrap().len(), 2);
    }

    async fn a_cancelled_member_becomes_active_again(t: &Fixture) {
        t.store.create_group(t.first.ws, "vip", "VIP").await.unwrap();
        assert_eq!(t.upsert(&[in_groups("a", &["vip"])]).await, [Created]);
        t.store.cancel_member(t.first.ws, "a").await.unwrap();
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().members, 0);
        assert_eq!(t.upsert(&[person("a")]).await, [Updated]);
        let member = t.store.user(t.first.ws, "a").await.unwrap().unwrap();
        assert_eq!(member.status, MemberStatus::Active);
        assert!(member.groups.is_empty(), "groups ended with the membership");
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().members, 1);
    }

    async fn a_dry_run_answers_the_same_and_writes_nothing(t: &Fixture) {
        assert_eq!(t.upsert(&[with_email("a", "a@example.com"), person("b")]).await, [Created, Created]);
        let people = [
            Person { name: "New".into(), ..person("a") },
            person("b"),
            in_groups("c", &["vip"]),
            with_email("d", "a@example.com"),
        ];
        let dry = t.store.upsert_users(t.first.ws, &people, &[group("vip")], true).await.unwrap();
        assert_eq!(dry.iter().map(|a| a.ordinal).collect::<Vec<_>>(), [Some(0), Some(1), None, None]);
        assert_eq!(t.store.user(t.first.ws, "a").await.unwrap().unwrap().name, "Name of a");
        assert!(t.store.user(t.first.ws, "c").await.unwrap().is_none());
        assert!(t.store.groups(t.first.ws, None, 10).await.unwrap().is_empty());
        let wet = t.store.upsert_users(t.first.ws, &people, &[group("vip")], false).await.unwrap();
        assert_eq!(statuses(dry), statuses(wet.clone()));
        assert_eq!(wet[2].ordinal, Some(2));
    }

    async fn ordinals_are_never_given_to_anyone_else(t: &Fixture) {
        assert_eq!(t.member("a").await, 0);
        assert_eq!(t.member("b").await, 1);
        t.store.delete_user(t.first.scope, "b").await.unwrap();
        assert_eq!(t.member("b").await, 2);
        let other = t.tenant("Other").await;
        assert_eq!(t.member_of(other.ws, "b").await, 0);
    }

    async fn the_same_new_people_side_by_side_are_made_once(t: &Fixture) {
        let people: Vec<Person> = (0..50)
            .map(|i| Person {
                groups: Some(vec!["all".into()]),
                ..with_email(&format!("p{i}"), &format!("p{i}@example.com"))
            })
            .collect();
        let tasks: Vec<_> = (0..8)
            .map(|i| {
                let (store, ws, mut people) = (t.store.clone(), t.first.ws, people.clone());
                people.rotate_left(i * 7);
                tokio::spawn(async move { store.upsert_users(ws, &people, &[group("all")], false).await.unwrap() })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(statuses(task.await.unwrap()));
        }
        assert_eq!(all.iter().filter(|s| **s == Created).count(), 50);
        assert_eq!(all.iter().filter(|s| **s == Unchanged).count(), 350);
        assert_eq!(t.store.active_members(t.first.ws).await.unwrap().len(), 50);
        assert_eq!(t.store.groups(t.first.ws, None, 10).await.unwrap()[0].members, 50);
    }

    async fn sets_span_chunks(t: &Fixture) {
        // 65,536 ordinals fill a chunk.
        let people: Vec<Person> = (0..66_000).map(|i| in_groups(&format!("p{i}"), &["g"])).collect();
        for people in people.chunks(6_000) {
            t.store.upsert_users(t.first.ws, people, &[group("g")], false).await.unwrap();
        }
        let members = t.store.active_members(t.first.ws).await.unwrap();
        assert_eq!((members.len(), members.max()), (66_000, Some(65_999)));
        assert_eq!(t.store.group_set(t.first.ws, "g").await.unwrap().unwrap(), members);
        t.store.cancel_member(t.first.ws, "p65535").await.unwrap();
        t.store.cancel_member(t.first.ws, "p65536").await.unwrap();
        assert_eq!(t.store.active_members(t.first.ws).await.unwrap().len(), 65_998);
        let last = t
            .store
            .members(t.first.ws, belfry_store::MemberFilter { group: Some("g"), ..Default::default() }, Some(65_534), 3)
            .await
            .unwrap();
        assert_eq!(last.iter().map(|m| m.ordinal).collect::<Vec<_>>(), [65_537, 65_538, 65_539]);
        t.store.delete_group(t.first.ws, "g").await.unwrap();
    }
}
