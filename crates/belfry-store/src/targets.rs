//! What a worker needs to send: the devices of a batch and the notification's common parts; and the devices that a
//! plan pages through.

use std::collections::HashMap;

use belfry_types::id::NotificationId;
use belfry_types::notification::Status;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    DEVICES = "SELECT d.num, d.endpoint, d.p256dh, d.auth, d.vapid, d.active, d.workspace FROM devices d WHERE d.num IN {ints:$1}";
    NOTIFICATION = "SELECT n.id, n.status, n.content, n.plain, n.run_until, COALESCE(n.sends_at, n.created_at), w.slug, w.name, w.icon, w.push_on \
        FROM notifications n JOIN workspaces w ON w.num = n.workspace WHERE n.num = $1";
    PEOPLE = "SELECT DISTINCT ordinal FROM devices WHERE workspace = $1 AND active = 1";
    AFTER = "SELECT ordinal, num, origin FROM devices WHERE workspace = $1 AND active = 1 AND (ordinal, num) > ($2, $3) \
        ORDER BY ordinal, num LIMIT $4";
    COUNTS = "SELECT ordinal, COUNT(*) FROM devices WHERE workspace = $1 AND active = 1 GROUP BY ordinal";
    COUNTS_OF = "SELECT ordinal, COUNT(*) FROM devices WHERE workspace = $1 AND active = 1 AND ordinal IN {ints:$2} \
        GROUP BY ordinal";
    BROWSERS = "SELECT browser, COUNT(*) FROM devices WHERE workspace = $1 AND active = 1 GROUP BY browser";
    OF = "SELECT ordinal, num, origin FROM devices WHERE workspace = $1 AND active = 1 AND ordinal IN {ints:$2} \
        ORDER BY ordinal, num";
}

/// Where one push goes.
#[derive(Debug, Clone)]
pub struct PushTarget {
    /// The push service's URL of this device.
    pub endpoint: String,
    /// Uncompressed P-256 point, 65 bytes.
    pub p256dh: Vec<u8>,
    /// 16 bytes.
    pub auth: Vec<u8>,
    /// The number of the VAPID key it subscribed with.
    pub vapid: i64,
    /// Push can reach it, and it is still this workspace's.
    pub active: bool,
}

/// The common parts of a notification's pushes.
#[derive(Debug, Clone)]
pub struct PushSource {
    /// Public id.
    pub id: NotificationId,
    /// Where it stands.
    pub status: Status,
    /// JSON of its content.
    pub content: String,
    /// Plain text of the message.
    pub plain: String,
    /// When its run-time is over.
    pub run_until: Millis,
    /// When it was accepted, or sent if it was a draft.
    pub created_at: Millis,
    /// The workspace's slug.
    pub workspace_slug: String,
    /// The workspace's name.
    pub workspace_name: String,
    /// The workspace's icon.
    pub icon: Option<String>,
    /// The workspace's push switch.
    pub push_on: bool,
}

/// A device that a plan may route to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// The person.
    pub ordinal: u32,
    /// The device's number.
    pub device: i64,
    /// The push service.
    pub origin: String,
}

impl Store {
    /// The targets of a batch, by the device's number. What was deleted is missing.
    pub async fn push_targets(
        &self,
        scope: WorkspaceScope,
        devices: &[i64],
    ) -> Result<HashMap<i64, PushTarget>> {
        self.db
            .all(&DEVICES, args![json_ints(devices)])
            .await?
            .iter()
            .map(|row| {
                let active = row.flag(5)? && row.int(6)? == scope.workspace();
                Ok((
                    row.int(0)?,
                    PushTarget {
                        endpoint: row.text(1)?,
                        p256dh: row.blob(2)?,
                        auth: row.blob(3)?,
                        vapid: row.int(4)?,
                        active,
                    },
                ))
            })
            .collect()
    }

    /// The common parts of the pushes of a leased batch's notification.
    pub async fn push_source(&self, notification: i64) -> Result<PushSource> {
        let row = self.db.one(&NOTIFICATION, args![notification]).await?.ok_or(Error::NotFound)?;
        Ok(PushSource {
            id: NotificationId(row.bytes(0)?),
            status: row.coded(1, Status::from_code)?,
            content: row.text(2)?,
            plain: row.text(3)?,
            run_until: row.millis(4)?,
            created_at: row.millis(5)?,
            workspace_slug: row.text(6)?,
            workspace_name: row.text(7)?,
            icon: row.text_opt(8)?,
            push_on: row.flag(9)?,
        })
    }

    /// The next reachable devices of a workspace after a person and device, in their order.
    pub async fn reachable_after(
        &self,
        scope: WorkspaceScope,
        after: (i64, i64),
        limit: usize,
    ) -> Result<Vec<Reachable>> {
        self.reachable(&AFTER, args![scope.workspace(), after.0, after.1, limit]).await
    }

    /// Everyone in a workspace whom push can reach.
    pub async fn reachable_people(&self, scope: WorkspaceScope) -> Result<belfry_types::Ordinals> {
        self.db.all(&PEOPLE, args![scope.workspace()]).await?.iter().map(|row| row.ordinal(0)).collect()
    }

    /// How many devices push can reach of each person who has any.
    pub async fn device_counts(&self, scope: WorkspaceScope) -> Result<Vec<(u32, usize)>> {
        counts(&self.db.all(&COUNTS, args![scope.workspace()]).await?)
    }

    /// Active devices by browser, for the page of settings, which is opened now and then.
    pub async fn devices_by_browser(&self, scope: WorkspaceScope) -> Result<Vec<(String, i64)>> {
        let rows = self.db.all(&BROWSERS, args![scope.workspace()]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
    }

    /// How many devices push can reach of each of these people who has any.
    pub async fn device_counts_of(&self, scope: WorkspaceScope, people: &[u32]) -> Result<Vec<(u32, usize)>> {
        counts(&self.db.all(&COUNTS_OF, args![scope.workspace(), json_ints(people)]).await?)
    }

    /// All reachable devices of these people.
    pub async fn reachable_of(&self, scope: WorkspaceScope, people: &[u32]) -> Result<Vec<Reachable>> {
        self.reachable(&OF, args![scope.workspace(), json_ints(people)]).await
    }

    async fn reachable(
        &self,
        statement: &'static crate::dialect::Statement,
        args: Vec<crate::value::Value>,
    ) -> Result<Vec<Reachable>> {
        let rows = self.db.all(statement, args).await?;
        rows.iter()
            .map(|row| Ok(Reachable { ordinal: row.ordinal(0)?, device: row.int(1)?, origin: row.text(2)? }))
            .collect()
    }
}

fn counts(rows: &[crate::value::Row]) -> Result<Vec<(u32, usize)>> {
    rows.iter().map(|row| Ok((row.ordinal(0)?, usize::try_from(row.int(1)?).unwrap_or(0)))).collect()
}
