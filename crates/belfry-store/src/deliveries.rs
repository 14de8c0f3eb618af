//! Deliveries: one notification to one person by one channel to one device, and the pages in which they are listed.

use belfry_types::Ordinals;
use belfry_types::channel::{Channel, DeliveryState, Reason};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::Result;
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    INSERT = "INSERT INTO deliveries (notification, ordinal, channel, device, state) \
        SELECT $1, r.ordinal, $2, r.device, 0 FROM {rows:$3:ordinal int,device int} AS r";
    PAGE = "SELECT d.ordinal, d.channel, d.device, d.state, d.reason, d.detail, d.attempts, d.displayed_at, d.opened_at, \
        v.model, v.platform, v.browser, v.id FROM deliveries d LEFT JOIN devices v ON v.num = d.device \
        WHERE d.notification = $1 AND (d.ordinal, d.channel, d.device) > ($2, $3, $4) \
        AND (CAST($5 AS BIGINT) < 0 OR d.state = $5) AND (CAST($6 AS BIGINT) < 0 OR d.channel = $6) \
        AND (CAST($8 AS TEXT) = '' OR v.platform = $8) AND (CAST($9 AS TEXT) = '' OR v.browser = $9) \
        ORDER BY d.ordinal, d.channel, d.device LIMIT $7";
    PAGE_OF = "SELECT d.ordinal, d.channel, d.device, d.state, d.reason, d.detail, d.attempts, d.displayed_at, d.opened_at, \
        v.model, v.platform, v.browser, v.id FROM deliveries d LEFT JOIN devices v ON v.num = d.device \
        WHERE d.notification = $1 AND (d.ordinal, d.channel, d.device) > ($2, $3, $4) \
        AND (CAST($5 AS BIGINT) < 0 OR d.state = $5) AND (CAST($6 AS BIGINT) < 0 OR d.channel = $6) \
        AND (CAST($8 AS TEXT) = '' OR v.platform = $8) AND (CAST($9 AS TEXT) = '' OR v.browser = $9) \
        AND d.ordinal IN {ints:$10} ORDER BY d.ordinal, d.channel, d.device LIMIT $7";
    OPENED = "SELECT ordinal, kind, MIN(at) FROM receipts WHERE notification = $1 AND channel = $2 AND ordinal IN {ints:$3} \
        GROUP BY ordinal, kind";
}

/// Where a page of deliveries begins: after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeliveryPosition {
    /// The person.
    pub ordinal: i64,
    /// The channel's code.
    pub channel: i64,
    /// The device's number, 0 where the channel has none.
    pub device: i64,
}

impl DeliveryPosition {
    /// Before the first.
    pub const START: Self = Self { ordinal: -1, channel: 0, device: 0 };
}

/// One delivery of a list.
#[derive(Debug, Clone)]
pub struct DeliveryRow {
    /// Its place in the list.
    pub position: DeliveryPosition,
    /// The channel.
    pub channel: Channel,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why.
    pub reason: Option<Reason>,
    /// What was answered, in words.
    pub detail: Option<String>,
    /// Attempts so far.
    pub attempts: i64,
    /// When the device said that it showed it.
    pub displayed_at: Option<Millis>,
    /// When it was opened.
    pub opened_at: Option<Millis>,
    /// The device: public id, model, platform, browser.
    pub device: Option<DeviceLabel>,
}

/// What a list shows of a device.
#[derive(Debug, Clone)]
pub struct DeviceLabel {
    /// Public id.
    pub id: belfry_types::id::DeviceId,
    /// Model, or "other".
    pub model: String,
    /// Operating system.
    pub platform: String,
    /// Browser.
    pub browser: String,
}

/// Which deliveries a list shows.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// Only by this channel.
    pub channel: Option<Channel>,
    /// Only of these people.
    pub people: Option<Ordinals>,
    /// Only to devices with this operating system.
    pub platform: Option<String>,
    /// Only to this browser.
    pub browser: Option<String>,
}

pub(crate) async fn insert_pending(
    tx: &mut Tx,
    notification: i64,
    channel: Channel,
    members: &[(u32, i64)],
) -> Result<()> {
    tx.run(&INSERT, args![notification, channel.code(), members_json(members)]).await.map(drop)
}

