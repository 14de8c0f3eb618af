//! What came back from devices and pages: displayed, opened, dismissed. Each is kept once, with its first time.

use belfry_types::channel::{Channel, DeliveryState, ReceiptKind};
use belfry_types::id::NotificationId;
use belfry_types::scope::Scope;
use belfry_types::time::Millis;

use crate::counters::Deltas;
use crate::dialect::{hex, statements};
use crate::error::Result;
use crate::store::Store;
use crate::value::args;

statements! {
    INSERT = "INSERT INTO receipts (notification, ordinal, channel, device, kind, at) \
        SELECT notification, ordinal, channel, device, kind, $2 FROM \
        {rows:$1:notification int,ordinal int,channel int,device int,kind int} AS r WHERE true \
        ON CONFLICT (notification, ordinal, channel, device, kind) DO NOTHING";
    DISPLAYED = "UPDATE deliveries SET displayed_at = $2 FROM {rows:$1:notification int,ordinal int,channel int,device int} AS r \
        WHERE deliveries.notification = r.notification AND deliveries.ordinal = r.ordinal \
        AND deliveries.channel = r.channel AND deliveries.device = r.device AND deliveries.displayed_at IS NULL";
    OPENED = "UPDATE deliveries SET opened_at = $2 FROM {rows:$1:notification int,ordinal int,channel int,device int} AS r \
        WHERE deliveries.notification = r.notification AND deliveries.ordinal = r.ordinal \
        AND deliveries.channel = r.channel AND deliveries.device = r.device AND deliveries.opened_at IS NULL";
    ACKNOWLEDGED = "INSERT INTO deliveries (notification, ordinal, channel, device, state, attempts) \
        SELECT notification, ordinal, 2, 0, 2, 1 FROM {rows:$1:notification int,ordinal int} AS r WHERE true \
        ON CONFLICT (notification, ordinal, channel, device) DO NOTHING RETURNING notification";
    NUMBERS = "SELECT n.id, n.num, i.seq FROM {rows:$2:id blob} AS r JOIN notifications n ON n.id = r.id AND n.organization = $1 \
        LEFT JOIN inbox_items i ON i.organization = n.organization AND i.ordinal = $3 AND i.first = n.num";
}

/// Which delivery something came back from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryKey {
    /// The notification's number.
    pub notification: i64,
    /// The person.
    pub ordinal: u32,
    /// The channel.
    pub channel: Channel,
    /// The device's number, 0 where the channel has none.
    pub device: i64,
}

impl Store {
    /// The numbers of notifications that name items of a person, and whether they have a row of their own of it.
    pub async fn item_numbers(
        &self,
        scope: Scope,
        ordinal: u32,
        ids: &[NotificationId],
    ) -> Result<Vec<(NotificationId, i64, bool)>> {
        let ids: Vec<[String; 1]> = ids.iter().map(|id| [hex(&id.0)]).collect();
        let args = args![scope.organization(), serde_json::to_string(&ids)?, ordinal];
        let rows = self.db.all(&NUMBERS, args).await?;
        rows.iter()
            .map(|row| Ok((NotificationId(row.bytes(0)?), row.int(1)?, row.int_opt(2)?.is_some())))
            .collect()
    }

    /// Keeps receipts. A page that shows a live toast makes its delivery: live counts when it is acknowledged.
    pub async fn record_receipts(&self, receipts: &[(DeliveryKey, ReceiptKind)], now: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let live: std::collections::BTreeSet<_> = receipts
            .iter()
            .filter(|(key, _)| key.channel == Channel::Live)
            .map(|(key, _)| (key.notification, key.ordinal))
            .collect();
        if !live.is_empty() {
            let mut deltas = Deltas::default();
            for row in tx.all(&ACKNOWLEDGED, args![serde_json::to_string(&live)?]).await? {
                deltas.add(row.int(0)?, Channel::Live, DeliveryState::Success, 1);
            }
            deltas.write(&mut tx).await?;
        }
        let tuple = |key: &DeliveryKey| (key.notification, key.ordinal, key.channel.code(), key.device);
        let rows: Vec<_> = receipts
            .iter()
            .map(|(key, kind)| {
                let (notification, ordinal, channel, device) = tuple(key);
                (notification, ordinal, channel, device, kind.code())
            })
            .collect();
        tx.run(&INSERT, args![serde_json::to_string(&rows)?, now]).await?;
        // What was opened was also displayed, even if the worker had no time to say so.
        let displayed: Vec<_> = receipts
            .iter()
            .filter(|(_, kind)| *kind != ReceiptKind::Dismissed)
            .map(|(key, _)| tuple(key))
            .collect();
        let opened: Vec<_> = receipts
            .iter()
            .filter(|(_, kind)| *kind == ReceiptKind::Opened)
            .map(|(key, _)| tuple(key))
            .collect();
        if !displayed.is_empty() {
            tx.run(&DISPLAYED, args![serde_json::to_string(&displayed)?, now]).await?;
        }
        if !opened.is_empty() {
            tx.run(&OPENED, args![serde_json::to_string(&opened)?, now]).await?;
        }
        tx.commit().await
    }
}
