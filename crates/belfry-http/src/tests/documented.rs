//! The document and the routes agree, and no route opens for a stranger or another tenant. Generated from the document,
//! so that a new route cannot be forgotten.

use std::collections::HashSet;

use axum::body::Body;
use axum::http::Method;
use belfry_types::rights::Role;
use serde_json::{Value, json};

use super::harness::Api;

/// Every operation: method, path, and the operation itself.
fn operations() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(crate::openapi()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            all.push((method, path.clone(), operation.clone()));
        }
    }
    assert!(all.len() > 40, "the document has only {} operations", all.len());
    all
}

/// Whether the operation says that nobody has to say who they are.
fn open(operation: &Value) -> bool {
    operation["security"]
        .as_array()
        .is_none_or(|list| list.iter().any(|one| one.as_object().is_some_and(|o| o.is_empty())))
}

fn filled(path: &str, workspace: &str, organization: &str) -> String {
    path.replace("{ws}", workspace)
        .replace("{org}", organization)
        .replace("{external_id}", "ann")
        .replace(
            "{key}",
            if path.contains("/groups/") { "crew" } else { "key_0198c5a8b1f07d2fa6a1c3e5f7092b4d" },
        )
        .replace("{operator}", "opr_0198c5a8b1f07d2fa6a1c3e5f7092b4d")
        .replace("{session}", "ses_0198c5a8b1f07d2fa6a1c3e5f7092b4d")
        .replace("{id}", "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")
}

#[test]
fn operations_are_documented() {
    let mut names = HashSet::new();
    for (method, path, operation) in operations() {
        let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
        assert!(
            !name.is_empty() && names.insert(name.clone()),
            "{method} {path} has no name of its own: {name:?}"
        );
        assert!(
            operation["summary"].as_str().is_some_and(|s| !s.is_empty()),
            "{method} {path} has no summary"
        );
        assert!(
            operation["tags"].as_array().is_some_and(|tags| tags.len() == 1),
            "{method} {path} has no tag"
        );
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path} has no success");
        if path.starts_with("/v1/") {
            let needed: &[&str] =
                if open(&operation) { &["429", "503"] } else { &["401", "403", "404", "429", "503"] };
            for status in needed {
                assert!(responses.contains_key(*status), "{method} {path} does not document {status}");
            }
        }
        if operation["requestBody"].is_object() {
            for status in ["400", "413", "415", "422"] {
                assert!(responses.contains_key(status), "{method} {path} does not document {status}");
            }
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    found.push(reference.clone());
                }
                map.values().for_each(|v| walk(v, found));
            }
            Value::Array(items) => items.iter().for_each(|v| walk(v, found)),
            _ => {}
        }
    }
    let document = serde_json::to_value(crate::openapi()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut references = Vec::new();
    walk(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[tokio::test]
async fn nobody_gets_in_without_credentials() {
    let api = Api::new().await;
    let mut asked = 0;
    for (method, path, operation) in operations() {
        if !path.starts_with("/v1/") || open(&operation) {
            continue;
        }
        let path = filled(&path, &api.ours.workspace, &api.ours.organization);
        let headers = [("content-type", "application/json"), ("accept", "text/event-stream")];
        let answer = api.ask(method.clone(), &path, "", &headers, "{}").await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text);
        asked += 1;
    }
    assert!(asked > 35, "only {asked} were asked");
}

#[tokio::test]
async fn another_tenant_finds_nothing() {
    let api = Api::new().await;
    let key = &api.ours.key;
    api.person("ann", "Ann").await;
    api.post(&api.ws("/groups"), key, json!({"key": "crew"})).await.expect(201);
    let mut asked = 0;
    let their_owner = api.operator(&api.theirs, "eve@example.com", Role::Owner).await;
    for (method, path, _) in operations() {
        if !path.contains("{ws}") && !path.contains("{org}") {
            continue;
        }
        let path = filled(&path, &api.ours.workspace, &api.ours.organization);
        let headers = [("content-type", "application/json")];
        let answer = api.ask(method.clone(), &path, &api.theirs.key, &headers, "{}").await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
        let answer = api.as_operator(method.clone(), &path, &their_owner, json!({})).await;
        assert_eq!(answer.status, 404, "{method} {path} by an operator: {}", answer.text);
        asked += 1;
    }
    assert!(asked > 25, "only {asked} were asked");
    api.get(&api.ws("/users/ann"), key).await.expect(200);
    let groups = api.get(&api.ws("/groups"), key).await.expect(200);
    assert_eq!(groups["items"].as_array().unwrap().len(), 1, "nothing was changed");
}

#[tokio::test]
async fn the_document_is_served() {
    let api = Api::new().await;
    let served = api.ask(Method::GET, "/openapi.json", "", &[], Body::empty()).await.expect(200);
    assert_eq!(served, serde_json::to_value(crate::openapi()).unwrap());
}

#[test]
fn the_document_that_is_checked_in_is_not_stale() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
    let document = crate::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &document).unwrap();
    }
    let checked_in = std::fs::read_to_string(path).unwrap_or_default();
    assert!(checked_in == document, "run UPDATE_OPENAPI=1 cargo test -p belfry-http stale");
}
