//! Every statement of the crate, and a test that both databases can prepare each of them against the migrated schema.
//! A file whose statements are not listed here does not compile without a warning, because its list is unused.

use belfry_testkit::database::FreshDatabase;
use belfry_types::time::Millis;
use sqlx::{Executor as _, SqlSafeStr as _};

use crate::db::Db;
use crate::dialect::{Dialect, Statement};

/// The modules that declare statements.
macro_rules! registry {
    ($($($module:ident)::+,)*) => {
        fn all() -> Vec<(&'static str, &'static str, &'static Statement)> {
            let mut all = Vec::new();
            $(all.extend(crate::$($module)::+::STATEMENTS.iter().map(|(name, s)| (stringify!($($module)::+), *name, *s)));)*
            all
        }
    };
}

registry! {
    api_keys,
    batches,
    check,
    counters,
    deliveries,
    devices,
    events,
    groups,
    idempotency,
    inbox,
    installation,
    member_sets,
    migrations,
    notifications,
    operators,
    organizations,
    people,
    plans,
    publications,
    publish,
    receipts,
    signing_keys,
    store,
    sweep,
    targets,
    user_end,
    user_tokens,
    user_upsert,
    user_upsert::write,
    users,
    workspaces,
}

async fn prepare_all(db: Db) {
    crate::migrations::migrate(&db, Millis(0)).await.expect("the schema can be made");
    let mut wrong = Vec::new();
    for (module, name, statement) in all() {
        let prepared = match &db {
            Db::Lite { readers, .. } => {
                let mut connection = readers.acquire().await.expect("a connection");
                (&mut *connection).prepare(statement.render(Dialect::Lite).into_sql_str()).await.map(drop)
            }
            Db::Pg(pool) => {
                let mut connection = pool.acquire().await.expect("a connection");
                (&mut *connection).prepare(statement.render(Dialect::Pg).into_sql_str()).await.map(drop)
            }
        };
        if let Err(error) = prepared {
            wrong.push(format!("{module}::{name}: {error}\n  {}", statement.render(db.dialect())));
        }
    }
    db.close().await;
    assert!(wrong.is_empty(), "{} statements cannot be prepared:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn sqlite_prepares_every_statement() {
    let database = FreshDatabase::lite();
    prepare_all(Db::open_lite(&database.path().expect("a file")).await.expect("the file opens")).await;
}

#[tokio::test]
async fn postgresql_prepares_every_statement() {
    let database = FreshDatabase::pg();
    prepare_all(Db::open_pg(&database.url().expect("a URL")).await.expect("the database opens")).await;
}

/// A file that declares statements and is not listed above would escape the tests.
#[test]
fn every_file_with_statements_is_listed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let listed: std::collections::BTreeSet<&str> = all().iter().map(|(module, ..)| *module).collect();
    let mut folders = vec![root.clone()];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read_to_string(&path).expect("text").lines().any(|line| line == "statements! {") {
                let file = path.strip_prefix(&root).expect("inside").with_extension("");
                let module = file.to_string_lossy().replace('/', "::");
                assert!(listed.contains(module.replace("::", " :: ").as_str()) || listed.contains(module.as_str()), "{module}");
                found += 1;
            }
        }
    }
    assert_eq!(found, listed.len());
}
