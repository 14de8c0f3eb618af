//! What is secret and must be read again (push keys, signing keys) is kept encrypted with keys that are derived from
//! the installation's: AES-256-GCM, a random nonce each, bound to a purpose. Bearer secrets are not kept here: of them
//! there is only a hash.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use belfry_types::rng::Rng;
use belfry_types::secret::{Secret, USER_TOKEN};

use crate::error::{Error, Result};
use crate::store::Store;

/// The first byte of what is encrypted; another scheme gets another.
const SCHEME: u8 = 1;

/// Keys derived from the installation's key.
pub(crate) struct Cipher {
    key: LessSafeKey,
    receipts: [u8; 32],
    sessions: hmac::Key,
}

impl Cipher {
    pub(crate) fn new(installation_key: &[u8; 32]) -> Self {
        let key = derive(installation_key, "belfry secrets 1");
        let key = UnboundKey::new(&AES_256_GCM, &key).expect("an AES-256 key has 32 bytes");
        let sessions = derive(installation_key, "belfry sessions 1");
        Self {
            key: LessSafeKey::new(key),
            receipts: derive(installation_key, "belfry receipts 1"),
            sessions: hmac::Key::new(hmac::HMAC_SHA256, &sessions),
        }
    }

    /// The token of the session that this link begins for whoever says this key: the same whenever it is asked for, so
    /// that an answer that was lost can be given again although only a hash of the token is kept. Without the link,
    /// without the key or without the installation's key it is 256 random bits to everybody.
    pub(crate) fn session_of(&self, link: &str, key: &str) -> Secret {
        let mut context = hmac::Context::with_key(&self.sessions);
        // The lengths say where one ends and the other begins, whatever is in them.
        for part in [link, key] {
            context.update(&u64::try_from(part.len()).expect("a length fits").to_be_bytes());
            context.update(part.as_bytes());
        }
        let bits = context.sign();
        Secret::of_bits(USER_TOKEN, bits.as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes"))
    }

    /// `scheme ‖ nonce ‖ ciphertext ‖ tag`. Random nonces are safe here: far fewer than 2³² secrets are ever written.
    pub(crate) fn encrypt(&self, rng: &dyn Rng, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce);
        let mut body = plain.to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose.as_bytes()),
                &mut body,
            )
            .expect("a secret is far shorter than what GCM can seal");
        let mut out = Vec::with_capacity(1 + NONCE_LEN + body.len());
        out.push(SCHEME);
        out.extend_from_slice(&nonce);
        out.append(&mut body);
        out
    }

    pub(crate) fn decrypt(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let wrong =
            || Error::Corrupt(format!("the secret \"{purpose}\" does not open with the installation's key"));
        let (scheme, rest) = sealed.split_first().ok_or_else(wrong)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
        if *scheme != SCHEME {
            return Err(wrong());
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
        let mut body = body.to_vec();
        let plain =
            self.key.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body).map_err(|_| wrong())?;
        Ok(plain.to_vec())
    }
}

impl Store {
    /// The key that signs the capabilities inside pushes; the same for every node of the installation.
    pub fn receipt_key(&self) -> [u8; 32] {
        self.cipher.receipts
    }

    pub(crate) fn encrypt(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        self.cipher.encrypt(&*self.rng, purpose, plain)
    }

    pub(crate) fn decrypt(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.cipher.decrypt(purpose, sealed)
    }
}

/// One key per use, so that what leaks of one says nothing about another.
fn derive(installation_key: &[u8; 32], purpose: &str) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, installation_key);
    hmac::sign(&key, purpose.as_bytes()).as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use belfry_types::rng::TestRng;

    #[test]
    fn round_trip_and_nothing_else_opens_it() {
        let (cipher, rng) = (Cipher::new(&[7; 32]), TestRng::seeded(1));
        let sealed = cipher.encrypt(&rng, "push-key/1", b"secret");
        assert_eq!(cipher.decrypt("push-key/1", &sealed).unwrap(), b"secret");
        assert_ne!(sealed, cipher.encrypt(&rng, "push-key/1", b"secret"), "each has a nonce of its own");
        assert!(cipher.decrypt("push-key/2", &sealed).is_err());
        assert!(Cipher::new(&[8; 32]).decrypt("push-key/1", &sealed).is_err());
        for i in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[i] ^= 1;
            assert!(cipher.decrypt("push-key/1", &broken).is_err(), "byte {i} is not covered");
            assert!(cipher.decrypt("push-key/1", &sealed[..i]).is_err(), "{i} bytes are not enough");
        }
    }

    #[test]
    fn each_use_has_its_own_key() {
        let cipher = Cipher::new(&[7; 32]);
        assert_ne!(cipher.receipts, [7; 32]);
        assert_ne!(cipher.receipts, Cipher::new(&[8; 32]).receipts);
        assert_eq!(cipher.receipts, Cipher::new(&[7; 32]).receipts);
    }

    #[test]
    fn a_session_is_of_one_link_one_key_and_one_installation() {
        let cipher = Cipher::new(&[7; 32]);
        let session = cipher.session_of("bfl_a", "key");
        assert_eq!(session, Cipher::new(&[7; 32]).session_of("bfl_a", "key"));
        assert!(session.reveal().starts_with("bfu_") && session.reveal().len() == 47);
        for other in [
            cipher.session_of("bfl_b", "key"),
            cipher.session_of("bfl_a", "kez"),
            cipher.session_of("bfl_ak", "ey"),
            Cipher::new(&[8; 32]).session_of("bfl_a", "key"),
        ] {
            assert_ne!(session, other);
        }
    }
}
