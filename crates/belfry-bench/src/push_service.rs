//! The push service that receives what is sent: a process of its own, so that its processor time is nobody else's.
//! What it counted is asked over TLS, as it would be by a stranger.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use belfry_testkit::{Child, Stats};
use serde::Deserialize;
use tokio::process::Command;

/// A running push service.
#[derive(Debug)]
pub(crate) struct PushService {
    // It lives as long as this does.
    _child: Child,
    /// Its origin.
    pub(crate) url: String,
    /// The certificate to trust, in a file.
    pub(crate) authority: PathBuf,
    client: reqwest::Client,
}

#[derive(Debug, Deserialize)]
struct Announcement {
    url: String,
    ca_pem: String,
}

impl PushService {
    /// Starts it; its certificate's authority is written into `dir`.
    pub(crate) async fn start(dir: &Path) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", "sink", "--tls"]).stderr(Stdio::inherit());
        let mut child = Child::spawn(command).await?;
        let rest = child.wait_for_line("{", Duration::from_secs(20)).await.context("no push service")?;
        let Announcement { url, ca_pem } = serde_json::from_str(&format!("{{{rest}"))?;
        let authority = dir.join("push-service-ca.pem");
        std::fs::write(&authority, &ca_pem)?;
        let certificate = reqwest::Certificate::from_pem(ca_pem.as_bytes())?;
        // This asks our own child on loopback; the product's one client refuses that.
        #[allow(clippy::disallowed_methods)]
        let client = reqwest::Client::builder().tls_certs_only([certificate]).no_proxy().build()?;
        Ok(Self { _child: child, url, authority, client })
    }

    /// Its counters.
    pub(crate) async fn stats(&self) -> Result<Stats> {
        Ok(self.client.get(format!("{}/stats", self.url)).send().await?.error_for_status()?.json().await?)
    }
}
