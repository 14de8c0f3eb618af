//! The keys of a subscription: what is taken comes out as the same bytes and a message can be encrypted for it; the
//! text of a browser and the bytes of the store are judged alike; every real key is taken.

#![no_main]

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use belfry_channels::SubscriptionKeys;
use belfry_channels::web_push::encrypt;
use belfry_types::rng::TestRng;
use libfuzzer_sys::fuzz_target;

/// Bytes of an uncompressed point, and of a private key.
const POINT: usize = 65;
const PRIVATE: usize = 32;

fn check(keys: &SubscriptionKeys) {
    assert_eq!(keys.public()[0], 4, "an uncompressed point");
    encrypt(&TestRng::seeded(1), keys, b"hello").expect("checked keys can be encrypted for");
}

fuzz_target!(|data: &[u8]| {
    // As a browser writes them: two texts, here in two lines.
    if let Ok(text) = std::str::from_utf8(data) {
        let (p256dh, auth) = text.split_once('\n').unwrap_or((text, ""));
        if let Ok(keys) = SubscriptionKeys::parse(p256dh, auth) {
            assert_eq!(BASE64URL.encode(keys.public()), p256dh.trim_end_matches('='));
            assert_eq!(BASE64URL.encode(keys.auth()), auth.trim_end_matches('='));
            check(&keys);
        }
    }

    // As the store keeps them.
    let (public, auth) = data.split_at(data.len().min(POINT));
    let stored = SubscriptionKeys::from_bytes(public, auth);
    let written = SubscriptionKeys::parse(&BASE64URL.encode(public), &BASE64URL.encode(auth));
    assert_eq!(stored.as_ref().err(), written.as_ref().err());
    if let Ok(keys) = stored {
        assert_eq!((&keys.public()[..], &keys.auth()[..]), (public, auth));
        check(&keys);
    }

    // A key that somebody has. Nearly every number of that length is one.
    if let Some(Ok(private)) = data.get(..PRIVATE).map(|seed| PrivateKey::from_private_key(&ECDH_P256, seed))
    {
        let public = private.compute_public_key().expect("it has a public key");
        check(&SubscriptionKeys::from_bytes(public.as_ref(), &[7; 16]).expect("a real key is taken"));
    }
});
