//! Voluntary application server identification (RFC 8292): the key pair that subscriptions are bound to, and the
//! signed tokens, kept per push origin because a signature costs as much as several messages.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use belfry_types::rng::Rng;
use belfry_types::time::Millis;
use http::header::HeaderValue;

/// How long a token is valid; RFC 8292 §2 allows a day, and clocks differ.
const VALID: Duration = Duration::from_secs(12 * 3600);
/// A token with less time left is made anew.
const RENEW: Duration = Duration::from_secs(3600);
/// Tokens that are kept.
const TOKENS_MAX: usize = 4096;

/// The key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the VAPID key is not a P-256 key in PKCS #8")]
pub struct VapidKeyRefused;

/// A key pair for ES256.
pub struct VapidKey {
    pair: EcdsaKeyPair,
    public: String,
}

impl VapidKey {
    /// A new key.
    pub fn generate(rng: &dyn Rng) -> Self {
        let mut secret = [0; 32];
        loop {
            rng.fill(&mut secret);
            let pair = PrivateKey::from_private_key(&ECDH_P256, &secret).ok().and_then(|private| {
                let public = private.compute_public_key().ok()?;
                let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
                EcdsaKeyPair::from_private_key_and_public_key(algorithm, &secret, public.as_ref()).ok()
            });
            // One in 2³² draws is not below the curve's order.
            if let Some(pair) = pair {
                return Self::new(pair);
            }
        }
    }

    /// Reads what [`VapidKey::to_pkcs8`] wrote.
    ///
    /// # Errors
    /// [`VapidKeyRefused`].
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, VapidKeyRefused> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes)
            .map(Self::new)
            .map_err(|_| VapidKeyRefused)
    }

    /// The private key in PKCS #8, to be stored encrypted.
    ///
    /// # Errors
    /// [`VapidKeyRefused`] when the library cannot write it.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>, VapidKeyRefused> {
        self.pair.to_pkcs8v1().map(|d| d.as_ref().to_vec()).map_err(|_| VapidKeyRefused)
    }

    /// The public key as browsers take it for `applicationServerKey`: an uncompressed point in base64url.
    pub fn public_key_b64url(&self) -> &str {
        &self.public
    }

    fn new(pair: EcdsaKeyPair) -> Self {
        let public = BASE64URL.encode(pair.public_key().as_ref());
        Self { pair, public }
    }

    /// The value of `Authorization` (RFC 8292 §3) for `origin` until `expires`.
    fn authorization(&self, origin: &str, subject: &str, expires: Millis) -> Option<HeaderValue> {
        let header = BASE64URL.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = serde_json::json!({ "aud": origin, "exp": expires.0 / 1000, "sub": subject });
        let signed = format!("{header}.{}", BASE64URL.encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        let value = format!("vapid t={signed}.{}, k={}", BASE64URL.encode(signature.as_ref()), self.public);
        HeaderValue::from_maybe_shared(bytes::Bytes::from(value)).ok()
    }
}

impl std::fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VapidKey({})", self.public)
    }
}

/// Signed tokens by key and origin.
#[derive(Debug)]
pub struct VapidTokens {
    subject: String,
    kept: Mutex<HashMap<String, HashMap<String, Token>>>,
}

#[derive(Debug)]
struct Token {
    value: HeaderValue,
    made: Millis,
    expires: Millis,
}

impl Token {
    /// Not about to expire, and not from the future: a clock that was set back must not stretch a day.
    fn usable(&self, now: Millis) -> bool {
        self.made <= now && self.expires.since(now) >= RENEW
    }
}

impl VapidTokens {
    /// No tokens yet. `subject` is how push services reach the operator: a `mailto:` or `https:` URI.
    pub fn new(subject: String) -> Self {
        Self { subject, kept: Mutex::default() }
    }

    /// The value of `Authorization` for messages to `origin`; signed only when none is kept that is valid for another
    /// hour. `None` only when the library refuses to sign.
    pub fn authorization(&self, key: &VapidKey, origin: &str, now: Millis) -> Option<HeaderValue> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = kept.get(&key.public).and_then(|origins| origins.get(origin))
            && token.usable(now)
        {
            return Some(token.value.clone());
        }
        // Signed under the lock: whoever waits would otherwise sign the same.
        let expires = now.plus(VALID);
        let value = key.authorization(origin, &self.subject, expires)?;
        if kept.values().map(HashMap::len).sum::<usize>() >= TOKENS_MAX {
            kept.clear();
        }
        let token = Token { value: value.clone(), made: now, expires };
        kept.entry(key.public.clone()).or_default().insert(origin.to_owned(), token);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use belfry_types::rng::{SystemRng, TestRng};

