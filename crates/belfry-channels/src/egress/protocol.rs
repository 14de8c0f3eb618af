//! Which HTTP version an origin speaks, learned from its answers, and the gate that lets one request go first to an
//! origin that is not known yet. It opens no connections.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Gate, OwnedMutexGuard};

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
pub(super) struct Origin {
    known: AtomicU8,
    gate: Arc<Gate<()>>,
}

impl Origin {
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

/// All origins that were spoken to.
#[derive(Debug, Default)]
pub(super) struct Protocols(Mutex<HashMap<String, Arc<Origin>>>);

impl Protocols {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Origin>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The origin of this name.
    pub(super) fn origin(&self, name: &str) -> Arc<Origin> {
        let mut origins = self.lock();
        if let Some(origin) = origins.get(name) {
            return Arc::clone(origin);
        }
        if origins.len() >= ORIGINS_MAX {
            origins.clear();
        }
        Arc::clone(origins.entry(name.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_goes_first_and_the_others_learn_from_it() {
        let protocols = Protocols::default();
        let origin = protocols.origin("https://a.example");
        let (known, first) = origin.known_or_first().await;
        assert_eq!(known, Known::Nothing);
        let second = tokio::spawn({
            let origin = protocols.origin("https://a.example");
            async move { origin.known_or_first().await.0 }
        });
        origin.learn(Known::Http2);
        drop(first);
        assert_eq!(second.await.unwrap(), Known::Http2);
    }

    #[test]
    fn memory_is_bounded() {
        let protocols = Protocols::default();
        for i in 0..=ORIGINS_MAX {
            protocols.origin(&i.to_string());
        }
        assert!(protocols.lock().len() <= ORIGINS_MAX);
    }
}
