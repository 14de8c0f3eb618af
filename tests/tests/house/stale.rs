//! What is generated and checked in is what the binary says today.

use std::process::Command;

use belfry_tests::Value;
use belfry_tests::server::binary;

use super::files::root;

fn printed(argument: &str) -> String {
    let output = Command::new(binary()).arg(argument).output().expect("the binary runs");
    assert!(output.status.success(), "belfry {argument}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn openapi_json() {
    let kept = std::fs::read_to_string(root().join("openapi.json")).expect("openapi.json is checked in");
    let now: Value = serde_json::from_str(&printed("openapi")).expect("JSON");
    let kept: Value = serde_json::from_str(&kept).expect("JSON");
    assert!(now["paths"].as_object().is_some_and(|paths| paths.len() > 10), "the document is empty");
    assert!(kept == now, "openapi.json is stale: belfry openapi > openapi.json");
}

#[test]
fn the_settings_page() {
    let page = std::fs::read_to_string(root().join("docs/operations/settings.md"))
        .expect("docs/operations/settings.md is checked in");
    let now = printed("settings");
    assert!(now.contains("BELFRY_EGRESS_ALLOW_LOOPBACK"), "the page is empty");
    assert!(
        page.trim() == now.trim(),
        "docs/operations/settings.md is stale: belfry settings > docs/operations/settings.md"
    );
}
