//! An operator's session: signing in, what it opens, signing out. How the cookie travels is in `crate::session`.

use std::collections::HashMap;
use std::net::IpAddr;

use axum::extract::{Extension, State};
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use belfry_store::{Attempt, OperatorGrant};
use belfry_types::id::{OperatorId, OrganizationId, WorkspaceId};
use belfry_types::limits::EMAIL_CHARS;
use belfry_types::rights::{Permission, RoleGrant};
use belfry_types::secret::hash;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asker::{CurrentOperator, permissions};
use crate::extract::Json;
use crate::gate::Peer;
use crate::openapi::{Changes, Reads, SignIns};
use crate::problem::Problem;
use crate::rate::whole_seconds;
use crate::state::AppState;
use crate::words::{PermissionWord, RoleWord};
use crate::{password, session};

/// Workspaces that a session shows.
const WORKSPACES: usize = 1_000;
/// Characters of the user agent that are kept.
const USER_AGENT_CHARS: usize = 500;

/// The operator of a session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionOperator)]
pub struct OperatorOut {
    /// Their id.
    #[schema(value_type = String, example = "opr_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    pub(crate) id: OperatorId,
    /// The whole name.
    pub(crate) name: String,
    /// With which they sign in.
    pub(crate) email: String,
}

/// A workspace that a session opens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionWorkspace)]
pub struct WorkspaceOut {
    /// Its id.
    #[schema(value_type = String, example = "wsp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: WorkspaceId,
    /// Its name in URLs.
    slug: String,
    /// Its name.
    name: String,
    /// Its picture.
    icon: Option<String>,
    /// IANA time zone in which its times are meant.
    time_zone: String,
    /// What the operator is in it.
    role: RoleWord,
    /// What the operator may do in it.
    permissions: Vec<PermissionWord>,
}

/// An organization that a session opens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionOrganization)]
pub struct OrganizationOut {
    /// Its id.
    #[schema(value_type = String, example = "org_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: OrganizationId,
    /// Its name in URLs.
    slug: String,
    /// Its name.
    name: String,
    /// What the operator is in all of it; null where they have a role in workspaces only.
    role: Option<RoleWord>,
    /// The workspaces in which they have a role, oldest first.
    workspaces: Vec<WorkspaceOut>,
}

/// Who is signed in and what that opens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionOut {
    /// Who.
    operator: OperatorOut,
    /// When it ends unless it is used on another day before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Millis,
    /// Where they have a role.
    organizations: Vec<OrganizationOut>,
}

/// Reads what a session opens now.
async fn show(app: &AppState, grant: &OperatorGrant) -> Result<SessionOut, Problem> {
    let mut nums: Vec<i64> = grant.roles.iter().map(|role| role.organization).collect();
    nums.dedup();
    let whole = |role: &&RoleGrant| role.workspace.is_none() && role.role.holds_everywhere();
    let everywhere: Vec<i64> = grant.roles.iter().filter(whole).map(|role| role.organization).collect();
    let further: Vec<i64> = grant.roles.iter().filter_map(|role| role.workspace).collect();
    let mut workspaces: HashMap<i64, Vec<WorkspaceOut>> = HashMap::new();
    for it in app.store().workspaces_of(&everywhere, &further, None, WORKSPACES).await? {
        let Some(role) = RoleGrant::in_workspace(&grant.roles, it.organization, it.num) else { continue };
        let given = permissions(role);
        workspaces.entry(it.organization).or_default().push(WorkspaceOut {
            id: it.id,
            slug: it.slug,
            name: it.name,
            icon: it.icon,
            time_zone: it.time_zone,
            role: RoleWord(role),
            permissions: Permission::ALL
                .iter()
                .filter(|p| given.allow(**p))
                .map(|p| PermissionWord(*p))
                .collect(),
        });
    }
    let mut organizations = Vec::with_capacity(nums.len());
    for it in app.store().organizations_of(&nums).await? {
        let role = grant.roles.iter().find(|r| r.organization == it.num && r.workspace.is_none());
        organizations.push(OrganizationOut {
            id: it.id,
            slug: it.slug,
            name: it.name,
            role: role.map(|role| RoleWord(role.role)),
            workspaces: workspaces.remove(&it.num).unwrap_or_default(),
        });
    }
    let operator = OperatorOut { id: grant.id, name: grant.name.clone(), email: grant.email.clone() };
    Ok(SessionOut { operator, expires_at: grant.expires_at, organizations })
}

