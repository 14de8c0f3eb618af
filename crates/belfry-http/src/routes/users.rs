//! People of a workspace: one at a time.

use axum::extract::State;
use axum::http::StatusCode;
use belfry_store::{Member, MemberFilter, UpsertStatus};
use belfry_types::id::UserId;
use belfry_types::limits::NAME_CHARS;
use belfry_types::people::{Cleared, GroupRef, MemberStatus, Person};
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::organizations::search;
use crate::extract::{Json, Path, Query};
use crate::faults::Faults;
use crate::given::{Given, given};
use crate::openapi::{Reads, Writes};
use crate::page::{Cursor, Limit, Page};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::{MemberKindWord, MemberStatusWord};

/// Groups of one person.
const GROUPS: usize = 200;

/// A member of a workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserOut {
    /// Their id.
    #[schema(value_type = String, example = "usr_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: UserId,
    /// The host product's id, unique in the organization.
    #[schema(example = "attendee-1042")]
    external_id: String,
    /// The whole name.
    name: String,
    /// Where mail goes; unique in the organization without case.
    email: Option<String>,
    /// BCP 47 tag.
    locale: Option<String>,
    /// IANA time zone.
    time_zone: Option<String>,
    /// What they are to the workspace.
    kind: MemberKindWord,
    /// Where the membership stands.
    status: MemberStatusWord,
    /// Keys of their groups.
    groups: Vec<String>,
    /// How many devices push can reach them on.
    #[schema(minimum = 0, example = 1)]
    device_count: i64,
    /// When they became a member.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When they were last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Millis,
}

impl From<Member> for UserOut {
    fn from(it: Member) -> Self {
        Self {
            id: it.id,
            external_id: it.external_id,
            name: it.name,
            email: it.email,
            locale: it.locale,
            time_zone: it.time_zone,
            kind: MemberKindWord(it.kind),
            status: MemberStatusWord(it.status),
            groups: it.groups,
            device_count: it.devices,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// A person to add or change. What is missing stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserUpsert, example = json!({"name": "Ann Example", "email": "ann@example.com", "locale": "en"}))]
pub struct UserIn {
    /// The whole name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Where mail goes; unique in the organization without case.
    #[schema(max_length = 254, format = Email)]
    email: Option<String>,
    /// BCP 47 tag.
    #[schema(example = "pt-BR", max_length = 35)]
    locale: Option<String>,
    /// IANA time zone.
    #[schema(example = "Europe/Paris", max_length = 64)]
    time_zone: Option<String>,
    /// Keys of the groups that they are in, all of them; the groups must exist.
    #[schema(max_items = 200)]
    groups: Option<Vec<String>>,
    /// What they are to the workspace; attendee for someone new.
    kind: Option<MemberKindWord>,
}

/// What to change about a member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserPatch, example = json!({"locale": "de"}))]
pub struct UserPatchIn {
    /// The whole name.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Where mail goes; null for nowhere.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 254, format = Email)]
    email: Given<String>,
    /// BCP 47 tag; null for the workspace's.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 35)]
    locale: Given<String>,
    /// IANA time zone; null for the workspace's.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    time_zone: Given<String>,
    /// Keys of the groups that they are in, all of them.
    #[schema(max_items = 200)]
    groups: Option<Vec<String>>,
    /// What they are to the workspace.
    kind: Option<MemberKindWord>,
}

/// Adds what is wrong with a person to `faults`; pointers are relative to the person.
pub(crate) fn check(person: &Person, faults: &mut Faults) {
    faults.key_of_path("/external_id", &person.external_id);
    if person.external_id.parse::<UserId>().is_ok() {
        faults.add("/external_id", "value_invalid", "it reads like one of our own ids; choose another");
    }
    faults.line("/name", &person.name, NAME_CHARS);
    if let Some(email) = &person.email {
        faults.email("/email", email);
    }
    if let Some(locale) = &person.locale {
        faults.locale("/locale", locale);
    }
    if let Some(zone) = &person.time_zone {
        faults.time_zone("/time_zone", zone);
    }
    let groups = person.groups.as_deref().unwrap_or_default();
    if groups.len() > GROUPS {
        faults.add("/groups", "too_many", format!("at most {GROUPS}"));
    }
    for (i, key) in groups.iter().take(GROUPS).enumerate() {
        faults.key(&format!("/groups/{i}"), key);
    }
}

/// Adds or changes one person; `true` if they are a member now and were none.
async fn upsert(app: &AppState, scope: WorkspaceScope, person: Person) -> Result<(Member, bool), Problem> {
    let mut faults = Faults::default();
    check(&person, &mut faults);
    faults.done()?;
    let external_id = person.external_id.clone();
    let none: &[GroupRef] = &[];
    let answers = app.store().upsert_users(scope, &[person], none, false).await?;
    let status = answers.into_iter().next().map(|answer| answer.status);
    let created = match status {
        Some(UpsertStatus::Rejected(detail, "email_taken")) => {
            return Err(Problem::conflict("email_taken", detail));
        }
        Some(UpsertStatus::Rejected(detail, code)) => {
            let pointer = if code == "unknown_group" { "/groups" } else { "" };
            return Err(Problem::invalid(vec![crate::problem::Fault::at(pointer, code, detail)]));
        }
        status => status == Some(UpsertStatus::Created),
    };
    Ok((found(app, scope, &external_id).await?, created))
}

/// The member of that id or external id; 404 if there is none.
pub(crate) async fn found(app: &AppState, scope: WorkspaceScope, name: &str) -> Result<Member, Problem> {
    app.store().user(scope, name).await?.ok_or_else(|| Problem::not_found("user"))
}

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum YesNo {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// Which members are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UsersQuery {
    /// Beginnings of words of the name, external id or email, without case and accents; all of them must be found.
    #[param(max_length = 200, example = "keller ann")]
    q: Option<String>,
    /// Key of a group.
    #[param(max_length = 255)]
    group: Option<String>,
    /// Where the membership stands.
    #[param(inline, value_type = Option<MemberStatusWord>)]
    status: Option<MemberStatusWord>,
    /// Whether push can reach them on a device.
    #[param(inline, value_type = Option<YesNo>)]
    device: Option<YesNo>,
    /// Rows of the page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next` of the page before.
    #[param(value_type = Option<String>, max_length = 100)]
    cursor: Option<Cursor>,
}

/// List people
///
/// Members in the order in which they were added, cancelled ones too. Needs `users:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/users", operation_id = "listUsers", tag = "users",
    params(WorkspacePath, UsersQuery),
    responses((status = 200, description = "A page of people.", body = Page<UserOut>), Reads),
    security(("api_key" = ["users:read"])),
)]
pub async fn list(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(query): Query<UsersQuery>,
) -> Result<axum::Json<Page<UserOut>>, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    let after = query.cursor.as_ref().map(Cursor::number).transpose()?;
    let filter = MemberFilter {
        q: search(query.q.as_deref())?,
        group: query.group.as_deref(),
        status: query.status.map(|word| word.0),
        device: query.device.map(|word| word == YesNo::Yes),
    };
    let rows = app.store().members(scope, filter, after, query.limit.and_one()).await?;
    Ok(axum::Json(Page::of(rows, query.limit.rows(), |it| Cursor::one(it.ordinal.into()), Into::into)))
}

