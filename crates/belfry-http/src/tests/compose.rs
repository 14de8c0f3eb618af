//! Drafts, the quota of operators, undo, tests on oneself, previews, photos, exports: as the console asks for them.

use std::io::Cursor;

use axum::http::Method;
use belfry_types::rights::Role;
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

use super::harness::{Answer, Api};

fn id(value: &Value) -> &str {
    value["id"].as_str().expect("an id")
}

async fn patch(api: &Api, path: &str, body: Value) -> Answer {
    api.json(Method::PATCH, path, &api.ours.key, body).await
}

#[tokio::test]
async fn a_draft_may_be_wrong_until_it_is_sent() {
    let api = Api::new().await;
    let (key, drafts) = (&api.ours.key, api.ws("/drafts"));
    let draft = api.post(&drafts, key, json!({})).await.expect(201);
    assert_eq!(
        (&draft["revision"], &draft["message"], &draft["audience"]),
        (&json!(1), &json!(""), &json!(null))
    );
    let path = format!("{drafts}/{}", id(&draft));
    let wrong = json!({
        "revision": 1, "title": "x".repeat(101), "destination": {"url": "https://"}, "audience": {"groups": []},
        "sender": "مرحبا بكم",
    });
    let changed = patch(&api, &path, wrong).await.expect(200);
    assert_eq!((&changed["revision"], &changed["sender"]), (&json!(2), &json!("مرحبا بكم")));
    assert_eq!(changed["destination"]["url"], "https://");

    let conflict = patch(&api, &path, json!({"revision": 1, "title": "mine"})).await;
    conflict.problem(409, "revision_conflict");
    assert_eq!(conflict.json()["current"], changed);

    let send = format!("{path}/send");
    let faults = api.post(&send, key, json!({"revision": 2})).await.problem(422, "validation_failed");
    for pointer in ["/title", "/message", "/destination/url", "/audience/groups"] {
        assert!(faults.iter().any(|fault| fault == pointer), "{pointer} is not in {faults:?}");
    }
    api.post(&send, key, json!({"revision": 1})).await.problem(409, "revision_conflict");
    let cleared =
        json!({"revision": 2, "title": null, "destination": null, "audience": null, "message": "Hi"});
    let cleared = patch(&api, &path, cleared).await.expect(200);
    assert_eq!(
        (&cleared["title"], &cleared["audience"], &cleared["sender"]),
        (&json!(null), &json!(null), &changed["sender"])
    );
    assert_eq!(
        api.post(&send, key, json!({"revision": 3})).await.problem(422, "validation_failed"),
        ["/audience"]
    );
    assert_eq!(
        api.post(&send, key, json!({"revision": 3, "undo": 61})).await.problem(422, "validation_failed"),
        ["/undo"]
    );
    api.post(&format!("{path}/test"), key, json!({"revision": 3})).await.problem(403, "operator_only");

    let listed = api.get(&api.ws("/notifications?status=draft"), key).await.expect(200);
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["id"]), (1, &draft["id"]));
    api.delete(&path, key).await.expect(204);
    api.get(&path, key).await.problem(404, "not_found");
}

#[tokio::test]
async fn sending_can_be_taken_back_and_called_off() {
    let api = Api::new().await;
    let key = &api.ours.key;
    api.person("ann", "Ann").await;
    for title in ["🎉".to_owned(), "界".repeat(100)] {
        let body = json!({"title": title, "message": "Now", "audience": {"everyone": true}});
        let draft = api.post(&api.ws("/drafts"), key, body).await.expect(201);
        let send = api.ws(&format!("/drafts/{}/send", id(&draft)));
        let sent = api.post(&send, key, json!({"revision": 1, "undo": 60})).await.expect(202);
        assert_eq!((&sent["status"], &sent["id"]), (&json!("scheduled"), &draft["id"]));
        let path = api.ws(&format!("/notifications/{}", id(&draft)));
        assert_eq!(api.get(&path, key).await.expect(200)["sent_at"], sent["sends_at"]);
        api.delete(&path, key).await.problem(409, "not_a_draft");
        let back = api.post(&format!("{path}/cancel"), key, json!({})).await.expect(200);
        assert_eq!(back["status"], "draft");
        let again = api.get(&api.ws(&format!("/drafts/{}", id(&draft))), key).await.expect(200);
        assert_eq!((&again["title"], &again["revision"]), (&json!(title), &json!(3)));
        api.post(&format!("{path}/cancel"), key, json!({})).await.problem(409, "not_cancellable");

        api.post(&send, key, json!({"revision": 3, "undo": 0})).await.expect(202);
        let done = api.until(&path, key, |it| it["status"] == "sent").await;
        assert_eq!(
            (&done["people"], &done["html"], &done["origin"]),
            (&json!(1), &json!("<p>Now</p>\n"), &json!("api"))
        );
        api.post(&format!("{path}/cancel"), key, json!({})).await.problem(409, "not_cancellable");
        api.post(&send, key, json!({"revision": 3})).await.problem(409, "not_a_draft");
        let copy = api.post(&format!("{path}/duplicate"), key, json!({})).await.expect(201);
        assert_eq!((&copy["title"], &copy["audience"]), (&json!(title), &json!({"everyone": true})));
        assert_ne!(copy["id"], draft["id"]);
    }
    let quota = api.get(&api.ws("/quota"), key).await.expect(200);
    assert_eq!(quota, json!({"limit": 100, "used": 0, "left": 100}), "what keys send does not count");
}

