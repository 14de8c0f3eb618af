//! How many deliveries of a notification ended without success, by reason and words; counted by the transactions that
//! settle them, so that nobody groups a million rows to show ten.

use belfry_types::channel::{DeliveryState, Reason};

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::Result;
use crate::store::Store;
use crate::value::args;

/// Characters of the words that are told apart.
const DETAIL_CHARS: usize = 160;

statements! {
    ADD = "INSERT INTO failures (notification, state, reason, detail, n) \
        SELECT $1, state, reason, detail, n FROM {rows:$2:state int,reason int,detail text,n int} AS r WHERE true \
        ON CONFLICT (notification, state, reason, detail) DO UPDATE SET n = failures.n + excluded.n";
    OF = "SELECT state, reason, detail, n FROM failures WHERE notification = $1 ORDER BY n DESC, reason, detail LIMIT 50";
}

/// Deliveries that ended alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How they ended.
    pub state: DeliveryState,
    /// Why.
    pub reason: Reason,
    /// What was answered, in words; may be empty.
    pub detail: String,
    /// How many.
    pub count: i64,
}

/// Adds deliveries that ended as `(state, reason, detail)`.
pub(crate) async fn add(
    tx: &mut Tx,
    notification: i64,
    ends: impl Iterator<Item = (i64, i64, &str, usize)>,
) -> Result<()> {
    let mut rows = std::collections::BTreeMap::<(i64, i64, String), usize>::new();
    for (state, reason, detail, n) in ends {
        let detail = detail.chars().take(DETAIL_CHARS).collect();
        *rows.entry((state, reason, detail)).or_default() += n;
    }
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> =
        rows.into_iter().map(|((state, reason, detail), n)| (state, reason, detail, n)).collect();
    tx.run(&ADD, args![notification, serde_json::to_string(&rows)?]).await.map(drop)
}

impl Store {
    /// What went wrong with a notification, which its caller found in a scope: the most frequent first, at most 50.
    pub async fn failures(&self, notification: i64) -> Result<Vec<Failure>> {
        self.db
            .all(&OF, args![notification])
            .await?
            .iter()
            .map(|row| {
                Ok(Failure {
                    state: row.coded(0, DeliveryState::from_code)?,
                    reason: row.coded(1, Reason::from_code)?,
                    detail: row.text(2)?,
                    count: row.int(3)?,
                })
            })
            .collect()
    }
}