    const NOW: Millis = Millis(1_700_000_000_000);
    const ORIGIN: &str = "https://push.example";

    fn tokens() -> VapidTokens {
        VapidTokens::new("mailto:ops@example.com".to_owned())
    }

    /// Checks a header as a push service does (RFC 8292 §2 to §4); gives the claims.
    fn verify(header: &HeaderValue, now: Millis) -> serde_json::Value {
        let text = header.to_str().unwrap().strip_prefix("vapid ").unwrap();
        let (mut t, mut k) = (None, None);
        for parameter in text.split(',') {
            match parameter.trim().split_once('=').unwrap() {
                ("t", v) => t = Some(v),
                ("k", v) => k = Some(v),
                other => panic!("unknown parameter {other:?}"),
            }
        }
        let (signed, signature) = t.unwrap().rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let header: serde_json::Value = serde_json::from_slice(&BASE64URL.decode(header).unwrap()).unwrap();
        assert_eq!(header, serde_json::json!({ "typ": "JWT", "alg": "ES256" }));
        let point = BASE64URL.decode(k.unwrap()).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(signed.as_bytes(), &BASE64URL.decode(signature).unwrap())
            .expect("the signature is by the key that is named");
        let claims: serde_json::Value = serde_json::from_slice(&BASE64URL.decode(claims).unwrap()).unwrap();
        let exp = claims["exp"].as_i64().unwrap();
        assert!(exp > now.0 / 1000 && exp <= now.0 / 1000 + 86_400, "expires within a day");
        claims
    }

    #[test]
    fn conforms_to_rfc_8292() {
        let key = VapidKey::generate(&SystemRng);
        let claims = verify(&tokens().authorization(&key, ORIGIN, NOW).unwrap(), NOW);
        assert_eq!(claims["aud"], ORIGIN);
        assert_eq!(claims["sub"], "mailto:ops@example.com");
    }

    #[test]
    fn kept_until_an_hour_before_its_end() {
        let (key, tokens) = (VapidKey::generate(&SystemRng), tokens());
        let first = tokens.authorization(&key, ORIGIN, NOW).unwrap();
        let soon = NOW.plus(VALID - RENEW);
        assert_eq!(tokens.authorization(&key, ORIGIN, soon).unwrap(), first);
        let late = soon.plus(Duration::from_millis(1));
        let second = tokens.authorization(&key, ORIGIN, late).unwrap();
        assert_ne!(second, first);
        verify(&second, late);
        // A clock that was set back by a week.
        let back = NOW.minus(Duration::from_secs(7 * 86_400));
        verify(&tokens.authorization(&key, ORIGIN, back).unwrap(), back);
    }

    #[test]
    fn each_origin_and_key_has_its_own() {
        let (a, b, tokens) = (VapidKey::generate(&SystemRng), VapidKey::generate(&SystemRng), tokens());
        let one = tokens.authorization(&a, ORIGIN, NOW).unwrap();
        let other = tokens.authorization(&a, "https://other.example", NOW).unwrap();
        assert_eq!(verify(&other, NOW)["aud"], "https://other.example");
        let rotated = tokens.authorization(&b, ORIGIN, NOW).unwrap();
        verify(&rotated, NOW);
        assert!(rotated.to_str().unwrap().ends_with(b.public_key_b64url()));
        assert_ne!(one, rotated);
    }

    #[test]
    fn memory_is_bounded() {
        let (key, tokens) = (VapidKey::generate(&SystemRng), tokens());
        for i in 0..TOKENS_MAX {
            let mut kept = tokens.kept.lock().unwrap();
            let token = Token { value: HeaderValue::from_static("x"), made: NOW, expires: NOW };
            kept.entry(key.public.clone()).or_default().insert(i.to_string(), token);
        }
        tokens.authorization(&key, ORIGIN, NOW).unwrap();
        assert_eq!(tokens.kept.lock().unwrap().values().map(HashMap::len).sum::<usize>(), 1);
    }

    #[test]
    fn survives_storage() {
        let key = VapidKey::generate(&TestRng::seeded(7));
        let again = VapidKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
        assert_eq!(again.public_key_b64url(), key.public_key_b64url());
        assert_eq!(BASE64URL.decode(key.public_key_b64url()).unwrap().len(), 65);
        verify(&tokens().authorization(&again, ORIGIN, NOW).unwrap(), NOW);
        assert_eq!(VapidKey::from_pkcs8(b"nonsense").unwrap_err(), VapidKeyRefused);
    }
}
