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
        /// Give operators roles in a workspace and take them away.
        OperatorsWrite = 9 "operators:write",
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
    /// Whether the role, given for an organization, is one in each of its workspaces too.
    pub fn holds_everywhere(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

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

/// A role that an operator has somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleGrant {
    /// Internal number of the organization.
    pub organization: i64,
    /// Internal number of the only workspace that it is for; `None` for the whole organization.
    pub workspace: Option<i64>,
    /// What they are there.
    pub role: Role,
}

impl RoleGrant {
    /// The role that counts in a workspace of an organization: the one for the organization if it holds in each of its
    /// workspaces, else the one for the workspace. `None`: the workspace does not exist for them.
    pub fn in_workspace(roles: &[Self], organization: i64, workspace: i64) -> Option<Role> {
        let role = |place| roles.iter().find(|r| r.organization == organization && r.workspace == place);
        role(None)
            .filter(|grant| grant.role.holds_everywhere())
            .or_else(|| role(Some(workspace)))
            .map(|grant| grant.role)
    }

    /// The role in the organization itself; whoever has one in a workspace of it only is a collaborator. `None`: the
    /// organization does not exist for them.
    pub fn in_organization(roles: &[Self], organization: i64) -> Option<Role> {
        let mut here = roles.iter().filter(|r| r.organization == organization).peekable();
        here.peek()?;
        Some(here.find(|r| r.workspace.is_none()).map_or(Role::Collaborator, |grant| grant.role))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_that_counts() {
        let grant = |organization, workspace, role| RoleGrant { organization, workspace, role };
        let roles = [
            grant(1, None, Role::Collaborator),
            grant(1, Some(11), Role::Editor),
            grant(2, None, Role::Admin),
            grant(2, Some(21), Role::Viewer),
            grant(3, Some(31), Role::Viewer),
        ];
        let here = |organization, workspace| RoleGrant::in_workspace(&roles, organization, workspace);
        assert_eq!(here(1, 11), Some(Role::Editor));
        assert_eq!(here(1, 12), None, "a collaborator sees what was shared");
        assert_eq!(here(2, 21), Some(Role::Admin), "a role for all of it is not made less");
        assert_eq!(here(3, 31), Some(Role::Viewer));
        assert_eq!(here(3, 11), None);
        let of = |organization| RoleGrant::in_organization(&roles, organization);
        assert_eq!(
            [of(1), of(2), of(3), of(4)].map(|r| r.map(Role::as_str)),
            [Some("collaborator"), Some("admin"), Some("collaborator"), None]
        );
    }

    #[test]
    fn nobody_hands_out_more_than_they_have() {
        let of = |role: Role| role.permissions().iter().copied().collect::<Permissions>();
        assert!(of(Role::Manager).cover(of(Role::Editor)));
        assert!(of(Role::Editor).cover(of(Role::Viewer)));
        assert!(!of(Role::Viewer).cover(of(Role::Editor)));
        assert!(!of(Role::Editor).allow(Permission::OperatorsWrite));
    }
}
