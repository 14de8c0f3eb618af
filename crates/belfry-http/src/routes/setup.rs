//! The first minutes of an installation: the one-time link that the server prints makes the first operator, and where
//! `init` made no organization, that with its first workspace.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use belfry_store::{FirstOperator, NewOrganization, NewWorkspace, Operator};
use belfry_types::limits::NAME_CHARS;
use belfry_types::secret::hash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{myself, session::begin};
use crate::extract::Json;
use crate::faults::Faults;
use crate::openapi::{Open, SignIns};
use crate::problem::Problem;
use crate::state::AppState;
use crate::{password, session};

/// Whether there is something to set up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SetupState)]
pub struct StateOut {
    /// Nobody can sign in yet.
    needed: bool,
    /// There is an organization already, made by `belfry init`: only an operator is asked for.
    has_organization: bool,
}

/// Who sets the installation up, and what is made for them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Setup, example = json!({
    "token": "bl_…", "organization": "Northwind Events", "workspace": "Summit 2027", "time_zone": "Europe/Paris",
    "name": "Ann Lee", "email": "ann@example.com", "password": "correct horse battery staple"
}))]
pub struct SetupIn {
    /// What follows `#` in the link that the server printed.
    token: String,
    /// Name of the organization to make; missing where there is one.
    #[schema(min_length = 1, max_length = 200)]
    organization: Option<String>,
    /// Name of its first workspace; missing where there is an organization.
    #[schema(min_length = 1, max_length = 200)]
    workspace: Option<String>,
    /// IANA time zone of the workspace; UTC if it is missing.
    time_zone: Option<String>,
    /// Language of whoever has none, as a BCP 47 tag; en if it is missing.
    default_locale: Option<String>,
    /// The operator's whole name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// The address with which they sign in. Whom `init` made with it gets the password; else another owner is made.
    #[schema(max_length = 254)]
    email: String,
    /// 12 to 200 characters.
    #[schema(min_length = 12, max_length = 200)]
    password: String,
}

/// Say whether to set up
///
/// Needed while no operator has a password.
#[utoipa::path(
    get, path = "/v1/setup", operation_id = "getSetup", tag = "operators",
    responses((status = 200, description = "Whether there is something to set up.", body = StateOut), Open),
    security(()),
)]
pub async fn get(State(app): State<AppState>) -> Result<axum::Json<StateOut>, Problem> {
    let needed = !app.store().is_set_up().await?;
    let has_organization = app.store().has_organization().await?;
    Ok(axum::Json(StateOut { needed, has_organization }))
}

fn unknown() -> Problem {
    Problem::forbidden(
        "link_invalid",
        "The link is used, too old or not complete. Restart the server for a new one.",
    )
}

/// Set up
///
/// Makes the first operator, signed in, with the one-time link that `belfry serve` prints. 403 `link_invalid` if it was
/// used, is older than a day, or someone has a password already.
#[utoipa::path(
    post, path = "/v1/setup", operation_id = "setUp", tag = "operators",
    request_body = SetupIn,
    responses((status = 201, description = "Who is signed in now.", body = super::session::SessionOut), SignIns),
    security(()),
)]
pub async fn set_up(
    State(app): State<AppState>,
    headers: HeaderMap,
    Json { value: given, .. }: Json<SetupIn>,
) -> Result<Response, Problem> {
    session::from_own_page(&app, &headers)?;
    let link = hash(&given.token);
    if !app.store().is_setup_link(&link).await? {
        return Err(unknown());
    }
    let has_organization = app.store().has_organization().await?;
    let mut faults = Faults::default();
    let places = [("/organization", &given.organization), ("/workspace", &given.workspace)];
    for (pointer, name) in places {
        match name {
            Some(_) if has_organization => {
                faults.add(pointer, "value_unexpected", "there is an organization already");
            }
            Some(name) => faults.line(pointer, name, NAME_CHARS),
            None if has_organization => {}
            None => faults.add(pointer, "required", "it needs a name"),
        }
    }
    if let Some(zone) = &given.time_zone {
        faults.time_zone("/time_zone", zone);
    }
    if let Some(locale) = &given.default_locale {
        faults.locale("/default_locale", locale);
    }
    faults.line("/name", &given.name, NAME_CHARS);
    faults.email("/email", &given.email);
    password::check(&mut faults, "/password", &given.password, &given.email);
    faults.done()?;
    let default_locale = given.default_locale.unwrap_or_else(|| "en".to_owned());
    let time_zone = given.time_zone.unwrap_or_else(|| "UTC".to_owned());
    let place = given.organization.zip(given.workspace).map(|(organization, workspace)| {
        let organization =
            NewOrganization { name: organization, slug_hint: None, default_locale: default_locale.clone() };
        (organization, NewWorkspace { name: workspace, slug_hint: None, time_zone, default_locale })
    });
    let password_hash = password::hash(&app, given.password).await?;
    let first = FirstOperator { email: given.email, name: given.name, password_hash, place };
    let (operator, workspace) = match app.store().set_up(&link, first).await {
        Ok(done) => done,
        Err(belfry_store::Error::NotFound | belfry_store::Error::Conflict(_)) => return Err(unknown()),
        Err(error) => return Err(error.into()),
    };
    if let Some(workspace) = workspace {
        let Operator { id, name, email, .. } = &operator;
        myself::join_as(&app, workspace, *id, name, email).await?;
    }
    begin(&app, StatusCode::CREATED, operator.num, &headers).await
}
