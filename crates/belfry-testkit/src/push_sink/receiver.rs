//! The receiving side of RFC 8291 and RFC 8188, written from the RFCs on bare HMAC and AES, so that it shares nothing
//! with the sending side that it judges.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use belfry_types::rng::{Rng, SystemRng};

/// A browser's side of a subscription.
pub struct Receiver {
    private: PrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Receiver({})", self.p256dh())
    }
}

impl Receiver {
    /// New keys.
    ///
    /// # Panics
    /// The system has no randomness.
    pub fn generate() -> Self {
        let private = PrivateKey::generate(&ECDH_P256).expect("a key can be made");
        let public = private.compute_public_key().expect("a key has a public part").as_ref().to_vec();
        let mut auth = [0; 16];
        SystemRng.fill(&mut auth);
        Self { private, public, auth }
    }

    /// The public key, base64url.
    pub fn p256dh(&self) -> String {
        BASE64URL.encode(&self.public)
    }

    /// The authentication secret, base64url.
    pub fn auth(&self) -> String {
        BASE64URL.encode(self.auth)
    }

    /// Reads the body of a push message.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn decrypt(&self, body: &[u8]) -> Result<Vec<u8>, String> {
        let (salt, rest) = body.split_at_checked(16).ok_or("no salt")?;
        let (size, rest) = rest.split_first_chunk::<4>().ok_or("no record size")?;
        let size = u32::from_be_bytes(*size) as usize;
        let (&length, rest) = rest.split_first().ok_or("no key id length")?;
        let (sender, record) = rest.split_at_checked(usize::from(length)).ok_or("no key id")?;
        if sender.len() != 65 {
            return Err(format!("the key id has {} bytes", sender.len()));
        }
        // RFC 8291 §4: one record only.
        if size < 18 || record.len() > size {
            return Err(format!("a record of {} bytes where {size} are the limit", record.len()));
        }
        let peer = UnparsedPublicKey::new(&ECDH_P256, sender);
        let secret = agree(&self.private, peer, "no agreement".to_owned(), |secret| Ok(secret.to_vec()))?;
        let prk = mac(&self.auth, &[&secret]);
        let ikm = mac(&prk, &[b"WebPush: info\0", &self.public, sender, &[1]]);
        let prk = mac(salt, &[&ikm]);
        let key = &mac(&prk, &[b"Content-Encoding: aes128gcm\0", &[1]])[..16];
        let nonce = mac(&prk, &[b"Content-Encoding: nonce\0", &[1]]);
        let nonce: [u8; 12] = nonce[..12].try_into().map_err(|_| "no nonce")?;
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).map_err(|_| "no cipher")?);
        let mut record = record.to_vec();
        let plain = cipher
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)
            .map_err(|_| "the record is not authentic")?;
        let end = plain.iter().rposition(|&b| b != 0).ok_or("only padding")?;
        if plain[end] != 2 {
            return Err("the delimiter is not that of the last record".to_owned());
        }
        Ok(plain[..end].to_vec())
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(HMAC_SHA256, key));
    for part in parts {
        context.update(part);
    }
    context.sign().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8291 §5.
    #[test]
    fn reads_the_example_of_rfc_8291() {
        let b64 = |text: &str| BASE64URL.decode(text).unwrap();
        let private =
            PrivateKey::from_private_key(&ECDH_P256, &b64("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
                .unwrap();
        let public = private.compute_public_key().unwrap().as_ref().to_vec();
        let auth = b64("BTBZMqHH6r4Tts7J_aSIgg").try_into().unwrap();
        let receiver = Receiver { private, public, auth };
        let body = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz\
                    AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        let mut body = b64(body);
        assert_eq!(receiver.decrypt(&body).unwrap(), b"When I grow up, I want to be a watermelon");
        *body.last_mut().unwrap() ^= 1;
        assert_eq!(receiver.decrypt(&body).unwrap_err(), "the record is not authentic");
        for length in 0..body.len() {
            assert!(receiver.decrypt(&body[..length]).is_err());
        }
    }
}
