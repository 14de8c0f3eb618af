//! Bearer secrets: 256 random bits behind a prefix that says what they open, kept only as a SHA-256 hash.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::rng::Rng;

/// Prefix of an API key.
pub const API_KEY: &str = "bfk_";
/// Prefix of a user token.
pub const USER_TOKEN: &str = "bfu_";
/// Prefix of an operator's session.
pub const SESSION: &str = "bs_";
/// Prefix of a magic link, which signs a person in, once.
pub const USER_LINK: &str = "bfl_";
/// Prefix of a link that sets a password or sets the installation up, once.
pub const LINK: &str = "bl_";

/// What the store keeps of a bearer secret.
pub type SecretHash = [u8; 32];

/// A bearer secret in the clear; it shows itself only through [`Secret::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new secret with one of the prefixes above.
    pub fn new(prefix: &str, rng: &dyn Rng) -> Self {
        let mut bytes = [0; 32];
        rng.fill(&mut bytes);
        Self::of_bits(prefix, &bytes)
    }

    /// A secret out of 256 bits that nobody can guess who does not know what they were made from.
    pub fn of_bits(prefix: &str, bits: &[u8; 32]) -> Self {
        Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits)))
    }

    /// The text to hand out, once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What to keep.
    pub fn hash(&self) -> SecretHash {
        hash(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The hash under which a presented secret is looked up.
pub fn hash(presented: &str) -> SecretHash {
    sha256(presented.as_bytes())
}

/// SHA-256 (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}
