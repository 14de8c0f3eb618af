//! Every statement of the crate, and a test that both databases can prepare each of them against the migrated schema.
//! A file whose statements are not listed here does not compile without a warning, because its list is unused.

use belfry_testkit::database::FreshDatabase;
use belfry_types::time::Millis;
use sqlx::{Executor as _, Row as _, SqlSafeStr as _};

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
    cancels,
    check,
    counters,
    deliveries,
    devices,
    devices::register,
    drafts,
    events,
    failures,
    groups,
    history,
    idempotency,
    import_work,
    imports,
    inbox,
    inbox_archive,
    inbox_heads,
    installation,
    member_sets,
    migrations,
    notification_list,
    notifications,
    operator_links,
    operator_sessions,
    operators,
    organizations,
    overview,
    people,
    personal_data,
    photos,
    plans,
    preferences,
    publications,
    publish,
    quota,
    receipts,
    settle,
    setup,
    sign_in,
    signing_keys,
    staff,
    store,
    sweep,
    targets,
    user_end,
    user_links,
    user_search,
    user_tokens,
    user_upsert,
    user_upsert::write,
    user_words,
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
            } else if std::fs::read_to_string(&path)
                .expect("text")
                .lines()
                .any(|line| line == "statements! {")
            {
                let file = path.strip_prefix(&root).expect("inside").with_extension("");
                let module = file.to_string_lossy().replace('/', "::");
                assert!(
                    listed.contains(module.replace("::", " :: ").as_str())
                        || listed.contains(module.as_str()),
                    "{module}"
                );
                found += 1;
            }
        }
    }
    assert_eq!(found, listed.len());
}

/// Statements that may read a whole table: it is small, or it is asked for rarely, or there is no better way.
const READS_ALL: &[&str] = &[
    "batches::WHOSE",
    "counters::WAITING",
    "events::WAITING",
    "import_work::LEASE",
    "import_work::WAITING",
    "migrations::APPLIED",
    "operator_links::READY",
    "operators::EVERYWHERE",
    "organizations::BY_NAME",
    "setup::FIRST",
    "overview::OPEN",
    "sweep::MANY_WIDE",
    "workspaces::ORIGINS",
];

/// Statements that may read all rows with one value of a key's first column, of the big tables.
const READS_MANY: &[&str] = &["inbox::FOLDED_STATES", "targets::PEOPLE"];

/// Tables where the rows with one value of a key's first column can be a million.
const BIG: [&str; 8] = [
    "deliveries",
    "users",
    "user_words",
    "memberships",
    "group_members",
    "inbox_items",
    "notifications",
    "receipts",
];

/// What a statement costs must not grow with what is stored beside it.
#[tokio::test]
async fn sqlite_goes_by_keys() {
    let database = FreshDatabase::lite();
    let db = Db::open_lite(&database.path().expect("a file")).await.expect("the file opens");
    crate::migrations::migrate(&db, Millis(0)).await.expect("the schema can be made");
    let Db::Lite { readers, .. } = &db else { unreachable!("it was opened as SQLite") };
    let (mut wrong, mut looked_at) = (Vec::new(), 0);
    for (module, name, statement) in all().into_iter().filter(|(module, ..)| *module != "check") {
        let name = format!("{}::{name}", module.replace(' ', ""));
        let text = format!("EXPLAIN QUERY PLAN {}", statement.render(Dialect::Lite));
        let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(text)).fetch_all(readers).await.expect("a plan");
        for row in &rows {
            let line: String = row.get(3);
            looked_at += 1;
            let source = line.split(' ').nth(1).unwrap_or_default();
            let alias_of = |table: &&str| {
                let text = statement.render(Dialect::Lite);
                *table == source
                    || text.contains(&format!(" {table} {source} "))
                    || text.ends_with(&format!(" {table} {source}"))
            };
            let scans = line.starts_with("SCAN ")
                && !line.contains("json_each")
                && !line.contains("jsonb_each")
                && source != "r"
                && source != "CONSTANT";
            let one_of_a_key = line.starts_with("SEARCH ")
                && line.contains("=?)")
                && !line.contains(" AND ")
                && BIG.iter().any(alias_of)
                && !line.contains("(rowid=?")
                && !line.contains("(id=?")
                && !line.contains("hash=?")
                && !line.contains("(event=?");
            if (scans && !READS_ALL.contains(&name.as_str()))
                || (one_of_a_key && !READS_MANY.contains(&name.as_str()))
            {
                wrong.push(format!("{name}: {line}"));
            }
        }
    }
    db.close().await;
    assert!(looked_at > 100, "only {looked_at} lines of plans were read");
    assert!(wrong.is_empty(), "read more than they need:\n{}", wrong.join("\n"));
}

/// No table is read whole on PostgreSQL either, also by the plans that a connection keeps from before there was anything
/// to know of the tables. Which of several keys they go by is only sure with statistics (`statistics.rs`).
#[tokio::test]
async fn postgresql_goes_by_keys() {
    let database = FreshDatabase::pg();
    let db = Db::open_pg(&database.url().expect("a URL")).await.expect("the database opens");
    crate::migrations::migrate(&db, Millis(0)).await.expect("the schema can be made");
    let Db::Pg(pool) = &db else { unreachable!("it was opened as PostgreSQL") };
    let mut acquired = pool.acquire().await.expect("a connection");
    let connection = &mut *acquired;
    sqlx::raw_sql("SET plan_cache_mode = force_generic_plan").execute(&mut *connection).await.unwrap();
    let (mut wrong, mut looked_at) = (Vec::new(), 0);
    for (module, name, statement) in all().into_iter().filter(|(module, ..)| *module != "check") {
        let name = format!("{}::{name}", module.replace(' ', ""));
        let run = async |text: String, c: &mut sqlx::PgConnection| {
            sqlx::raw_sql(sqlx::AssertSqlSafe(text)).fetch_all(c).await.expect("a plan")
        };
        run(format!("PREPARE p AS {}", statement.render(Dialect::Pg)), connection).await;
        let count = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'p'";
        let parameters: i32 = run(count.into(), connection).await[0].get(0);
        let nulls = vec!["NULL"; parameters.unsigned_abs() as usize].join(", ");
        let call = if nulls.is_empty() { "p".into() } else { format!("p ({nulls})") };
        let plan = run(format!("EXPLAIN (COSTS OFF) EXECUTE {call}"), connection).await;
        run("DEALLOCATE p".into(), connection).await;
        for row in &plan {
            let line: String = row.get(0);
            looked_at += 1;
            if line.contains("Seq Scan on ") && !READS_ALL.contains(&name.as_str()) {
                wrong.push(format!("{name}: {}", line.trim()));
            }
        }
    }
    drop(acquired);
    db.close().await;
    assert!(looked_at > 500, "only {looked_at} lines of plans were read");
    assert!(wrong.is_empty(), "read more than they need:\n{}", wrong.join("\n"));
}
