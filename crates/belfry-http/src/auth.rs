//! Who asks. Bearer secrets are looked up by their hash, signed tokens are verified by `jwt.rs`; what was found is kept
//! for a few seconds, so that the hot path asks no database and a revocation still holds within five. This is where
//! scopes are made.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use belfry_store::{KeyGrant, UserGrant};
use belfry_types::rights::Permission;
use belfry_types::scope::Scope;
use belfry_types::secret::{API_KEY, SecretHash, USER_TOKEN, hash};
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
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    Key(KeyGrant),
    User(LiveGrant),
    Nobody,
}

#[derive(Debug, Clone)]
struct Known {
    identity: Identity,
    seen: Millis,
}

/// What was found lately, and which API keys were used since that was last written down.
pub struct Credentials {
    known: Cache<SecretHash, Known>,
    used: Mutex<HashMap<i64, Millis>>,
}

impl Default for Credentials {
    fn default() -> Self {
        Self { known: Cache::new(KEPT), used: Mutex::default() }
    }
}

impl Credentials {
    /// Something was revoked on this node: nothing that was found before counts any more.
    pub(crate) fn forget(&self) {
        self.known.clear();
    }

    /// The API keys that were used since the last call, with the time.
    pub(crate) fn take_used(&self) -> Vec<(i64, Millis)> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
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

/// Finds out whose a credential is; 401 for nobody's. `address` is where it came from: strangers who try again and
/// again are not looked up any more.
pub(crate) async fn identify(
    app: &AppState,
    token: &str,
    address: Option<IpAddr>,
) -> Result<Identity, Problem> {
    let (now, key) = (app.clock.now(), hash(token));
    if let Some(known) = app.credentials.known.get(&key)
        && known.seen <= now
        && now.since(known.seen) < FRESH
        && holds(&known.identity, now)
    {
        return Ok(known.identity);
    }
    if let Some(wait) = address.and_then(|address| app.rates.barred(address, now)) {
        return Err(Problem::rate_limited(wait));
    }
    let identity = if token.starts_with(API_KEY) {
        app.store.api_key_by_hash(&key).await?.map(Identity::Key)
    } else if token.starts_with(USER_TOKEN) {
        let found = app.store.user_by_token(&key).await?;
        found.map(|(user, until)| Identity::User(LiveGrant { user, expires_at: Some(until) }))
    } else {
        jwt::verify(&app.store, token, now).await?.map(Identity::User)
    };
    let Some(identity) = identity else {
        app.credentials.known.remove(&key);
        return Err(Problem::unauthenticated("The credential is unknown, revoked or expired."));
    };
    if let Identity::Key(grant) = &identity {
        app.credentials.used.lock().unwrap_or_else(PoisonError::into_inner).insert(grant.num, now);
    }
    app.credentials.known.insert(key, Known { identity: identity.clone(), seen: now });
    Ok(identity)
}

fn holds(identity: &Identity, now: Millis) -> bool {
    let until = match identity {
        Identity::Key(grant) => grant.expires_at,
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

fn wrong_kind(wanted: &str) -> Problem {
    Problem::unauthenticated(format!("This needs a {wanted}."))
}

/// What the gate found out about the request.
fn identity(parts: &Parts) -> &Identity {
    parts.extensions.get().unwrap_or(&Identity::Nobody)
}

/// An API key that asks.
#[derive(Debug, Clone)]
pub struct Key(KeyGrant);

impl Key {
    /// The key's organization, for what the key was given permission to. A key of one workspace is refused: what it
    /// asks for spans workspaces.
    pub fn allow(&self, permission: Permission) -> Result<Scope, Problem> {
        if self.0.workspace.is_some() {
            return Err(Problem::forbidden("workspace_key", "This key is limited to one workspace."));
        }
        self.allow_anywhere(permission)
    }

    /// Like [`Key::allow`], also for a key of one workspace; the caller looks at [`Key::workspace`].
    pub fn allow_anywhere(&self, permission: Permission) -> Result<Scope, Problem> {
        if self.0.permissions.allow(permission) {
            return Ok(Scope::granted(self.0.organization));
        }
        let detail = format!("The key lacks the permission {permission}.");
        Err(Problem::forbidden("permission_missing", detail))
    }

    /// The only workspace that the key opens.
    pub fn workspace(&self) -> Option<i64> {
        self.0.workspace
    }

    /// What was granted.
    pub fn grant(&self) -> &KeyGrant {
        &self.0
    }

    /// To find out which workspace is meant; nothing is shown before a permission was asked for.
    pub(crate) fn unchecked_scope(&self) -> Scope {
        Scope::granted(self.0.organization)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match identity(parts) {
            Identity::Key(grant) => Ok(Self(grant.clone())),
            Identity::User(_) => Err(wrong_kind("API key")),
            Identity::Nobody => bearer(&parts.headers).and_then(|_| Err(wrong_kind("API key"))),
        }
    }
}

/// A person who asks.
#[derive(Debug, Clone, Copy)]
pub struct CurrentUser(pub UserGrant);

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match identity(parts) {
            Identity::User(grant) => Ok(Self(grant.user)),
            Identity::Key(_) => Err(wrong_kind("user token")),
            Identity::Nobody => bearer(&parts.headers).and_then(|_| Err(wrong_kind("user token"))),
        }
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