#[tokio::test]
async fn what_operators_send_counts() {
    let api = Api::new().await;
    let owner = api.operator(&api.ours, "owner@example.com", Role::Owner).await;
    let editor = api.operator(&api.ours, "editor@example.com", Role::Editor).await;
    let viewer = api.operator(&api.ours, "viewer@example.com", Role::Viewer).await;
    let manager = api.operator(&api.ours, "manager@example.com", Role::Manager).await;
    let ask = async |cookie: &str, method: Method, path: &str, body: Value| {
        api.as_operator(method, &api.ws(path), cookie, body).await
    };
    api.person("ann", "Ann").await;
    ask(&manager, Method::PATCH, "", json!({"quota": 1})).await.problem(403, "permission_missing");
    ask(&owner, Method::PATCH, "", json!({"quota": 1})).await.expect(200);
    let body = json!({"message": "Now", "audience": {"everyone": true}});
    ask(&viewer, Method::POST, "/drafts", body.clone()).await.problem(403, "permission_missing");
    let first = ask(&editor, Method::POST, "/drafts", body.clone()).await.expect(201);
    assert_eq!(first["updated_by"], json!({"name": "editor@example.com"}));
    let second = ask(&editor, Method::POST, "/drafts", body).await.expect(201);
    let send = |draft: &Value| format!("/drafts/{}/send", id(draft));
    let revision = json!({"revision": 1, "undo": 60});
    ask(&viewer, Method::POST, &send(&first), revision.clone()).await.problem(403, "permission_missing");
    ask(&editor, Method::POST, &send(&first), revision.clone()).await.expect(202);
    let full = ask(&editor, Method::POST, &send(&second), revision.clone()).await;
    full.problem(409, "quota_exceeded");
    assert_eq!((&full.json()["limit"], &full.json()["used"]), (&json!(1), &json!(1)));
    // Without a draft it is the same place.
    let direct = json!({"message": "Now", "audience": {"everyone": true}});
    ask(&editor, Method::POST, "/notifications", direct.clone()).await.problem(409, "quota_exceeded");
    let cancel = format!("/notifications/{}/cancel", id(&first));
    assert_eq!(ask(&editor, Method::POST, &cancel, json!({})).await.expect(200)["status"], "draft");
    let sent = ask(&editor, Method::POST, "/notifications", direct).await.expect(202);
    let sent =
        ask(&viewer, Method::GET, &format!("/notifications/{}", id(&sent)), json!({})).await.expect(200);
    assert_eq!(
        (&sent["origin"], &sent["created_by"]["name"]),
        (&json!("operator"), &json!("editor@example.com"))
    );
    ask(&owner, Method::PATCH, "", json!({"quota": 2})).await.expect(200);
    ask(&editor, Method::POST, &send(&second), revision).await.expect(202);
    let listed = ask(&viewer, Method::GET, "/notifications?origin=operator&status=scheduled", json!({}))
        .await
        .expect(200);
    assert_eq!(listed["items"][0]["created_by"], json!({"name": "editor@example.com"}));
    let quota = ask(&viewer, Method::GET, "/quota", json!({})).await.expect(200);
    assert_eq!(quota, json!({"limit": 2, "used": 2, "left": 0}));

    // A test goes to nobody else and needs a device.
    let test = format!("/drafts/{}/test", id(&first));
    ask(&editor, Method::POST, &test, json!({"revision": 3})).await.problem(409, "no_device");
}

