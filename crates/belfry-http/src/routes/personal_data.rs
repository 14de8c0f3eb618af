//! Everything that is kept about a person, as a file for them. It is written while it is read, page by page.

mod pages;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use belfry_store::{PersonalDevice, PersonalEntry, PersonalMembership, UserGrant};
use belfry_types::id::{DeviceId, WorkspaceId};
use belfry_types::time::Millis;
use futures_util::StreamExt as _;
use futures_util::stream::{iter, try_unfold};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use self::pages::Place;
use crate::auth::{CurrentUser, bearer, live_grant};
use crate::openapi::Reads;
use crate::problem::Problem;
use crate::rate::Errand;
use crate::routes::organizations::OrganizationUserOut;
use crate::state::AppState;
use crate::words::{ChannelWord, DeliveryStateWord, MemberKindWord, MemberStatusWord, ReasonWord};

/// How long writing one may take.
const LONGEST: Duration = Duration::from_secs(600);

/// A group that they are in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalGroup)]
pub struct GroupOut {
    /// Its key.
    key: String,
    /// Its name.
    name: String,
}

/// A membership.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalMembership)]
pub struct MembershipOut {
    /// Id of the workspace.
    #[schema(value_type = String, example = "wsp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    workspace: WorkspaceId,
    /// Its name in URLs.
    slug: String,
    /// Its name.
    name: String,
    /// What they are to it.
    kind: MemberKindWord,
    /// Where the membership stands.
    status: MemberStatusWord,
    /// Their groups there.
    groups: Vec<GroupOut>,
    /// Push may reach them there.
    push: bool,
    /// When they became a member.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When the membership was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Millis,
}

/// A device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalDevice)]
pub struct DeviceOut {
    /// Its id.
    #[schema(value_type = String, example = "dev_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: DeviceId,
    /// Id of the workspace.
    #[schema(value_type = String, example = "wsp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    workspace: WorkspaceId,
    /// What it is reached by.
    kind: ChannelWord,
    /// The origin of its push service.
    push_service: String,
    /// What it is.
    model: String,
    /// Its operating system.
    platform: String,
    /// Its browser.
    browser: String,
    /// Push can reach it.
    active: bool,
    /// When it registered.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When it last registered.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Millis,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    gone_at: Option<Millis>,
}

/// A token or magic link, without its secret, of which only a hash is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalEntry)]
pub struct EntryOut {
    /// Id of the workspace.
    #[schema(value_type = String, example = "wsp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    workspace: WorkspaceId,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Millis,
}

/// By which way an item went to them, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalDelivery)]
#[allow(dead_code)]
pub struct DeliveryOut {
    /// By which way.
    channel: ChannelWord,
    /// Id of the device.
    #[schema(value_type = Option<String>)]
    device: Option<DeviceId>,
    /// Where it stands.
    state: DeliveryStateWord,
    /// Why it ended so.
    reason: Option<ReasonWord>,
    /// How often it was tried.
    attempts: i64,
    /// When the device said that it was shown.
    #[schema(value_type = Option<String>, format = DateTime)]
    displayed_at: Option<Millis>,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    opened_at: Option<Millis>,
}

/// Whether an item is in the inbox.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PersonalItemState)]
#[allow(dead_code)]
pub enum ItemState {
    /// It is.
    Shown,
    /// They archived it.
    Archived,
    /// They deleted it; it is kept until its retention ends.
    Deleted,
}

/// An item with what they did to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalItem)]
#[allow(dead_code)]
pub struct ItemOut {
    /// As the inbox shows it.
    #[serde(flatten)]
    item: super::inbox::ItemOut,
    /// Whether it is in the inbox.
    state: ItemState,
    /// Its deliveries; of a stack those of its latest notification.
    deliveries: Vec<DeliveryOut>,
}

