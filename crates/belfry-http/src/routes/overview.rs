//! A workspace's first page: counts, how quick the last week's notifications were, what needs attention, what is still
//! to be done for the first one.

use axum::extract::State;
use belfry_store::{Counts, Overview};
use belfry_types::channel::DeliveryState;
use belfry_types::id::NotificationId;
use belfry_types::limits::PROMPT_MS;
use belfry_types::rights::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use super::myself::member_of;
use crate::openapi::Reads;
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// How many notifications there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverviewNotifications)]
pub struct NotificationsOut {
    /// Published on the last seven days, today being the last (UTC).
    sent_7d: i64,
    /// Being sent now; 1,000 stands for more.
    running: i64,
    /// Waiting for their time; 1,000 stands for more.
    scheduled: i64,
    /// Failed wholly on the last seven days.
    failed_7d: i64,
    /// Not sent yet; 1,000 stands for more.
    drafts: i64,
}

/// How quick notifications of the last seven days were: from due to the last first attempt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverviewQuickness)]
pub struct QuicknessOut {
    /// The share that took at most 60 seconds; null when there were none.
    #[schema(minimum = 0, maximum = 1, example = 0.998)]
    share: Option<f64>,
    /// Seconds within which half of them were.
    #[schema(example = 1.2)]
    p50_s: Option<f64>,
    /// Seconds within which 95 of 100 were.
    #[schema(example = 7.9)]
    p95_s: Option<f64>,
    /// How many were measured: the latest, 500 at most.
    of: usize,
}

/// Something that an operator should look at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverviewAttention)]
pub struct AttentionOut {
    /// `failed`: a notification of the last seven days failed, wholly or in part; `push_off`: the workspace's pushes are
    /// off; `no_devices`: there are people and nobody has a device.
    #[schema(value_type = String, example = "failed")]
    kind: &'static str,
    /// The notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    notification_id: Option<NotificationId>,
    /// Its title as it was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Deliveries that failed, or people without a device.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
}

/// What a new workspace has already.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverviewChecklist)]
pub struct ChecklistOut {
    /// There are members besides the operator who asks.
    people: bool,
    /// The operator who asks has a device; for an API key: somebody has.
    device: bool,
    /// A test was sent.
    test: bool,
    /// A notification was sent.
    sent: bool,
}

/// What operators may send.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverviewQuota)]
pub struct OverviewQuotaOut {
    /// Notifications that operators may send or schedule.
    limit: i64,
    /// How many they have.
    used: i64,
    /// How many are left.
    left: i64,
}

/// A workspace at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Overview)]
pub struct OverviewOut {
    /// Active members.
    members: i64,
    /// Devices that push can reach.
    devices: i64,
    /// Members with at least one of them.
    reachable: i64,
    /// Groups.
    groups: i64,
    /// Numbers of notifications.
    notifications: NotificationsOut,
    /// How quick they were.
    within_60s: QuicknessOut,
    /// What needs attention, the most urgent first.
    attention: Vec<AttentionOut>,
    /// First steps that were taken.
    checklist: ChecklistOut,
    /// What operators may send.
    quota: OverviewQuotaOut,
}

/// The value below which `share` of ascending values are (nearest rank), in seconds.
fn percentile(delays_ms: &[i64], share: f64) -> Option<f64> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let rank = (share * delays_ms.len() as f64).ceil() as usize;
    #[allow(clippy::cast_precision_loss)]
    delays_ms.get(rank.saturating_sub(1)).map(|ms| *ms as f64 / 1_000.0)
}

fn quickness(delays_ms: &[i64]) -> QuicknessOut {
    let of = delays_ms.len();
    let quick = delays_ms.partition_point(|ms| *ms <= PROMPT_MS);
    #[allow(clippy::cast_precision_loss)]
    let share = (of > 0).then(|| quick as f64 / of as f64);
    QuicknessOut { share, p50_s: percentile(delays_ms, 0.5), p95_s: percentile(delays_ms, 0.95), of }
}

fn unsuccessful(counts: &Counts) -> i64 {
    let lost = |state: &DeliveryState| matches!(state, DeliveryState::Failed | DeliveryState::Expired);
    counts.iter().filter(|((_, state), _)| lost(state)).map(|(_, n)| n).sum()
}

/// Show a workspace at a glance
///
/// Everything is kept counted; nothing is counted when this is asked. Needs `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/overview", operation_id = "getOverview", tag = "workspaces",
    params(WorkspacePath),
    responses((status = 200, description = "The overview.", body = OverviewOut), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
) -> Result<axum::Json<OverviewOut>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let it = app.store().overview(scope, app.clock.now()).await?;
    let attention = attention(&app, &it, &place.workspace().name).await?;
    let (limit, used) = it.quota;
    let mine = match place.operator() {
        Some(operator) => member_of(&app, scope, operator).await?,
        None => None,
    };
    Ok(axum::Json(OverviewOut {
        members: it.members,
        devices: it.devices,
        reachable: it.reachable,
        groups: it.groups,
        notifications: NotificationsOut {
            sent_7d: it.sent_7d,
            running: it.running,
            scheduled: it.scheduled,
            failed_7d: it.failed_7d,
            drafts: it.drafts,
        },
        within_60s: quickness(&it.delays_ms),
        attention,
        checklist: ChecklistOut {
            // Whoever makes a workspace in the console is its first member.
            people: it.members > i64::from(mine.is_some()),
            device: place.operator().map_or(it.devices, |_| mine.map_or(0, |member| member.devices)) > 0,
            test: it.ever_tested,
            sent: it.ever_sent,
        },
        quota: OverviewQuotaOut { limit, used, left: (limit - used).max(0) },
    }))
}

async fn attention(app: &AppState, it: &Overview, workspace: &str) -> Result<Vec<AttentionOut>, Problem> {
    let numbers: Vec<i64> = it.trouble.iter().map(|trouble| trouble.num).collect();
    let counts = app.store().counts_of(&numbers).await?;
    let mut all: Vec<AttentionOut> = it
        .trouble
        .iter()
        .map(|trouble| AttentionOut {
            kind: "failed",
            notification_id: Some(trouble.id),
            title: Some(belfry_engine::shown_title(&trouble.content, workspace).to_owned()),
            count: counts.get(&trouble.num).map(unsuccessful),
        })
        .collect();
    let about = |kind, count| AttentionOut { kind, notification_id: None, title: None, count };
    if !it.push_on {
        all.push(about("push_off", None));
    } else if it.members > 0 && it.devices == 0 {
        all.push(about("no_devices", Some(it.members)));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_percentiles() {
        let it = quickness(&[]);
        assert_eq!((it.share, it.p50_s, it.p95_s, it.of), (None, None, None, 0));
        let it = quickness(&[500]);
        assert_eq!((it.share, it.p50_s, it.p95_s), (Some(1.0), Some(0.5), Some(0.5)));
        let twenty: Vec<i64> = (1..=20).map(|n| n * 10_000).collect();
        let it = quickness(&twenty);
        assert_eq!((it.share, it.p50_s, it.p95_s, it.of), (Some(0.3), Some(100.0), Some(190.0), 20));
    }
}
