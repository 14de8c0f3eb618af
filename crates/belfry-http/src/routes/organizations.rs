//! The organization that a key belongs to, its people and its notifications.

use axum::Json;
use axum::extract::State;
use belfry_store::User;
use belfry_types::id::{OrganizationId, UserId};
use belfry_types::limits::NAME_CHARS;
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::notification_view::{self, NotificationOut};
use crate::extract::Query;
use crate::openapi::Reads;
use crate::page::{Cursor, Limit, Page};
use crate::place::{InOrganization, OrganizationPath};
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::NotificationStatus;

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub struct OrganizationOut {
    /// Its id.
    #[schema(value_type = String, example = "org_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: OrganizationId,
    /// Its name in URLs.
    slug: String,
    /// Its name.
    name: String,
    /// The language of whoever has none, as a BCP 47 tag.
    default_locale: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
}

/// Show the organization
///
/// The organization that the key belongs to. Any key may ask.
#[utoipa::path(
    get, path = "/v1/organizations/{org}", operation_id = "getOrganization", tag = "organizations",
    params(OrganizationPath),
    responses((status = 200, description = "The organization.", body = OrganizationOut), Reads),
    security(("api_key" = [])),
)]
pub async fn get(place: InOrganization) -> Json<OrganizationOut> {
    let it = place.organization().clone();
    Json(OrganizationOut {
        id: it.id,
        slug: it.slug,
        name: it.name,
        default_locale: it.default_locale,
        created_at: it.created_at,
    })
}

/// A person of the organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationUser)]
pub struct OrganizationUserOut {
    /// Their id.
    #[schema(value_type = String, example = "usr_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: UserId,
    /// The host product's id.
    external_id: String,
    /// The whole name.
    name: String,
    /// Where mail goes.
    email: Option<String>,
    /// BCP 47 tag.
    locale: Option<String>,
    /// IANA time zone.
    time_zone: Option<String>,
    /// When they were added.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When they were last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Millis,
}

impl From<User> for OrganizationUserOut {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            external_id: user.external_id,
            name: user.name,
            email: user.email,
            locale: user.locale,
            time_zone: user.time_zone,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// Which people are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UsersQuery {
    /// Part of the name, external id or email.
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

/// A text to look for, `None` if there is none.
pub(crate) fn search(q: Option<&str>) -> Result<Option<&str>, Problem> {
    match q.map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) if q.chars().count() > NAME_CHARS => {
            Err(Problem::query(format!("q: it has at most {NAME_CHARS} characters")))
        }
        q => Ok(q),
    }
}

/// List the organization's people
///
/// Everyone in any workspace of the organization, in the order in which they were added. Needs `users:read`.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/users", operation_id = "listOrganizationUsers", tag = "organizations",
    params(OrganizationPath, UsersQuery),
    responses((status = 200, description = "A page of people.", body = Page<OrganizationUserOut>), Reads),
    security(("api_key" = ["users:read"])),
)]
pub async fn users(
    State(app): State<AppState>,
    place: InOrganization,
    Query(query): Query<UsersQuery>,
) -> Result<Json<Page<OrganizationUserOut>>, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    let after = query.cursor.as_ref().map(Cursor::number).transpose()?;
    let q = search(query.q.as_deref())?;
    let rows = app.store().users_of_organization(scope, q, after, query.limit.and_one()).await?;
    Ok(Json(Page::of(rows, query.limit.rows(), |user| Cursor::one(user.ordinal.into()), Into::into)))
}

/// Which notifications are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NotificationsQuery {
    /// Only those of this status.
    #[param(inline, value_type = Option<NotificationStatus>)]
    pub(crate) status: Option<NotificationStatus>,
    /// Rows of the page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    pub(crate) limit: Limit,
    /// `next` of the page before.
    #[param(value_type = Option<String>, max_length = 100)]
    pub(crate) cursor: Option<Cursor>,
}

/// List the organization's notifications
///
/// Those of all its workspaces, newest first, wherever they came from. Needs `notifications:read`.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/notifications", operation_id = "listOrganizationNotifications",
    tag = "organizations",
    params(OrganizationPath, NotificationsQuery),
    responses((status = 200, description = "A page of notifications.", body = Page<NotificationOut>), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn notifications(
    State(app): State<AppState>,
    place: InOrganization,
    Query(query): Query<NotificationsQuery>,
) -> Result<Json<Page<NotificationOut>>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let before = query.cursor.as_ref().map(Cursor::number).transpose()?;
    let status = query.status.map(|s| s.0);
    let rows =
        app.store().notifications_of_organization(scope, status, before, query.limit.and_one()).await?;
    Ok(Json(notification_view::page(&app, rows, query.limit.rows()).await?))
}
