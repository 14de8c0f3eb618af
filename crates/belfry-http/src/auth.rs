//! Who asks. Bearer secrets and sessions are looked up by their hash, signed tokens are verified by `jwt.rs`; what was
//! found is kept for a few seconds, so that the hot path asks no database and a revocation still holds within five.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use belfry_store::{KeyGrant, OperatorGrant, UserGrant};
use belfry_types::secret::{API_KEY, SESSION, SecretHash, USER_TOKEN, hash};
use belfry_types::time::Millis;
use quick_cache::sync::Cache;

use crate::jwt;
use crate::problem::Problem;
use crate::state::AppState;

/// How long a found credential is not looked up again.
const FRESH: Duration = Duration::from_secs(3);
/// Credentials that are kept.
const KEPT: usize = 100_000;
/// Bytes of a credential that are looked at.
const LONGEST: usize = 4_096;

/// A person who acts, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveGrant {
    /// Who, and in which workspace.
    pub user: UserGrant,
    /// When the token ends, where it says so.
    pub expires_at: Option<Millis>,
    /// A magic link began it: using it prolongs it.
    pub session: bool,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    Key(Arc<KeyGrant>),
    Operator(Arc<OperatorGrant>),
    User(LiveGrant),
    Nobody,
}

#[derive(Debug, Clone)]
struct Known {
    identity: Identity,
    seen: Millis,
}

/// When each was last used, by its internal number.
type Used = Mutex<HashMap<i64, Millis>>;

/// What was found lately, and which API keys and sessions were used since that was last written down.
pub struct Credentials {
    known: Cache<SecretHash, Known>,
    keys: Used,
    sessions: Used,
}

impl Default for Credentials {
    fn default() -> Self {
        Self { known: Cache::new(KEPT), keys: Used::default(), sessions: Used::default() }
    }
}

impl Credentials {
    /// Something was revoked on this node: nothing that was found before counts any more.
    pub(crate) fn forget(&self) {
        self.known.clear();
    }

    /// One credential changed on this node: it is looked up again.
    pub(crate) fn forget_one(&self, key: &SecretHash) {
        self.known.remove(key);
    }

    /// The API keys that were used since the last call, with the time.
    pub(crate) fn take_used_keys(&self) -> Vec<(i64, Millis)> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }

    /// The sessions that were used since the last call, with the time.
    pub(crate) fn take_used_sessions(&self) -> Vec<(i64, Millis)> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }

    fn keep(&self, key: SecretHash, identity: &Identity, seen: Millis) {
        let used = match identity {
            Identity::Key(grant) => Some((&self.keys, grant.num)),
            Identity::Operator(grant) => Some((&self.sessions, grant.session)),
            Identity::User(_) | Identity::Nobody => None,
        };
        if let Some((used, num)) = used {
            used.lock().unwrap_or_else(PoisonError::into_inner).insert(num, seen);
        }
        self.known.insert(key, Known { identity: identity.clone(), seen });
    }
}

/// The bearer credential of a request (RFC 6750 §2.1).
pub fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values
        .next()
        .ok_or_else(|| Problem::unauthenticated("Send Authorization: Bearer with a key or token."))?;
    if values.next().is_some() {
        return Err(Problem::unauthenticated("There is more than one Authorization header."));
    }
    credential(value).ok_or_else(|| {
        Problem::unauthenticated("The Authorization header is not Bearer with one credential.")
    })
}

fn credential(value: &HeaderValue) -> Option<&str> {
    let (scheme, rest) = value.to_str().ok()?.split_once(' ')?;
    let rest = rest.trim_start_matches(' ');
    let fits = scheme.eq_ignore_ascii_case("bearer")
        && !rest.is_empty()
        && rest.len() <= LONGEST
        && !rest.contains(' ');
    fits.then_some(rest)
}

/// Finds out whose a bearer credential is; 401 for nobody's. `address` is where it came from: strangers who try again
/// and again are not looked up any more.
pub(crate) async fn identify(
    app: &AppState,
    token: &str,
    address: Option<IpAddr>,
) -> Result<Identity, Problem> {
    let unknown = || Problem::unauthenticated("The credential is unknown, revoked or expired.");
    // The secret of a cookie counts as a cookie alone, which what changes something may not be sent with from anywhere.
    if token.starts_with(SESSION) {
        return Err(unknown());
    }
    let found = found(app, token, address, async |key, now| {
        Ok(if token.starts_with(API_KEY) {
            app.store.api_key_by_hash(key).await?.map(|grant| Identity::Key(Arc::new(grant)))
        } else if token.starts_with(USER_TOKEN) {
            let found = app.store.user_by_token(key).await?;
            found.map(|it| {
                let expires_at = Some(it.expires_at);
                Identity::User(LiveGrant { user: it.grant, expires_at, session: it.session })
            })
        } else {
            jwt::verify(&app.store, token, now).await?.map(Identity::User)
        })
    });
    found.await?.ok_or_else(unknown)
}

