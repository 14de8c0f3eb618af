//! Magic links as strangers hold them: looked at, which changes nothing, and redeemed, which begins a session and is done
//! once. Mail scanners and previews follow links; none of them presses the button that redeems one.

use std::net::IpAddr;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use belfry_store::{GoodLink, RedeemedLink};
use belfry_types::id::WorkspaceId;
use belfry_types::secret::{USER_LINK, hash};
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::Json;
use crate::gate::Peer;
use crate::idempotency::{Idempotency, replayed};
use crate::openapi::Writes;
use crate::problem::Problem;
use crate::session;
use crate::state::AppState;

/// Characters of a link's secret that are looked at.
const LINK_CHARS: usize = 100;

/// A link as it was handed out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MagicLink, example = json!({"link": "bfl_…"}))]
pub struct LinkIn {
    /// What follows `/l/` in it.
    link: String,
}

/// The workspace that a link opens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkWorkspace)]
pub struct WorkspaceOut {
    /// Its id.
    #[schema(value_type = String, example = "wsp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: WorkspaceId,
    /// Its name in URLs.
    slug: String,
    /// Its name.
    name: String,
    /// URL of its icon.
    icon: Option<String>,
}

/// The organization around it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkOrganization)]
pub struct OrganizationOut {
    /// Its name.
    name: String,
}

/// Whom a link signs in, and where.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkPreview)]
pub struct PreviewOut {
    /// The person's name.
    name: String,
    /// The workspace.
    workspace: WorkspaceOut,
    /// The organization.
    organization: OrganizationOut,
    /// When the link ends.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Millis,
}

/// The workspace in which a session acts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionPlace)]
pub struct PlaceOut {
    /// Its id.
    #[schema(value_type = String, example = "wsp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: WorkspaceId,
    /// Its name in URLs.
    slug: String,
    /// Its name.
    name: String,
}

/// A session that a link began.
#[derive(Serialize, ToSchema)]
#[schema(as = UserSession)]
pub struct SessionOut {
    /// The token of the session. It is shown this once and kept as a hash only.
    #[schema(example = "bfu_…")]
    token: String,
    /// When it ends unless it is used before: asking for `/v1/me` moves the end of one that has less than 60 days left.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Millis,
    /// Where it acts.
    workspace: PlaceOut,
}

/// One answer for whatever is wrong with a link.
fn invalid() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "link_invalid", "The link is unknown, was used, or has expired.")
}

/// What a link's secret may be. Good links pay nothing: a secret of 256 bits cannot be guessed, and behind a proxy all
/// people are one network, which no stranger may shut for them. What opens nothing is paid by the network that it came
/// from.
struct Door {
    address: Option<IpAddr>,
}

impl Door {
    /// 403 for a page of another origin.
    fn open(app: &AppState, peer: Option<Extension<Peer>>, headers: &HeaderMap) -> Result<Self, Problem> {
        session::from_own_page(app, headers)?;
        Ok(Self { address: peer.map(|Extension(peer)| peer.0.ip()) })
    }

    /// Whether it can be a link at all.
    fn fits(given: &LinkIn) -> bool {
        given.link.starts_with(USER_LINK) && given.link.len() <= LINK_CHARS
    }

    /// 404, or 429 for a network that tried too often.
    fn refuse(&self, app: &AppState) -> Problem {
        self.address.map_or(Ok(()), |address| app.rates.take_link(address)).err().unwrap_or_else(invalid)
    }
}

/// Look at a magic link
///
/// Whom it would sign in, and where. Nothing is changed, however often it is looked at. 404 `link_invalid` for one that is
/// unknown, was used or has expired.
#[utoipa::path(
    post, path = "/v1/links/preview", operation_id = "previewLink", tag = "links",
    request_body = LinkIn,
    responses((status = 200, description = "Whom it signs in.", body = PreviewOut), Writes),
    security(()),
)]
pub async fn preview(
    State(app): State<AppState>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Json { value: given, .. }: Json<LinkIn>,
) -> Result<axum::Json<PreviewOut>, Problem> {
    let door = Door::open(&app, peer, &headers)?;
    let found = match Door::fits(&given) {
        true => app.store().preview_link(&hash(&given.link)).await?,
        false => None,
    };
    let GoodLink { name, workspace, slug, workspace_name, icon, organization_name, expires_at, .. } =
        found.ok_or_else(|| door.refuse(&app))?;
    let icon = icon.map(|photo| format!("{}/photos/{photo}", app.public_url()));
    Ok(axum::Json(PreviewOut {
        name,
        workspace: WorkspaceOut { id: workspace, slug, name: workspace_name, icon },
        organization: OrganizationOut { name: organization_name },
        expires_at,
    }))
}

/// Redeem a magic link
///
/// Begins a session of the person, once: of several at the same time one gets it. 404 `link_invalid` for a link that is
/// unknown, was used or has expired. Whose answer may get lost sends a random `Idempotency-Key`: for ten minutes the same
/// link and key give the same answer again, unless that session was ended.
#[utoipa::path(
    post, path = "/v1/links/redeem", operation_id = "redeemLink", tag = "links",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 16, max_length = 255,
        description = "Random, the same for each try: repeats give the same answer for ten minutes.")),
    request_body = LinkIn,
    responses((status = 201, description = "The session.", body = SessionOut), Writes),
    security(()),
)]
pub async fn redeem(
    State(app): State<AppState>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    idempotency: Idempotency,
    Json { value: given, .. }: Json<LinkIn>,
) -> Result<Response, Problem> {
    let door = Door::open(&app, peer, &headers)?;
    let key = idempotency.secret()?;
    let redeemed = match Door::fits(&given) {
        true => app.store().redeem_link(&given.link, key).await?,
        false => None,
    };
    let RedeemedLink { link, token, expires_at, again } = redeemed.ok_or_else(|| door.refuse(&app))?;
    let workspace = PlaceOut { id: link.workspace, slug: link.slug, name: link.workspace_name };
    let token = token.reveal().to_owned();
    let answer =
        (StatusCode::CREATED, axum::Json(SessionOut { token, expires_at, workspace })).into_response();
    Ok(if again { replayed(answer) } else { answer })
}
