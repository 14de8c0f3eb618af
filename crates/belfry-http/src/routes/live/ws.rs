//! The frames of a live connection as WebSocket messages (RFC 6455), and what a client may say: its token, once, and
//! which items it showed. An idle connection must stay small: what is rare is boxed, buffers are short, timers exist
//! only while something is written.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use belfry_engine::parse_item_id;
use belfry_live::{Closed, Frame, Subscription};
use belfry_types::channel::ReceiptKind;
use belfry_types::id::NotificationId;
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::error::{Error as WsError, ProtocolError};

use super::{Joined, join, parse_cursor};
use crate::auth::{self, Identity, LiveGrant};
use crate::cors::Foreign;
use crate::json;
use crate::problem::Problem;
use crate::state::AppState;

/// Bytes that are read at once and kept for it; longer messages grow the buffer.
const READ_BYTES: usize = 256;
/// Bytes of a client's message.
const MESSAGE_BYTES: usize = 4_096;
/// Items of one acknowledgement.
const ACKS: usize = 100;
/// How long a client may take to send its token.
const TOKEN_WAIT: Duration = Duration::from_secs(10);
/// A write that takes longer belongs to a client that doesn't read.
const WRITE_WAIT: Duration = Duration::from_secs(20);
/// How long a client may take to answer a close frame.
const CLOSE_WAIT: Duration = Duration::from_secs(3);

/// What the request already told.
pub(super) struct Entry {
    /// From the `Authorization` header; otherwise the first message brings it.
    pub(super) grant: Option<LiveGrant>,
    /// The page of another origin that it comes from, if nobody has judged that yet.
    pub(super) foreign: Option<Foreign>,
    /// Where the client stands.
    pub(super) cursor: Option<i64>,
}

/// How a connection ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Nobody is there to be told.
    Gone,
    /// With a close frame.
    Close(u16, &'static str),
}

const INVALID: End = End::Close(close_code::INVALID, "unknown message");
const FAILED: End = End::Close(close_code::ERROR, "try again");
const DENIED: End = End::Close(close_code::POLICY, "unauthorized");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hello {
    token: String,
    cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    ack: Vec<String>,
}

/// Reads a client's first message where no header brought its token: the token, and from where the client goes on.
pub fn parse_hello(text: &str) -> Option<(String, Option<i64>)> {
    let Hello { token, cursor } = json::read(text.as_bytes()).ok()?;
    let cursor = match cursor {
        Some(text) => Some(parse_cursor(&text)?),
        None => None,
    };
    Some((token, cursor))
}

/// Reads a client's later messages: which items it showed, at most a hundred.
pub fn parse_shown(text: &str) -> Option<Vec<NotificationId>> {
    let Shown { ack } = json::read(text.as_bytes()).ok()?;
    if ack.len() > ACKS {
        return None;
    }
    ack.iter().map(|id| parse_item_id(id)).collect()
}

pub(super) fn upgrade(upgrade: WebSocketUpgrade, app: AppState, entry: Entry) -> Response {
    upgrade
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_message_size(MESSAGE_BYTES)
        .max_frame_size(MESSAGE_BYTES)
        // The socket remembers the task that wrote to it last. Boxed, all that is kept of this one is a pointer; else it
        // would be ten kilobytes until the first frame is sent.
        .on_upgrade(move |socket| Box::pin(serve(socket, app, entry)))
}

/// The task that upgraded is large; the one that stays holds what an idle connection needs and no more.
async fn serve(mut socket: WebSocket, app: AppState, entry: Entry) {
    match open(&mut socket, &app, entry).await {
        // An argument of an async function takes its place twice, hence the box.
        Ok((subscription, grant)) => {
            drop(tokio::spawn(relay(Box::new(Link { socket, subscription, grant, app }))));
        }
        Err(end) => close(&mut socket, end).await,
    }
}

/// A connection that has caught up.
struct Link {
    socket: WebSocket,
    subscription: Subscription,
    grant: LiveGrant,
    app: AppState,
}

async fn open(
    socket: &mut WebSocket,
    app: &AppState,
    entry: Entry,
) -> Result<(Subscription, LiveGrant), End> {
    let Entry { grant, foreign, mut cursor } = entry;
    let grant = match grant {
        Some(grant) => grant,
        None => {
            let hello = timeout(TOKEN_WAIT, hello(socket)).await;
            let (token, from) = hello.map_err(|_| End::Close(close_code::POLICY, "token expected"))??;
            cursor = from.or(cursor);
            let grant = auth::live_grant(app, &token).await.map_err(refused)?;
            if let Some(foreign) = foreign {
                let judged = foreign.judge(app, &Identity::User(grant)).await;
                judged.map_err(|_| End::Close(close_code::POLICY, "origin not allowed"))?;
            }
            grant
        }
    };
    let Joined { subscription, first } = join(app, &grant, cursor).await.map_err(refused)?;
    for frame in first {
        send(socket, frame).await?;
    }
    Ok((subscription, grant))
}