/// Finds out whose session the secret of a cookie is, if it is one.
pub(crate) async fn identify_session(
    app: &AppState,
    secret: &str,
    address: Option<IpAddr>,
) -> Result<Option<Identity>, Problem> {
    found(app, secret, address, async |key, _| {
        let grant = app.store.operator_by_session(key).await?;
        Ok(grant.map(|grant| Identity::Operator(Arc::new(grant))))
    })
    .await
}

/// Who it was a moment ago, else who it is now.
async fn found(
    app: &AppState,
    presented: &str,
    address: Option<IpAddr>,
    look_up: impl AsyncFnOnce(&SecretHash, Millis) -> Result<Option<Identity>, Problem>,
) -> Result<Option<Identity>, Problem> {
    let (now, key) = (app.clock.now(), hash(presented));
    if let Some(known) = app.credentials.known.get(&key)
        && known.seen <= now
        && now.since(known.seen) < FRESH
        && holds(&known.identity, now)
    {
        return Ok(Some(known.identity));
    }
    if let Some(wait) = address.and_then(|address| app.rates.barred(address, now)) {
        return Err(Problem::rate_limited(wait));
    }
    let identity = look_up(&key, now).await?;
    match &identity {
        Some(identity) => app.credentials.keep(key, identity, now),
        None => drop(app.credentials.known.remove(&key)),
    }
    Ok(identity)
}

fn holds(identity: &Identity, now: Millis) -> bool {
    let until = match identity {
        Identity::Key(grant) => grant.expires_at,
        Identity::Operator(grant) => Some(grant.expires_at),
        Identity::User(grant) => grant.expires_at,
        Identity::Nobody => None,
    };
    until.is_none_or(|until| now < until)
}

/// Whose a user token is, for connections that stay open. It is looked up anew: whoever was sent away because a token
/// ended must not come back with what was found before.
pub async fn live_grant(app: &AppState, token: &str) -> Result<LiveGrant, Problem> {
    app.credentials.known.remove(&hash(token));
    match identify(app, token, None).await? {
        Identity::User(grant) => Ok(grant),
        _ => Err(wrong_kind("user token")),
    }
}

pub(crate) fn wrong_kind(wanted: &str) -> Problem {
    Problem::unauthenticated(format!("This needs a {wanted}."))
}

/// What the gate found out about the request.
pub(crate) fn identity(parts: &Parts) -> &Identity {
    parts.extensions.get().unwrap_or(&Identity::Nobody)
}

/// A person who asks.
#[derive(Debug, Clone, Copy)]
pub struct CurrentUser(pub UserGrant);

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match identity(parts) {
            Identity::User(grant) => Ok(Self(grant.user)),
            Identity::Key(_) | Identity::Operator(_) => Err(wrong_kind("user token")),
            Identity::Nobody => bearer(&parts.headers).and_then(|_| Err(wrong_kind("user token"))),
        }
    }
}

/// A person who asks, with what they presented.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession {
    /// Who it is, and until when.
    pub grant: LiveGrant,
    /// The hash of an issued token; `None` for one that the host product signed.
    pub token: Option<SecretHash>,
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        CurrentUser::from_request_parts(parts, state).await?;
        let Identity::User(grant) = identity(parts) else { return Err(wrong_kind("user token")) };
        let presented = bearer(&parts.headers)?;
        let token = presented.starts_with(USER_TOKEN).then(|| hash(presented));
        Ok(Self { grant: *grant, token })
    }
}

/// A person who asks, where that is not needed.
#[derive(Debug, Clone, Copy)]
pub struct MaybeUser(pub Option<UserGrant>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeUser {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(match identity(parts) {
            Identity::User(grant) => Some(grant.user),
            _ => None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearers() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            }
            bearer(&headers).map(str::to_owned).ok()
        };
        assert_eq!(of(&["Bearer bfk_x"]), Some("bfk_x".into()));
        assert_eq!(of(&["bearer  bfk_x"]), Some("bfk_x".into()));
        for bad in
            [&[][..], &["Basic x"], &["Bearer"], &["Bearer "], &["Bearer a b"], &["Bearer a", "Bearer b"]]
        {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }
}
