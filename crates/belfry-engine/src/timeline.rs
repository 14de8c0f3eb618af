//! What one person received in a workspace, newest first: the merge by `seq` of their inbox rows, hidden ones too, with
//! the live wide notifications that hold them; each with its deliveries. Nothing is read but what the page shows.

use std::collections::HashMap;

use belfry_store::{DeliveryRow, InboxRow, NotificationRow, Result};
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::Engine;

/// One notification that a person received.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its place.
    pub seq: i64,
    /// The notification; the latest of a stack.
    pub notification: NotificationRow,
    /// How many are stacked.
    pub count: i64,
    /// When the person read it.
    pub read_at: Option<Millis>,
    /// Its deliveries to the person.
    pub deliveries: Vec<DeliveryRow>,
}

/// A place in the merge: seq, number of the notification, count, read.
type Place = (i64, i64, i64, Option<Millis>);

impl Engine {
    /// What a person received before the place `before`, newest first.
    pub async fn timeline(
        &self,
        ws: WorkspaceScope,
        ordinal: u32,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Received>> {
        let (now, before) = (self.clock.now(), before.unwrap_or(i64::MAX));
        let (rows, numbers) = self.store.history_rows(ws, ordinal, before, limit).await?;
        let wide = self.wide.get(&self.store, ws.organization(), rows.wide_version, now).await?;
        // Beyond the last row that was read, a row could stand in the place of a wide one: those come with a later page.
        let floor = if rows.rows.len() == limit { rows.rows.last().map_or(0, |row| row.seq) } else { 0 };
        let of_row = |(row, number): (&InboxRow, &i64)| (row.seq, *number, row.count, row.read);
        let mut places: Vec<Place> = rows.rows.iter().zip(&numbers).map(of_row).collect();
        let known: std::collections::HashSet<i64> = places.iter().map(|(seq, ..)| *seq).collect();
        let live = wide
            .of(ordinal, before, now)
            .take_while(|wide| wide.seq >= floor)
            .filter(|wide| wide.workspace == ws.workspace() && !known.contains(&wide.seq));
        places.extend(live.map(|wide| {
            let read = rows.watermark_at.filter(|_| wide.seq <= rows.watermark);
            (wide.seq, wide.notification_num, 1, read)
        }));
        places.sort_unstable_by_key(|(seq, ..)| std::cmp::Reverse(*seq));
        places.truncate(limit);
        let numbers: Vec<i64> = places.iter().map(|(_, number, ..)| *number).collect();
        let mut notifications = self.store.notifications_numbered(ws, &numbers).await?;
        let mut deliveries: HashMap<i64, Vec<DeliveryRow>> =
            self.store.deliveries_to(ordinal, &numbers).await?;
        Ok(places
            .into_iter()
            .filter_map(|(seq, number, count, read_at)| {
                let notification = notifications.remove(&number)?;
                let deliveries = deliveries.remove(&number).unwrap_or_default();
                Some(Received { seq, notification, count, read_at, deliveries })
            })
            .collect())
    }
}
