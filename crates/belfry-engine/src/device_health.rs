//! How pushes to a person's devices went, from what they received last: nothing is written for it while sending. A time is
//! when the device showed the notification, else when its sending ended or, while it goes on, when it began.

use std::collections::HashMap;

use belfry_store::Result;
use belfry_types::channel::{Channel, DeliveryState, Reason};
use belfry_types::id::DeviceId;
use belfry_types::people::Ordinal;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::Engine;
use crate::timeline::Received;

/// Notifications that are looked at.
const LAST: usize = 50;

/// How it went last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HealthState {
    /// Nothing was sent to it lately.
    #[default]
    Untested,
    /// The push service accepted the last one.
    Working,
    /// The last one did not get there.
    Failing,
}

/// How pushes to one device went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeviceHealth {
    /// How the last one went.
    pub state: HealthState,
    /// When one was accepted last.
    pub last_success_at: Option<Millis>,
    /// When one failed last.
    pub last_failure_at: Option<Millis>,
    /// Why that was.
    pub last_failure: Option<Reason>,
}

impl Engine {
    /// How pushes to a member's devices went, for those to which something was sent.
    pub async fn device_health(
        &self,
        ws: WorkspaceScope,
        ordinal: Ordinal,
    ) -> Result<HashMap<DeviceId, DeviceHealth>> {
        Ok(health(&self.timeline(ws, ordinal, None, LAST).await?))
    }
}

/// From what was received, newest first.
fn health(received: &[Received]) -> HashMap<DeviceId, DeviceHealth> {
    let mut devices: HashMap<DeviceId, DeviceHealth> = HashMap::new();
    for it in received {
        let ended_at = it.notification.finished_at.unwrap_or(it.notification.listed_at);
        for delivery in it.deliveries.iter().filter(|delivery| delivery.channel == Channel::WebPush) {
            let Some(device) = &delivery.device else { continue };
            let worked = match delivery.state {
                DeliveryState::Success => true,
                // What ran out of time after attempts did not get there either.
                DeliveryState::Failed => false,
                DeliveryState::Expired if delivery.attempts > 0 => false,
                // Nor did what waits for its next attempt.
                DeliveryState::Pending if delivery.attempts > 0 => false,
                DeliveryState::Sending if delivery.attempts > 1 => false,
                _ => continue,
            };
            let health = devices.entry(device.id).or_default();
            if health.state == HealthState::Untested {
                health.state = if worked { HealthState::Working } else { HealthState::Failing };
            }
            if worked {
                health.last_success_at.get_or_insert(delivery.displayed_at.unwrap_or(ended_at));
            } else if health.last_failure_at.is_none() {
                (health.last_failure_at, health.last_failure) = (Some(ended_at), delivery.reason);
            }
        }
    }
    devices
}
