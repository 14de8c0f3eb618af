//! The live wide notifications of each organization, decoded and kept in memory. A set is used only while its version
//! is the one that the organization's row has, so that no node shows what another has taken back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use belfry_store::{Result, Store, Wide};
use belfry_types::time::Millis;

use crate::item::item_until_read_at;

/// A live wide notification with what its items begin with.
#[derive(Debug)]
pub struct LiveWide {
    wide: Wide,
    /// The JSON of its items up to the value of `read_at`, which is all that differs from person to person.
    pub until_read_at: Box<str>,
}

impl std::ops::Deref for LiveWide {
    type Target = Wide;
    fn deref(&self) -> &Wide {
        &self.wide
    }
}

impl From<Wide> for LiveWide {
    fn from(wide: Wide) -> Self {
        let mut text = String::with_capacity(wide.item.len() + 120);
        item_until_read_at(&mut text, wide.notification, &wide.item, 1, wide.published_at);
        Self { wide, until_read_at: text.into() }
    }
}

/// The live wide notifications of one organization, newest first.
#[derive(Debug, Default)]
pub struct WideSet {
    version: i64,
    /// Newest first.
    pub newest_first: Vec<Arc<LiveWide>>,
}

/// Sets by organization.
#[derive(Debug, Default)]
pub struct WideCache(Mutex<HashMap<i64, Arc<WideSet>>>);

impl WideCache {
    /// The set of an organization at `version` or later; reads what is missing.
    pub async fn get(
        &self,
        store: &Store,
        organization: i64,
        version: i64,
        now: Millis,
    ) -> Result<Arc<WideSet>> {
        let known = self.lock().get(&organization).cloned();
        if let Some(set) = &known
            && set.version >= version
        {
            return Ok(set.clone());
        }
        let (version, seqs) = store.wide_seqs(organization, now).await?;
        let mut by_seq: HashMap<i64, Arc<LiveWide>> =
            known.iter().flat_map(|set| &set.newest_first).map(|wide| (wide.seq, wide.clone())).collect();
        let missing: Vec<i64> = seqs.iter().copied().filter(|seq| !by_seq.contains_key(seq)).collect();
        if !missing.is_empty() {
            for wide in store.wide(organization, &missing).await? {
                by_seq.insert(wide.seq, Arc::new(wide.into()));
            }
        }
        let newest_first = seqs.iter().rev().filter_map(|seq| by_seq.remove(seq)).collect();
        let set = Arc::new(WideSet { version, newest_first });
        let mut sets = self.lock();
        let slot = sets.entry(organization).or_default();
        if slot.version < version || slot.newest_first.is_empty() {
            *slot = set.clone();
        }
        Ok(set)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Arc<WideSet>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WideSet {
    /// Those that hold a person, newest first, before `before` and not over at `now`.
    pub fn of(&self, ordinal: u32, before: i64, now: Millis) -> impl Iterator<Item = &Arc<LiveWide>> {
        self.newest_first
            .iter()
            .skip_while(move |wide| wide.seq >= before)
            .filter(move |wide| wide.expires_at > now && wide.people.contains(ordinal))
    }
}
