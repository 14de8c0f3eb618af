//! An operator's own profile: name, password, sessions; and the link with which a password is set without one.

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use belfry_store::OperatorSession;
use belfry_types::id::SessionId;
use belfry_types::limits::NAME_CHARS;
use belfry_types::secret::hash;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::session::{OperatorOut, check_password};
use crate::asker::CurrentOperator;
use crate::extract::{Json, Path};
use crate::faults::Faults;
use crate::gate::Peer;
use crate::openapi::{Changes, Reads, SignIns, Writes};
use crate::page::Page;
use crate::problem::{Fault, Problem};
use crate::state::AppState;
use crate::user_agent::label;
use crate::{password, session};

/// What an operator changes of themselves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OperatorPatch, example = json!({"name": "Ann Lee"}))]
pub struct PatchIn {
    /// The whole name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// Change my name
#[utoipa::path(
    patch, path = "/v1/operator", operation_id = "changeOperator", tag = "operators",
    request_body = PatchIn,
    responses((status = 200, description = "The operator as they are now.", body = OperatorOut), Writes),
    security(("session" = [])),
)]
pub async fn change(
    State(app): State<AppState>,
    CurrentOperator(grant): CurrentOperator,
    Json { value: patch, .. }: Json<PatchIn>,
) -> Result<axum::Json<OperatorOut>, Problem> {
    let mut faults = Faults::default();
    faults.line("/name", &patch.name, NAME_CHARS);
    faults.done()?;
    let it = app.store().rename_operator(grant.num, &patch.name).await?;
    app.credentials.forget();
    Ok(axum::Json(OperatorOut { id: it.id, name: it.name, email: it.email }))
}

/// A new password in place of the one that was.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordChange, example = json!({
    "current": "correct horse battery staple", "new": "a cat that types at night"
}))]
pub struct PasswordIn {
    /// The one that holds now.
    current: String,
    /// 12 to 200 characters.
    #[schema(min_length = 12, max_length = 200)]
    new: String,
}

fn wrong() -> Problem {
    Problem::invalid(vec![Fault::at("/current", "credentials_wrong", "it is not your password")])
}

/// Change my password
///
/// Ends every other session. A wrong `/current` counts as a failed sign-in.
#[utoipa::path(
    post, path = "/v1/operator/password", operation_id = "changePassword", tag = "operators",
    request_body = PasswordIn,
    responses((status = 204, description = "It holds; other sessions have ended."), Writes),
    security(("session" = [])),
)]
pub async fn change_password(
    State(app): State<AppState>,
    peer: Option<Extension<Peer>>,
    CurrentOperator(grant): CurrentOperator,
    Json { value: given, .. }: Json<PasswordIn>,
) -> Result<StatusCode, Problem> {
    let mut faults = Faults::default();
    password::check(&mut faults, "/new", &given.new, &grant.email);
    faults.done()?;
    let peer = peer.map(|Extension(peer)| peer.0.ip());
    check_password(&app, peer, &grant.email, given.current, wrong).await?;
    let password_hash = password::hash(&app, given.new).await?;
    app.store().change_password(grant.num, grant.session, &password_hash).await?;
    app.credentials.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Where an operator is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperatorSession)]
pub struct SessionRow {
    /// Its id.
    #[schema(value_type = String, example = "ses_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: SessionId,
    /// It is the one that asks.
    current: bool,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When it was last used, to about half a minute.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Millis,
    /// What the browser said of itself.
    user_agent: String,
    /// The browser, as far as that is known.
    #[schema(example = "Firefox")]
    browser: String,
    /// The system under it, as far as that is known.
    #[schema(example = "macOS")]
    platform: String,
}

impl SessionRow {
    fn of(it: OperatorSession, current: i64) -> Self {
        let label = label(&it.user_agent);
        Self {
            id: it.id,
            current: it.num == current,
            created_at: it.created_at,
            seen_at: it.seen_at,
            user_agent: it.user_agent,
            browser: label.browser,
            platform: label.platform,
        }
    }
}

/// List my sessions
///
/// The latest first, at most 200.
#[utoipa::path(
    get, path = "/v1/operator/sessions", operation_id = "listSessions", tag = "operators",
    responses((status = 200, description = "Where I am signed in.", body = Page<SessionRow>), Reads),
    security(("session" = [])),
)]
pub async fn sessions(
    State(app): State<AppState>,
    CurrentOperator(grant): CurrentOperator,
) -> Result<axum::Json<Page<SessionRow>>, Problem> {
    let rows = app.store().operator_sessions(grant.num).await?;
    let items = rows.into_iter().map(|row| SessionRow::of(row, grant.session)).collect();
    Ok(axum::Json(Page { items, next: None }))
}

/// `{session}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SessionPath {
    /// Id of the session.
    #[param(value_type = String, example = "ses_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    session: SessionId,
}

/// End one of my sessions
///
/// On every node within five seconds.
#[utoipa::path(
    delete, path = "/v1/operator/sessions/{session}", operation_id = "endSession", tag = "operators",
    params(SessionPath),
    responses((status = 204, description = "It has ended."), Changes),
    security(("session" = [])),
)]
pub async fn end(
    State(app): State<AppState>,
    CurrentOperator(grant): CurrentOperator,
    Path(path): Path<SessionPath>,
) -> Result<StatusCode, Problem> {
    app.store().end_session(grant.num, path.session).await?;
    app.credentials.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// End my other sessions
///
/// All but the one that asks.
#[utoipa::path(
    delete, path = "/v1/operator/sessions", operation_id = "endOtherSessions", tag = "operators",
    responses((status = 204, description = "They have ended."), Changes),
    security(("session" = [])),
)]
pub async fn end_others(
    State(app): State<AppState>,
    CurrentOperator(grant): CurrentOperator,
) -> Result<StatusCode, Problem> {
    app.store().end_other_sessions(grant.num, grant.session).await?;
    app.credentials.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// A password that is set with a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordReset, example = json!({"token": "bl_…", "password": "correct horse battery staple"}))]
pub struct ResetIn {
    /// What follows `#` in the link.
    token: String,
    /// 12 to 200 characters.
    #[schema(min_length = 12, max_length = 200)]
    password: String,
}

/// Set a password with a link
///
/// With the link that `belfry operators reset-password` prints or that whoever added an operator got. Good once; ends
/// all sessions. 403 `link_invalid` for any other.
#[utoipa::path(
    post, path = "/v1/password-reset", operation_id = "resetPassword", tag = "operators",
    request_body = ResetIn,
    responses((status = 204, description = "It holds; sign in with it."), SignIns),
    security(()),
)]
pub async fn reset(
    State(app): State<AppState>,
    headers: HeaderMap,
    Json { value: given, .. }: Json<ResetIn>,
) -> Result<StatusCode, Problem> {
    session::from_own_page(&app, &headers)?;
    let unknown = || {
        Problem::forbidden("link_invalid", "The link is used, too old or not complete. Ask for a new one.")
    };
    let link = hash(&given.token);
    let (email, _) = app.store().password_link_owner(&link).await?.ok_or_else(unknown)?;
    let mut faults = Faults::default();
    password::check(&mut faults, "/password", &given.password, &email);
    faults.done()?;
    let password_hash = password::hash(&app, given.password).await?;
    match app.store().reset_password(&link, &password_hash).await {
        Err(belfry_store::Error::NotFound) => Err(unknown()),
        done => {
            done?;
            app.credentials.forget();
            Ok(StatusCode::NO_CONTENT)
        }
    }
}
