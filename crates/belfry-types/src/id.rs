//! Public identifiers: UUIDv7 (RFC 9562) newtypes, 16 bytes inside, written with a prefix that names the noun.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::rng::Rng;
use crate::time::Millis;

/// A text is not an identifier of this noun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id that begins with {prefix}_")]
pub struct BadId {
    /// The prefix that was expected.
    pub prefix: &'static str,
}

fn fresh(now: Millis, rng: &dyn Rng) -> Uuid {
    let mut random = [0; 10];
    rng.fill(&mut random);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(now.0).unwrap_or(0), &random).into_uuid()
}

fn parse(text: &str, prefix: &'static str) -> Result<Uuid, BadId> {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|hex| {
            hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        })
        .and_then(|hex| Uuid::try_parse(hex).ok())
        .ok_or(BadId { prefix })
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// What the written form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier, ordered by time.
            pub fn new(now: Millis, rng: &dyn Rng) -> Self {
                Self(fresh(now, rng).into_bytes())
            }

            /// Reads the 16 bytes that a store kept.
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), Uuid::from_bytes(self.0).simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                parse(text, $prefix).map(|u| Self(u.into_bytes()))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An organization.
    OrganizationId = "org";
    /// A workspace.
    WorkspaceId = "wsp";
    /// An operator.
    OperatorId = "opr";
    /// An operator's session.
    SessionId = "ses";
    /// An API key (not its secret).
    ApiKeyId = "key";
    /// A key with which a host product signs user tokens.
    SigningKeyId = "sgk";
    /// A user.
    UserId = "usr";
    /// A group.
    GroupId = "grp";
    /// A device.
    DeviceId = "dev";
    /// A notification.
    NotificationId = "ntf";
    /// An event that a product raised.
    EventId = "evt";
    /// A file of people that was uploaded.
    ImportId = "imp";
    /// A picture that was uploaded.
    PhotoId = "pho";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SystemRng;

    #[test]
    fn written_form_round_trips_and_refuses_others() {
        let id = NotificationId::new(Millis(1_700_000_000_000), &SystemRng);
        let text = id.to_string();
        assert_eq!(text.len(), 36);
        assert_eq!(text.parse::<NotificationId>().unwrap(), id);
        assert!(text.parse::<UserId>().is_err());
        assert!(text.to_uppercase().parse::<NotificationId>().is_err());
        assert!(format!("{text}0").parse::<NotificationId>().is_err());
    }
}