async fn hello(socket: &mut WebSocket) -> Result<(String, Option<i64>), End> {
    loop {
        if let Some(text) = text(socket.recv().await)? {
            return parse_hello(&text).ok_or(INVALID);
        }
    }
}

async fn relay(mut link: Box<Link>) {
    let Link { socket, subscription, grant, app } = &mut *link;
    let end = loop {
        let turn = poll_fn(|cx| match subscription.poll_next(cx) {
            Poll::Ready(frame) => Poll::Ready(Turn::Send(frame)),
            Poll::Pending => socket.poll_next_unpin(cx).map(Turn::Received),
        });
        let done = match turn.await {
            Turn::Send(Some(frame)) => Box::pin(send(socket, frame)).await,
            Turn::Send(None) => break ended(subscription.closed()),
            Turn::Received(message) => match text(message) {
                Ok(Some(text)) => Box::pin(acknowledge(app, grant, text)).await,
                Ok(None) => Ok(()),
                Err(end) => break end,
            },
        };
        if let Err(end) = done {
            break end;
        }
    };
    Box::pin(close(socket, end)).await;
}

enum Turn {
    Send(Option<Frame>),
    Received(Option<Result<Message, axum::Error>>),
}

async fn send(socket: &mut WebSocket, frame: Frame) -> Result<(), End> {
    let text = Utf8Bytes::try_from(frame.message()).map_err(|_| FAILED)?;
    match timeout(WRITE_WAIT, socket.send(Message::Text(text))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Gone),
    }
}

async fn acknowledge(app: &AppState, grant: &LiveGrant, text: Utf8Bytes) -> Result<(), End> {
    let shown = parse_shown(&text).ok_or(INVALID)?;
    let items: Vec<_> = shown.into_iter().map(|id| (id, ReceiptKind::Displayed)).collect();
    app.engine().record_for_user(grant.user, &items).await.map_err(|error| {
        tracing::error!(%error, "an acknowledgement could not be kept");
        FAILED
    })
}

/// The text of a message, `None` for what the protocol answers by itself.
fn text(message: Option<Result<Message, axum::Error>>) -> Result<Option<Utf8Bytes>, End> {
    match message {
        Some(Ok(Message::Text(text))) => Ok(Some(text)),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Binary(_))) => Err(End::Close(close_code::UNSUPPORTED, "text expected")),
        Some(Ok(Message::Close(_))) | None => Err(End::Gone),
        Some(Err(error)) => Err(broken(error)),
    }
}

fn broken(error: axum::Error) -> End {
    match error.into_inner().downcast::<WsError>().map(|error| *error) {
        Ok(WsError::Capacity(_)) => End::Close(close_code::SIZE, "too long"),
        Ok(WsError::Utf8(_)) => End::Close(close_code::INVALID, "not UTF-8"),
        Ok(WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => End::Gone,
        Ok(WsError::Protocol(_)) => End::Close(close_code::PROTOCOL, "protocol error"),
        _ => End::Gone,
    }
}

fn ended(closed: Option<Closed>) -> End {
    match closed {
        Some(Closed::Lagged) | None => End::Close(close_code::AGAIN, "too slow"),
        Some(Closed::Recheck) => End::Close(close_code::RESTART, "come again"),
        Some(Closed::Revoked) => End::Close(close_code::POLICY, "revoked"),
        Some(Closed::Expired) => End::Close(close_code::POLICY, "expired"),
        Some(Closed::ShuttingDown) => End::Close(close_code::AWAY, "the server stops"),
    }
}

/// Says good-bye and waits a moment for the answer; a close frame from the client is answered by the protocol.
async fn close(socket: &mut WebSocket, end: End) {
    let farewell = async {
        if let End::Close(code, reason) = end {
            let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
            if socket.send(Message::Close(Some(frame))).await.is_err() {
                return;
            }
        }
        while let Some(Ok(_)) = socket.recv().await {}
    };
    // Whoever does not answer in time is dropped all the same.
    let _ = timeout(CLOSE_WAIT, farewell).await;
}

fn refused(problem: Problem) -> End {
    if problem.status().is_server_error() { FAILED } else { DENIED }
}
