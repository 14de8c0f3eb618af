//! What became of a leased batch's deliveries: results, retries, counters and the end of the notification, in one
//! transaction. Owns the order in which rows are locked there: batch, deliveries, members with their devices, counters,
//! notification.

use std::collections::BTreeMap;
use std::time::Duration;

use belfry_types::channel::{DeliveryState, Reason};
use belfry_types::time::Millis;

use crate::batches::{
    Again, Batch, NewBatch, Settled, devices_json, insert_batches, keep_or_remove, ordinals_json,
};
use crate::counters::{Deltas, finish_after};
use crate::db::Tx;
use crate::devices::deactivate;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::failures;
use crate::overview::attempted;
use crate::store::Store;
use crate::value::args;

// Sets of ordinals and the `+`: see `batches`.
statements! {
    SETTLE = "UPDATE deliveries SET state = $5, reason = $6, detail = $7 WHERE notification = $1 AND ordinal IN {ints:$4} \
        AND channel = $3 AND state = 1 \
        AND +device IN {ints:$2}";
    GIVE_BACK = "UPDATE deliveries SET state = 0, attempts = attempts - $4 WHERE notification = $1 AND ordinal IN {ints:$5} \
        AND channel = $3 AND state = 1 \
        AND +device IN {ints:$2}";
}

/// How often results are written before their batch is given up.
const SETTLE_TRIES: usize = 5;

impl Store {
    /// Writes results of a leased batch, queues what must be tried again, and with `last` removes the batch. All in one
    /// transaction; [`Error::LeaseLost`] when the lease was lost, and then nothing is changed.
    pub async fn settle_batch(
        &self,
        batch: &Batch,
        settled: &[Settled],
        again: &[Again],
        last: bool,
        lease: Duration,
        now: Millis,
    ) -> Result<()> {
        // What was sent would be sent again if it were not written. After a deadlock nothing of it has happened.
        for _ in 1..SETTLE_TRIES {
            match self.settle_once(batch, settled, again, last, lease, now).await {
                Err(Error::Deadlock) => {}
                done => return done,
            }
        }
        self.settle_once(batch, settled, again, last, lease, now).await
    }

    async fn settle_once(
        &self,
        batch: &Batch,
        settled: &[Settled],
        again: &[Again],
        last: bool,
        lease: Duration,
        now: Millis,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        keep_or_remove(&mut tx, batch, last, lease).await?;
        let mut deltas = Deltas::default();
        settle(&mut tx, batch, settled, &mut deltas).await?;
        let mut batches = Vec::with_capacity(again.len());
        for again in again {
            give_back(&mut tx, batch, again, &mut deltas).await?;
            batches.push(NewBatch {
                notification: batch.notification,
                scope: batch.scope,
                lane: batch.lane,
                channel: batch.channel,
                origin: batch.origin.clone(),
                members: again.members.clone(),
                due_at: again.due_at,
                claims: 0,
            });
        }
        insert_batches(&mut tx, &batches).await?;
        let gone: Vec<i64> =
            settled.iter().filter(|s| s.reason == Some(Reason::Gone)).map(|s| s.device).collect();
        if !gone.is_empty() {
            deactivate(&mut tx, &gone, now).await?;
        }
        deltas.write(&mut tx).await?;
        let first = batch.due.iter().any(|due| due.attempt == 1);
        let finished = if last { finish_after(&mut tx, batch.notification, first, now).await? } else { None };
        if first && finished.is_none() {
            attempted(&mut tx, batch.notification, now).await?;
        }
        tx.commit().await
    }
}

/// How a delivery ended: state, reason, detail.
type End<'a> = (i64, Option<i64>, Option<&'a str>);

async fn settle(tx: &mut Tx, batch: &Batch, settled: &[Settled], deltas: &mut Deltas) -> Result<()> {
    // Most ended alike: one statement for each way of ending. The rows are joined as a set, once per statement; a join
    // with what differs from row to row would read that list anew for every delivery.
    let mut alike: BTreeMap<End<'_>, Vec<(u32, i64)>> = BTreeMap::new();
    for s in settled {
        let end = (s.state.code(), s.reason.map(Reason::code), s.detail.as_deref());
        alike.entry(end).or_default().push((s.ordinal, s.device));
    }
    let mut ends = Vec::new();
    for ((state, reason, detail), members) in alike {
        let (devices, ordinals) = (devices_json(&members), ordinals_json(&members));
        let args = args![batch.notification, devices, batch.channel.code(), ordinals, state, reason, detail];
        if tx.run(&SETTLE, args).await? != members.len() as u64 {
            return Err(Error::Corrupt("a delivery of a leased batch was not being sent".into()));
        }
        if let Some(reason) = reason {
            ends.push((state, reason, detail.unwrap_or_default(), members.len()));
        }
    }
    failures::add(tx, batch.notification, ends.into_iter()).await?;
    let mut by_state: BTreeMap<DeliveryState, i64> = BTreeMap::new();
    for s in settled {
        *by_state.entry(s.state).or_default() += 1;
    }
    for (state, n) in by_state {
        deltas.add(batch.notification, batch.channel, state, n);
        deltas.add(batch.notification, batch.channel, DeliveryState::Sending, -n);
    }
    Ok(())
}

async fn give_back(tx: &mut Tx, batch: &Batch, again: &Again, deltas: &mut Deltas) -> Result<()> {
    let uncounted = i64::from(!again.counts);
    let (devices, ordinals) = (devices_json(&again.members), ordinals_json(&again.members));
    let args = args![batch.notification, devices, batch.channel.code(), uncounted, ordinals];
    let n = i64::try_from(tx.run(&GIVE_BACK, args).await?).unwrap_or(0);
    deltas.add(batch.notification, batch.channel, DeliveryState::Sending, -n);
    deltas.add(batch.notification, batch.channel, DeliveryState::Pending, n);
    Ok(())
}
