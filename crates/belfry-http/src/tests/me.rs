//! What people ask for themselves and that takes long: searches in turns, and the file of their data.

use std::task::Poll;

use axum::body::{Body, HttpBody as _};
use axum::http::Request;
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use super::harness::Api;

/// While all turns are taken a search waits, and first pages do not.
#[tokio::test]
async fn searches_wait_for_a_turn() {
    let api = Api::new().await;
    let ann = api.person("ann", "Ann").await;
    let free = api.state.searching.available_permits();
    let mut taken = Vec::new();
    for _ in 0..free {
        taken.push(api.state.searching.acquire().await.unwrap());
    }
    let search = api.get("/v1/me/inbox?q=bell", &ann);
    tokio::pin!(search);
    // Long enough for it to have answered many times over.
    for _ in 0..50 {
        assert!(
            matches!(futures_util::poll!(search.as_mut()), Poll::Pending),
            "it took a turn that nobody gave"
        );
        api.get("/v1/me/inbox", &ann).await.expect(200);
    }
    drop(taken.pop());
    assert_eq!(search.await.expect(200)["items"], json!([]));
    assert_eq!(api.state.searching.available_permits(), 1, "it gave its turn back");
    drop(taken);
    for _ in 0..2 * free {
        api.get("/v1/me/inbox?q=bell", &ann).await.expect(200);
    }
    assert_eq!(api.state.searching.available_permits(), free);
}

/// The pieces of the file as they come.
async fn download(api: &Api, token: &str) -> axum::body::BodyDataStream {
    let request = Request::get("/v1/me/data").header("authorization", format!("Bearer {token}"));
    let response = api.respond(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 200);
    assert!(!response.body().is_end_stream());
    response.into_body().into_data_stream()
}

/// Whoever signs out, or is signed out, while their file is read gets no more of it: it breaks off.
#[tokio::test]
async fn a_file_ends_with_the_right_to_it() {
    let api = Api::new().await;
    for pieces in [1, 2, 3] {
        for end in ["here", "everywhere", "operator", "membership"] {
            let ann = api.person("ann", "Ann").await;
            let mut file = download(&api, &ann).await;
            let mut begun = String::new();
            for _ in 0..pieces {
                begun.push_str(std::str::from_utf8(&file.next().await.unwrap().unwrap()).unwrap());
            }
            assert!(begun.starts_with("{\"exported_at\":"), "{begun}");
            match end {
                "here" => api.post("/v1/me/sign-out", &ann, json!({})).await,
                "everywhere" => api.post("/v1/me/sign-out-everywhere", &ann, json!({})).await,
                "operator" => api.delete(&api.ws("/users/ann/token"), &api.ours.key).await,
                _ => api.delete(&api.ws("/users/ann"), &api.ours.key).await,
            }
            .expect(204);
            assert!(file.next().await.unwrap().is_err(), "{end} after {pieces}");
            assert!(file.next().await.is_none(), "{end} after {pieces}");
            // Erased, because a person may ask for a few files a minute only.
            api.delete(&api.ws("/users/ann?erase=true"), &api.ours.key).await.expect(204);
        }
    }
}

/// More of it than fits into one page.
#[tokio::test]
async fn a_file_holds_all_tokens_however_many() {
    let api = Api::new().await;
    let ann = api.person("ann", "Ann").await;
    let store = api.state.store();
    let workspace = store.workspace_anywhere(&api.ours.workspace).await.unwrap().unwrap();
    let scope = belfry_types::scope::Scope::granted(workspace.organization).in_workspace(workspace.num);
    let member = store.user(scope, "ann").await.unwrap().unwrap();
    let issue = (0..4_100).map(|_| store.issue_user_token(scope, member.ordinal));
    for issued in futures_util::future::join_all(issue).await {
        issued.unwrap();
    }
    let mut whole = Vec::new();
    let mut file = download(&api, &ann).await;
    while let Some(piece) = file.next().await {
        let piece = piece.unwrap();
        assert!(piece.len() < 1 << 19, "{}", piece.len());
        whole.extend_from_slice(&piece);
    }
    let data: Value = serde_json::from_slice(&whole).unwrap();
    assert_eq!(data["tokens"].as_array().map(Vec::len), Some(4_101));
    assert_eq!(data["links"].as_array().map(Vec::len), Some(1));
    assert_eq!((&data["devices"], &data["items"]), (&json!([]), &json!([])));
    assert_eq!(data["memberships"].as_array().map(Vec::len), Some(1));
}
