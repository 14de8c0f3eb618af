//! Answers that are given again.

use std::time::Duration;

use belfry_store::Remembered;
use belfry_types::limits::IDEMPOTENCY_S;

use crate::harness::{START, both};

both! {
    async fn the_first_answer_stays_for_a_day(t: &Fixture) {
        let (scope, key) = (t.first.scope, [1; 32]);
        assert_eq!(t.store.recall(scope, &key).await.unwrap(), None);
        assert_eq!(t.store.remember(scope, &key, &[2; 32], "one").await.unwrap(), Remembered::New);
        assert_eq!(t.store.remember(scope, &key, &[2; 32], "two").await.unwrap(), Remembered::Same("one".into()));
        assert_eq!(t.store.remember(scope, &key, &[3; 32], "two").await.unwrap(), Remembered::Other);
        assert_eq!(t.store.recall(scope, &key).await.unwrap(), Some(([2; 32], "one".into())));

        t.clock.advance(Duration::from_secs(IDEMPOTENCY_S) - Duration::from_millis(1));
        assert_eq!(t.store.remember(scope, &key, &[3; 32], "two").await.unwrap(), Remembered::Other);
        t.clock.advance(Duration::from_millis(1));
        assert_eq!(t.store.recall(scope, &key).await.unwrap(), None);
        assert_eq!(t.store.remember(scope, &key, &[3; 32], "two").await.unwrap(), Remembered::New);

        assert_eq!(t.store.remember(scope, &[9; 32], &[3; 32], "x").await.unwrap(), Remembered::New);
        assert_eq!(t.store.sweep_idempotency(START.plus(Duration::from_secs(IDEMPOTENCY_S))).await.unwrap(), 0);
        assert_eq!(t.store.sweep_idempotency(START.plus(Duration::from_secs(IDEMPOTENCY_S + 1))).await.unwrap(), 2);
        assert_eq!(t.store.recall(scope, &key).await.unwrap(), None);
    }

    async fn of_many_at_once_one_is_new(t: &Fixture) {
        let mut tasks = Vec::new();
        for i in 0..16_u8 {
            let (store, scope) = (t.store.clone(), t.first.scope);
            let answer = format!("answer {i}");
            tasks.push(tokio::spawn(async move { store.remember(scope, &[5; 32], &[6; 32], &answer).await.unwrap() }));
        }
        let (mut new, mut same) = (0, std::collections::BTreeSet::new());
        for task in tasks {
            match task.await.unwrap() {
                Remembered::New => new += 1,
                Remembered::Same(answer) => drop(same.insert(answer)),
                Remembered::Other => panic!("the body is the same"),
            }
        }
        assert_eq!((new, same.len()), (1, 1));
        assert_eq!(t.store.recall(t.first.scope, &[5; 32]).await.unwrap().unwrap().1, *same.first().unwrap());
    }
}
