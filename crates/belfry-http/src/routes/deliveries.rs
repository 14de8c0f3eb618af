//! What became of a notification, person by person and device by device.

use std::collections::HashMap;

use axum::extract::State;
use belfry_store::{DeliveryFilter, DeliveryPosition};
use belfry_types::Ordinals;
use belfry_types::id::DeviceId;
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::audiences::UserRef;
use super::notifications::NotificationPath;
use super::organizations::search;
use crate::extract::{Path, Query};
use crate::openapi::Reads;
use crate::page::{Cursor, Limit, Page};
use crate::place::InWorkspace;
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::{ChannelWord, DeliveryStateWord, ReasonWord};

/// One notification to one person by one channel to one device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryOut {
    /// By which way.
    channel: ChannelWord,
    /// Where it stands.
    state: DeliveryStateWord,
    /// Why it ended so.
    reason: Option<ReasonWord>,
    /// The reason in words, for instance what the push service answered.
    detail: Option<String>,
    /// To whom; null once the person was deleted.
    user: Option<UserRef>,
    /// What the device is; null where the channel has none.
    #[schema(example = "Computer")]
    device: Option<String>,
    /// Id of the device.
    #[schema(value_type = Option<String>, example = "dev_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    device_id: Option<DeviceId>,
    /// Its operating system.
    #[schema(example = "Linux")]
    platform: Option<String>,
    /// Its browser.
    #[schema(example = "Firefox")]
    browser: Option<String>,
    /// How often it was tried.
    attempts: i64,
    /// When the device said that it was shown.
    #[schema(value_type = Option<String>, format = DateTime)]
    displayed_at: Option<Millis>,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    opened_at: Option<Millis>,
}

/// Which deliveries are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveriesQuery {
    /// Only those in this state.
    #[param(inline, value_type = Option<DeliveryStateWord>)]
    state: Option<DeliveryStateWord>,
    /// Only those by this channel.
    #[param(inline, value_type = Option<ChannelWord>)]
    channel: Option<ChannelWord>,
    /// Part of the person's name, external id or email; the first 2,000 people who match.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Rows of the page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next` of the page before.
    #[param(value_type = Option<String>, max_length = 100)]
    cursor: Option<Cursor>,
}

/// List a notification's deliveries
///
/// In the order of people. An inbox delivery is a success as soon as the item is in the inbox. Needs
/// `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/notifications/{id}/deliveries", operation_id = "listDeliveries",
    tag = "notifications",
    params(NotificationPath, DeliveriesQuery),
    responses((status = 200, description = "A page of deliveries.", body = Page<DeliveryOut>), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn list(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
    Query(query): Query<DeliveriesQuery>,
) -> Result<axum::Json<Page<DeliveryOut>>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let notification = app.store().notification(scope, path.id).await?;
    let after = match &query.cursor {
        None => DeliveryPosition::START,
        Some(cursor) => {
            let [ordinal, channel, device] = cursor.numbers()?;
            DeliveryPosition { ordinal, channel, device }
        }
    };
    let people: Option<Ordinals> = match search(query.q.as_deref())? {
        None => None,
        Some(q) => Some(app.store().search_people(scope.scope(), q).await?),
    };
    let filter = DeliveryFilter {
        state: query.state.map(|word| word.0),
        channel: query.channel.map(|word| word.0),
        people,
    };
    let rows = app.store().delivery_page(notification.num, &filter, after, query.limit.and_one()).await?;
    let ordinals: Ordinals = rows.iter().filter_map(|row| u32::try_from(row.position.ordinal).ok()).collect();
    let ordinals: Vec<u32> = ordinals.iter().collect();
    let people = app.store().people(scope.scope(), &ordinals).await?;
    let people: HashMap<i64, (String, String)> = people
        .into_iter()
        .map(|(ordinal, external_id, name)| (ordinal.into(), (external_id, name)))
        .collect();
    let position = |row: &belfry_store::DeliveryRow| {
        Cursor::three(row.position.ordinal, row.position.channel, row.position.device)
    };
    Ok(axum::Json(Page::of(rows, query.limit.rows(), position, |row| {
        let user = people.get(&row.position.ordinal);
        let device = row.device;
        DeliveryOut {
            channel: ChannelWord(row.channel),
            state: DeliveryStateWord(row.state),
            reason: row.reason.map(ReasonWord),
            detail: row.detail,
            user: user
                .map(|(external_id, name)| UserRef { external_id: external_id.clone(), name: name.clone() }),
            device_id: device.as_ref().map(|device| device.id),
            device: device.as_ref().map(|device| device.model.clone()),
            platform: device.as_ref().map(|device| device.platform.clone()),
            browser: device.map(|device| device.browser),
            attempts: row.attempts,
            displayed_at: row.displayed_at,
            opened_at: row.opened_at,
        }
    })))
}
