//! The judge that matters most: a real Firefox opts in on the page, closes it, and shows what is pushed.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use belfry_tests::{Server, both};
use tokio::process::Command;

both! {
    async fn shows_a_push_with_its_page_closed(database) {
        let server = Server::start(database).await;
        server.person("judge").await;
        let answer = server.api().tell(&server.ws("/users/judge/token")).await.ok();
        let link = answer["link"].as_str().expect("a link");
        let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
        let mut command = Command::new("node");
        command
            .args(["e2e/firefox-push.mjs", "--base-url", server.url(), "--workspace", &server.init().workspace])
            .args(["--link", link, "--api-key", &server.init().api_key, "--user", "judge"])
            .current_dir(web)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = tokio::time::timeout(Duration::from_secs(240), command.output()).await;
        let output = output.expect("Firefox is done within four minutes").expect("node runs");
        let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{told}");
        let list = server.api().list(&server.ws("/notifications"), 50).await;
        let mut displayed = 0;
        for notification in &list {
            let pushes = server.pushes(notification["id"].as_str().expect("an id")).await;
            displayed += pushes.iter().filter(|push| push["displayed_at"].is_string()).count();
        }
        assert!(displayed >= 1, "no worker said that it displayed anything: {told}");
    }
}
