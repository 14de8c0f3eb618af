//! People: users of an organization and their memberships in workspaces.

use serde::{Deserialize, Serialize};

use crate::channel::coded;

/// A user's dense number in the organization, never given to anyone else.
pub type Ordinal = u32;

coded! {
    /// What a member is to the workspace.
    MemberKind {
        /// Works for the organization.
        Employee = 0 "employee",
        /// Takes part in the event.
        Attendee = 1 "attendee",
        /// Belongs to a customer.
        Customer = 2 "customer",
        /// Has no account.
        Guest = 3 "guest",
    }
}

coded! {
    /// Where a membership stands.
    MemberStatus {
        /// Was invited.
        Invited = 0 "invited",
        /// Waits for approval.
        PendingApproval = 1 "pending_approval",
        /// Receives.
        Active = 2 "active",
        /// Receives nothing any more; access has ended.
        Cancelled = 3 "cancelled",
    }
}

coded! {
    /// Where a file of people stands.
    ImportStatus {
        /// Its bytes are still coming.
        Uploading = 0 "uploading",
        /// It was read; its columns have fields.
        Mapped = 1 "mapped",
        /// Every row is looked at, and nothing is written.
        Checking = 2 "checking",
        /// It is known what running it would do.
        Checked = 3 "checked",
        /// Its people are added and changed.
        Running = 4 "running",
        /// All of them were.
        Done = 5 "done",
        /// It could not be read with this mapping.
        Failed = 6 "failed",
        /// Nobody has gone on with it for a while; someone will.
        Interrupted = 7 "interrupted",
    }
}

/// A group named by its key, with the name that it gets if it does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupRef {
    /// Lower-case key, unique in the workspace.
    pub key: String,
    /// The name that people see.
    pub name: String,
}

/// A checked person as an upsert wants them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Unique in the organization.
    pub external_id: String,
    /// The whole name.
    pub name: String,
    /// As it was given; unique without case.
    pub email: Option<String>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// `None` leaves the groups as they are; `Some` makes them exactly these.
    pub groups: Option<Vec<String>>,
    /// `None` leaves the kind as it is (attendee for a new member).
    pub kind: Option<MemberKind>,
    /// What is taken away where nothing else is given.
    #[serde(default)]
    pub cleared: Cleared,
}

/// Fields of a person that are to be empty from now on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    /// The address.
    pub email: bool,
    /// The language.
    pub locale: bool,
    /// The zone.
    pub time_zone: bool,
}

/// Whether a key is a step of a path (RFC 3986 §3.3): browsers take it out of addresses.
pub fn is_step(key: &str) -> bool {
    key == "." || key == ".."
}

/// Normalizes an address for comparison: lower case, trimmed.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}
