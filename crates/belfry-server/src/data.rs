//! The data folder: the SQLite file and the installation's key; and opening the store of the settings.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use belfry_config::Settings;
use belfry_store::{OpenOptions, Source, Store};
use belfry_types::rng::{Rng as _, SharedRng, SystemRng};
use belfry_types::time::SystemClock;

const KEY_FILE: &str = "installation.key";
const DATABASE_FILE: &str = "belfry.db";

/// An open store with the clock and the randomness that go with it.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Follows the database's time.
    pub clock: Arc<SystemClock>,
    /// The system's.
    pub rng: SharedRng,
}

/// Opens the database of the settings and makes the clock agree with it.
pub async fn open(settings: &Settings) -> anyhow::Result<Opened> {
    let folder = &settings.server.data;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the data folder {} cannot be made", folder.display()))?;
    let installation_key = match &settings.server.installation_key {
        Some(key) => key.0.0,
        None => key_in(folder)?,
    };
    let source = match &settings.database.url {
        Some(url) => Source::Pg(url.0.clone()),
        None => Source::Lite(folder.join(DATABASE_FILE)),
    };
    let clock = Arc::new(SystemClock::default());
    let rng: SharedRng = Arc::new(SystemRng);
    let store = Store::open(&source, OpenOptions { installation_key }, clock.clone(), rng.clone())
        .await
        .context("the database cannot be opened")?;
    clock.follow(store.database_now().await?);
    Ok(Opened { store, clock, rng })
}

/// The key in the data folder; made at the first start, readable by its owner only.
fn key_in(folder: &Path) -> anyhow::Result<[u8; 32]> {
    let path = folder.join(KEY_FILE);
    if !path.exists() {
        let mut key = [0; 32];
        SystemRng.fill(&mut key);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(&key)?;
                file.sync_all()?;
            }
            // Another process of the same folder was first.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("{} cannot be written", path.display())),
        }
    }
    let bytes = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let length = bytes.len();
    bytes.try_into().map_err(|_| {
        anyhow::anyhow!(
            "{} has {length} bytes instead of 32; without it stored secrets cannot be read",
            path.display()
        )
    })
}
