//! The two keys that a browser hands out with its subscription: strangers' bytes, checked once and then used as they
//! are for every message.

use aws_lc_rs::agreement::{ECDH_P256, ParsedPublicKey, UnparsedPublicKey};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Browsers write base64url without padding, some libraries with it.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Bytes of an uncompressed P-256 point.
pub(super) const POINT: usize = 65;
/// Bytes of the authentication secret (RFC 8291 §3.2).
pub(super) const AUTH: usize = 16;

/// Why the keys of a subscription cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysRefused {
    /// `p256dh` is not base64url of an uncompressed point on P-256.
    #[error("p256dh is not an uncompressed point on P-256 in base64url")]
    PublicKey,
    /// `auth` is not base64url of 16 bytes.
    #[error("auth is not 16 bytes in base64url")]
    Auth,
}

/// The checked keys of one subscription.
#[derive(Clone)]
pub struct SubscriptionKeys {
    pub(super) public: [u8; POINT],
    pub(super) parsed: ParsedPublicKey,
    pub(super) auth: [u8; AUTH],
}

impl SubscriptionKeys {
    /// Reads the keys as a browser's `PushSubscription.toJSON()` writes them, with or without padding.
    ///
    /// # Errors
    /// [`KeysRefused`] names the key.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self, KeysRefused> {
        let public = BASE64URL.decode(p256dh).map_err(|_| KeysRefused::PublicKey)?;
        let auth = BASE64URL.decode(auth).map_err(|_| KeysRefused::Auth)?;
        Self::from_bytes(&public, &auth)
    }

    /// Takes the keys as the store keeps them.
    ///
    /// # Errors
    /// [`KeysRefused`] names the key.
    pub fn from_bytes(public: &[u8], auth: &[u8]) -> Result<Self, KeysRefused> {
        let public: [u8; POINT] = public.try_into().map_err(|_| KeysRefused::PublicKey)?;
        let auth: [u8; AUTH] = auth.try_into().map_err(|_| KeysRefused::Auth)?;
        // The library would also take compressed and hybrid points, which RFC 8291 does not know.
        if public[0] != 4 {
            return Err(KeysRefused::PublicKey);
        }
        let parsed = ParsedPublicKey::try_from(UnparsedPublicKey::new(&ECDH_P256, &public))
            .map_err(|_| KeysRefused::PublicKey)?;
        Ok(Self { public, parsed, auth })
    }

    /// The public key, an uncompressed point (65 bytes).
    pub fn public(&self) -> &[u8; POINT] {
        &self.public
    }

    /// The authentication secret.
    pub fn auth(&self) -> &[u8; AUTH] {
        &self.auth
    }
}

impl std::fmt::Debug for SubscriptionKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SubscriptionKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    /// The receiver of RFC 8291 §5.
    const P256DH: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH_B64: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    #[test]
    fn accepts_with_and_without_padding() {
        assert!(SubscriptionKeys::parse(P256DH, AUTH_B64).is_ok());
        let keys = SubscriptionKeys::parse(&format!("{P256DH}="), &format!("{AUTH_B64}==")).unwrap();
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(keys.public()), P256DH);
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(keys.auth()), AUTH_B64);
    }

    #[test]
    fn refuses_what_is_no_point() {
        let good = BASE64_URL_SAFE_NO_PAD.decode(P256DH).unwrap();
        let with = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = good.clone();
            change(&mut bytes);
            SubscriptionKeys::parse(&BASE64_URL_SAFE.encode(&bytes), AUTH_B64).unwrap_err()
        };
        let off_curve = with(&|b| b[64] ^= 1);
        let short = with(&|b| b.truncate(64));
        let long = with(&|b| b.push(0));
        let prefix = with(&|b| b[0] = 5);
        let hybrid = with(&|b| b[0] = 6 | (b[64] & 1));
        let compressed = with(&|b| {
            b[0] = 2 | (b[64] & 1);
            b.truncate(33);
        });
        let zero = with(&|b| b[1..].fill(0));
        let infinity = with(&|b| *b = vec![0]);
        // Coordinates that are equal modulo the field's prime but not below it.
        let unreduced = with(&|b| b[1..].fill(0xff));
        for refused in [off_curve, short, long, prefix, hybrid, compressed, zero, infinity, unreduced] {
            assert_eq!(refused, KeysRefused::PublicKey);
        }
        assert_eq!(SubscriptionKeys::parse("", AUTH_B64).unwrap_err(), KeysRefused::PublicKey);
        assert_eq!(SubscriptionKeys::parse("*", AUTH_B64).unwrap_err(), KeysRefused::PublicKey);
    }

    #[test]
    fn refuses_another_length_of_auth() {
        for length in [0, 15, 17, 32] {
            let auth = BASE64_URL_SAFE_NO_PAD.encode(vec![7; length]);
            assert_eq!(SubscriptionKeys::parse(P256DH, &auth).unwrap_err(), KeysRefused::Auth, "{length}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(p256dh in ".{0,120}", auth in ".{0,40}") {
            let _ = SubscriptionKeys::parse(&p256dh, &auth);
        }

        #[test]
        fn random_points_are_refused(mut point in prop::collection::vec(any::<u8>(), POINT), auth in any::<[u8; AUTH]>()) {
            point[0] = 4;
            // About half of all x have a y, but a random pair is on the curve with a chance of 2⁻²⁵⁶.
            prop_assert_eq!(SubscriptionKeys::from_bytes(&point, &auth).unwrap_err(), KeysRefused::PublicKey);
        }
    }
}
