//! What became of a notification, person by person and device by device.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use belfry_import::{BYTE_ORDER_MARK, csv_line};
use belfry_store::{DeliveryFilter, DeliveryPosition, DeliveryRow};
use belfry_types::Ordinals;
use belfry_types::id::DeviceId;
use belfry_types::rights::Permission;
use belfry_types::scope::Scope;
use belfry_types::time::Millis;
use futures_util::StreamExt as _;
use futures_util::stream::try_unfold;
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
    /// Only those to devices with this operating system.
    #[param(max_length = 100, example = "Linux")]
    platform: Option<String>,
    /// Only those to this browser.
    #[param(max_length = 100, example = "Firefox")]
    browser: Option<String>,
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

/// Which deliveries are exported: the filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// Only those in this state.
    #[param(inline, value_type = Option<DeliveryStateWord>)]
    state: Option<DeliveryStateWord>,
    /// Only those by this channel.
    #[param(inline, value_type = Option<ChannelWord>)]
    channel: Option<ChannelWord>,
    /// Only those to devices with this operating system.
    #[param(max_length = 100, example = "Linux")]
    platform: Option<String>,
    /// Only those to this browser.
    #[param(max_length = 100, example = "Firefox")]
    browser: Option<String>,
    /// Part of the person's name, external id or email; the first 2,000 people who match.
    #[param(max_length = 200)]
    q: Option<String>,
}

async fn filter(app: &AppState, scope: Scope, query: ExportQuery) -> Result<DeliveryFilter, Problem> {
    let people: Option<Ordinals> = match search(query.q.as_deref())? {
        None => None,
        Some(q) => Some(app.store().search_people(scope, q).await?),
    };
    Ok(DeliveryFilter {
        state: query.state.map(|word| word.0),
        channel: query.channel.map(|word| word.0),
        people,
        platform: query.platform.filter(|text| !text.is_empty()),
        browser: query.browser.filter(|text| !text.is_empty()),
    })
}

/// External ids and names of the people of a page.
async fn people_of(
    app: &AppState,
    scope: Scope,
    rows: &[DeliveryRow],
) -> Result<HashMap<i64, (String, String)>, Problem> {
    let ordinals: Ordinals = rows.iter().filter_map(|row| u32::try_from(row.position.ordinal).ok()).collect();
    let ordinals: Vec<u32> = ordinals.iter().collect();
    let people = app.store().people(scope, &ordinals).await?;
    Ok(people.into_iter().map(|(ordinal, external_id, name)| (ordinal.into(), (external_id, name))).collect())
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
    let DeliveriesQuery { state, channel, platform, browser, q, limit, .. } = query;
    let filter = filter(&app, scope.scope(), ExportQuery { state, channel, platform, browser, q }).await?;
    let rows = app.store().delivery_page(notification.num, &filter, after, limit.and_one()).await?;
    let people = people_of(&app, scope.scope(), &rows).await?;
    let position =
        |row: &DeliveryRow| Cursor::three(row.position.ordinal, row.position.channel, row.position.device);
    Ok(axum::Json(Page::of(rows, limit.rows(), position, |row| {
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

/// Rows of one part of an export.
const ROWS: usize = 1_000;
const COLUMNS: [&str; 12] = [
    "external_id",
    "name",
    "channel",
    "state",
    "reason",
    "detail",
    "device",
    "platform",
    "browser",
    "attempts",
    "displayed_at",
    "opened_at",
];

/// Export a notification's deliveries
///
/// As CSV (RFC 4180, UTF-8 with a byte order mark), with the filters of the list, in the order of people. Cells that a
/// spreadsheet would run as a formula have an apostrophe in front. Needs `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/notifications/{id}/deliveries.csv", operation_id = "exportDeliveries",
    tag = "notifications",
    params(NotificationPath, ExportQuery),
    responses((status = 200, description = "The file.", body = String, content_type = "text/csv"), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn export(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let notification = app.store().notification(scope, path.id).await?.num;
    let filter = filter(&app, scope.scope(), query).await?;
    let mut head = BYTE_ORDER_MARK.as_bytes().to_vec();
    head.extend(csv_line(COLUMNS));
    let parts = try_unfold(Some(DeliveryPosition::START), move |after| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            let Some(after) = after else { return Ok(None) };
            let rows = app.store().delivery_page(notification, &filter, after, ROWS).await;
            let rows = rows.map_err(std::io::Error::other)?;
            let next = if rows.len() == ROWS { rows.last().map(|row| row.position) } else { None };
            let part = lines(&app, scope.scope(), &rows).await?;
            Ok::<_, std::io::Error>(Some((Bytes::from(part), next)))
        }
    });
    let body = Body::from_stream(futures_util::stream::iter([Ok(Bytes::from(head))]).chain(parts));
    let name = format!("attachment; filename=\"deliveries-{}.csv\"", path.id);
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], body)
        .into_response())
}

async fn lines(app: &AppState, scope: Scope, rows: &[DeliveryRow]) -> Result<Vec<u8>, std::io::Error> {
    let people = people_of(app, scope, rows)
        .await
        .map_err(|problem| std::io::Error::other(problem.detail().to_owned()))?;
    let mut out = Vec::with_capacity(rows.len() * 100);
    for row in rows {
        let (external_id, name) =
            people.get(&row.position.ordinal).map_or(("", ""), |(id, name)| (id.as_str(), name.as_str()));
        let device = row.device.as_ref();
        let time = |at: Option<Millis>| at.map(|at| at.to_string()).unwrap_or_default();
        let attempts = row.attempts.to_string();
        out.extend(csv_line([
            external_id,
            name,
            row.channel.as_str(),
            row.state.as_str(),
            row.reason.map_or("", |reason| reason.as_str()),
            row.detail.as_deref().unwrap_or_default(),
            device.map_or("", |device| device.model.as_str()),
            device.map_or("", |device| device.platform.as_str()),
            device.map_or("", |device| device.browser.as_str()),
            &attempts,
            &time(row.displayed_at),
            &time(row.opened_at),
        ]));
    }
    Ok(out)
}
