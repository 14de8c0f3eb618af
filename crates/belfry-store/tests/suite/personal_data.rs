//! What a person may take along, page by page.

use std::collections::BTreeSet;
use std::time::Duration;

use belfry_store::EntryPlace;

use crate::harness::{both, device};

both! {
    /// Also of those that were made in one moment none is left out and none comes twice.
    async fn pages_hold_everything_once(t: &Fixture) {
        let (ann, ben) = (t.member("ann").await, t.member("ben").await);
        let second = t.workspace(t.first.scope, "Second").await;
        let elsewhere = t.first.scope.in_workspace(second.num);
        assert_eq!(t.member_of(elsewhere, "ann").await, ann);
        let other = t.tenant("Other").await;
        assert_eq!(t.member_of(other.ws, "ann").await, ann, "the same number in another organization");
        for n in 0..4 {
            for ws in [t.first.ws, elsewhere] {
                t.store.issue_token_and_link(ws, ann).await.unwrap();
                t.store.register_device(ws, ann, device(&format!("{n}-{}", ws.workspace()))).await.unwrap();
            }
            t.store.issue_token_and_link(t.first.ws, ben).await.unwrap();
            t.store.issue_token_and_link(other.ws, ann).await.unwrap();
            t.store.register_device(other.ws, ann, device(&format!("other-{n}"))).await.unwrap();
            if n == 1 {
                t.clock.advance(Duration::from_secs(1));
            }
        }
        let ended = t.store.devices_of(t.first.ws, ann).await.unwrap()[0].id;
        t.store.remove_device(t.first.ws, ann, ended).await.unwrap();
        for limit in [1, 3, 4, 8, 9] {
            let (mut seen, mut after) = (Vec::new(), Some(0));
            while let Some(place) = after {
                let (page, next) = t.store.personal_devices(t.first.scope, ann, place, limit).await.unwrap();
                assert!(page.len() <= limit);
                seen.extend(page.into_iter().map(|device| device.id));
                after = next;
            }
            assert!(seen.contains(&ended));
            assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (8, 8), "devices by {limit}");
            for links in [false, true] {
                let (mut seen, mut after) = (Vec::new(), Some(EntryPlace::START));
                while let Some(place) = after {
                    let (page, next) = if links {
                        t.store.personal_links(t.first.scope, ann, place, limit).await.unwrap()
                    } else {
                        t.store.personal_tokens(t.first.scope, ann, place, limit).await.unwrap()
                    };
                    assert!(page.len() <= limit);
                    seen.extend(page.into_iter().map(|it| (it.created_at, it.workspace)));
                    after = next;
                }
                assert!(seen.is_sorted_by_key(|(at, _)| *at));
                let here = seen.iter().filter(|(_, ws)| *ws == t.first.workspace.id).count();
                assert_eq!((seen.len(), here), (8, 4), "links {links} by {limit}");
            }
        }
    }
}
