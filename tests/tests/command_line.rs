//! The command line, as a person or a script uses it.

use std::process::Output;

use belfry_tests::people::inbox;
use belfry_tests::{Server, Start, Value, both, json};

const SHEET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/attendees.csv");

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn import(server: &Server, file: &str, more: &[&str]) -> Value {
    let workspace = server.init().workspace.clone();
    let mut arguments = vec!["import", file, "--workspace", &workspace, "--server", server.url(), "--json"];
    arguments.extend(more);
    let output = server.run(&arguments).await;
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    let text = out(&output);
    serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_else(|e| panic!("{e}: {text}"))
}

both! {
    /// Another name makes another organization, and each has a key of its own.
    async fn init_twice(database) {
        let mut server = Start::on(database).stopped().await;
        let second = server.init_organization("Another one").await;
        let first = server.init().clone();
        assert_ne!((&first.organization, &first.workspace), (&second.organization, &second.workspace));
        assert_ne!(first.api_key, second.api_key);
        server.serve().await;
        for init in [&first, &second] {
            let api = server.api().with_token(&init.api_key);
            api.get(&format!("/v1/workspaces/{}/users", init.workspace)).await.expect(200);
        }
        let foreign = server.api().get(&format!("/v1/workspaces/{}/users", second.workspace)).await;
        assert!([403, 404].contains(&foreign.status), "{}", foreign.text);
    }

    /// The organiser's file: a dry run changes nothing, a run adds, a second run changes nothing.
    async fn import_of_the_example(database) {
        let server = Server::start(database).await;
        let count = async || server.api().list(&server.ws("/users"), 500).await.len();
        let dry = import(&server, SHEET, &["--dry-run"]).await;
        assert!(dry["created"].as_u64().is_some_and(|n| n >= 200), "{dry}");
        assert!(dry["rejected"].as_u64().is_some_and(|n| n >= 3), "a few broken rows: {dry}");
        assert_eq!(count().await, 0, "a dry run changes nothing");
        let run = import(&server, SHEET, &[]).await;
        assert_eq!((&run["created"], &run["rejected"]), (&dry["created"], &dry["rejected"]));
        let created = run["created"].as_u64().expect("a number");
        assert_eq!(count().await as u64, created);
        for reject in run["rejects"].as_array().expect("rejects") {
            assert!(reject["row"].is_u64() && reject["reason"].as_str().is_some_and(|r| !r.is_empty()), "{reject}");
        }
        let again = import(&server, SHEET, &[]).await;
        assert_eq!(again["created"], 0, "{again}");
        assert_eq!(again["updated"], 0, "{again}");
        assert_eq!(count().await as u64, created);
        assert!(!server.api().list(&server.ws("/groups"), 50).await.is_empty(), "groups come from the file");
    }

    /// The rejects come back as a file; repaired, it goes in.
    async fn rejects_can_be_repaired(database) {
        let server = Server::start(database).await;
        let dir = tempfile::tempdir().expect("a directory");
        let (file, rejects) = (dir.path().join("in.csv"), dir.path().join("rejects.csv"));
        std::fs::write(&file, "id;name;email\r\n1;Ann;ann@example.com\r\n2;Ben;nobody\r\n").expect("written");
        let first = import(&server, &file.display().to_string(), &["--rejects", &rejects.display().to_string()]).await;
        assert_eq!((&first["created"], &first["rejected"]), (&json!(1), &json!(1)), "{first}");
        let text = std::fs::read_to_string(&rejects).expect("the file of rejects");
        assert!(text.contains("Ben") && !text.contains("Ann"), "{text}");
        std::fs::write(&rejects, text.replace("nobody", "ben@example.com")).expect("written");
        let second = import(&server, &rejects.display().to_string(), &[]).await;
        assert_eq!((&second["created"], &second["rejected"]), (&json!(1), &json!(0)), "{second}");
    }

    async fn send_in_one_line(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        server.person("ben").await;
        let workspace = server.init().workspace.clone();
        let base = ["--workspace", &workspace, "--server", server.url()];
        let mut arguments = vec!["send", "The doors are *open*", "--to", "ann", "--title", "Doors"];
        arguments.extend(base);
        let sent = server.run(&arguments).await;
        assert!(sent.status.success(), "{}", err(&sent));
        assert!(out(&sent).contains("ntf_"), "{}", out(&sent));
        let item = belfry_tests::until("the item", async || inbox(&ann).await.pop()).await;
        assert_eq!((&item["title"], &item["message"]), (&json!("Doors"), &json!("The doors are open")));
        // Everyone must be said.
        let mut arguments = vec!["send", "to nobody"];
        arguments.extend(base);
        assert!(!server.run(&arguments).await.status.success());
        let mut arguments = vec!["send", "x", "--to", "ghost"];
        arguments.extend(base);
        let refused = server.run(&arguments).await;
        assert!(!refused.status.success() && err(&refused).contains("ghost"), "{}", err(&refused));
    }

    async fn users_and_links(database) {
        let server = Server::start(database).await;
        server.people("p", 120).await;
        let workspace = server.init().workspace.clone();
        let base = ["users", "--workspace", &workspace, "--server", server.url()];
        let run = async |more: &[&str]| {
            let arguments: Vec<&str> = base.iter().chain(more).copied().collect();
            let output = server.run(&arguments).await;
            assert!(output.status.success(), "{}", err(&output));
            out(&output)
        };
        assert_eq!(run(&["list", "--limit", "1000", "--json"]).await.lines().count(), 120);
        assert_eq!(run(&["list", "--query", "p-77"]).await.lines().count(), 1);
        let link = run(&["link", "p-7"]).await;
        assert!(link.starts_with(server.url()) && link.contains("/l/bfl_"), "{link}");
    }

    /// Errors say what to do, and never show the key.
    async fn errors_help(database) {
        let server = Server::start(database).await;
        let mut command = server.command(&["users", "--workspace", "x", "--server", server.url(), "list"]);
        let output = command.env_remove("BELFRY_API_KEY").output().await.expect("it runs");
        assert!(!output.status.success() && err(&output).contains("BELFRY_API_KEY"), "{}", err(&output));
        let nobody = server.run(&["users", "--workspace", "x", "--server", "http://127.0.0.1:9", "list"]).await;
        assert!(!nobody.status.success() && err(&nobody).contains("127.0.0.1:9"), "{}", err(&nobody));
        assert!(!err(&nobody).contains(&server.init().api_key));
        let workspace = server.init().workspace.clone();
        let missing = server.run(&["import", "no-such-file.csv", "--workspace", &workspace, "--server", server.url()]).await;
        assert!(!missing.status.success() && err(&missing).contains("no-such-file.csv"), "{}", err(&missing));
    }

    /// The doctor finds a healthy installation healthy and says what is wrong with another.
    async fn doctor(database) {
        let mut server = Server::start(database).await;
        server.people("p", 10).await;
        server.broadcast("hello").await;
        server.terminate().await;
        let data = server.data_arguments();
        let mut arguments = vec!["doctor"];
        arguments.extend(data.iter().map(String::as_str));
        let healthy = server.run(&arguments).await;
        assert!(healthy.status.success(), "{}{}", out(&healthy), err(&healthy));
        let sick = server.run(&["doctor", "--data", "/proc/none", "--database", "postgres://nobody@127.0.0.1:9/none"]).await;
        assert!(!sick.status.success(), "{}", out(&sick));
    }
}
