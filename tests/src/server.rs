//! The real binary as a child: `init`, then `serve`, killed when dropped. When a test fails, what the server logged is
//! shown.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use belfry_testkit::Child;
use belfry_testkit::database::FreshDatabase;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

pub use crate::machine::{peak_memory, unix_now};
use crate::{Api, Database, database};

/// What `init` printed.
#[derive(Debug, Clone)]
pub struct Init {
    /// The organization's id or slug.
    pub organization: String,
    /// The workspace's id or slug.
    pub workspace: String,
    /// A key with all scopes.
    pub api_key: String,
}

/// How a server starts.
#[derive(Debug, Clone)]
pub struct Start {
    database: Database,
    env: BTreeMap<String, String>,
    folder: Option<PathBuf>,
}

impl Start {
    /// With the settings of tests: loopback may be pushed to, and failed sign-ins bar no address.
    pub fn on(database: Database) -> Self {
        // Everyone asks from one address here, those who guess too.
        let env = [("BELFRY_EGRESS_ALLOW_LOOPBACK", "true"), ("BELFRY_LIMITS_SIGN_IN_PER_MINUTE", "100000")];
        Self { database, env: env.map(|(k, v)| (k.to_owned(), v.to_owned())).into(), folder: None }
    }

    /// With one more setting.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With its data below this folder.
    #[must_use]
    pub fn below(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Initialises a new data directory and serves it.
    ///
    /// # Panics
    /// It does not start.
    pub async fn go(self) -> Server {
        let mut server = self.stopped().await;
        server.serve().await;
        server
    }

    /// Serves a new data directory in which nothing was made.
    ///
    /// # Panics
    /// It does not start.
    pub async fn bare(self) -> Server {
        let dir = tempfile::tempdir().expect("a directory");
        let database = self.database.fresh();
        let mut server = Server::idle(self, dir, database);
        server.serve().await;
        server
    }

    /// Initialises a new data directory.
    ///
    /// # Panics
    /// It cannot.
    pub async fn stopped(self) -> Server {
        let dir = match &self.folder {
            Some(folder) => tempfile::tempdir_in(folder),
            None => tempfile::tempdir(),
        };
        let dir = dir.expect("a directory");
        let database = self.database.fresh();
        let mut server = Server::idle(self, dir, database);
        server.init = server.init_organization("First organization").await;
        server
    }
}

/// A server with its data.
#[derive(Debug)]
pub struct Server {
    start: Start,
    // Fields are dropped in this order: the child ends before its data is deleted.
    child: Option<Child>,
    dir: TempDir,
    database: Option<FreshDatabase>,
    /// The URL of another server's database.
    shared: Option<String>,
    address: String,
    init: Init,
}

/// Where the binary is: `BELFRY_BIN`, else the debug build beside this test.
///
/// # Panics
/// There is none.
pub fn binary() -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/belfry");
    let path = std::env::var_os("BELFRY_BIN").map_or(built, PathBuf::from);
    assert!(path.is_file(), "{} is missing: cargo build, or set BELFRY_BIN", path.display());
    path
}

impl Server {
    /// A server with the settings of tests.
    pub async fn start(database: Database) -> Self {
        Start::on(database).go().await
    }

    fn idle(start: Start, dir: TempDir, database: Option<FreshDatabase>) -> Self {
        let init = Init { organization: String::new(), workspace: String::new(), api_key: String::new() };
        Self { start, dir, database, shared: None, child: None, address: String::new(), init }
    }

    /// A stopped copy of a stopped server, with the same data and keys.
    ///
    /// # Panics
    /// It is running, or cannot be copied.
    pub fn copy(&self) -> Self {
        assert!(self.child.is_none(), "a running server cannot be copied");
        let dir = tempfile::tempdir().expect("a directory");
        copy_folder(&self.data(), &dir.path().join("data"));
        let database = self.database.as_ref().map(database::copy);
        let mut copy = Self::idle(self.start.clone(), dir, database);
        copy.init = self.init.clone();
        copy
    }

