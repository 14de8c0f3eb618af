//! Numbers of deliveries per notification, channel and state, kept by the transactions that change the states.

use std::collections::BTreeMap;

use belfry_types::channel::{Channel, DeliveryState};
use belfry_types::notification::{Origin, Status};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::overview;
use crate::store::Store;
use crate::value::args;

statements! {
    ADD = "INSERT INTO counters (notification, channel, state, n) \
        SELECT notification, channel, state, n FROM {rows:$1:notification int,channel int,state int,n int} AS r WHERE true \
        ON CONFLICT (notification, channel, state) DO UPDATE SET n = counters.n + excluded.n";
    OF = "SELECT channel, state, n FROM counters WHERE notification = $1 AND n <> 0";
    OF_MANY = "SELECT notification, channel, state, n FROM counters WHERE notification IN {ints:$1} AND n <> 0";
    PLANNED = "SELECT 1 FROM plans WHERE notification = $1";
    WAITING = "SELECT COUNT(*), COALESCE(MIN(due_at), 0) FROM batches";
    // The last of the first attempts was made now, or earlier; where nothing was attempted by a push it is the end.
    FINISH = "UPDATE notifications SET status = $2, finished_at = $3, \
        attempted_at = CASE WHEN $4 = 1 THEN $3 ELSE COALESCE(attempted_at, $3) END \
        WHERE num = $1 AND status = 2 RETURNING workspace, origin";
    // What was called off keeps its status and ends when its last delivery did.
    END_CANCELLED = "UPDATE notifications SET finished_at = $2 WHERE num = $1 AND status = 7 AND finished_at IS NULL";
}

/// How many deliveries of a notification are in which state.
pub type Counts = BTreeMap<(Channel, DeliveryState), i64>;

/// Changes to make, added up before they are written.
#[derive(Debug, Default)]
pub(crate) struct Deltas(BTreeMap<(i64, i64, i64), i64>);

impl Deltas {
    pub(crate) fn add(&mut self, notification: i64, channel: Channel, state: DeliveryState, n: i64) {
        *self.0.entry((notification, channel.code(), state.code())).or_default() += n;
    }

    /// Takes the row's lock without changing it.
    pub(crate) fn touch(&mut self, notification: i64, channel: Channel, state: DeliveryState) {
        self.add(notification, channel, state, 0);
    }

    /// Writes them in the order of the key, so that transactions side by side take the rows' locks in one order.
    pub(crate) async fn write(self, tx: &mut Tx) -> Result<()> {
        let rows: Vec<_> =
            self.0.into_iter().map(|((notification, c, s), n)| (notification, c, s, n)).collect();
        if !rows.is_empty() {
            tx.run(&ADD, args![serde_json::to_string(&rows)?]).await?;
        }
        Ok(())
    }
}

/// Ends a notification when nothing is planned or open any more. Call it after the counters were written, because
/// their row locks make the last of several transactions see the others.
pub(crate) async fn finish_if_done(tx: &mut Tx, notification: i64, now: Millis) -> Result<Option<Status>> {
    finish_after(tx, notification, false, now).await
}

/// The same where first attempts were made until now, or not.
pub(crate) async fn finish_after(
    tx: &mut Tx,
    notification: i64,
    first_attempts: bool,
    now: Millis,
) -> Result<Option<Status>> {
    if tx.one(&PLANNED, args![notification]).await?.is_some() {
        return Ok(None);
    }
    let counts = read(tx.all(&OF, args![notification]).await?)?;
    let sum = |state| counts.iter().filter(|((_, s), _)| *s == state).map(|(_, n)| n).sum::<i64>();
    if sum(DeliveryState::Pending) + sum(DeliveryState::Sending) > 0 {
        return Ok(None);
    }
    let (success, failed, expired) =
        (sum(DeliveryState::Success), sum(DeliveryState::Failed), sum(DeliveryState::Expired));
    let status = match (success, failed, expired) {
        (0, 0, 1..) => Status::Expired,
        (0, 1.., _) => Status::Failed,
        (_, 0, _) => Status::Sent,
        _ => Status::PartlyFailed,
    };
    let Some(row) = tx.one(&FINISH, args![notification, status.code(), now, first_attempts]).await? else {
        tx.run(&END_CANCELLED, args![notification, now]).await?;
        return Ok(None);
    };
    if status == Status::Failed && row.coded(1, Origin::from_code)? != Origin::Test {
        overview::failed(tx, row.int(0)?, now).await?;
    }
    Ok(Some(status))
}

fn read(rows: Vec<crate::value::Row>) -> Result<Counts> {
    rows.iter()
        .map(|row| {
            Ok(((row.coded(0, Channel::from_code)?, row.coded(1, DeliveryState::from_code)?), row.int(2)?))
        })
        .collect()
}

impl Store {
    /// The counters of one notification, which its caller found in a scope.
    pub async fn counts(&self, notification: i64) -> Result<Counts> {
        read(self.db.all(&OF, args![notification]).await?)
    }

    /// The counters of a page of notifications, by their numbers.
    pub async fn counts_of(&self, notifications: &[i64]) -> Result<BTreeMap<i64, Counts>> {
        let mut all: BTreeMap<i64, Counts> = BTreeMap::new();
        for row in self.db.all(&OF_MANY, args![crate::dialect::json_ints(notifications)]).await? {
            let key = (row.coded(1, Channel::from_code)?, row.coded(2, DeliveryState::from_code)?);
            all.entry(row.int(0)?).or_default().insert(key, row.int(3)?);
        }
        Ok(all)
    }

    /// Batches that wait or are being sent over all tenants, and the due time of the oldest; for health and metrics.
    pub async fn queue_depth(&self) -> Result<(i64, Millis)> {
        let row = self.db.one(&WAITING, args![]).await?.ok_or(Error::NotFound)?;
        Ok((row.int(0)?, row.millis(1)?))
    }
}
