//! Channels, the states of a delivery, and what a channel answers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant = $code,)* }

        impl $name {
            /// Every value, in the order of the codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The number that the store keeps.
            pub fn code(self) -> i64 {
                self as i64
            }

            /// Reads the store's number.
            pub fn from_code(code: i64) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }

            /// The word in the API.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Reads the API's word.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// A way by which a notification reaches a person.
    Channel {
        /// The inbox: always on, one delivery per person.
        Inbox = 1 "inbox",
        /// A toast in an open page; counted when the page acknowledged it.
        Live = 2 "live",
        /// Web push (RFC 8030), one delivery per browser.
        WebPush = 3 "web_push",
    }
}

coded! {
    /// Where a delivery stands.
    DeliveryState {
        /// Waits in the queue for its batch.
        Pending = 0 "pending",
        /// A worker is preparing and sending it.
        Sending = 1 "sending",
        /// The channel accepted it.
        Success = 2 "success",
        /// It will not arrive; the reason says why.
        Failed = 3 "failed",
        /// Its run-time was over before it was accepted.
        Expired = 4 "expired",
        /// It was called off.
        Cancelled = 5 "cancelled",
        /// A rule kept it back; the reason says whose.
        Suppressed = 6 "suppressed",
    }
}

impl DeliveryState {
    /// Nothing more will happen to it.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Sending)
    }
}

coded! {
    /// Why a person got nothing by a channel, or why a delivery ended as it did. Stable codes of the API.
    Reason {
        /// The person has no device for this channel.
        NoDevice = 1 "no_device",
        /// Push is switched off: by the workspace, or by the person for themselves.
        PushOff = 2 "push_off",
        /// The person's membership was cancelled.
        Cancelled = 3 "cancelled",
        /// The push service says that the subscription is gone; the device was unsubscribed.
        Gone = 4 "gone",
        /// The push service refused this message; the device stays.
        Rejected = 5 "rejected",
        /// Our credentials or settings were refused; the device stays.
        Misconfigured = 6 "misconfigured",
        /// The last of the attempts failed.
        AttemptsExhausted = 7 "attempts_exhausted",
        /// The run-time was over.
        RunTimeOver = 8 "run_time_over",
        /// The address is not allowed by the egress guard.
        AddressRefused = 9 "address_refused",
        /// The device was removed before its turn.
        DeviceRemoved = 10 "device_removed",
        /// It crashed the worker again and again and was set aside.
        Poisonous = 11 "poisonous",
        /// Another device of the same endpoint already has it.
        Duplicate = 12 "duplicate",
    }
}

coded! {
    /// What came back about one delivery.
    ReceiptKind {
        /// It was shown.
        Displayed = 1 "displayed",
        /// It was opened.
        Opened = 2 "opened",
        /// It was waved away.
        Dismissed = 3 "dismissed",
    }
}

/// What a channel answers to one attempt. It never touches storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken over by the provider.
    Accepted,
    /// The device no longer exists (404, 410): unsubscribe it.
    Gone {
        /// What was answered, for the operator.
        detail: String,
    },
    /// Worth another try, not before `after` if the provider said so.
    Retry {
        /// The provider's `Retry-After`.
        after: Option<Duration>,
        /// What happened, for the operator.
        detail: String,
        /// What it says of the provider's host; counts for the breaker.
        host: HostState,
    },
    /// This message fails; nobody is unsubscribed.
    Rejected {
        /// What was answered, for the operator.
        detail: String,
    },
    /// Our keys or settings were refused (401, 403); nobody is unsubscribed.
    Misconfigured {
        /// What was answered, for the operator.
        detail: String,
    },
    /// The address guard refused the endpoint.
    AddressRefused {
        /// Why, for the operator.
        detail: String,
    },
}

/// How an attempt left its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostState {
    /// It answered, whatever it said.
    Up,
    /// It answered that it cannot (5xx).
    Failing,
    /// Network failure or timeout.
    Down,
}

/// RFC 8030 §5.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// On power and Wi-Fi.
    VeryLow,
    /// On either power or Wi-Fi.
    Low,
    /// On neither power nor Wi-Fi.
    #[default]
    Normal,
    /// Low battery.
    High,
}

impl Urgency {
    /// The header's value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VeryLow => "very-low",
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}
