//! A person's inbox: read, counted, marked. Items come finished from the engine and are passed on as they are.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use belfry_engine::{InboxFilter, Shelf, parse_item_id};
use belfry_store::{Mark, UserGrant};
use belfry_types::id::{NotificationId, WorkspaceId};
use belfry_types::limits::SEARCH_CHARS;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::CurrentUser;
use crate::content::{ActorIn, DestinationIn, SubjectIn};
use crate::extract::{Path, Query};
use crate::idempotency::json;
use crate::openapi::{Changes, Reads};
use crate::page::{Cursor, Limit, Page};
use crate::problem::Problem;
use crate::state::AppState;

/// An entry of the inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InboxItem)]
#[allow(dead_code)]
pub struct ItemOut {
    /// Its id.
    #[schema(example = "itm_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: String,
    /// The newest notification in it.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    notification_id: NotificationId,
    /// The workspace that it came from.
    #[schema(value_type = String, example = "wsp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    workspace: WorkspaceId,
    /// The title; the sender's name where none was set.
    title: String,
    /// The text without any markup.
    message: String,
    /// The text as clean HTML.
    html: String,
    /// Who it is from.
    sender: String,
    /// URL of the sender's photo.
    photo: Option<String>,
    /// Who did what the event tells about.
    actor: Option<ActorIn>,
    /// URL of the icon.
    icon: String,
    /// The event's type.
    r#type: Option<String>,
    /// What the event is about.
    subject: Option<SubjectIn>,
    /// How many notifications are stacked in it.
    #[schema(minimum = 1)]
    count: i64,
    /// Where opening it leads.
    destination: Option<DestinationIn>,
    /// When it (or the newest of the stack) came.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When it was read.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Millis>,
}

/// Which items are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InboxQuery {
    /// Only unread ones.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    unread: bool,
    /// Only archived ones; not together with `unread`.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    archived: bool,
    /// Words that must all be in an item: in its title, message, sender, actor's name, or the subject's id or title.
    #[param(min_length = 1, max_length = 100, example = "doors")]
    q: Option<String>,
    /// Items of the page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next` of the page before.
    #[param(value_type = Option<String>, max_length = 100)]
    cursor: Option<Cursor>,
}

fn filter(query: &InboxQuery) -> Result<InboxFilter, Problem> {
    let shelf = match (query.unread, query.archived) {
        (false, false) => Shelf::All,
        (true, false) => Shelf::Unread,
        (false, true) => Shelf::Archived,
        (true, true) => return Err(Problem::query("archived: it cannot be asked for together with unread")),
    };
    let filter = InboxFilter::of(shelf);
    match query.q.as_deref() {
        None => Ok(filter),
        Some(q) if q.trim().is_empty() => Err(Problem::query("q: it has no word to search for")),
        Some(q) if q.chars().count() > SEARCH_CHARS => {
            Err(Problem::query(format!("q: at most {SEARCH_CHARS} characters")))
        }
        Some(q) => Ok(filter.searched_for(q)),
    }
}

/// List the inbox
///
/// Newest first, without what was deleted, and without what was archived unless that is asked for. A search looks through
/// some thousand items at a time: its page may hold fewer than `limit`, even none, and `next` goes on from there.
#[utoipa::path(
    get, path = "/v1/me/inbox", operation_id = "listInbox", tag = "me",
    params(InboxQuery),
    responses((status = 200, description = "A page of items.", body = Page<ItemOut>), Reads),
    security(("user_token" = [])),
)]
pub async fn list(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
    Query(query): Query<InboxQuery>,
) -> Result<Response, Problem> {
    let before = query.cursor.as_ref().map(Cursor::number).transpose()?;
    let _turn = match query.q {
        Some(_) => {
            app.rates.take_search(grant)?;
            app.searching.acquire().await.ok()
        }
        None => None,
    };
    let page = app.engine().inbox_page(grant, &filter(&query)?, before, query.limit.rows()).await?;
    // A cursor is base64url: nothing in it needs to be escaped.
    let next = page.next.map_or("null".to_owned(), |next| format!("\"{}\"", Cursor::one(next).to_text()));
    let text = ["{\"items\":", &page.items, ",\"next\":", &next, "}"].concat();
    Ok(json(StatusCode::OK, text))
}

