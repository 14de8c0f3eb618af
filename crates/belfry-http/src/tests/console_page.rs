//! The console's page: which addresses it answers, and the nonce in each answer.

use axum::body::Body;
use axum::http::Request;

use super::harness::{Answer, Api};

async fn browse(api: &Api, path: &str) -> Answer {
    let request = Request::get(path).header("accept", "text/html,*/*").body(Body::empty()).unwrap();
    api.send(request).await
}

/// The nonce of the policy, after checking that the page carries the same one and no placeholder.
fn nonce(answer: &Answer) -> String {
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    assert!(nonce.len() >= 22, "{policy}");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    assert!(answer.text.contains(&format!("nonce=\"{nonce}\"")), "{}", answer.text);
    assert!(!answer.text.contains('%'), "{}", answer.text);
    nonce.to_owned()
}

#[tokio::test]
async fn every_address_of_the_console_is_its_page_with_a_fresh_nonce() {
    let api = Api::new().await;
    let mut seen = Vec::new();
    for path in
        ["/", "/setup", "/sign-in?next=/w/a", "/reset", "/profile", "/w/summit", "/w/summit/people/x%2Fy"]
    {
        let page = browse(&api, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.headers["cache-control"], "no-store", "a nonce is for one answer");
        seen.push(nonce(&page));
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all, "every answer has its own");
}

#[tokio::test]
async fn an_unknown_address_is_a_page_for_people_and_a_problem_for_programs() {
    let api = Api::new().await;
    let page = browse(&api, "/nowhere").await;
    assert_eq!(page.status, 404);
    nonce(&page);
    api.get("/nowhere", "").await.problem(404, "route_unknown");
    for path in ["/v1/nowhere", "/app", "/photos", "/preview"] {
        browse(&api, path).await.problem(404, "route_unknown");
    }
    let post = Request::post("/nowhere").header("accept", "text/html").body(Body::empty()).unwrap();
    api.send(post).await.problem(404, "route_unknown");
}
