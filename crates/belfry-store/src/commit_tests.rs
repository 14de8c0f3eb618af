//! Transactions side by side, on both databases: what a conflict, a dropped job and a dropped wait leave behind. On
//! SQLite they share commits (group commit); what holds must not depend on that.

use std::sync::Arc;
use std::time::Duration;

use belfry_testkit::database::FreshDatabase;
use tokio::sync::Barrier;

use crate::db::Db;
use crate::dialect::{Dialect, Statement};
use crate::error::Error;
use crate::value::args;

static PUT: Statement = Statement::new("INSERT INTO installation (name, value) VALUES ($1, $2)");
static NAMES: Statement = Statement::new("SELECT name FROM installation ORDER BY name");

/// Nothing here may take longer; what hangs fails.
const LONG: Duration = Duration::from_secs(60);

async fn lite() -> (Db, FreshDatabase) {
    let database = FreshDatabase::lite();
    let db = Db::open_lite(&database.path().expect("a file")).await.expect("the file opens");
    schema(&db).await;
    (db, database)
}

async fn pg() -> (Db, FreshDatabase) {
    let database = FreshDatabase::pg();
    let db = Db::open_pg(&database.url().expect("a URL")).await.expect("the database opens");
    schema(&db).await;
    (db, database)
}

async fn schema(db: &Db) {
    let text = match db.dialect() {
        Dialect::Lite => "CREATE TABLE installation (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
        Dialect::Pg => "CREATE TABLE installation (name TEXT PRIMARY KEY, value BYTEA NOT NULL)",
    };
    let mut tx = db.begin().await.unwrap();
    tx.script(text.into()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn put(db: &Db, name: &str) -> Result<(), Error> {
    db.run(&PUT, args![name, vec![1_u8]]).await.map(drop)
}

async fn names(db: &Db) -> Vec<String> {
    db.all(&NAMES, args![]).await.unwrap().iter().map(|row| row.text(0).unwrap()).collect()
}

macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: &Db) $body:block)*) => {
        $($(#[$meta])* async fn $name($db: &Db) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let (db, _database) = super::lite().await;
                tokio::time::timeout(super::LONG, super::$name(&db)).await.expect("nothing hangs");
                db.close().await;
            })*
        }

        mod postgresql {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let (db, _database) = super::pg().await;
                tokio::time::timeout(super::LONG, super::$name(&db)).await.expect("nothing hangs");
                db.close().await;
            })*
        }
    };
}

