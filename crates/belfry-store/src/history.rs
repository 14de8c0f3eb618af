//! What one person received: their inbox rows of a workspace, hidden ones too, and the deliveries to them. Everything is
//! looked up by key, notification by notification; merging with the live wide ones is the engine's work.

use std::collections::HashMap;

use belfry_types::channel::{Channel, DeliveryState};
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::deliveries::{DeliveryPosition, DeliveryRow};
use crate::dialect::{json_ints, statements};
use crate::error::Result;
use crate::inbox::{InboxRows, read_rows};
use crate::notifications::{NotificationRow, columns};
use crate::store::Store;
use crate::value::args;

statements! {
    ROWS = "SELECT o.wide_version, COALESCE(m.seq, 0), m.read_at, i.seq, i.count, i.wide, i.mark, i.read_at, i.hidden, \
        i.created_at, i.workspace, f.id, CAST('' AS TEXT), i.notification FROM organizations o \
        LEFT JOIN inbox_marks m ON m.organization = o.num AND m.ordinal = $2 \
        LEFT JOIN inbox_items i ON i.organization = o.num AND i.ordinal = $2 AND i.seq < $3 AND i.workspace = $5 \
        LEFT JOIN notifications f ON f.num = i.first WHERE o.num = $1 ORDER BY i.seq DESC LIMIT $4";
    NOTIFICATIONS = concat!(columns!(), "WHERE n.num IN {ints:$1} AND +n.workspace = $2");
    DELIVERIES = "SELECT d.ordinal, d.channel, d.device, d.state, d.reason, d.detail, d.attempts, d.displayed_at, d.opened_at, \
        v.model, v.platform, v.browser, v.id, d.notification FROM deliveries d LEFT JOIN devices v ON v.num = d.device \
        WHERE d.notification IN {ints:$1} AND d.ordinal = $2 ORDER BY d.notification, d.channel, d.device";
    RECEIPTS = "SELECT notification, kind, MIN(at) FROM receipts \
        WHERE notification IN {ints:$1} AND ordinal = $2 AND channel = 1 GROUP BY notification, kind";
}

impl Store {
    /// A person's stored rows of a workspace before `before`, newest first, each with the number of its latest
    /// notification.
    pub async fn history_rows(
        &self,
        ws: WorkspaceScope,
        ordinal: u32,
        before: i64,
        limit: usize,
    ) -> Result<(InboxRows, Vec<i64>)> {
        let values = args![ws.organization(), ordinal, before, limit, ws.workspace()];
        let rows = self.db.all(&ROWS, values).await?;
        let numbers = rows.iter().filter_map(|row| row.int_opt(13).transpose()).collect::<Result<_>>()?;
        Ok((read_rows(&rows)?, numbers))
    }

    /// Notifications of a workspace by their numbers, in no order.
    pub async fn notifications_numbered(
        &self,
        ws: WorkspaceScope,
        numbers: &[i64],
    ) -> Result<HashMap<i64, NotificationRow>> {
        let rows = self.db.all(&NOTIFICATIONS, args![json_ints(numbers), ws.workspace()]).await?;
        rows.iter().map(|row| NotificationRow::read(row).map(|it| (it.num, it))).collect()
    }

    /// The deliveries of some notifications to one person who received them, the inbox first.
    pub async fn deliveries_to(
        &self,
        ordinal: u32,
        notifications: &[i64],
    ) -> Result<HashMap<i64, Vec<DeliveryRow>>> {
        let numbers = json_ints(notifications);
        let mut receipts: HashMap<(i64, i64), Millis> = HashMap::new();
        for row in self.db.all(&RECEIPTS, args![numbers.clone(), ordinal]).await? {
            receipts.insert((row.int(0)?, row.int(1)?), row.millis(2)?);
        }
        let mut all: HashMap<i64, Vec<DeliveryRow>> = HashMap::new();
        for notification in notifications {
            let at = |kind| receipts.get(&(*notification, kind)).copied();
            let channel = Channel::Inbox;
            let inbox = DeliveryRow {
                position: DeliveryPosition { ordinal: ordinal.into(), channel: channel.code(), device: 0 },
                channel,
                state: DeliveryState::Success,
                reason: None,
                detail: None,
                attempts: 1,
                displayed_at: at(1),
                opened_at: at(2),
                device: None,
            };
            all.insert(*notification, vec![inbox]);
        }
        for row in self.db.all(&DELIVERIES, args![numbers, ordinal]).await? {
            all.entry(row.int(13)?).or_default().push(DeliveryRow::read(&row)?);
        }
        Ok(all)
    }
}
