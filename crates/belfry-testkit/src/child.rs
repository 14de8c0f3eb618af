//! A child process that announces itself on a line of its standard output, for black-box tests and benchmarks. It is
//! killed when it is dropped. It interprets nothing of what the child says.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{ChildStdin, Command};
use tokio::sync::mpsc;

/// Lines of the child's output that wait to be read; what comes beyond is dropped, so that the child never blocks.
const LINES_KEPT: usize = 10_000;

/// A running child.
#[derive(Debug)]
pub struct Child {
    process: tokio::process::Child,
    lines: mpsc::Receiver<String>,
    pid: u32,
}

impl Child {
    /// Starts `command` with its standard output and input piped to us; its standard error stays as it was set.
    ///
    /// # Errors
    /// The program cannot be started.
    pub async fn spawn(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn()?;
        let pid = process.id().ok_or_else(|| io::Error::other("the child has no process id"))?;
        let stdout =
            process.stdout.take().ok_or_else(|| io::Error::other("the child has no standard output"))?;
        let (sender, lines) = mpsc::channel(LINES_KEPT);
        tokio::spawn(async move {
            let mut reader = BufReader::new(stdout).lines();
            while let Ok(Some(line)) = reader.next_line().await {
                // Reading goes on when nobody listens: a full pipe would stop the child.
                let _ = sender.try_send(line);
            }
        });
        Ok(Self { process, lines, pid })
    }

    /// Waits for a line that begins with `prefix` and gives what follows it; lines before it are dropped.
    ///
    /// # Errors
    /// The child closed its output, or `within` was over.
    pub async fn wait_for_line(&mut self, prefix: &str, within: Duration) -> io::Result<String> {
        let search = async {
            while let Some(line) = self.lines.recv().await {
                if let Some(rest) = line.strip_prefix(prefix) {
                    return Ok(rest.to_owned());
                }
            }
            Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("the child ended without {prefix:?}")))
        };
        let late =
            |_| io::Error::new(io::ErrorKind::TimedOut, format!("no line {prefix:?} within {within:?}"));
        tokio::time::timeout(within, search).await.map_err(late)?
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The pipe to the child's standard input; dropping it is the end of the input.
    pub fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.process.stdin.take()
    }

    /// Kills it at once (SIGKILL) and waits until it is gone.
    ///
    /// # Errors
    /// The signal could not be sent.
    pub async fn kill9(&mut self) -> io::Result<()> {
        self.process.kill().await
    }

    /// Sends a signal, for instance `rustix::process::Signal::TERM`.
    ///
    /// # Errors
    /// The process is gone.
    pub fn signal(&self, signal: rustix::process::Signal) -> io::Result<()> {
        let gone = || io::Error::from(io::ErrorKind::NotFound);
        // The id belongs to the child only until it was waited for.
        let pid = self.process.id().and_then(|id| i32::try_from(id).ok()).ok_or_else(gone)?;
        let pid = rustix::process::Pid::from_raw(pid).ok_or_else(gone)?;
        Ok(rustix::process::kill_process(pid, signal)?)
    }

    /// Waits until it ended by itself.
    ///
    /// # Errors
    /// Waiting failed.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.process.wait().await
    }

    /// Seconds of processor time that it used, user and system.
    ///
    /// # Errors
    /// The process is gone, or its record cannot be read.
    pub fn cpu_time(&self) -> io::Result<f64> {
        cpu_time(self.pid)
    }

    /// Bytes of memory that it holds now.
    ///
    /// # Errors
    /// The process is gone, or its record cannot be read.
    pub fn rss_bytes(&self) -> io::Result<u64> {
        memory(self.pid, "VmRSS:")
    }

    /// Bytes of memory that it held at most.
    ///
    /// # Errors
    /// The process is gone, or its record cannot be read.
    pub fn peak_rss_bytes(&self) -> io::Result<u64> {
        memory(self.pid, "VmHWM:")
    }
}

/// Seconds of processor time (utime + stime of `/proc/PID/stat`) that a process used.
///
/// # Errors
/// The process is gone, or its record cannot be read.
pub fn cpu_time(pid: u32) -> io::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let strange = || io::Error::new(io::ErrorKind::InvalidData, "the process record cannot be read");
    // The second field is the name in parentheses and may hold anything; what follows the last one is regular.
    let (_, fields) = stat.rsplit_once(") ").ok_or_else(strange)?;
    let mut ticks = fields.split(' ').skip(11).map(str::parse::<u64>);
    let (user, system) = ticks.next().zip(ticks.next()).ok_or_else(strange)?;
    let ticks = user.map_err(|_| strange())? + system.map_err(|_| strange())?;
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn memory(pid: u32, field: &str) -> io::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|k| k * 1024)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the process has no memory record"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    const SOON: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn finds_its_line_and_dies_when_told() {
        let mut child =
            Child::spawn(shell("echo noise; echo 'listening on 127.0.0.1:9'; read line")).await.unwrap();
        assert_eq!(child.wait_for_line("listening on ", SOON).await.unwrap(), "127.0.0.1:9");
        // The peak is asked for last: it may still grow.
        let rss = child.rss_bytes().unwrap();
        assert!(rss > 0 && child.peak_rss_bytes().unwrap() >= rss);
        child.kill9().await.unwrap();
        assert!(child.cpu_time().is_err());
    }

    #[tokio::test]
    async fn counts_processor_time() {
        let script = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done; exec cat";
        let mut child = Child::spawn(shell(script)).await.unwrap();
        child.wait_for_line("done", SOON).await.unwrap();
        assert!(child.cpu_time().unwrap() > 0.0);
    }

    #[tokio::test]
    async fn an_end_without_the_line_is_an_error() {
        let mut child = Child::spawn(shell("echo other")).await.unwrap();
        let error = child.wait_for_line("listening", SOON).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn is_killed_when_dropped() {
        let mut child = Child::spawn(shell("echo up; exec cat")).await.unwrap();
        child.wait_for_line("up", SOON).await.unwrap();
        let stat = format!("/proc/{}/stat", child.pid());
        drop(child);
        // The runtime reaps it in the background.
        for _ in 0..2000 {
            match std::fs::read_to_string(&stat) {
                Err(_) => return,
                Ok(text) if text.contains(") Z ") => return,
                Ok(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
        panic!("the child lives on");
    }
}