/// `[[ordinal, device], …]`, as batches keep their members and statements read them.
pub(crate) fn members_json(members: &[(u32, i64)]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(members.len() * 16 + 2);
    out.push('[');
    for (i, (ordinal, device)) in members.iter().enumerate() {
        let _ = write!(out, "{}[{ordinal},{device}]", if i > 0 { "," } else { "" });
    }
    out.push(']');
    out
}

impl DeliveryRow {
    pub(crate) fn read(row: &Row) -> Result<Self> {
        let channel = row.coded(1, Channel::from_code)?;
        let device = match row.blob_opt(12)?.and_then(|bytes| belfry_types::id::DeviceId::from_bytes(&bytes))
        {
            Some(id) => {
                Some(DeviceLabel { id, model: row.text(9)?, platform: row.text(10)?, browser: row.text(11)? })
            }
            None => None,
        };
        Ok(Self {
            position: DeliveryPosition { ordinal: row.int(0)?, channel: row.int(1)?, device: row.int(2)? },
            channel,
            state: row.coded(3, DeliveryState::from_code)?,
            reason: row.int_opt(4)?.and_then(Reason::from_code),
            detail: row.text_opt(5)?,
            attempts: row.int(6)?,
            displayed_at: row.millis_opt(7)?,
            opened_at: row.millis_opt(8)?,
            device,
        })
    }
}

impl Store {
    /// A page of a notification's deliveries in the order of people. Inbox deliveries are not stored one by one; they
    /// are read from the publication's bitmap.
    pub async fn delivery_page(
        &self,
        notification: i64,
        filter: &DeliveryFilter,
        after: DeliveryPosition,
        limit: usize,
    ) -> Result<Vec<DeliveryRow>> {
        let state = filter.state.map_or(-1, DeliveryState::code);
        let channel = filter.channel.map_or(-1, Channel::code);
        let (platform, browser) =
            (filter.platform.as_deref().unwrap_or(""), filter.browser.as_deref().unwrap_or(""));
        let mut args = args![
            notification,
            after.ordinal,
            after.channel,
            after.device,
            state,
            channel,
            limit,
            platform,
            browser
        ];
        let rows = match &filter.people {
            Some(people) => {
                args.extend(args![json_ints(people)]);
                self.db.all(&PAGE_OF, args).await?
            }
            None => self.db.all(&PAGE, args).await?,
        };
        let mut page: Vec<DeliveryRow> = rows.iter().map(DeliveryRow::read).collect::<Result<_>>()?;
        let inbox = filter.channel.is_none_or(|c| c == Channel::Inbox)
            && filter.state.is_none_or(|s| s == DeliveryState::Success)
            && platform.is_empty()
            && browser.is_empty();
        if inbox {
            page.extend(self.inbox_page(notification, filter, after, limit).await?);
            page.sort_by_key(|row| row.position);
            page.truncate(limit);
        }
        Ok(page)
    }

    async fn inbox_page(
        &self,
        notification: i64,
        filter: &DeliveryFilter,
        after: DeliveryPosition,
        limit: usize,
    ) -> Result<Vec<DeliveryRow>> {
        let mut people = self.people_of(notification).await?;
        if let Some(only) = &filter.people {
            people &= only;
        }
        // The inbox is the first channel, so whoever's page has begun has had it.
        let first = u32::try_from(after.ordinal + 1).unwrap_or(u32::MAX);
        people.remove_range(..first);
        let ordinals: Vec<u32> = people.iter().take(limit).collect();
        let mut opened = std::collections::HashMap::new();
        for row in
            self.db.all(&OPENED, args![notification, Channel::Inbox.code(), json_ints(&ordinals)]).await?
        {
            opened.insert((row.ordinal(0)?, row.int(1)?), row.millis(2)?);
        }
        Ok(ordinals
            .into_iter()
            .map(|ordinal| DeliveryRow {
                position: DeliveryPosition {
                    ordinal: ordinal.into(),
                    channel: Channel::Inbox.code(),
                    device: 0,
                },
                channel: Channel::Inbox,
                state: DeliveryState::Success,
                reason: None,
                detail: None,
                attempts: 1,
                displayed_at: opened.get(&(ordinal, 1)).copied(),
                opened_at: opened.get(&(ordinal, 2)).copied(),
                device: None,
            })
            .collect())
    }
}