/// Begins a session: its cookie and what it opens.
pub(crate) async fn begin(
    app: &AppState,
    status: StatusCode,
    operator: i64,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let agent = headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let agent: String = agent.unwrap_or_default().chars().take(USER_AGENT_CHARS).collect();
    let (secret, expires_at) = app.store().begin_session(operator, &agent).await?;
    let grant = app.store().operator_by_session(&hash(secret.reveal())).await?;
    let grant = grant.ok_or_else(|| Problem::internal(&"a session ended before it was shown"))?;
    let shown = show(app, &grant).await?;
    let cookie = session::set(app, secret.reveal(), expires_at);
    Ok((status, [(SET_COOKIE, cookie)], axum::Json(shown)).into_response())
}

/// With what an operator signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignIn, example = json!({"email": "ann@example.com", "password": "correct horse battery staple"}))]
pub struct SignInIn {
    /// Their address, without case.
    email: String,
    /// Their password.
    password: String,
}

fn wrong() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "credentials_wrong", "The address or the password is wrong.")
}

/// Compares a password with that of an address. Unknown addresses and operators without a password take as long, count
/// as much and answer the same. 429 when too many failed before, from this address or for this account.
pub(crate) async fn check_password(
    app: &AppState,
    peer: Option<IpAddr>,
    email: &str,
    password: String,
    wrong: fn() -> Problem,
) -> Result<i64, Problem> {
    let now = app.clock.now();
    if let Some(wait) = peer.and_then(|peer| app.rates.sign_in_locked(peer, now)) {
        return Err(Problem::locked(wait));
    }
    let (operator, hash) = match app.store().attempt_sign_in(email).await? {
        Attempt::Locked(wait) => return Err(Problem::locked(whole_seconds(wait))),
        Attempt::Counted(known) => known.unzip(),
    };
    let right = password::verify(app, password, hash).await?;
    match operator.filter(|_| right) {
        Some(operator) => {
            app.store().signed_in(email).await?;
            Ok(operator)
        }
        None => {
            if let Some(peer) = peer {
                app.rates.sign_in_failed(peer, now);
            }
            Err(wrong())
        }
    }
}

/// Sign in
///
/// The answer sets the cookie `belfry_session`. Whatever changes something with it needs the header
/// `X-Belfry-Console: 1` too. An unknown address is answered as a wrong password is. After ten failures in a row an
/// account answers 429 `locked` for a while that grows; so does an address from which too many failed.
#[utoipa::path(
    post, path = "/v1/session", operation_id = "signIn", tag = "operators",
    request_body = SignInIn,
    responses((status = 200, description = "Who is signed in.", body = SessionOut), SignIns),
    security(()),
)]
pub async fn sign_in(
    State(app): State<AppState>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Json { value: given, .. }: Json<SignInIn>,
) -> Result<Response, Problem> {
    session::from_own_page(&app, &headers)?;
    // Nobody has such an address; it is not worth a row.
    if given.email.chars().count() > EMAIL_CHARS {
        return Err(wrong());
    }
    let peer = peer.map(|Extension(peer)| peer.0.ip());
    let operator = check_password(&app, peer, &given.email, given.password, wrong).await?;
    begin(&app, StatusCode::OK, operator, &headers).await
}

/// Show the session
///
/// Who is signed in, and which workspaces that opens with which permissions. 401 for whoever is not.
#[utoipa::path(
    get, path = "/v1/session", operation_id = "getSession", tag = "operators",
    responses((status = 200, description = "Who is signed in.", body = SessionOut), Reads),
    security(("session" = [])),
)]
pub async fn get(
    State(app): State<AppState>,
    CurrentOperator(grant): CurrentOperator,
) -> Result<axum::Json<SessionOut>, Problem> {
    Ok(axum::Json(show(&app, &grant).await?))
}

/// Sign out
///
/// Ends the session on every node within five seconds and clears the cookie.
#[utoipa::path(
    delete, path = "/v1/session", operation_id = "signOut", tag = "operators",
    responses((status = 204, description = "It has ended."), Changes),
    security(("session" = [])),
)]
pub async fn sign_out(
    State(app): State<AppState>,
    CurrentOperator(grant): CurrentOperator,
) -> Result<Response, Problem> {
    app.store().end_session_numbered(grant.session).await?;
    app.credentials.forget();
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, session::clear(&app))]).into_response())
}
