//! What is remembered of an origin: that the guard allows it, which HTTP version it speaks (learned from its answers),
//! and the gate that lets one request go first while that is not known. It opens no connections.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use belfry_types::limits::URL_BYTES;
use tokio::sync::{Mutex as Gate, OwnedMutexGuard};
use url::{Position, Url};

use super::address::{AddressRefused, check_url};

/// Origins that are remembered; beyond it all are forgotten and learned anew.
const ORIGINS_MAX: usize = 4096;

/// How long others wait for the first request to an unknown origin before they go themselves.
const FIRST_WAIT: Duration = Duration::from_secs(3);

/// What is known of an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// No answer came yet.
    Nothing = 0,
    /// It answered in HTTP/1.1.
    Http1 = 1,
    /// It answered in HTTP/2.
    Http2 = 2,
}

/// One origin.
#[derive(Debug, Default)]
pub struct Origin {
    name: String,
    known: AtomicU8,
    gate: Arc<Gate<()>>,
}

impl Origin {
    /// Scheme, host and port as the URL standard writes them.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn known(&self) -> Known {
        match self.known.load(Ordering::Relaxed) {
            1 => Known::Http1,
            2 => Known::Http2,
            _ => Known::Nothing,
        }
    }

    /// Remembers what an answer showed.
    pub(super) fn learn(&self, known: Known) {
        self.known.store(known as u8, Ordering::Relaxed);
    }

    /// What is known, or the right to go first, which lasts until the guard is dropped. Whoever waited too long gets
    /// neither and goes too.
    pub(super) async fn known_or_first(&self) -> (Known, Option<OwnedMutexGuard<()>>) {
        let known = self.known();
        if known != Known::Nothing {
            return (known, None);
        }
        let first = tokio::time::timeout(FIRST_WAIT, Arc::clone(&self.gate).lock_owned()).await.ok();
        match self.known() {
            Known::Nothing => (Known::Nothing, first),
            known => (known, None),
        }
    }
}

/// All origins that were allowed.
#[derive(Debug)]
pub(super) struct Origins {
    allow_loopback: bool,
    /// By the text of their URLs up to the path, as it was written.
    allowed: Mutex<HashMap<String, Arc<Origin>>>,
}

impl Origins {
    pub(super) fn new(allow_loopback: bool) -> Self {
        Self { allow_loopback, allowed: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Origin>>> {
        self.allowed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the guard.
    pub(super) fn check(&self, url: &str) -> Result<Url, AddressRefused> {
        check_url(url, self.allow_loopback)
    }

    /// The origin of a URL that the guard allows, and the URL where it had to be taken apart. What the guard judges
    /// besides single characters (scheme, user, host, port) all stands before the path.
    pub(super) fn of(&self, url: &str) -> Result<(Arc<Origin>, Option<Url>), AddressRefused> {
        let end = before_path(url);
        if let Some(end) = end
            && url.len() <= URL_BYTES
            && !url.bytes().any(|b| b == b'\\' || b <= b' ' || b == 0x7f)
            && let Some(origin) = self.lock().get(&url[..end])
        {
            return Ok((Arc::clone(origin), None));
        }
        let checked = self.check(url)?;
        let name = &checked[..Position::AfterPort];
        let mut allowed = self.lock();
        // An origin may take two places: as the standard writes it, and as it was written.
        if allowed.len() + 2 > ORIGINS_MAX {
            allowed.clear();
        }
        // However it is written, an origin is remembered once.
        let origin = allowed
            .entry(name.to_owned())
            .or_insert_with(|| Arc::new(Origin { name: name.to_owned(), ..Origin::default() }));
        let origin = Arc::clone(origin);
        if let Some(end) = end {
            allowed.entry(url[..end].to_owned()).or_insert_with(|| Arc::clone(&origin));
        }
        Ok((origin, Some(checked)))
    }
}

/// Where the path, query or fragment of an absolute URL begins.
pub(super) fn before_path(url: &str) -> Option<usize> {
    let authority = url.find("://")? + 3;
    let length = url[authority..].find(['/', '?', '#'])?;
    Some(authority + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(origins: &Origins, url: &str) -> Arc<Origin> {
        origins.of(url).unwrap().0
    }

    #[tokio::test]
    async fn one_goes_first_and_the_others_learn_from_it() {
        let origins = Origins::new(false);
        let first_origin = origin(&origins, "https://a.example/1");
        let (known, first) = first_origin.known_or_first().await;
        assert_eq!(known, Known::Nothing);
        let second = tokio::spawn({
            let other = origin(&origins, "https://a.example/2");
            async move { other.known_or_first().await.0 }
        });
        first_origin.learn(Known::Http2);
        drop(first);
        assert_eq!(second.await.unwrap(), Known::Http2);
    }

    #[test]
    fn an_origin_is_one_however_it_is_written_and_is_taken_apart_once() {
        let origins = Origins::new(false);
        let a = origin(&origins, "https://Push.Example:443/a");
        let b = origin(&origins, "https://push.example/b?c");
        assert!(Arc::ptr_eq(&a, &b) && a.name() == "https://push.example");
        assert!(origins.of("https://Push.Example:443/other").unwrap().1.is_none());
    }

    #[test]
    fn what_was_allowed_lets_nothing_else_pass() {
        let origins = Origins::new(false);
        origin(&origins, "https://push.example/a");
        for bad in [
            "https://push.example@10.0.0.1/a",
            "https://push.example/\\a",
            "https://push.example/a b",
            "https://push.example:25/a",
            "http://push.example/a",
            "https://10.0.0.1/a",
        ] {
            assert!(origins.of(bad).is_err(), "{bad}");
        }
        let long = format!("https://push.example/{}", "a".repeat(URL_BYTES));
        assert!(origins.of(&long).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let origins = Origins::new(false);
        for i in 0..=ORIGINS_MAX {
            origin(&origins, &format!("https://{i}.example/"));
        }
        assert!(origins.lock().len() <= ORIGINS_MAX);
    }
}
