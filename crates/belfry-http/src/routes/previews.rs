//! What a notification would look like and whom it would reach, before it is sent: the server's own rendering, resolver
//! and routing.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use belfry_engine::Shown;
use belfry_types::notification::Content;
use belfry_types::rights::Permission;
use belfry_types::secret::sha256;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::audiences::{UserRef, refused};
use super::draft_fields::DraftIn;
use super::inbox::ItemOut;
use super::notifications::photo_is_known;
use crate::audience::AudienceIn;
use crate::extract::{Json, Path};
use crate::faults::Faults;
use crate::openapi::Writes;
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// Inside the page, with its hash in the page's policy.
const STYLE: &str = "body{margin:0;font:16px/1.5 system-ui,sans-serif;color:CanvasText;background:Canvas}\
main{max-width:40rem;margin:auto;padding:1.5rem;overflow-wrap:anywhere}\
header{display:flex;gap:.75rem;align-items:center}header img{width:2.5rem;height:2.5rem;border-radius:50%;object-fit:cover}\
h1{font-size:1.375rem;line-height:1.3}article img{max-width:100%;height:auto}pre{overflow-x:auto}\
table{border-collapse:collapse}td,th{border:1px solid;padding:.25rem .5rem}footer{margin-top:1.5rem}";

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| STANDARD.encode(sha256(STYLE.as_bytes())));

/// A push as a device would show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PushPreview)]
pub struct PushOut {
    /// The first line.
    title: String,
    /// Plain text, cut at a word.
    body: String,
    /// URL of the small picture.
    icon: String,
    /// URL of the large picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
}

/// How a notification would look.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationPreview)]
pub struct PreviewOut {
    /// The title that is shown.
    title: String,
    /// The message without any markup.
    plain: String,
    /// As a push.
    push: PushOut,
    /// As an entry of the inbox.
    #[schema(value_type = ItemOut)]
    item: Box<RawValue>,
    /// The message as clean HTML.
    html: String,
    /// A page that shows it opened, for ten minutes.
    #[schema(example = "/preview/4tq1kY7…")]
    document_url: String,
}

/// An audience to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReachQuestion, example = json!({"audience": {"everyone": true}}))]
pub struct ReachIn {
    /// Whom it is for.
    audience: AudienceIn,
}

/// Whom a channel reaches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InboxReach)]
pub struct InboxReachOut {
    /// People.
    people: u64,
}

/// Whom a channel with devices reaches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PushReach)]
pub struct PushReachOut {
    /// People with at least one device.
    people: u64,
    /// Their devices.
    devices: u64,
}

/// Whom each channel reaches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelReach)]
pub struct ChannelsOut {
    /// The inbox: everyone.
    inbox: InboxReachOut,
    /// Web push.
    web_push: PushReachOut,
}

/// Whom an audience would reach now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reach)]
pub struct ReachOut {
    /// People.
    count: u64,
    /// Some of them.
    sample: Vec<UserRef>,
    /// Whom each channel reaches.
    channels: ChannelsOut,
    /// Why people would get no push: how many per code.
    #[schema(example = json!({"no_device": 393}))]
    reasons: BTreeMap<&'static str, u64>,
}

/// Preview a notification
///
/// As a push, in the inbox and opened, rendered as it would be sent; it may be incomplete. Needs `notifications:read`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/notifications/preview", operation_id = "previewNotification",
    tag = "notifications",
    params(WorkspacePath),
    request_body = DraftIn,
    responses((status = 200, description = "How it would look.", body = PreviewOut), Writes),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn preview(
    State(app): State<AppState>,
    place: InWorkspace,
    Json { value, .. }: Json<DraftIn>,
) -> Result<axum::Json<PreviewOut>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let content = value.into_content()?;
    photo_is_known(&app, scope, &content).await?;
    let shown = app.engine().show(scope, &content).await.map_err(|e| refused(e, ""))?;
    let token = app.previews.keep(document(&shown, &content), app.clock.now(), &*app.rng);
    let Shown { title, plain, item, html, push, .. } = shown;
    Ok(axum::Json(PreviewOut {
        title,
        plain,
        push: PushOut { title: push.title, body: push.body, icon: push.icon, image: push.image },
        item: RawValue::from_string(item).map_err(|e| Problem::internal(&e))?,
        html,
        document_url: format!("/preview/{token}"),
    }))
}

/// Count whom an audience would reach
///
/// By each channel and, where there is no push, why; with the resolver and the routing that sending uses. Needs
/// `users:read`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/notifications/reach", operation_id = "reachAudience", tag = "notifications",
    params(WorkspacePath),
    request_body = ReachIn,
    responses((status = 200, description = "Whom it would reach.", body = ReachOut), Writes),
    security(("api_key" = ["users:read"])),
)]
pub async fn reach(
    State(app): State<AppState>,
    place: InWorkspace,
    Json { value, .. }: Json<ReachIn>,
) -> Result<axum::Json<ReachOut>, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    let mut faults = Faults::default();
    let Some(audience) = value.audience.check("/audience", &mut faults) else {
        return Err(Problem::invalid(faults.into_vec()));
    };
    let reach = app.engine().reach(scope, &audience).await.map_err(|e| refused(e, "/audience"))?;
    let sample = reach.sample.into_iter().map(|(external_id, name)| UserRef { external_id, name });
    Ok(axum::Json(ReachOut {
        count: reach.count,
        sample: sample.collect(),
        channels: ChannelsOut {
            inbox: InboxReachOut { people: reach.count },
            web_push: PushReachOut { people: reach.push_people, devices: reach.push_devices },
        },
        reasons: reach.reasons,
    }))
}

/// The page of a preview. It runs in a sandbox of its own: whatever a message holds, it is nobody's session.
pub(crate) async fn page(
    State(app): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let page =
        app.previews.get(&token, app.clock.now()).ok_or_else(|| Problem::not_found("preview (any more)"))?;
    let policy = format!(
        "default-src 'none'; img-src {} https:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
        app.public_url(),
        *STYLE_HASH
    );
    let policy = HeaderValue::from_str(&policy).map_err(|e| Problem::internal(&e))?;
    let headers: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (CONTENT_SECURITY_POLICY, policy),
    ];
    Ok((headers, page).into_response())
}

fn document(shown: &Shown, content: &Content) -> String {
    let photo = shown.photo.as_deref().map(|url| format!("<img src=\"{}\" alt=\"\">", escaped(url)));
    let destination =
        content.destination.as_ref().filter(|to| belfry_catalog::check_link(&to.url).is_ok()).map(|to| {
            let url = escaped(&to.url);
            format!(
                "<footer><a href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer\">{url}</a></footer>"
            )
        });
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main><header>{photo}<span dir=\"auto\">{sender}</span></header><h1 dir=\"auto\">{title}</h1>\
         <article dir=\"auto\">{html}</article>{destination}</main></body></html>",
        title = escaped(&shown.title),
        sender = escaped(&shown.sender),
        html = shown.html,
        photo = photo.unwrap_or_default(),
        destination = destination.unwrap_or_default(),
    )
}

/// Text as it stands in HTML and in quoted attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
