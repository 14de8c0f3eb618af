//! Files of people through the API: what is found in them, what becomes of their rows, and that a killed server goes on
//! where it was.

use std::time::Duration;

use belfry_tests::{Answer, Server, Value, both, json, until};
use reqwest::Method;

const EXAMPLE: &[u8] = include_bytes!("../../examples/attendees.csv");

async fn upload(server: &Server, filename: &str, body: impl Into<reqwest::Body>) -> Answer {
    let path = server.ws(&format!("/imports?filename={filename}"));
    let request = server.api().request(Method::POST, &path).header("content-type", "text/csv").body(body);
    belfry_tests::api::send(request).await
}

fn path(server: &Server, import: &Value) -> String {
    server.ws(&format!("/imports/{}", import["id"].as_str().expect("an id")))
}

/// Waits until nobody works on it.
async fn settled(server: &Server, path: &str) -> Value {
    until("the import to end", async || {
        let import = server.api().get(path).await.expect(200);
        let status = import["status"].as_str().unwrap_or_default().to_owned();
        ["checked", "done", "failed"].contains(&status.as_str()).then_some(import)
    })
    .await
}

async fn import_run(server: &Server, path: &str, create_groups: bool) -> Value {
    let body = json!({ "create_groups": create_groups });
    server.api().post(&format!("{path}/run"), &body).await.expect(202);
    settled(server, path).await
}

fn sum(result: &Value) -> i64 {
    ["added", "changed", "unchanged", "rejected"]
        .iter()
        .map(|key| result[key].as_i64().expect("a number"))
        .sum()
}

