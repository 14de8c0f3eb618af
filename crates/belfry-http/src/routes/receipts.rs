//! What devices and pages say about deliveries: displayed, opened, dismissed.

use axum::extract::State;
use axum::http::StatusCode;
use belfry_engine::parse_item_id;
use belfry_store::DeliveryKey;
use belfry_types::channel::ReceiptKind;
use belfry_types::id::NotificationId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::MaybeUser;
use crate::extract::Json;
use crate::faults::Faults;
use crate::openapi::Writes;
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::ReceiptKindWord;

/// Receipts of one request.
const MOST: usize = 100;

/// One receipt: about a delivery by its capability, or about an item of the token's own inbox.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Receipt)]
pub struct ReceiptIn {
    /// The capability that came in the push's payload.
    #[schema(max_length = 100)]
    capability: Option<String>,
    /// Id of an item; needs a user token.
    #[schema(max_length = 100, example = "itm_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    item_id: Option<String>,
    /// What happened.
    kind: ReceiptKindWord,
}

/// Receipts, up to 100.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Receipts, example = json!({"receipts": [
    {"item_id": "itm_0198c5a8b1f07d2fa6a1c3e5f7092b4d", "kind": "displayed"},
]}))]
pub struct ReceiptsIn {
    /// What happened.
    #[schema(min_items = 1, max_items = 100)]
    receipts: Vec<ReceiptIn>,
}

#[derive(Default)]
struct Checked {
    deliveries: Vec<(DeliveryKey, ReceiptKind)>,
    items: Vec<(NotificationId, ReceiptKind)>,
}

/// Send receipts
///
/// A service worker without a session proves with the capability that it is the one device of the one delivery; a page
/// names items of its user's inbox. Repeats change nothing, items that are not the user's are left out. 401 for a
/// capability that is not genuine, and for an item without a user token.
#[utoipa::path(
    post, path = "/v1/me/receipts", operation_id = "sendReceipts", tag = "me",
    request_body = ReceiptsIn,
    responses((status = 202, description = "They are kept."), Writes),
    security((), ("user_token" = [])),
)]
pub async fn record(
    State(app): State<AppState>,
    MaybeUser(user): MaybeUser,
    Json { value, .. }: Json<ReceiptsIn>,
) -> Result<StatusCode, Problem> {
    let checked = check(&app, value)?;
    if !checked.items.is_empty() {
        let user = user.ok_or_else(|| Problem::unauthenticated("Receipts about items need a user token."))?;
        app.engine().record_for_user(user, &checked.items).await?;
    }
    if !checked.deliveries.is_empty() {
        app.engine().record_receipts(&checked.deliveries).await?;
    }
    Ok(StatusCode::ACCEPTED)
}

fn check(app: &AppState, ReceiptsIn { receipts }: ReceiptsIn) -> Result<Checked, Problem> {
    let mut faults = Faults::default();
    let mut checked = Checked::default();
    match receipts.len() {
        0 => faults.add("/receipts", "list_empty", "there is no receipt"),
        1..=MOST => {}
        _ => faults.add("/receipts", "too_many", format!("at most {MOST}")),
    }
    for (i, receipt) in receipts.into_iter().take(MOST).enumerate() {
        let kind = receipt.kind.0;
        match (receipt.capability, receipt.item_id) {
            (Some(capability), None) => {
                let key = app.engine().check_capability(&capability);
                let key = key.ok_or_else(|| Problem::unauthenticated("A capability is not genuine."))?;
                checked.deliveries.push((key, kind));
            }
            (None, Some(item)) => match parse_item_id(&item) {
                Some(id) => checked.items.push((id, kind)),
                None => faults.add(
                    format!("/receipts/{i}/item_id"),
                    "value_invalid",
                    "it is not the id of an item",
                ),
            },
            _ => faults.add(format!("/receipts/{i}"), "value_invalid", "either a capability or an item_id"),
        }
    }
    faults.done().map(|()| checked)
}
