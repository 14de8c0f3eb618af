//! What belongs to the installation as a whole: the keys with which it signs its web pushes. It makes no keys; the
//! server does, at its first start.

use belfry_types::time::Millis;

use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    PUSH_KEYS = "SELECT name, value FROM installation WHERE name >= 'push-key/' AND name < 'push-key0'";
    ADD = "INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
}

const PREFIX: &str = "push-key/";

/// A key that identifies this installation to push services (VAPID, RFC 8292). Devices keep the number of the key
/// with which they subscribed.
#[derive(Clone, PartialEq, Eq)]
pub struct PushKey {
    /// Counts from 1; the newest has the greatest.
    pub num: i64,
    /// The P-256 key pair in PKCS #8 (RFC 5208), DER.
    pub pkcs8: Vec<u8>,
    /// When it was made.
    pub created_at: Millis,
}

impl std::fmt::Debug for PushKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PushKey").field("num", &self.num).finish_non_exhaustive()
    }
}

impl Store {
    /// Every push key, the newest last.
    pub async fn push_keys(&self) -> Result<Vec<PushKey>> {
        let mut keys = Vec::new();
        for row in self.db.all(&PUSH_KEYS, args![]).await? {
            let name = row.text(0)?;
            let corrupt = || Error::Corrupt(format!("{name} is no push key"));
            let num = name.strip_prefix(PREFIX).and_then(|n| n.parse().ok()).ok_or_else(corrupt)?;
            let plain = self.decrypt(&name, &row.blob(1)?)?;
            let (at, pkcs8) = plain.split_first_chunk::<8>().ok_or_else(corrupt)?;
            keys.push(PushKey { num, pkcs8: pkcs8.to_vec(), created_at: Millis(i64::from_be_bytes(*at)) });
        }
        keys.sort_by_key(|key| key.num);
        Ok(keys)
    }

    /// Adds a key behind the newest and gives its number.
    pub async fn add_push_key(&self, pkcs8: &[u8]) -> Result<i64> {
        loop {
            let num = self.push_keys().await?.last().map_or(1, |key| key.num + 1);
            if self.insert_push_key(num, pkcs8).await? {
                return Ok(num);
            }
        }
    }

    /// Stores the installation's first key unless there is one already: of nodes that start together one wins, and
    /// all of them read its key afterwards. Whether it was this one.
    pub async fn first_push_key(&self, pkcs8: &[u8]) -> Result<bool> {
        Ok(self.push_keys().await?.is_empty() && self.insert_push_key(1, pkcs8).await?)
    }

    async fn insert_push_key(&self, num: i64, pkcs8: &[u8]) -> Result<bool> {
        let name = format!("{PREFIX}{num}");
        let mut plain = self.clock.now().0.to_be_bytes().to_vec();
        plain.extend_from_slice(pkcs8);
        let sealed = self.encrypt(&name, &plain);
        Ok(self.db.run(&ADD, args![name, sealed]).await? == 1)
    }
}
