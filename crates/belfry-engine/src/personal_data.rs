//! The inbox part of the file that a person may ask for: every item that is kept, with what they did to it and with its
//! deliveries, page by page so that memory stays bounded.

use std::collections::HashMap;

use belfry_store::{DeliveryRow, InboxRow, Result};
use belfry_types::people::Ordinal;
use belfry_types::scope::Scope;
use serde_json::json;

use crate::Engine;
use crate::item::item_json;

/// Rows of one page.
const ROWS: usize = 200;

/// A page of items.
#[derive(Debug, Clone)]
pub struct PersonalItems {
    /// JSON objects with commas between them; empty when the page has none.
    pub items: String,
    /// After which place the next page begins; `None` when this was the last one.
    pub next: Option<i64>,
}

/// An item on its way into a page: its place, its latest notification, its JSON, and whether it is hidden how.
type Place = (i64, i64, String, &'static str);

fn state_of(row: &InboxRow) -> &'static str {
    match (row.archived, row.hidden) {
        (true, _) => "archived",
        (false, true) => "deleted",
        (false, false) => "shown",
    }
}

fn delivery(row: &DeliveryRow) -> serde_json::Value {
    json!({
        "channel": row.channel.as_str(),
        "device": row.device.as_ref().map(|device| device.id),
        "state": row.state.as_str(),
        "reason": row.reason.map(|reason| reason.as_str()),
        "attempts": row.attempts,
        "displayed_at": row.displayed_at,
        "opened_at": row.opened_at,
    })
}

impl Engine {
    /// A person's items after the place `after` up to `until`, oldest first: the merge of rows, hidden ones too, with
    /// the live wide notifications.
    pub async fn personal_items(
        &self,
        scope: Scope,
        ordinal: Ordinal,
        after: i64,
        until: i64,
    ) -> Result<PersonalItems> {
        let now = self.clock.now();
        let (rows, numbers) = self.store.personal_rows(scope, ordinal, (after, until), ROWS).await?;
        let full = rows.rows.len() == ROWS;
        let end = if full { rows.rows.last().map_or(until, |row| row.seq) } else { until };
        let wide = self.wide.get(&self.store, scope.organization(), rows.wide_version, now).await?;
        let mut places: Vec<Place> = Vec::with_capacity(rows.rows.len());
        for (row, number) in rows.rows.iter().zip(&numbers) {
            let json = item_json(row.first, &row.item, row.count, row.created_at, row.read);
            places.push((row.seq, *number, json, state_of(row)));
        }
        let own: std::collections::HashSet<i64> = rows.rows.iter().map(|row| row.seq).collect();
        let live = wide.of(ordinal, end.saturating_add(1), now).take_while(|wide| wide.seq > after);
        for wide in live.filter(|wide| !own.contains(&wide.seq)) {
            let read = rows.watermark_at.filter(|_| wide.seq <= rows.watermark);
            let json = item_json(wide.notification, &wide.item, 1, wide.published_at, read);
            places.push((wide.seq, wide.notification_num, json, "shown"));
        }
        places.sort_unstable_by_key(|(seq, ..)| *seq);
        let numbers: Vec<i64> = places.iter().map(|(_, number, ..)| *number).collect();
        let mut deliveries: HashMap<i64, Vec<DeliveryRow>> =
            self.store.deliveries_to(ordinal, &numbers).await?;
        let mut items = String::new();
        for (_, number, json, state) in places {
            let deliveries = deliveries.remove(&number).unwrap_or_default();
            let deliveries: Vec<_> = deliveries.iter().map(delivery).collect();
            if !items.is_empty() {
                items.push(',');
            }
            items.push_str(&json[..json.len() - 1]);
            items.push_str(&format!(r#","state":"{state}","deliveries":{}}}"#, json!(deliveries)));
        }
        Ok(PersonalItems { items, next: full.then_some(end) })
    }
}
