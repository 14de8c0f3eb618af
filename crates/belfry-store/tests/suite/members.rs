//! Finding and listing people.

use belfry_store::{Error, Member, MemberFilter};
use belfry_types::people::{MemberStatus, Person};

use crate::harness::{Fixture, both, group, in_groups, person, with_email};

fn names(members: &[Member]) -> Vec<&str> {
    members.iter().map(|m| m.external_id.as_str()).collect()
}

async fn search(t: &Fixture, filter: MemberFilter<'_>) -> Vec<String> {
    let members = t.store.members(t.first.ws, filter, None, 100).await.unwrap();
    members.into_iter().map(|m| m.external_id).collect()
}

async fn fill(t: &Fixture) {
    let people = [
        Person { name: "Ärzte Ömer".into(), ..in_groups("a1", &["vip", "press"]) },
        Person { name: "Bob 100% off".into(), ..in_groups("b_2", &["vip"]) },
        Person { name: "Carol".into(), ..with_email("c3", "carol@Example.com") },
        Person { name: "Dave".into(), ..in_groups("d4", &["press"]) },
    ];
    t.store.upsert_users(t.first.ws, &people, &[group("vip"), group("press")], false).await.unwrap();
}

both! {
    async fn found_by_either_id(t: &Fixture) {
        fill(t).await;
        let member = t.store.user(t.first.ws, "a1").await.unwrap().unwrap();
        assert_eq!(member.groups, ["press", "vip"]);
        let same = t.store.user(t.first.ws, &member.id.to_string()).await.unwrap().unwrap();
        assert_eq!(same, member);
        assert!(t.store.user(t.first.ws, "A1").await.unwrap().is_none());
        // An external id may look like an id of ours.
        let odd = "usr_00000000000000000000000000000000";
        t.member(odd).await;
        assert_eq!(t.store.user(t.first.ws, odd).await.unwrap().unwrap().external_id, odd);
    }

    async fn pages_follow_one_another(t: &Fixture) {
        let people: Vec<Person> = (0..25).map(|i| in_groups(&format!("p{i}"), &["g"])).collect();
        t.store.upsert_users(t.first.ws, &people, &[group("g")], false).await.unwrap();
        for group in [None, Some("g")] {
            let filter = MemberFilter { group, ..MemberFilter::default() };
            let (mut after, mut seen) = (None, Vec::new());
            loop {
                let page = t.store.members(t.first.ws, filter, after, 10).await.unwrap();
                let Some(last) = page.last() else { break };
                assert!(page.len() <= 10);
                after = Some(i64::from(last.ordinal));
                seen.extend(page.into_iter().map(|m| m.ordinal));
            }
            assert_eq!(seen, (0..25).collect::<Vec<_>>());
        }
        let users = t.store.users_of_organization(t.first.scope, None, Some(19), 10).await.unwrap();
        assert_eq!(users.iter().map(|u| u.ordinal).collect::<Vec<_>>(), (20..25).collect::<Vec<_>>());
        assert!(t.store.members(t.first.ws, MemberFilter::default(), None, 0).await.unwrap().is_empty());
    }

    async fn searched_by_parts_of_what_they_are(t: &Fixture) {
        fill(t).await;
        let q = |q| MemberFilter { q: Some(q), ..MemberFilter::default() };
        assert_eq!(search(t, q("ärzte")).await, ["a1"]);
        assert_eq!(search(t, q("ÖMER")).await, ["a1"]);
        assert_eq!(search(t, q("xrzte")).await, Vec::<String>::new());
        assert_eq!(search(t, q("arzte OMER")).await, ["a1"], "without the keys for it");
        assert_eq!(search(t, q("100%")).await, ["b_2"]);
        assert_eq!(search(t, q("off b_")).await, ["b_2"]);
        assert_eq!(search(t, q("_")).await, Vec::<String>::new());
        assert_eq!(search(t, q("CAROL@example")).await, ["c3"]);
        assert_eq!(search(t, q("@example.com")).await, ["c3"]);
        assert_eq!(search(t, q("carol ömer")).await, Vec::<String>::new(), "every word must be found");
        assert_eq!(search(t, q(" b_2 ")).await, ["b_2"]);
        assert_eq!(search(t, q("")).await.len(), 4);
        assert_eq!(search(t, q("!")).await, Vec::<String>::new());
        let users = t.store.users_of_organization(t.first.scope, Some("ömer"), None, 10).await.unwrap();
        assert_eq!(users.iter().map(|u| u.external_id.as_str()).collect::<Vec<_>>(), ["a1"]);
        let page = t.store.members(t.first.ws, q("a"), None, 2).await.unwrap();
        assert_eq!(names(&page), ["a1"]);
        assert_eq!(t.store.search_people(t.first.scope, "o").await.unwrap().iter().collect::<Vec<_>>(), [0, 1]);
    }

    async fn filtered_by_group_and_status(t: &Fixture) {
        fill(t).await;
        t.store.cancel_member(t.first.ws, "b_2").await.unwrap();
        let active = Some(MemberStatus::Active);
        let of = |group, status, q| MemberFilter { group, status, q, ..MemberFilter::default() };
        assert_eq!(search(t, of(Some("vip"), None, None)).await, ["a1"]);
        assert_eq!(search(t, of(Some("press"), active, Some("dav"))).await, ["d4"]);
        assert_eq!(search(t, of(Some("none"), None, None)).await, Vec::<String>::new());
        assert_eq!(search(t, of(None, active, None)).await, ["a1", "c3", "d4"]);
        assert_eq!(search(t, of(None, Some(MemberStatus::Cancelled), None)).await, ["b_2"]);
        assert_eq!(search(t, of(Some("press"), Some(MemberStatus::Cancelled), None)).await, Vec::<String>::new());
    }

    /// A change of name, address or existence changes what people are found by.
    async fn found_by_what_they_are_now(t: &Fixture) {
        fill(t).await;
        let q = |q| MemberFilter { q: Some(q), ..MemberFilter::default() };
        let renamed = Person { name: "Caroline Swap".into(), ..with_email("c3", "line@example.com") };
        let taken = Person { name: "Dave".into(), ..with_email("d4", "carol@example.com") };
        t.upsert(&[renamed, taken]).await;
        assert_eq!(search(t, q("carol")).await, ["c3", "d4"]);
        assert_eq!(search(t, q("carol@")).await, ["d4"]);
        assert_eq!(search(t, q("line swap")).await, ["c3"]);
        t.store.delete_user(t.first.scope, "c3").await.unwrap();
        assert_eq!(search(t, q("carol")).await, ["d4"]);
        assert_eq!(t.store.check_counters().await.unwrap(), Vec::<String>::new());
    }

    /// People in several chunks of words, paged; a search goes on over the chunks without hits.
    async fn searched_page_by_page(t: &Fixture) {
        for thousand in 0..10 {
            let people: Vec<Person> = (0..1_000)
                .map(|i| {
                    let n = thousand * 1_000 + i;
                    let name = if n % 2_500 == 0 { format!("Rare Person {n}") } else { format!("Person {n}") };
                    Person { name, ..in_groups(&format!("p{n}"), if n % 2 == 0 { &["even"] } else { &[] }) }
                })
                .collect();
            t.store.upsert_users(t.first.ws, &people, &[group("even")], false).await.unwrap();
        }
        let q = |q| MemberFilter { q: Some(q), ..MemberFilter::default() };
        assert_eq!(search(t, q("rare")).await, ["p0", "p2500", "p5000", "p7500"]);
        assert_eq!(search(t, q("pers 9999")).await, ["p9999"]);
        assert_eq!(search(t, MemberFilter { group: Some("even"), ..q("9999") }).await, Vec::<String>::new());
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = t.store.members(t.first.ws, q("person"), after, 400).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(i64::from(last.ordinal));
            seen.extend(page.into_iter().map(|m| m.ordinal));
        }
        assert_eq!(seen, (0..10_000).collect::<Vec<_>>());
    }

    async fn names_become_ordinals(t: &Fixture) {
        fill(t).await;
        t.store.cancel_member(t.first.ws, "d4").await.unwrap();
        let elsewhere = t.workspace(t.first.scope, "Elsewhere").await;
        t.member_of(t.first.scope.in_workspace(elsewhere.num), "not-here").await;
        let names: Vec<String> =
            ["a1", "CAROL@example.com", "c3", "d4", "nobody", "no@body.com", "not-here", "a1"].map(Into::into).into();
        let (ordinals, unknown) = t.store.ordinals_of(t.first.ws, &names).await.unwrap();
        assert_eq!(ordinals.iter().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(unknown, ["nobody", "no@body.com", "not-here"]);
        let (none, unknown) = t.store.ordinals_of(t.first.ws, &[]).await.unwrap();
        assert!(none.is_empty() && unknown.is_empty());

        let people = t.store.people(t.first.scope, &[3, 0, 77]).await.unwrap();
        assert_eq!(people, [(0, "a1".into(), "Ärzte Ömer".into()), (3, "d4".into(), "Dave".into())]);
    }

    async fn an_address_may_be_anothers_external_id(t: &Fixture) {
        t.upsert(&[with_email("a", "x@example.com"), person("x@example.com")]).await;
        let (ordinals, _) = t.store.ordinals_of(t.first.ws, &["x@example.com".into()]).await.unwrap();
        assert_eq!(ordinals.iter().collect::<Vec<_>>(), [1], "an external id comes first");
    }

    async fn groups_are_made_listed_and_deleted(t: &Fixture) {
        t.store.create_group(t.first.ws, "vip", "Ver").await.unwrap();
        let made = t.store.rename_group(t.first.ws, "vip", "Very").await.unwrap();
        assert_eq!(t.store.group(t.first.ws, "vip").await.unwrap(), made);
        assert!(matches!(t.store.rename_group(t.first.ws, "none", "X").await, Err(Error::NotFound)));
        assert!(matches!(t.store.create_group(t.first.ws, "vip", "Again").await, Err(Error::Conflict(_))));
        let other = t.tenant("Other").await;
        t.store.create_group(other.ws, "vip", "Theirs").await.unwrap();
        fill_group(t).await;
        let listed = t.store.groups(t.first.ws, None, 10).await.unwrap();
        assert_eq!((listed.len(), listed[0].id, listed[0].members), (1, made.id, 2));
        assert!(t.store.groups(t.first.ws, Some(listed[0].num), 10).await.unwrap().is_empty());
        t.store.delete_group(t.first.ws, "vip").await.unwrap();
        assert!(matches!(t.store.delete_group(t.first.ws, "vip").await, Err(Error::NotFound)));
        assert!(t.store.group_set(t.first.ws, "vip").await.unwrap().is_none());
        assert!(t.store.user(t.first.ws, "a").await.unwrap().unwrap().groups.is_empty());
        assert_eq!(t.store.groups(other.ws, None, 10).await.unwrap().len(), 1);
        // A group of the same key later is another one, without its members.
        t.store.create_group(t.first.ws, "vip", "New").await.unwrap();
        assert!(t.store.group_set(t.first.ws, "vip").await.unwrap().unwrap().is_empty());
    }
}

async fn fill_group(t: &Fixture) {
    t.upsert(&[in_groups("a", &["vip"]), in_groups("b", &["vip"])]).await;
}
