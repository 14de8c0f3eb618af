//! Message encryption for web push (RFC 8291) as one record of `aes128gcm` (RFC 8188). Every message has its own
//! ephemeral key and salt; neither is ever used again.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use belfry_types::limits::PUSH_PAYLOAD_BYTES;
use belfry_types::rng::Rng;

use super::keys::{POINT, SubscriptionKeys};

/// Bytes that fit into one message (RFC 8291 §4).
pub const MAX_PLAINTEXT: usize = PUSH_PAYLOAD_BYTES;

const SALT: usize = 16;
const HEADER: usize = SALT + 4 + 1 + POINT;
const TAG: usize = 16;
const RECORD_SIZE: u32 = 4096;
/// Ends the last record (RFC 8188 §2).
const LAST: u8 = 2;

/// Why a message could not be encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncryptError {
    /// More than [`MAX_PLAINTEXT`] bytes.
    #[error("the message is longer than {MAX_PLAINTEXT} bytes")]
    TooLong,
    /// The cryptographic library refused; with checked keys this does not happen.
    #[error("the message could not be encrypted")]
    Crypto,
}

/// The length of an HKDF output.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Encrypts `plaintext` for the owner of `keys`; gives the whole body of the request. The salt is of `rng`.
///
/// # Errors
/// [`EncryptError::TooLong`], or [`EncryptError::Crypto`], which checked keys do not cause.
pub fn encrypt(rng: &dyn Rng, keys: &SubscriptionKeys, plaintext: &[u8]) -> Result<Vec<u8>, EncryptError> {
    // The library draws the key itself: this takes half as long as making one from bytes of `rng`, and a key that is
    // forgotten at once is nothing that a test would want to repeat.
    let ephemeral = PrivateKey::generate(&ECDH_P256).map_err(|_| EncryptError::Crypto)?;
    let mut salt = [0; SALT];
    rng.fill(&mut salt);
    encrypt_with(&ephemeral, &salt, keys, plaintext)
}

/// The same with a given ephemeral key and salt, as RFC 8291's example needs it.
fn encrypt_with(
    ephemeral: &PrivateKey,
    salt: &[u8; SALT],
    keys: &SubscriptionKeys,
    plaintext: &[u8],
) -> Result<Vec<u8>, EncryptError> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(EncryptError::TooLong);
    }
    let public = ephemeral.compute_public_key().map_err(|_| EncryptError::Crypto)?;
    let ikm = agree(ephemeral, keys.parsed.clone(), EncryptError::Crypto, |secret| {
        let prk = Salt::new(HKDF_SHA256, &keys.auth).extract(secret);
        let mut ikm = [0; 32];
        prk.expand(&[b"WebPush: info\0", &keys.public, public.as_ref()], Length(32))
            .and_then(|okm| okm.fill(&mut ikm))
            .map_err(|_| EncryptError::Crypto)?;
        Ok(ikm)
    })?;
    let prk = Salt::new(HKDF_SHA256, salt).extract(&ikm);
    let mut key = [0; 16];
    let mut nonce = [0; NONCE_LEN];
    prk.expand(&[b"Content-Encoding: aes128gcm\0"], Length(key.len()))
        .and_then(|okm| okm.fill(&mut key))
        .and_then(|()| prk.expand(&[b"Content-Encoding: nonce\0"], Length(nonce.len())))
        .and_then(|okm| okm.fill(&mut nonce))
        .map_err(|_| EncryptError::Crypto)?;
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).map_err(|_| EncryptError::Crypto)?);

    let mut body = Vec::with_capacity(HEADER + plaintext.len() + 1 + TAG);
    body.extend_from_slice(salt);
    body.extend_from_slice(&RECORD_SIZE.to_be_bytes());
    body.push(POINT as u8);
    body.extend_from_slice(public.as_ref());
    body.extend_from_slice(plaintext);
    body.push(LAST);
    let tag = cipher
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut body[HEADER..])
        .map_err(|_| EncryptError::Crypto)?;
    body.extend_from_slice(tag.as_ref());
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use belfry_types::rng::SystemRng;

    fn b64(text: &str) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291 §5 and appendix A.
    #[test]
    fn the_example_of_rfc_8291() {
        let keys = SubscriptionKeys::parse(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        )
        .unwrap();
        let ephemeral =
            PrivateKey::from_private_key(&ECDH_P256, &b64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
                .unwrap();
        let salt = b64("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let body =
            encrypt_with(&ephemeral, &salt, &keys, b"When I grow up, I want to be a watermelon").unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz\
                        AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(body), expected);
    }

    fn subscriber() -> SubscriptionKeys {
        let private = PrivateKey::generate(&ECDH_P256).unwrap();
        SubscriptionKeys::from_bytes(private.compute_public_key().unwrap().as_ref(), &[3; 16]).unwrap()
    }

    #[test]
    fn one_record_of_at_most_4096_bytes() {
        let keys = subscriber();
        let body = encrypt(&SystemRng, &keys, &[b'x'; MAX_PLAINTEXT]).unwrap();
        assert_eq!(body.len(), 4096);
        assert_eq!(body[16..20], 4096u32.to_be_bytes());
        assert_eq!(encrypt(&SystemRng, &keys, &[b'x'; MAX_PLAINTEXT + 1]), Err(EncryptError::TooLong));
        assert_eq!(encrypt(&SystemRng, &keys, b"").unwrap().len(), HEADER + 1 + TAG);
    }

    #[test]
    fn every_message_has_its_own_key_and_salt() {
        let keys = subscriber();
        let one = encrypt(&SystemRng, &keys, b"x").unwrap();
        let two = encrypt(&SystemRng, &keys, b"x").unwrap();
        assert_ne!(one[..SALT], two[..SALT]);
        assert_ne!(one[SALT + 5..HEADER], two[SALT + 5..HEADER]);
    }
}
