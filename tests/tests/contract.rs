//! Schemathesis, which we did not write, asks every operation of the OpenAPI document.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use belfry_tests::routes::{World, operations};
use belfry_tests::{Server, Value, both, json};
use tokio::process::Command;

/// What an answer must satisfy.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance,ignored_auth,unsupported_method,missing_required_header";

both! {
    async fn every_operation_keeps_its_word(database) {
        let server = Server::start(database).await;
        let world = World::build(&server, server.init(), "contract").await;
        let mut known = BTreeMap::new();
        for operation in operations(&server).await.iter().filter(|operation| !operation.is_stream() && !operation.takes_a_picture() && !operation.takes_csv()) {
            let path = world.path(operation).await;
            let names = operation.template.split('/').zip(path.split('/')).filter(|(name, _)| name.starts_with('{'));
            let parameters: BTreeMap<&str, &str> = names.map(|(name, value)| (name.trim_matches(['{', '}']), value)).collect();
            let body = world.body(operation).await;
            let caller = world.caller(operation).await;
            let (token, cookie) = (caller.token().to_owned(), caller.cookie().to_owned());
            known.insert(operation.name(), json!({ "parameters": parameters, "body": body, "token": token, "cookie": cookie }));
        }
        let dir = tempfile::tempdir().expect("a directory");
        let (given, reached) = (dir.path().join("known.json"), dir.path().join("reached.json"));
        std::fs::write(&given, json!(known).to_string()).expect("written");

        let python = std::env::var("BELFRY_PYTHON")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../.venv/bin/python").into());
        let mut command = Command::new(python);
        command
            .args(["-m", "schemathesis.cli", "run", &format!("{}/openapi.json", server.url()), "--checks", CHECKS])
            .args(["--max-examples", "6", "--phases", "examples,coverage,fuzzing", "--no-shrink", "--seed", "7"])
            .args(["--exclude-path", "/v1/me/live", "--exclude-operation-id", "uploadPhoto", "--exclude-operation-id", "createImport", "--suppress-health-check", "all", "--continue-on-failure"])
            .args(["--generation-database", "none", "--no-color", "--warnings", "off"])
            .env("SCHEMATHESIS_HOOKS", "contract_hooks")
            .env("PYTHONPATH", concat!(env!("CARGO_MANIFEST_DIR"), "/judges"))
            .env("CONTRACT_KNOWN", &given)
            .env("CONTRACT_REACHED", &reached)
            .current_dir(dir.path())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = tokio::time::timeout(Duration::from_secs(600), command.output()).await;
        let output = output.expect("schemathesis is done within ten minutes").expect("it runs");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let reached: Value = serde_json::from_slice(&std::fs::read(&reached).unwrap_or_default()).unwrap_or_default();
        assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
        let never: Vec<&String> = known.keys().filter(|name| reached[name.as_str()].as_u64().unwrap_or(0) == 0).collect();
        assert!(never.is_empty(), "no 2xx was ever reached by {never:?}");
        assert!(!server.log().contains("panic"), "a handler panicked");
    }
}
