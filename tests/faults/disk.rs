//! A full disk: what was acknowledged is there, what cannot be kept is refused, and once there is room again all goes
//! on without anybody doing anything. SQLite only: PostgreSQL's disk is PostgreSQL's affair.

use std::path::Path;
use std::process::Command;

use belfry_tests::people::inbox;
use belfry_tests::{Database, Start, json, until};

use crate::now;

/// A file system in memory that is unmounted when it is dropped.
struct Small(tempfile::TempDir);

impl Small {
    fn mount(size: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(dir.path())
            .status()
            .expect("mount runs");
        assert!(mounted.success(), "a small disk can only be mounted by root");
        Self(dir)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// Fills the disk to its last byte.
fn fill(path: &Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path).expect("a file");
    for piece in [1 << 16, 1 << 12, 1] {
        while file.write_all(&vec![1; piece]).is_ok() {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_full() {
    let started = now();
    let small = Small::mount("48m");
    let mut server = Start::on(Database::Lite).below(small.path()).go().await;
    let ann = server.new_person("ann").await;
    let body = |n: usize| json!({ "message": format!("m{n} {}", "x".repeat(2_000)), "audience": { "users": ["ann"] } });
    let path = server.ws("/notifications");
    let mut acknowledged = Vec::new();
    for n in 0..20 {
        server.notify(&body(n)).await;
        acknowledged.push(n);
    }
    let filler = small.path().join("filler");
    fill(&filler);
    let mut refused = 0;
    for n in 20..1_000 {
        let answer = server.api().post(&path, &body(n)).await;
        if answer.status == 202 {
            acknowledged.push(n);
        } else {
            // What is full is no fault of the request, and nobody but the operator can help.
            assert!([500, 503, 507].contains(&answer.status), "{} {}", answer.status, answer.text);
            refused += 1;
            if refused == 20 {
                break;
            }
        }
    }
    assert!(refused > 0, "the disk was never full");
    assert_eq!(ann.get("/v1/me/inbox").await.status, 200, "reading goes on");
    std::fs::remove_file(&filler).expect("freed");
    let freed = now();
    until("it to accept again", async || {
        (server.api().post(&path, &body(9_999)).await.status == 202).then_some(())
    })
    .await;
    acknowledged.push(9_999);
    let again = freed.elapsed();
    let kept = until("everything to be in the inbox", async || {
        let items = inbox(&ann).await;
        let has = |n: &usize| {
            let begin = format!("m{n} ");
            items.iter().filter(|i| i["message"].as_str().is_some_and(|m| m.starts_with(&begin))).count()
        };
        acknowledged.iter().all(|n| has(n) == 1).then_some(items.len())
    })
    .await;
    assert_eq!(kept, acknowledged.len(), "what was refused is not there");
    server.terminate().await;
    server.healthy().await;
    println!(
        "Lite disk full: {} acknowledged, 0 lost, 0 repeated, {refused} refused, accepting again after {:.1} s, {:.1} s",
        acknowledged.len(),
        again.as_secs_f64(),
        started.elapsed().as_secs_f64(),
    );
}