/// `{ws}` and `{external_id}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UserPath {
    /// Id or slug of the workspace.
    #[allow(dead_code)]
    ws: String,
    /// The host product's id of the person.
    #[param(example = "attendee-1042")]
    pub(crate) external_id: String,
}

/// Add or change a person
///
/// Whoever is no member becomes an active one, a cancelled one becomes active again. A second claim to an email address
/// is a 409 that names the other. Needs `users:write`.
#[utoipa::path(
    put, path = "/v1/workspaces/{ws}/users/{external_id}", operation_id = "putUser", tag = "users",
    params(UserPath),
    request_body = UserIn,
    responses(
        (status = 200, description = "The member, changed or as before.", body = UserOut),
        (status = 201, description = "The new member.", body = UserOut),
        Writes,
    ),
    security(("api_key" = ["users:write"])),
)]
pub async fn put(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserPath>,
    Json { value: it, .. }: Json<UserIn>,
) -> Result<(StatusCode, axum::Json<UserOut>), Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let person = Person {
        external_id: path.external_id,
        name: it.name,
        email: it.email,
        locale: it.locale,
        time_zone: it.time_zone,
        groups: it.groups,
        kind: it.kind.map(|word| word.0),
        cleared: Cleared::default(),
    };
    let (member, created) = upsert(&app, scope, person).await?;
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(member.into())))
}

/// Change some of a person
///
/// What is missing stays as it is, null takes an email, a locale or a zone away (RFC 7396). 409 for a
/// cancelled member, until they are restored. Needs `users:write`.
#[utoipa::path(
    patch, path = "/v1/workspaces/{ws}/users/{external_id}", operation_id = "changeUser", tag = "users",
    params(UserPath),
    request_body = UserPatchIn,
    responses((status = 200, description = "The member as they are now.", body = UserOut), Writes),
    security(("api_key" = ["users:write"])),
)]
pub async fn change(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserPath>,
    Json { value: patch, .. }: Json<UserPatchIn>,
) -> Result<axum::Json<UserOut>, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let member = found(&app, scope, &path.external_id).await?;
    if member.status == MemberStatus::Cancelled {
        return Err(Problem::conflict("member_cancelled", "The membership is cancelled; restore it first."));
    }
    let person = Person {
        external_id: member.external_id,
        name: patch.name.unwrap_or(member.name),
        cleared: Cleared {
            email: patch.email == Some(None),
            locale: patch.locale == Some(None),
            time_zone: patch.time_zone == Some(None),
        },
        email: patch.email.flatten(),
        locale: patch.locale.flatten(),
        time_zone: patch.time_zone.flatten(),
        groups: patch.groups,
        kind: patch.kind.map(|word| word.0),
    };
    Ok(axum::Json(upsert(&app, scope, person).await?.0.into()))
}