/// Everything that is kept about a person. Keys of devices, addresses of their mailboxes at push services, and hashes of
/// tokens are left out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalData)]
pub struct DataOut {
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    exported_at: Millis,
    /// The organization's name.
    organization: String,
    /// Who they are.
    user: OrganizationUserOut,
    /// Where they are a member.
    memberships: Vec<MembershipOut>,
    /// Their devices, also those that ended.
    devices: Vec<DeviceOut>,
    /// Their tokens and sessions.
    tokens: Vec<EntryOut>,
    /// Their magic links that were not used yet.
    links: Vec<EntryOut>,
    /// What is in their inbox, archived or deleted, oldest first.
    #[schema(value_type = Vec<ItemOut>)]
    items: Vec<Value>,
}

fn membership(it: PersonalMembership) -> MembershipOut {
    MembershipOut {
        workspace: it.workspace,
        slug: it.slug,
        name: it.name,
        kind: MemberKindWord(it.kind),
        status: MemberStatusWord(it.status),
        groups: it.groups.into_iter().map(|(key, name)| GroupOut { key, name }).collect(),
        push: it.push,
        created_at: it.created_at,
        updated_at: it.updated_at,
    }
}

fn device(it: PersonalDevice) -> DeviceOut {
    DeviceOut {
        id: it.id,
        workspace: it.workspace,
        kind: ChannelWord(it.channel),
        push_service: it.push_service,
        model: it.model,
        platform: it.platform,
        browser: it.browser,
        active: it.active,
        created_at: it.created_at,
        seen_at: it.seen_at,
        gone_at: it.gone_at,
    }
}

fn entry(it: PersonalEntry) -> EntryOut {
    EntryOut { workspace: it.workspace, created_at: it.created_at, expires_at: it.expires_at }
}

/// What there is little of: all but the arrays at its end, which are empty.
async fn head(app: &AppState, grant: UserGrant) -> Result<DataOut, Problem> {
    let (scope, store) = (grant.scope.scope(), app.store());
    let user = store.user_by_ordinal(scope, grant.ordinal).await?;
    let organization = store.organization(scope).await?;
    let memberships = store.personal_memberships(scope, grant.ordinal).await?;
    Ok(DataOut {
        exported_at: app.clock.now(),
        organization: organization.name,
        user: user.into(),
        memberships: memberships.into_iter().map(membership).collect(),
        devices: Vec::new(),
        tokens: Vec::new(),
        links: Vec::new(),
        items: Vec::new(),
    })
}

/// Download my data
///
/// Everything that is kept about the person in the organization, as a JSON file: profile, memberships, groups,
/// preferences, devices, tokens, and the inbox with what they did to each item and its deliveries (of a stack those of its
/// latest notification). Five times a minute. A file that breaks off, because the right to it ended or nothing could be
/// read, is no JSON.
#[utoipa::path(
    get, path = "/v1/me/data", operation_id = "downloadMyData", tag = "me",
    responses((status = 200, description = "The file.", body = DataOut), Reads),
    security(("user_token" = [])),
)]
pub async fn get(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = bearer(&headers)?.to_owned();
    app.rates.take_errand(Errand::Download, grant)?;
    let running = Arc::new(app.downloads.begin(grant)?);
    let deadline = app.clock.now().plus(LONGEST);
    let head = serde_json::to_string(&head(&app, grant).await?).map_err(|error| Problem::internal(&error))?;
    // What comes later than this is not waited for.
    let until = app.store().last_seq(grant.scope.organization()).await?;
    let Some(open) = head.strip_suffix(pages::EMPTY).map(str::to_owned) else {
        return Err(Problem::internal(&"the file ends in another way than it is written"));
    };
    let pages = try_unfold(Some(Place::START), move |place| {
        let (app, token, running) = (app.clone(), token.clone(), running.clone());
        async move {
            let _running = running;
            let Some(place) = place else { return Ok(None) };
            // A file that is read slowly must not outlive the right to it.
            if app.clock.now() >= deadline
                || live_grant(&app, &token).await.map(|it| it.user).ok() != Some(grant)
            {
                return Err(std::io::Error::other("the right to the file ended"));
            }
            let page = place.write(&app, grant, until).await.map_err(std::io::Error::other)?;
            Ok::<_, std::io::Error>(Some((Bytes::from(page.0), page.1)))
        }
    });
    let whole = iter([Ok(Bytes::from(open))]).chain(pages);
    let headers =
        [(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\"")];
    Ok((headers, Body::from_stream(whole)).into_response())
}
