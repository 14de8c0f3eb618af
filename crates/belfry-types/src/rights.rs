//! Who may do what: permissions, and roles as sets of them. API keys carry permissions as their scopes; operators
//! carry roles. The API enforces both by the same check.

use crate::channel::coded;

coded! {
    /// One thing that may be allowed. Its word is a scope of an API key.
    Permission {
        /// Read notifications, deliveries, events.
        NotificationsRead = 0 "notifications:read",
        /// Write, send and stop notifications.
        NotificationsWrite = 1 "notifications:write",
        /// Raise events.
        EventsWrite = 2 "events:write",
        /// Read people and groups.
        UsersRead = 3 "users:read",
        /// Add, change, import and cancel people and groups.
        UsersWrite = 4 "users:write",
        /// Issue user tokens, which act as that person.
        TokensWrite = 5 "tokens:write",
        /// Read settings.
        SettingsRead = 6 "settings:read",
        /// Change settings, origins and signing keys.
        SettingsWrite = 7 "settings:write",
        /// Make and revoke API keys.
        KeysWrite = 8 "keys:write",
    }
}

coded! {
    /// A named set of permissions for an operator.
    Role {
        /// Everything in the organization.
        Owner = 0 "owner",
        /// Everything but what only owners may.
        Admin = 1 "admin",
        /// Sees the workspaces that were shared.
        Collaborator = 2 "collaborator",
        /// Everything in a workspace.
        Manager = 3 "manager",
        /// Composes and sends.
        Editor = 4 "editor",
        /// Looks.
        Viewer = 5 "viewer",
    }
}

impl Role {
    /// What the role may do.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::{EventsWrite, NotificationsRead, NotificationsWrite, SettingsRead, UsersRead};
        match self {
            Self::Owner | Self::Admin | Self::Manager => Permission::ALL,
            Self::Collaborator => &[],
            Self::Editor => &[NotificationsRead, NotificationsWrite, EventsWrite, UsersRead, SettingsRead],
            Self::Viewer => &[NotificationsRead, UsersRead, SettingsRead],
        }
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u64);

impl Permissions {
    /// Everything.
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether `permission` is in it.
    pub fn allow(self, permission: Permission) -> bool {
        self.0 & (1 << permission.code()) != 0
    }

    /// Whether everything in `other` is in it too: nobody can hand out more than they have.
    pub fn cover(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// The bits that the store keeps.
    pub fn bits(self) -> i64 {
        self.0.cast_signed()
    }

    /// Reads the store's bits.
    pub fn from_bits(bits: i64) -> Self {
        Self(bits.cast_unsigned())
    }

    /// The words, in the order of the codes.
    pub fn words(self) -> Vec<&'static str> {
        Permission::ALL.iter().filter(|p| self.allow(**p)).map(|p| p.as_str()).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(iter: I) -> Self {
        Self(iter.into_iter().fold(0, |bits, p| bits | 1 << p.code()))
    }
}