both! {
    async fn many_writers_all_become_durable(db: &Db) {
        let tasks: Vec<_> = (0..400)
            .map(|i| {
                let db = db.clone();
                tokio::spawn(async move {
                    put(&db, &format!("k{i:03}")).await.unwrap();
                    // What was acknowledged can be read by everyone at once.
                    names(&db).await.contains(&format!("k{i:03}"))
                })
            })
            .collect();
        for task in tasks {
            assert!(task.await.unwrap(), "acknowledged before it could be read");
        }
        assert_eq!(names(db).await.len(), 400);
    }

    async fn a_conflict_fails_only_its_own(db: &Db) {
        put(db, "taken").await.unwrap();
        let barrier = Arc::new(Barrier::new(60));
        let tasks: Vec<_> = (0..60)
            .map(|i| {
                let (db, barrier) = (db.clone(), barrier.clone());
                tokio::spawn(async move {
                    barrier.wait().await;
                    let mut tx = db.begin().await.unwrap();
                    tx.run(&PUT, args![format!("k{i}"), vec![1_u8]]).await.unwrap();
                    if i % 3 == 0 {
                        let error = tx.run(&PUT, args!["taken", vec![1_u8]]).await.unwrap_err();
                        assert!(matches!(error, Error::Conflict(_)), "{error}");
                        return;
                    }
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let mut expected: Vec<String> = (0..60).filter(|i| i % 3 != 0).map(|i| format!("k{i}")).collect();
        expected.push("taken".into());
        expected.sort_unstable();
        assert_eq!(names(db).await, expected);
    }

    async fn a_dropped_transaction_leaves_nothing(db: &Db) {
        let mut tx = db.begin().await.unwrap();
        tx.run(&PUT, args!["dropped", vec![1_u8]]).await.unwrap();
        drop(tx);
        put(db, "after").await.unwrap();
        assert_eq!(names(db).await, ["after"]);
    }

    async fn those_who_give_up_harm_nobody(db: &Db) {
        // Tasks are cancelled wherever they happen to be: waiting, writing, committing.
        let mut kept = Vec::new();
        for round in 0..30 {
            let mut tasks = Vec::new();
            for i in 0..12 {
                let db = db.clone();
                let name = format!("r{round:02}-{i:02}");
                tasks.push((name.clone(), tokio::spawn(async move { put(&db, &name).await })));
            }
            for (i, (_, task)) in tasks.iter().enumerate() {
                if (i + round) % 4 == 0 {
                    for _ in 0..round {
                        tokio::task::yield_now().await;
                    }
                    task.abort();
                }
            }
            for (name, task) in tasks {
                match task.await {
                    Ok(done) => {
                        done.unwrap();
                        kept.push(name);
                    }
                    Err(error) => assert!(error.is_cancelled(), "{error}"),
                }
            }
        }
        let there = names(db).await;
        for name in &kept {
            assert!(there.contains(name), "{name} was acknowledged and is not there");
        }
        assert!(kept.len() >= 270);
        put(db, "still works").await.unwrap();
    }

    async fn nobody_waits_for_one_who_never_comes(db: &Db) {
        // One holds the turn while two wait; both waits are given up; then the holder commits.
        let mut tx = db.begin().await.unwrap();
        tx.run(&PUT, args!["holder", vec![1_u8]]).await.unwrap();
        let waiting: Vec<_> = (0..2)
            .map(|i| {
                let db = db.clone();
                tokio::spawn(async move { put(&db, &format!("w{i}")).await })
            })
            .collect();
        tokio::task::yield_now().await;
        for task in &waiting {
            task.abort();
        }
        tx.commit().await.unwrap();
        for task in waiting {
            drop(task.await);
        }
        assert!(names(db).await.contains(&"holder".to_owned()));
    }

    async fn a_closed_database_refuses(db: &Db) {
        put(db, "before").await.unwrap();
        db.close().await;
        assert!(put(db, "after").await.is_err());
    }
}

/// Several jobs share a commit when they wait for one another, and each of them is told only afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_groups_those_who_wait() {
    let (db, _database) = lite().await;
    let mut first = db.begin().await.unwrap();
    first.run(&PUT, args!["first", vec![1_u8]]).await.unwrap();
    let second = {
        let db = db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            tx.run(&PUT, args!["second", vec![1_u8]]).await.unwrap();
            tx
        })
    };
    // The second must wait before the first ends.
    let Db::Lite { writer, .. } = &db else { unreachable!("it was opened as SQLite") };
    while writer.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    let first = tokio::spawn(first.commit());
    let second = second.await.unwrap();
    // The first waits for the group's commit: nothing is visible to readers yet.
    assert!(names(&db).await.is_empty());
    assert!(!first.is_finished(), "told before it was durable");
    second.commit().await.unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(names(&db).await, ["first", "second"]);
    db.close().await;
}

/// The one on whom a group relies fails: the others are still committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_commits_for_others_when_the_last_gives_up() {
    let (db, _database) = lite().await;
    let mut first = db.begin().await.unwrap();
    first.run(&PUT, args!["first", vec![1_u8]]).await.unwrap();
    let second = {
        let db = db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            tx.run(&PUT, args!["second", vec![1_u8]]).await.unwrap();
            tx
        })
    };
    let Db::Lite { writer, .. } = &db else { unreachable!("it was opened as SQLite") };
    while writer.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    let first = tokio::spawn(first.commit());
    drop(second.await.unwrap());
    tokio::time::timeout(LONG, first).await.expect("nothing hangs").unwrap().unwrap();
    assert_eq!(names(&db).await, ["first"]);
    db.close().await;
}

/// A node that stands still in the middle of a transaction: others get what it held, and it learns that it is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_ends_what_stands_still() {
    static LIMIT: Statement = Statement::new("SHOW idle_in_transaction_session_timeout");
    let (db, database) = pg().await;
    let limit = db.one(&LIMIT, vec![]).await.unwrap().expect("a row");
    assert_eq!(limit.text(0).unwrap(), "20s", "shorter than a lease");

    let mut url = database.url().expect("a URL");
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str("options[idle_in_transaction_session_timeout]=300");
    let still = Db::open_pg(&url).await.expect("the database opens");
    let mut tx = still.begin().await.unwrap();
    tx.run(&PUT, args!["held", vec![1_u8]]).await.unwrap();
    // Waits for the row until the transaction that holds it has been ended.
    tokio::time::timeout(LONG, put(&db, "held")).await.expect("it is let go").unwrap();
    assert!(tx.commit().await.is_err(), "what was rolled back counts as committed");
    put(&still, "after").await.expect("the pool opens another connection");
    assert_eq!(names(&db).await, ["after", "held"]);
}