/// How many items are unread.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnreadCount)]
pub struct CountOut {
    /// Unread items.
    #[schema(minimum = 0)]
    count: i64,
}

/// Count unread items
#[utoipa::path(
    get, path = "/v1/me/inbox/unread-count", operation_id = "countUnread", tag = "me",
    responses((status = 200, description = "The number.", body = CountOut), Reads),
    security(("user_token" = [])),
)]
pub async fn unread_count(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
) -> Result<axum::Json<CountOut>, Problem> {
    Ok(axum::Json(CountOut { count: app.engine().unread_count(grant).await? }))
}

/// Mark everything read
///
/// What is in the inbox now; what comes later is unread.
#[utoipa::path(
    post, path = "/v1/me/inbox/read-all", operation_id = "readAll", tag = "me",
    responses((status = 204, description = "Everything is read."), Changes),
    security(("user_token" = [])),
)]
pub async fn read_all(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
) -> Result<StatusCode, Problem> {
    app.engine().read_all(grant).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `{id}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ItemPath {
    /// Id of the item; the id of the notification that began it works too.
    #[param(example = "itm_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: String,
}

fn item_id(path: &ItemPath) -> Result<NotificationId, Problem> {
    parse_item_id(&path.id).or_else(|| path.id.parse().ok()).ok_or_else(|| Problem::not_found("item"))
}

/// Show an item
///
/// Also one that was archived.
#[utoipa::path(
    get, path = "/v1/me/inbox/{id}", operation_id = "getItem", tag = "me",
    params(ItemPath),
    responses((status = 200, description = "The item.", body = ItemOut), Reads),
    security(("user_token" = [])),
)]
pub async fn get(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
    Path(path): Path<ItemPath>,
) -> Result<Response, Problem> {
    let item = app.engine().inbox_item(grant, item_id(&path)?).await?;
    item.map(|item| json(StatusCode::OK, item)).ok_or_else(|| Problem::not_found("item"))
}

async fn mark(app: &AppState, grant: UserGrant, path: &ItemPath, mark: Mark) -> Result<StatusCode, Problem> {
    let found = app.engine().mark_item(grant, item_id(path)?, mark).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("item")) }
}

macro_rules! marks {
    ($($(#[doc = $doc:literal])+ $name:ident $method:ident $path:literal $operation:literal $done:literal $mark:ident;)*) => {$(
        $(#[doc = $doc])+
        #[utoipa::path(
            $method, path = $path, operation_id = $operation, tag = "me",
            params(ItemPath),
            responses((status = 204, description = $done), Changes),
            security(("user_token" = [])),
        )]
        pub async fn $name(
            State(app): State<AppState>,
            CurrentUser(grant): CurrentUser,
            Path(path): Path<ItemPath>,
        ) -> Result<StatusCode, Problem> {
            mark(&app, grant, &path, Mark::$mark).await
        }
    )*};
}

marks! {
    /// Mark an item read
    ///
    /// On every page and device of the person at once.
    read post "/v1/me/inbox/{id}/read" "readItem" "It is read." Read;
    /// Mark an item unread
    unread post "/v1/me/inbox/{id}/unread" "unreadItem" "It is unread." Unread;
    /// Archive an item
    ///
    /// It leaves the inbox, and is kept.
    archive post "/v1/me/inbox/{id}/archive" "archiveItem" "It is archived." Archive;
    /// Take an item out of the archive
    ///
    /// It is in the inbox again, at its old place.
    unarchive post "/v1/me/inbox/{id}/unarchive" "unarchiveItem" "It is in the inbox." Unarchive;
    /// Delete an item
    delete delete "/v1/me/inbox/{id}" "deleteItem" "It is gone." Delete;
}