both! {
    /// The example file from upload to rejects, and a second time without a change.
    async fn the_example_file(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let import = upload(&server, "attendees.csv", EXAMPLE).await.expect(202);
        assert_eq!((&import["status"], &import["separator"], &import["encoding"]), (&json!("mapped"), &json!(";"), &json!("UTF-8")));
        let mapping = json!({ "external_id": 0, "given_name": 1, "family_name": 2, "email": 3, "locale": 4, "groups": 5 });
        assert_eq!(import["mapping"], mapping, "{import}");
        assert_eq!(import["columns"][3]["heading"], "E-Mail");
        assert_eq!(import["columns"][1]["samples"], json!(["Noah", "Greta", "Jürgen"]));
        let rows = import["rows"].as_i64().expect("a number");
        let path = path(&server, &import);

        api.tell(&format!("{path}/check")).await.expect(202);
        let checked = settled(&server, &path).await;
        assert_eq!((&checked["status"], sum(&checked["result"])), (&json!("checked"), rows), "{checked}");
        assert!(api.list(&server.ws("/users"), 50).await.is_empty(), "nothing was written");
        let ran = import_run(&server, &path, true).await;
        assert_eq!((&ran["status"], &ran["progress"]), (&json!("done"), &json!({ "done": rows, "of": rows })));
        assert_eq!(ran["result"], checked["result"], "the check said what would be");
        let added = ran["result"]["added"].as_i64().expect("a number");
        assert_eq!(api.list(&server.ws("/users"), 500).await.len() as i64, added);
        assert_eq!(api.get(&server.ws("/overview")).await.expect(200)["members"], added);

        let rejected = ran["result"]["rejected"].as_i64().expect("a number");
        assert!(rejected > 0 && ran["sample_errors"][0]["detail"].is_string(), "{ran}");
        let rejects = api.get(&format!("{path}/rejects")).await;
        assert!(rejects.header("content-type").starts_with("text/csv"), "{:?}", rejects.headers);
        assert!(rejects.text.starts_with("\u{feff}\"Ticket-Nr.\";"), "{}", rejects.text);
        // What was rejected can be uploaded as it is, and is rejected again.
        let again = upload(&server, "rejects.csv", rejects.text.clone()).await.expect(202);
        assert_eq!(again["rows"], rejected, "{}", rejects.text);

        let second = import_run(&server, &path, true).await;
        assert_eq!((&second["result"]["added"], &second["result"]["changed"]), (&json!(0), &json!(0)), "{second}");
        assert_eq!(second["result"]["unchanged"], added);
        assert_eq!(api.list(&server.ws("/imports"), 1).await.len(), 2);
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.get(&path).await.status, 404);
        assert_eq!(api.list(&server.ws("/users"), 500).await.len() as i64, added, "who was added stays");
    }

    /// Encodings, mappings that are given, groups that may not be made, and formulas.
    async fn read_as_it_is_meant(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let text = "Who\tWhere\tTeam\nann@example.com\tÄrzte\tred\nno address\t=1+1\tred\n";
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let import = upload(&server, "utf16.csv", utf16).await.expect(202);
        assert_eq!((&import["encoding"], &import["separator"], &import["rows"]), (&json!("UTF-16LE"), &json!("\t"), &json!(2)));
        let path = path(&server, &import);
        // No column tells people apart until someone says so.
        assert_eq!(api.post(&format!("{path}/run"), &json!({ "create_groups": true })).await.problem(422), "validation_failed");
        for (mapping, pointer) in [
            (json!({ "email": 3 }), "/mapping/email"),
            (json!({ "nickname": 0, "email": 1 }), "/mapping/nickname"),
            (json!({ "email": 0, "external_id": 0 }), "/mapping/external_id"),
            (json!({ "name": 0 }), "/mapping"),
        ] {
            let refused = api.patch(&path, &json!({ "mapping": mapping })).await;
            refused.problem(422);
            assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.text);
        }
        let mapping = json!({ "email": 0, "name": 1, "groups": 2 });
        let mapped = api.patch(&path, &json!({ "mapping": mapping })).await.expect(200);
        assert_eq!((&mapped["mapping"], &mapped["status"]), (&mapping, &json!("mapped")));
        let ran = import_run(&server, &path, false).await;
        assert_eq!(ran["result"], json!({ "added": 0, "changed": 0, "unchanged": 0, "rejected": 2 }), "{ran}");
        assert_eq!(ran["sample_errors"][0]["code"], "unknown_group", "{ran}");
        let rejects = api.get(&format!("{path}/rejects")).await.text;
        assert!(rejects.contains("\"'=1+1\""), "{rejects}");
        let ran = import_run(&server, &path, true).await;
        assert_eq!(ran["result"]["added"], 1);
        let ann = api.list(&server.ws("/users?q=arzte"), 5).await;
        assert_eq!((&ann[0]["name"], &ann[0]["groups"]), (&json!("Ärzte"), &json!(["red"])));
    }

    /// What cannot be a file of people is refused with a code, and the server goes on.
    async fn what_is_no_file_of_people(database) {
        let server = Server::start(database).await;
        let wide = format!("email{}\na@example.com\n", ",x".repeat(9_999));
        let noise: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for (body, code) in [
            (Vec::new(), "file_empty"),
            (b"\xef\xbb\xbf\n \n".to_vec(), "file_empty"),
            (b"Email;Name\n".to_vec(), "file_without_rows"),
            (b"Email\n\"never closed\n".to_vec(), "file_quote_open"),
            (wide.into_bytes(), "file_too_wide"),
            (b"PK\x03\x04 a workbook".to_vec(), "file_not_text"),
        ] {
            assert_eq!(upload(&server, "x.csv", body).await.problem(422), code);
        }
        // Wrong bytes may be read as some text, but never break anything.
        let answer = upload(&server, "noise.bin", noise).await;
        assert!(answer.status < 500, "{}", answer.text);
        // A field of five megabytes is one bad row.
        let huge = format!("Email,Name\nann@example.com,Ann\nbob@example.com,{}\n", "x".repeat(5 << 20));
        let import = upload(&server, "huge.csv", huge).await.expect(202);
        let ran = import_run(&server, &path(&server, &import), true).await;
        assert_eq!((&ran["result"]["added"], &ran["result"]["rejected"]), (&json!(1), &json!(1)), "{ran}");
        let rejects = server.api().get(&format!("{}/rejects", path(&server, &import))).await;
        assert!(rejects.text.len() < 100_000, "a cell of megabytes is cut");
        let request = server.api().request(Method::POST, &server.ws("/imports")).header("content-type", "image/png");
        assert_eq!(belfry_tests::api::send(request.body("x")).await.problem(415), "content_type_unsupported");
        assert!(!server.log().contains("panic"), "something panicked");
    }

    /// Killed in the middle of a run: it goes on by itself, nobody is added twice and every row is counted once.
    async fn killed_in_the_middle(database) {
        let mut server = Server::start(database).await;
        let rows: String = (0..5_000).map(|n| format!("k{n},Person {n},k{n}@example.com\n")).collect();
        let import = upload(&server, "many.csv", format!("external_id,name,email\n{rows}no,address,here\n")).await.expect(202);
        let path = path(&server, &import);
        server.kill().await;
        server.set("BELFRY_FAULT", Some("import:6"));
        server.serve().await;
        server.api().post(&format!("{path}/run"), &json!({ "create_groups": true })).await.expect(202);
        let status = server.ended(Duration::from_secs(60)).await;
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{status}");
        server.set("BELFRY_FAULT", None);
        server.serve().await;
        let before = server.api().get(&path).await.expect(200);
        assert_eq!(before["progress"]["done"], 2_500, "five pages were committed: {before}");
        let ran = settled(&server, &path).await;
        assert_eq!(ran["result"], json!({ "added": 5_000, "changed": 0, "unchanged": 0, "rejected": 1 }), "{ran}");
        assert_eq!(server.api().get(&server.ws("/overview")).await.expect(200)["members"], 5_000);
    }
}