#[tokio::test]
async fn a_preview_is_what_would_be_sent() {
    let api = Api::new().await;
    let key = &api.ours.key;
    api.person("ann", "Ann").await;
    let body = json!({
        "title": "<b>Doors</b>", "message": "Open at **nine** <script>alert(1)</script>",
        "destination": {"url": "https://example.com/\"><script>"},
    });
    let shown = api.post(&api.ws("/notifications/preview"), key, body).await.expect(200);
    assert_eq!((&shown["title"], &shown["push"]["title"]), (&json!("<b>Doors</b>"), &json!("<b>Doors</b>")));
    assert!(shown["html"].as_str().unwrap().contains("<strong>nine</strong>"));
    assert_eq!(shown["item"]["plain"], Value::Null);
    assert_eq!(shown["item"]["message"], shown["plain"]);
    let page = api.get(shown["document_url"].as_str().unwrap(), "").await;
    assert_eq!(page.status, 200);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
    assert!(page.text.contains("&lt;b&gt;Doors") && !page.text.contains("<script"), "{}", page.text);
    api.get("/preview/nobody", "").await.problem(404, "not_found");

    let empty = api.post(&api.ws("/notifications/preview"), key, json!({})).await.expect(200);
    assert_eq!(empty["plain"], "");
    let reach = api
        .post(&api.ws("/notifications/reach"), key, json!({"audience": {"everyone": true}}))
        .await
        .expect(200);
    assert_eq!(reach["channels"], json!({"inbox": {"people": 1}, "web_push": {"people": 0, "devices": 0}}));
    assert_eq!((&reach["reasons"], &reach["sample"][0]["name"]), (&json!({"no_device": 1}), &json!("Ann")));
    let unknown = json!({"audience": {"users": ["zoe"]}});
    api.post(&api.ws("/notifications/reach"), key, unknown).await.problem(422, "users_unknown");
}

#[tokio::test]
async fn photos_are_encoded_again_and_strangers_refused() {
    let api = Api::new().await;
    let key = &api.ours.key;
    let mut png = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(600, 300)).write_to(&mut png, ImageFormat::Png).unwrap();
    let png = png.into_inner();
    let upload = async |kind: &str, bytes: Vec<u8>| {
        api.ask(Method::POST, &api.ws("/photos"), key, &[("content-type", kind)], bytes).await
    };
    let photo = upload("image/png", png.clone()).await.expect(201);
    assert_eq!(upload("image/png", png.clone()).await.expect(201), photo, "the same picture is kept once");
    let shown = api.get(photo["url"].as_str().unwrap(), "").await;
    assert_eq!(
        (shown.status.as_u16(), &shown.headers["content-type"].to_str().unwrap()),
        (200, &"image/jpeg")
    );
    assert!(shown.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert!(shown.headers["cache-control"].to_str().unwrap().contains("immutable"));

    upload("image/svg+xml", b"<svg/>".to_vec()).await.problem(415, "content_type_unsupported");
    upload("image/png", b"<svg/>".to_vec()).await.problem(422, "image_invalid");
    upload("image/png", [&png[..], b"<script>"].concat()).await.problem(422, "image_invalid");
    upload("image/png", vec![0; (5 << 20) + 1]).await.problem(413, "body_too_large");

    let body = json!({"message": "x", "photo": photo["id"]});
    let draft = api.post(&api.ws("/drafts"), key, body.clone()).await.expect(201);
    assert_eq!(draft["photo"], photo["id"]);
    let shown = api.post(&api.ws("/notifications/preview"), key, body).await.expect(200);
    let url = format!("{}{}", api.state.public_url(), photo["url"].as_str().unwrap());
    assert_eq!((&shown["item"]["photo"], &shown["push"]["image"]), (&json!(url), &json!(url)));
    let icon =
        patch(&api, &api.ws(""), json!({"icon": photo["id"], "languages": ["de", "fr"]})).await.expect(200);
    assert_eq!((&icon["icon"], &icon["languages"]), (&photo["id"], &json!(["de", "fr"])));
    assert_eq!(patch(&api, &api.ws(""), json!({"icon": null})).await.expect(200)["icon"], Value::Null);
    let foreign = json!({"message": "x", "photo": "pho_0198c5a8b1f07d2fa6a1c3e5f7092b4d"});
    assert_eq!(
        api.post(&api.ws("/drafts"), key, foreign).await.problem(422, "validation_failed"),
        ["/photo"]
    );
}

#[tokio::test]
async fn deliveries_are_exported_without_formulas() {
    let api = Api::new().await;
    let key = &api.ours.key;
    api.person("ann", "=HYPERLINK(\"x\"),Ann").await;
    let body = json!({"message": "x", "audience": {"everyone": true}});
    let sent = api.post(&api.ws("/notifications"), key, body).await.expect(202);
    let path = api.ws(&format!("/notifications/{}", id(&sent)));
    api.until(&path, key, |it| it["status"] == "sent").await;
    let file = api.get(&format!("{path}/deliveries.csv"), key).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<&str> = file.text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].starts_with("ann,\"'=HYPERLINK(\"\"x\"\"),Ann\",inbox,success,"), "{}", lines[1]);
    let none = api.get(&format!("{path}/deliveries.csv?browser=Firefox"), key).await;
    assert_eq!(none.text.lines().count(), 1);
    let push = api.get(&api.ws("/push"), key).await.expect(200);
    assert!(push["support"].as_array().unwrap().len() > 10 && push["public_key"].is_string());
}
