//! Receipts: what devices and pages say about a delivery. A service worker has no session; it proves with the
//! capability that came inside the encrypted payload that it is the one device of the one delivery.

use std::collections::HashMap;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belfry_store::{DeliveryKey, Mark, Result, UserGrant};
use belfry_types::channel::{Channel, ReceiptKind};
use belfry_types::id::NotificationId;

use crate::Engine;

/// Bytes of the key part: notification 8, person 4, channel 1, device 8.
const KEY: usize = 21;
/// Bytes of the truncated HMAC-SHA-256 (RFC 2104 §5).
const TAG: usize = 16;
/// Characters of a written capability.
pub const CAPABILITY_CHARS: usize = (KEY + TAG) * 4 / 3 + 1;

/// Makes and checks capabilities.
pub struct Capability(hmac::Key);

impl Capability {
    /// With the installation's key for receipts.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The capability of one delivery: base64url, always [`CAPABILITY_CHARS`] long.
    pub fn of(&self, delivery: DeliveryKey) -> String {
        let mut bytes = [0; KEY + TAG];
        bytes[..8].copy_from_slice(&delivery.notification.to_be_bytes());
        bytes[8..12].copy_from_slice(&delivery.ordinal.to_be_bytes());
        bytes[12] = u8::try_from(delivery.channel.code()).unwrap_or(0);
        bytes[13..KEY].copy_from_slice(&delivery.device.to_be_bytes());
        let tag = hmac::sign(&self.0, &bytes[..KEY]);
        bytes[KEY..].copy_from_slice(&tag.as_ref()[..TAG]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The delivery that a genuine capability speaks for.
    pub fn check(&self, text: &str) -> Option<DeliveryKey> {
        let bytes: [u8; KEY + TAG] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let tag = hmac::sign(&self.0, &bytes[..KEY]);
        aws_lc_rs::constant_time::verify_slices_are_equal(&tag.as_ref()[..TAG], &bytes[KEY..]).ok()?;
        Some(DeliveryKey {
            notification: i64::from_be_bytes(bytes[..8].try_into().ok()?),
            ordinal: u32::from_be_bytes(bytes[8..12].try_into().ok()?),
            channel: Channel::from_code(bytes[12].into())?,
            device: i64::from_be_bytes(bytes[13..KEY].try_into().ok()?),
        })
    }
}

impl Engine {
    /// Checks a capability; `None` when it is not genuine.
    pub fn check_capability(&self, text: &str) -> Option<DeliveryKey> {
        self.capability.check(text)
    }

    /// Keeps receipts of deliveries. One that was opened is also read.
    pub async fn record_receipts(&self, receipts: &[(DeliveryKey, ReceiptKind)]) -> Result<()> {
        if receipts.is_empty() {
            return Ok(());
        }
        self.store.record_receipts(receipts, self.clock.now()).await?;
        for (key, _) in receipts.iter().filter(|(_, kind)| *kind == ReceiptKind::Opened) {
            if let Some((scope, id)) = self.store.notification_scope(key.notification).await? {
                self.mark_item(UserGrant { scope, ordinal: key.ordinal }, id, Mark::Read).await?;
            }
        }
        Ok(())
    }

    /// Keeps what a person's page says about its items; items that are not theirs are left out. A page that shows an
    /// item acknowledges a live delivery, one that opens it an inbox delivery.
    pub async fn record_for_user(
        &self,
        grant: UserGrant,
        items: &[(NotificationId, ReceiptKind)],
    ) -> Result<()> {
        let ids: Vec<NotificationId> = items.iter().map(|(id, _)| *id).collect();
        let mut numbers = HashMap::new();
        for (id, number, own) in self.store.item_numbers(grant.scope.scope(), grant.ordinal, &ids).await? {
            if own || self.wide_seq(grant, id).await?.is_some() {
                numbers.insert(id, number);
            }
        }
        let receipts: Vec<_> = items
            .iter()
            .filter_map(|(id, kind)| {
                let channel = if *kind == ReceiptKind::Displayed { Channel::Live } else { Channel::Inbox };
                let notification = *numbers.get(id)?;
                Some((DeliveryKey { notification, ordinal: grant.ordinal, channel, device: 0 }, *kind))
            })
            .collect();
        self.record_receipts(&receipts).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_untouched_capability_of_this_installation_is_genuine() {
        let capability = Capability::new(&[7; 32]);
        let key = DeliveryKey { notification: 1 << 40, ordinal: 9, channel: Channel::WebPush, device: 77 };
        let text = capability.of(key);
        assert_eq!(text.len(), CAPABILITY_CHARS);
        assert_eq!(capability.check(&text), Some(key));
        assert_eq!(Capability::new(&[8; 32]).check(&text), None);
        for i in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[i] = if changed[i] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(capability.check(&changed), None, "character {i}");
        }
        assert_eq!(capability.check(&text[1..]), None);
    }
}