    /// Another node, not yet running, with the same database and the same keys. Only for PostgreSQL.
    ///
    /// # Panics
    /// The data directory cannot be copied.
    pub fn node(&self) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        copy_folder(&self.data(), &dir.path().join("data"));
        let mut node = Self::idle(self.start.clone(), dir, None);
        node.shared = Some(self.database_url().expect("PostgreSQL"));
        node.init = self.init.clone();
        node
    }

    /// Sets or, with `None`, unsets a setting for the next [`Server::serve`].
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.start.env.insert(name.to_owned(), value.to_owned()),
            None => self.start.env.remove(name),
        };
    }

    /// A command of the binary with this server's settings; `--data` and `--database` are for the caller.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).envs(&self.start.env).stdin(Stdio::null()).kill_on_drop(true);
        // What the harness itself is told is no setting of the server.
        command.env_remove("RUST_BACKTRACE");
        let harness =
            ["BIN", "PYTHON", "FAULT_RUNS", "FAULT_SOCKETS", "TEST_PG", "TEST_PG_RESTART", "TEST_SEED"];
        for name in harness {
            command.env_remove(format!("BELFRY_{name}"));
        }
        command.env("BELFRY_API_KEY", &self.init.api_key);
        command
    }

    /// `--data … [--database …]` of this server.
    pub fn data_arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data".to_owned(), self.data().display().to_string()];
        if let Some(url) = self.database_url() {
            arguments.extend(["--database".to_owned(), url]);
        }
        arguments
    }

    /// Runs a command of the binary to its end.
    ///
    /// # Panics
    /// It cannot be started.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().await.expect("the binary runs")
    }

    /// `init` with this name.
    ///
    /// # Panics
    /// It fails or prints something else than its one line.
    pub async fn init_organization(&self, name: &str) -> Init {
        let email =
            format!("{}@example.com", name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        let mut arguments = vec!["init", "--email", &email, "--organization", name, "--json"];
        let data = self.data_arguments();
        arguments.extend(data.iter().map(String::as_str));
        let output = self.run(&arguments).await;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "init: {out}{err}");
        assert_eq!(out.trim_end().lines().count(), 1, "init prints one line: {out}");
        let line: Value = serde_json::from_str(out.trim()).unwrap_or_else(|e| panic!("init: {e}: {out}"));
        let field = |name: &str| {
            line[name]
                .as_str()
                .filter(|v| !v.is_empty())
                .unwrap_or_else(|| panic!("init: no {name}: {line}"))
                .to_owned()
        };
        Init { organization: field("organization"), workspace: field("workspace"), api_key: field("api_key") }
    }

    /// Serves until [`Server::kill`], [`Server::terminate`] or the drop.
    ///
    /// # Panics
    /// It does not say where it listens within a minute.
    pub async fn serve(&mut self) {
        let data = self.data_arguments();
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0"];
        arguments.extend(data.iter().map(String::as_str));
        let mut command = self.command(&arguments);
        let log = File::options().create(true).append(true).open(self.log_path()).expect("a log");
        command.stderr(log);
        let mut child = Child::spawn(command).await.expect("the server starts");
        match child.wait_for_line("listening on ", Duration::from_secs(60)).await {
            Ok(address) => self.address = address.trim().trim_end_matches('/').to_owned(),
            Err(error) => panic!("serve: {error}\n{}", self.log()),
        }
        self.child = Some(child);
    }

    /// The token of the one-time link that the server printed when it started.
    ///
    /// # Panics
    /// It is not running, or it printed none.
    pub async fn setup_token(&mut self) -> String {
        let child = self.child.as_mut().expect("it runs");
        let link = child.wait_for_line("set up at ", Duration::from_secs(20)).await.expect("a link");
        let token = link.strip_prefix(&format!("{}/setup#", self.address));
        token.unwrap_or_else(|| panic!("{link} leads elsewhere")).to_owned()
    }

    /// Kills it at once, as `kill -9` does.
    ///
    /// # Panics
    /// It is not running.
    pub async fn kill(&mut self) {
        self.child.take().expect("it runs").kill9().await.expect("killed");
    }

    /// Asks it to end (SIGTERM) and gives how it ended.
    ///
    /// # Panics
    /// It does not end within half a minute.
    pub async fn terminate(&mut self) -> std::process::ExitStatus {
        self.signal(rustix::process::Signal::TERM);
        self.ended(Duration::from_secs(30)).await
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// It is not running.
    pub fn signal(&self, signal: rustix::process::Signal) {
        self.child.as_ref().expect("it runs").signal(signal).expect("signalled");
    }

    /// Waits until it ended by itself.
    ///
    /// # Panics
    /// It still runs after that time.
    pub async fn ended(&mut self, within: Duration) -> std::process::ExitStatus {
        let mut child = self.child.take().expect("it runs");
        let status = tokio::time::timeout(within, child.wait()).await;
        status
            .unwrap_or_else(|_| panic!("the server still runs after {within:?}\n{}", self.log()))
            .expect("a status")
    }

    /// The process id.
    ///
    /// # Panics
    /// It is not running.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").pid()
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.address
    }

    /// Its data directory.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// What `init` printed.
    pub fn init(&self) -> &Init {
        &self.init
    }

    /// The database's URL; `None` for SQLite.
    pub fn database_url(&self) -> Option<String> {
        self.shared.clone().or_else(|| self.database.as_ref().map(database::url))
    }

    /// Has `belfry doctor` look at everything, counters recounted.
    ///
    /// # Panics
    /// It finds something wrong.
    pub async fn healthy(&self) {
        let data = self.data_arguments();
        let mut arguments = vec!["doctor"];
        arguments.extend(data.iter().map(String::as_str));
        let output = self.run(&arguments).await;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "doctor: {out}{err}");
    }

    /// A client with the key of `init`.
    pub fn api(&self) -> Api {
        Api::new(&self.address, Some(&self.init.api_key))
    }

    /// The path of something in the first workspace.
    pub fn ws(&self, path: &str) -> String {
        format!("/v1/workspaces/{}{path}", self.init.workspace)
    }

    /// Changes the database behind the stopped server's back, for what cannot be waited for.
    ///
    /// # Panics
    /// It runs, or the statement fails.
    pub fn tamper(&self, statement: &str) {
        assert!(self.child.is_none(), "a running server's database is its own");
        let mut command = match self.database_url() {
            Some(url) => {
                let mut psql = std::process::Command::new("psql");
                psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &url, "-c", statement]);
                psql
            }
            None => {
                let script = "import sqlite3,sys; d = sqlite3.connect(sys.argv[1]); d.execute(sys.argv[2]); d.commit()";
                let mut python = std::process::Command::new("python3");
                python.args(["-c", script]).arg(self.data().join("belfry.db")).arg(statement);
                python
            }
        };
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Everything that is stored, as text and as PostgreSQL's hexadecimal, for looking whether something is in it.
    ///
    /// # Panics
    /// It cannot be read.
    pub fn stores(&self, secret: &str) -> bool {
        let hex: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
        let mut stored = Vec::new();
        for file in std::fs::read_dir(self.data()).expect("the data directory").filter_map(Result::ok) {
            if file.path().is_file() {
                stored.extend(std::fs::read(file.path()).expect("readable"));
            }
        }
        if let Some(url) = self.database_url() {
            let dump = std::process::Command::new("pg_dump")
                .args(["--data-only", "-d", &url])
                .output()
                .expect("pg_dump");
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            stored.extend(dump.stdout);
        }
        [secret.as_bytes(), hex.as_bytes()]
            .iter()
            .any(|needle| stored.windows(needle.len()).any(|w| w == *needle))
    }

    fn log_path(&self) -> PathBuf {
        self.dir.path().join("server.log")
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("the data directory") {
        let entry = entry.expect("an entry");
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let from = lines.len().saturating_sub(80);
            eprintln!("--- the server's last {} lines\n{}", lines.len() - from, lines[from..].join("\n"));
        }
    }
}
