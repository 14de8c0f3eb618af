//! What the planner knows grows with the tables, without waiting for the database's own round.

use std::time::Duration;

use belfry_store::{Dialect, Source};
use sqlx::postgres::PgPool;

use crate::harness::{both, person};

/// For how many rows the planner plans; -1 for a table that was never looked at.
async fn planned_for(source: &Source, table: &str) -> f32 {
    let Source::Pg(url) = source else { unreachable!("only PostgreSQL is asked") };
    let pool = PgPool::connect(url).await.unwrap();
    let rows = sqlx::query_scalar("SELECT reltuples FROM pg_class WHERE relname = $1").bind(table);
    let rows = rows.fetch_one(&pool).await.unwrap();
    pool.close().await;
    rows
}

both! {
    async fn a_table_that_grew_is_looked_at(t: &Fixture) {
        let people: Vec<_> = (0..900).map(|i| person(&format!("p{i:04}"))).collect();
        t.store.upsert_users(t.first.ws, &people, &[], false).await.unwrap();
        if t.store.dialect() == Dialect::Lite {
            assert_eq!(t.store.refresh_statistics().await.unwrap(), 0);
            return;
        }
        assert!(planned_for(&t.source, "users").await < 1.0);
        // The server counts changes a moment after they were made.
        let looked_at = async {
            while planned_for(&t.source, "users").await < 900.0 {
                t.store.refresh_statistics().await.unwrap();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), looked_at).await.expect("it is looked at");
    }
}
