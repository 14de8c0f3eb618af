//! Users' tokens: issued by an API key, or signed by the host product.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use belfry_tests::server::unix_now as now;
use belfry_tests::{Api, Live, Server, Value, both, json, until};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

const SECRET: &str = "a secret of at least thirty-two bytes, for HS256";

fn claims(subject: &str) -> Value {
    json!({ "sub": subject, "aud": "belfry-inbox", "iat": now(), "exp": now() + 600 })
}

fn sign(algorithm: Algorithm, kid: Option<&str>, claims: &Value, key: &EncodingKey) -> String {
    let mut header = Header::new(algorithm);
    header.kid = kid.map(str::to_owned);
    encode(&header, claims, key).expect("a token")
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|c| std::str::from_utf8(c).expect("ASCII")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Registers a key and gives its id, which is the `kid`.
async fn register(server: &Server, name: &str, algorithm: &str, material: &str) -> String {
    let field = if algorithm == "HS256" { "secret" } else { "public_key" };
    let body = json!({ "name": name, "algorithm": algorithm, field: material });
    let key = server.api().post(&server.ws("/signing-keys"), &body).await.expect(201);
    assert!(!key.to_string().contains(SECRET), "a secret is never shown again");
    key["id"].as_str().expect("an id").to_owned()
}

async fn status(server: &Server, token: &str) -> u16 {
    Api::new(server.url(), Some(token)).get("/v1/me/inbox").await.status
}

both! {
    async fn issued_by_a_key(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        let answer = server.api().tell(&server.ws("/users/ann/token")).await.ok();
        let (token, link) = (answer["token"].as_str().expect("a token"), answer["link"].as_str().expect("a link"));
        assert!(token.len() >= 43, "256 bits: {token}");
        assert!(link.starts_with(&format!("{}/l/bfl_", server.url())), "{link}");
        assert!(!link.contains(token), "what is good for a month is in no address: {link}");
        assert_eq!(status(&server, token).await, 200);
        for wrong in [&token[..token.len() - 1], "bfu_", "", "bfu_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(status(&server, wrong).await, 401, "{wrong:?}");
        }
        assert_eq!(server.api().tell(&server.ws("/users/ghost/token")).await.status, 404);
        // A user's token opens nothing of the operators'.
        let ann = server.api().with_token(token);
        assert!([401, 403].contains(&ann.get(&server.ws("/users")).await.status));
        assert!([401, 403].contains(&server.api().get("/v1/me/inbox").await.status));
        assert!(!server.log().contains(token), "the token is in the log");
        assert!(!server.stores(token), "the token itself is stored");
    }

    async fn signed_with_each_algorithm(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        let hs = register(&server, "hs", "HS256", SECRET).await;
        let token = sign(Algorithm::HS256, Some(&hs), &claims("ann"), &EncodingKey::from_secret(SECRET.as_bytes()));
        assert_eq!(status(&server, &token).await, 200);

        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let der = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::PublicKeyX509Der>::as_der(pair.public_key()).expect("DER");
        let es = register(&server, "es", "ES256", &pem("PUBLIC KEY", der.as_ref())).await;
        let private = pair.to_pkcs8v1().expect("PKCS 8");
        let key = EncodingKey::from_ec_der(private.as_ref());
        assert_eq!(status(&server, &sign(Algorithm::ES256, Some(&es), &claims("ann"), &key)).await, 200);

        let pair = Ed25519KeyPair::generate().expect("a key");
        let der = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::PublicKeyX509Der>::as_der(pair.public_key()).expect("DER");
        let public = pem("PUBLIC KEY", der.as_ref());
        let ed = register(&server, "ed", "EdDSA", &public).await;
        let private = pair.to_pkcs8v1().expect("PKCS 8");
        let key = EncodingKey::from_ed_der(private.as_ref());
        assert_eq!(status(&server, &sign(Algorithm::EdDSA, Some(&ed), &claims("ann"), &key)).await, 200);

        assert!(!server.stores(SECRET), "a secret is stored encrypted");

        // The confusion of algorithms: the public key as an HMAC secret, another key's id.
        let confused = EncodingKey::from_secret(public.as_bytes());
        assert_eq!(status(&server, &sign(Algorithm::HS256, Some(&ed), &claims("ann"), &confused)).await, 401);
        assert_eq!(status(&server, &sign(Algorithm::EdDSA, Some(&es), &claims("ann"), &key)).await, 401);
        assert_eq!(status(&server, &sign(Algorithm::HS384, Some(&hs), &claims("ann"), &EncodingKey::from_secret(SECRET.as_bytes()))).await, 401);
    }

    async fn bad_signed_tokens_are_refused(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        let kid = register(&server, "hs", "HS256", SECRET).await;
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        let with = |field: &str, value: Value| {
            let mut claims = claims("ann");
            claims[field] = value;
            sign(Algorithm::HS256, Some(&kid), &claims, &key)
        };
        assert_eq!(status(&server, &with("iat", json!(now()))).await, 200, "the base is good");
        let without = |field: &str| {
            let mut claims = claims("ann");
            claims.as_object_mut().expect("claims").remove(field);
            sign(Algorithm::HS256, Some(&kid), &claims, &key)
        };
        for (what, token) in [
            ("another audience", with("aud", json!("somebody-else"))),
            ("no audience", without("aud")),
            ("expired", with("exp", json!(now() - 120))),
            ("no end", without("exp")),
            ("more than an hour", with("exp", json!(now() + 2 * 3600))),
            ("an end without bound", with("exp", json!(9_007_199_254_740_991_i64))),
            ("not yet", with("nbf", json!(now() + 600))),
            ("unknown person", with("sub", json!("ghost"))),
            ("no subject", without("sub")),
            ("subject of another type", with("sub", json!(7))),
            ("unknown kid", sign(Algorithm::HS256, Some("sgk_00000000000000000000000000000000"), &claims("ann"), &key)),
            ("strange kid", sign(Algorithm::HS256, Some("../../etc/passwd"), &claims("ann"), &key)),
            ("no kid", sign(Algorithm::HS256, None, &claims("ann"), &key)),
            ("another secret", sign(Algorithm::HS256, Some(&kid), &claims("ann"), &EncodingKey::from_secret(b"another"))),
        ] {
            assert_eq!(status(&server, &token).await, 401, "{what}");
        }
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        for algorithm in ["none", "None", "nOnE"] {
            let unsigned = format!("{}.{}.", part(&json!({ "alg": algorithm, "kid": kid })), part(&claims("ann")));
            assert_eq!(status(&server, &unsigned).await, 401, "{algorithm}");
        }
        let good = with("iat", json!(now()));
        let mut parts: Vec<&str> = good.split('.').collect();
        let other = part(&claims("ben"));
        parts[1] = &other;
        assert_eq!(status(&server, &parts.join(".")).await, 401, "another body under the same signature");
    }

    /// A token that the host product signed cannot be ended here; everything that was issued can.
    async fn signing_out_with_a_signed_token(database) {
        let server = Server::start(database).await;
        let issued = server.new_person("ann").await;
        let kid = register(&server, "hs", "HS256", SECRET).await;
        let token = sign(Algorithm::HS256, Some(&kid), &claims("ann"), &EncodingKey::from_secret(SECRET.as_bytes()));
        let signed = server.api().with_token(&token);
        assert_eq!(signed.tell("/v1/me/sign-out").await.problem(409), "token_not_ours");
        signed.get("/v1/me").await.expect(200);
        signed.tell("/v1/me/sign-out-everywhere").await.expect(204);
        assert_eq!(issued.get("/v1/me").await.status, 401);
        signed.get("/v1/me").await.expect(200);
        for wrong in [&server.api(), &server.api().anonymous()] {
            assert_eq!(wrong.tell("/v1/me/sign-out").await.status, 401);
        }
    }

    /// Revoking the key ends its tokens within five seconds, open streams included.
    async fn revoking_a_signing_key(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        let kid = register(&server, "hs", "HS256", SECRET).await;
        let token = sign(Algorithm::HS256, Some(&kid), &claims("ann"), &EncodingKey::from_secret(SECRET.as_bytes()));
        let ann = server.api().with_token(&token);
        let mut live = Live::open(&ann, None).await;
        live.next_of("state").await;
        let gone = server.api().delete(&server.ws(&format!("/signing-keys/{kid}"))).await.status;
        assert!((200..300).contains(&gone), "{gone}");
        let five = std::time::Duration::from_secs(6);
        belfry_tests::wait::within(five, "the token to end", async || (ann.get("/v1/me").await.status == 401).then_some(())).await;
        tokio::time::timeout(five, async { while live.next().await.is_some() {} }).await.expect("the stream is closed");
    }

    /// What ends on one node ends on every other within five seconds, open streams included.
    async fn revoking_holds_on_every_node(database) {
        let server = Server::start(database).await;
        // SQLite has one node: there it is the same as above.
        let mut node = (database == belfry_tests::Database::Pg).then(|| server.node());
        if let Some(node) = &mut node {
            node.serve().await;
        }
        let url = node.as_ref().map_or(server.url(), |node| node.url());
        let ann = server.new_person("ann").await;
        let kid = register(&server, "hs", "HS256", SECRET).await;
        let signed = sign(Algorithm::HS256, Some(&kid), &claims("ann"), &EncodingKey::from_secret(SECRET.as_bytes()));
        server.person("ben").await;
        let ben = server.token("ben").await;
        server.person("cid").await;
        let cid = server.token("cid").await;
        let five = std::time::Duration::from_secs(6);
        let ends = [format!("/signing-keys/{kid}"), "/users/ben".to_owned(), "/users/cid/token".to_owned()];
        for (token, end) in [&signed, &ben, &cid].into_iter().zip(ends) {
            let there = Api::new(url, Some(token));
            let mut live = Live::open(&there, None).await;
            live.next_of("state").await;
            there.get("/v1/me").await.expect(200);
            server.api().delete(&server.ws(&end)).await.ok();
            let closed = tokio::time::timeout(five, async { while live.next().await.is_some() {} }).await;
            closed.unwrap_or_else(|_| panic!("{end}: the stream is still open"));
            // Requests may pass for a few seconds more; whoever was sent away must not come back.
            let back = there.request(reqwest::Method::GET, "/v1/me/live").header("accept", "text/event-stream");
            assert_eq!(back.send().await.expect("an answer").status(), 401, "{end}");
            belfry_tests::wait::within(five, "the token to end", async || (there.get("/v1/me").await.status == 401).then_some(())).await;
        }
        let there = Api::new(url, Some(ann.token()));
        there.get("/v1/me").await.expect(200);
    }

    /// An open stream does not outlive its token.
    async fn a_stream_ends_with_its_token(database) {
        let mut server = Server::start(database).await;
        server.person("ann").await;
        let token = server.token("ann").await;
        server.terminate().await;
        let soon = (belfry_tests::server::unix_now() + 8) * 1000;
        server.tamper(&format!("UPDATE user_tokens SET expires_at = {soon}"));
        server.serve().await;
        let mut live = Live::open(&server.api().with_token(&token), None).await;
        live.next_of("state").await;
        let patience = std::time::Duration::from_secs(30);
        tokio::time::timeout(patience, async { while live.next().await.is_some() {} }).await.expect("the stream is closed");
        assert!(belfry_tests::server::unix_now() * 1000 >= soon - 1000, "not before its time");
    }

    /// Cancelling someone's membership ends their tokens and streams within five seconds.
    async fn cancelling_ends_tokens_and_streams(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let mut live = Live::open(&ann, None).await;
        live.next_of("state").await;
        server.api().delete(&server.ws("/users/ann")).await.ok();
        let five = std::time::Duration::from_secs(6);
        belfry_tests::wait::within(five, "the token to end", async || (ann.get("/v1/me").await.status == 401).then_some(())).await;
        tokio::time::timeout(five, async { while live.next().await.is_some() {} }).await.expect("the stream is closed");
        until("the server to be well", async || (server.api().get(&server.ws("/users")).await.status == 200).then_some(())).await;
    }
}
