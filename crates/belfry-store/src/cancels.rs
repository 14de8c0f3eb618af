//! Calling a notification off. Before its time it becomes a draft again and frees its place, unless a planner was
//! quicker: the fence of its plan says so. After that it stops: the plan goes, and workers settle what is still queued
//! as cancelled.

use belfry_types::channel::{Channel, DeliveryState};
use belfry_types::id::NotificationId;
use belfry_types::notification::{Origin, Status};
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::counters::{Deltas, finish_if_done};
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::quota;
use crate::store::Store;
use crate::value::args;

statements! {
    FIND = "SELECT num, status, origin FROM notifications WHERE workspace = $1 AND id = $2";
    // A plan that was leased once has another fence.
    UNPLAN = "DELETE FROM plans WHERE notification = $1 AND fence = 0";
    TAKE_BACK = "UPDATE notifications SET status = 0, sends_at = NULL, item = '', plain = '', listed_at = $2, \
        revision = revision + 1 WHERE num = $1 AND status = 1";
    DROP_PLAN = "DELETE FROM plans WHERE notification = $1";
    HURRY = "UPDATE batches SET due_at = $2 WHERE notification = $1 AND due_at > $2";
    STOP = "UPDATE notifications SET status = 7 WHERE num = $1 AND status IN (1, 2)";
    STATUS = "SELECT status FROM notifications WHERE num = $1";
}

/// What became of a notification that was called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// Nothing had left: it is a draft again.
    Draft,
    /// It stops; what is queued will be cancelled.
    Stopped,
    /// There is nothing to call off.
    Over(Status),
}

impl Store {
    /// Calls a notification off.
    pub async fn cancel_notification(
        &self,
        scope: WorkspaceScope,
        id: NotificationId,
        now: Millis,
    ) -> Result<Cancelled> {
        let mut tx = self.db.begin().await?;
        let row = tx.one(&FIND, args![scope.workspace(), id.0]).await?.ok_or(Error::NotFound)?;
        let (num, status) = (row.int(0)?, row.coded(1, Status::from_code)?);
        if !matches!(status, Status::Scheduled | Status::Sending) {
            return Ok(Cancelled::Over(status));
        }
        // Rows are locked in the order of planners and settling workers: plan, batches, counters, notification.
        if status == Status::Scheduled && tx.run(&UNPLAN, args![num]).await? == 1 {
            if row.coded(2, Origin::from_code)? == Origin::Operator {
                quota::free(&mut tx, scope).await?;
            }
            if tx.run(&TAKE_BACK, args![num, now]).await? == 0 {
                return Err(Error::Corrupt("a scheduled notification had a plan and another status".into()));
            }
            tx.commit().await?;
            return Ok(Cancelled::Draft);
        }
        tx.run(&DROP_PLAN, args![num]).await?;
        tx.run(&HURRY, args![num, now]).await?;
        let mut deltas = Deltas::default();
        deltas.touch(num, Channel::Inbox, DeliveryState::Success);
        deltas.touch(num, Channel::WebPush, DeliveryState::Sending);
        deltas.write(&mut tx).await?;
        if tx.run(&STOP, args![num]).await? == 0 {
            let row = tx.one(&STATUS, args![num]).await?.ok_or(Error::NotFound)?;
            return Ok(Cancelled::Over(row.coded(0, Status::from_code)?));
        }
        finish_if_done(&mut tx, num, now).await?;
        tx.commit().await?;
        Ok(Cancelled::Stopped)
    }
}
