//! User tokens that a host product signed (RFC 7519, compact JWS). Owns which ones count: a registered key under `kid`,
//! that key's algorithm and no other, the audience `belfry-inbox`, an end at most an hour away.

use belfry_store::Store;
use belfry_types::id::SigningKeyId;
use belfry_types::limits::{JWT_MAX_S, KEY_CHARS};
use belfry_types::time::Millis;
use jsonwebtoken::errors::Error;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::auth::LiveGrant;
use crate::problem::Problem;

/// What `aud` must be.
pub const AUDIENCE: &str = "belfry-inbox";
/// Seconds by which the host product's clock may be ahead.
const LEEWAY_S: u64 = 60;

/// The algorithms that a signing key can have.
pub const ALGORITHMS: [&str; 3] = ["HS256", "ES256", "EdDSA"];

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
    nbf: Option<u64>,
}

/// The key in the form that verifies: a secret for HS256, else a public key in PEM.
pub fn decoding_key(algorithm: &str, material: &[u8]) -> Result<(Algorithm, DecodingKey), Error> {
    Ok(match algorithm {
        "HS256" => (Algorithm::HS256, DecodingKey::from_secret(material)),
        "ES256" => (Algorithm::ES256, DecodingKey::from_ec_pem(material)?),
        _ => (Algorithm::EdDSA, DecodingKey::from_ed_pem(material)?),
    })
}

/// Whose the token is; `None` if it is not good.
pub(crate) async fn verify(store: &Store, token: &str, now: Millis) -> Result<Option<LiveGrant>, Problem> {
    let Some(id) = key_id(token) else { return Ok(None) };
    let Some((workspace, algorithm, material)) = store.signing_key(id).await? else { return Ok(None) };
    let (algorithm, key) = decoding_key(&algorithm, &material).map_err(|e| Problem::internal(&e))?;
    let Some((subject, expires_at)) = subject(token, algorithm, &key, now) else { return Ok(None) };
    let user = store.member_by_external_id(workspace, &subject).await?;
    Ok(user.map(|user| LiveGrant { user, expires_at: Some(expires_at), session: false }))
}

fn key_id(token: &str) -> Option<SigningKeyId> {
    if token.bytes().filter(|b| *b == b'.').count() != 2 {
        return None;
    }
    let header = decode_header(token).ok()?;
    // Nothing that would have to be understood is (RFC 7515 §4.1.11).
    if header.crit.is_some() {
        return None;
    }
    header.kid?.parse().ok()
}

fn subject(token: &str, algorithm: Algorithm, key: &DecodingKey, now: Millis) -> Option<(String, Millis)> {
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    // Times are compared below with our own clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims = decode::<Claims>(token, key, &validation).ok()?.claims;
    let now_s = u64::try_from(now.0).ok()? / 1_000;
    let in_time = claims.exp > now_s
        && claims.exp <= now_s + JWT_MAX_S + LEEWAY_S
        && claims.nbf.is_none_or(|nbf| nbf <= now_s + LEEWAY_S);
    let fits = in_time
        && !claims.sub.is_empty()
        && claims.sub.chars().count() <= KEY_CHARS
        && !claims.sub.contains('\0');
    fits.then(|| (claims.sub, Millis(i64::try_from(claims.exp).unwrap_or(i64::MAX / 1_000) * 1_000)))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_800_000_000;
    const SECRET: &[u8] = b"a secret of at least 32 bytes....";

    fn token(header: &Header, claims: &Value) -> String {
        encode(header, claims, &EncodingKey::from_secret(SECRET)).unwrap()
    }

    fn good() -> Value {
        json!({"sub": "ann", "aud": AUDIENCE, "exp": NOW + 3_600})
    }

    fn accepted(claims: Value) -> Option<String> {
        let token = token(&Header::new(Algorithm::HS256), &claims);
        subject(&token, Algorithm::HS256, &DecodingKey::from_secret(SECRET), Millis(NOW * 1_000))
            .map(|(sub, _)| sub)
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = good();
        claims[name] = value;
        claims
    }

    #[test]
    fn claims_are_checked() {
        assert_eq!(accepted(good()), Some("ann".into()));
        assert_eq!(accepted(with("aud", json!(["other", AUDIENCE]))), Some("ann".into()));
        assert_eq!(accepted(with("nbf", json!(NOW + 10))), Some("ann".into()));
        let bad = [
            ("aud", json!("other")),
            ("aud", Value::Null),
            ("exp", json!(NOW)),
            ("exp", json!(NOW - 1)),
            ("exp", json!(NOW + 3_700)),
            ("exp", json!("soon")),
            ("exp", Value::Null),
            ("nbf", json!(NOW + 100)),
            ("sub", json!("")),
            ("sub", json!("a\0")),
            ("sub", json!("x".repeat(256))),
            ("sub", Value::Null),
        ];
        for (name, value) in bad {
            assert_eq!(accepted(with(name, value.clone())), None, "{name} {value}");
        }
    }

    #[test]
    fn only_the_registered_key_and_algorithm_count() {
        let now = Millis(NOW * 1_000);
        let token = token(&Header::new(Algorithm::HS256), &good());
        let key = DecodingKey::from_secret(SECRET);
        assert!(subject(&token, Algorithm::HS256, &DecodingKey::from_secret(b"other"), now).is_none());
        assert!(subject(&token, Algorithm::HS384, &key, now).is_none());
        let (head, rest) = token.split_once('.').unwrap();
        let none = "eyJhbGciOiJub25lIn0";
        assert!(subject(&format!("{none}.{rest}"), Algorithm::HS256, &key, now).is_none());
        assert!(
            subject(&format!("{head}.{}.", rest.split('.').next().unwrap()), Algorithm::HS256, &key, now)
                .is_none()
        );
    }

    #[test]
    fn the_key_is_named_by_its_id() {
        let id = "sgk_0198c5a8b1f07d2fa6a1c3e5f7092b4d";
        let header =
            |kid: Option<&str>| Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::HS256) };
        assert_eq!(key_id(&token(&header(Some(id)), &good())).unwrap().to_string(), id);
        assert_eq!(key_id(&token(&header(Some("other")), &good())), None);
        assert_eq!(key_id(&token(&header(None), &good())), None);
        let critical = Header { crit: Some(vec!["exp".into()]), ..header(Some(id)) };
        assert_eq!(key_id(&token(&critical, &good())), None);
        for bad in ["", "a.b", "a.b.c", "a.b.c.d", "..", "…"] {
            assert_eq!(key_id(bad), None, "{bad}");
        }
    }
}
