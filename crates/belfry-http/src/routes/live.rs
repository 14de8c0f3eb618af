//! `GET /v1/me/live`: what happens in a person's inbox while they look at it, by WebSocket (RFC 6455) or as server-sent
//! events. Owns the way in: which transport, who, from where in the log. It sends nothing by itself; what is sent
//! comes from the hub, and from the inbox what a client missed.

mod sse;
mod ws;

pub use ws::{parse_hello, parse_shown};

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use belfry_live::{Admission, Frame, Subscription};
use serde::Deserialize;

use crate::auth::{self, LiveGrant};
use crate::cors;
use crate::extract::Query;
use crate::openapi::Streams;
use crate::problem::Problem;
use crate::state::AppState;

/// How a client says from where it goes on.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LiveQuery {
    /// The id of the last event that the client has. Without it and without `Last-Event-ID` the stream starts at the
    /// present.
    cursor: Option<String>,
}

/// Follow the inbox live.
///
/// With `Upgrade: websocket` the messages are `{"event","cursor"?,"data"}`; the token comes in the `Authorization`
/// header or, within ten seconds, in the first message: `{"token","cursor"?}`. A client acknowledges the items that it
/// showed with `{"ack":["itm_…"]}`. With `Accept: text/event-stream` the same frames come as events. The first is a
/// `state` of the kind `sync`, then what was missed since the cursor, then what happens. Close codes: 1001 the server
/// stops, 1012 authenticate again, 1013 too slow: connect again with the cursor; 1008 the token is not or no longer good.
#[utoipa::path(
    get,
    path = "/v1/me/live",
    operation_id = "followInbox",
    tag = "me",
    params(LiveQuery, ("Last-Event-ID" = Option<String>, Header, description = "As `cursor`; wins over it.")),
    responses(
        (status = 200, description = "The events.", content_type = "text/event-stream", body = String,
            example = "id: 42\nevent: item\ndata: {\"id\":\"itm_0198c5a8b1f07d2fa6a1c3e5f7092b4d\"}\n\n"),
        (status = 101, description = "The WebSocket."),
        Streams,
    ),
    security(("user_token" = [])),
)]
pub async fn live(
    State(app): State<AppState>,
    Query(query): Query<LiveQuery>,
    uri: Uri,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let cursor = match headers.get("last-event-id") {
        Some(value) => Some(value.to_str().ok().and_then(parse_cursor).ok_or_else(bad_cursor)?),
        None => query.cursor.as_deref().map(|text| parse_cursor(text).ok_or_else(bad_cursor)).transpose()?,
    };
    if headers.contains_key(header::UPGRADE) {
        let upgrade =
            upgrade.map_err(|rejection| Problem::bad_request("upgrade_invalid", rejection.body_text()))?;
        let grant = match headers.get(header::AUTHORIZATION) {
            Some(_) => Some(auth::live_grant(&app, auth::bearer(&headers)?).await?),
            None => None,
        };
        // With a token in the header the gate has judged the page's origin already.
        let foreign = cors::foreign(&app, uri.path(), &headers).filter(|_| grant.is_none());
        return Ok(ws::upgrade(upgrade, app, ws::Entry { grant, foreign, cursor }));
    }
    if accepts_events(&headers) {
        let grant = auth::live_grant(&app, auth::bearer(&headers)?).await?;
        return Ok(sse::respond(join(&app, &grant, cursor).await?));
    }
    Err(Problem::not_acceptable("Ask for text/event-stream or upgrade to a WebSocket."))
}

fn bad_cursor() -> Problem {
    Problem::bad_request("cursor_invalid", "The cursor is not one that this stream gave.")
}

/// A cursor as frames carry it: a decimal number, never negative.
fn parse_cursor(text: &str) -> Option<i64> {
    let digits = (1..=19).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn accepts_events(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut types = values.flat_map(|value| value.split(',')).filter_map(|part| part.split(';').next());
    types.any(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream"))
}

/// A connection that stands in the hub, and what its client gets before anything else, in order.
struct Joined {
    subscription: Subscription,
    first: std::vec::IntoIter<Frame>,
}

/// Registers first and reads afterwards: what is published in between waits in the subscription.
async fn join(app: &AppState, grant: &LiveGrant, cursor: Option<i64>) -> Result<Joined, Problem> {
    let organization = grant.user.scope.organization();
    let joining = app.engine().live().connect(Admission {
        organization,
        ordinal: grant.user.ordinal,
        member_of: grant.user.scope.workspace(),
        workspace: None,
        expires_at: grant.expires_at,
    });
    let (subscription, replay) = joining.begin(cursor, app.store().last_seq(organization).await?);
    let unread = app.engine().unread_count(grant.user).await?;
    let sync = Frame::state_at(replay.after, format!(r#"{{"kind":"sync","unread":{unread}}}"#));
    let mut first = vec![sync];
    if !replay.is_empty() {
        first.extend(app.engine().items_after(grant.user, replay.after, replay.until).await?);
    }
    Ok(Joined { subscription, first: first.into_iter() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_plain_numbers() {
        assert_eq!(parse_cursor("0"), Some(0));
        assert_eq!(parse_cursor("9223372036854775807"), Some(i64::MAX));
        for bad in ["", "-1", "+1", " 1", "1.0", "9223372036854775808", "99999999999999999999", "١"] {
            assert_eq!(parse_cursor(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_an_explicit_event_stream_is_one() {
        let accepts = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, value.parse().unwrap());
            accepts_events(&headers)
        };
        assert!(accepts("text/event-stream"));
        assert!(accepts("application/json, Text/Event-Stream;q=0.9"));
        assert!(!accepts("*/*"));
        assert!(!accepts("text/event-streams"));
        assert!(!accepts_events(&HeaderMap::new()));
    }
}
