//! Whose data a query may touch. A scope is made only where someone was authenticated or where a worker leased a
//! row; a test of the house checks who calls these constructors.

/// One organization's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope {
    organization: i64,
}

/// One workspace's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WorkspaceScope {
    scope: Scope,
    workspace: i64,
}

impl Scope {
    /// For authentication, and for a row that a worker leased.
    pub fn granted(organization: i64) -> Self {
        Self { organization }
    }

    /// The organization's internal number.
    pub fn organization(self) -> i64 {
        self.organization
    }

    /// Narrows to a workspace that was found inside this scope.
    pub fn in_workspace(self, workspace: i64) -> WorkspaceScope {
        WorkspaceScope { scope: self, workspace }
    }
}

impl WorkspaceScope {
    /// The organization around it.
    pub fn scope(self) -> Scope {
        self.scope
    }

    /// The organization's internal number.
    pub fn organization(self) -> i64 {
        self.scope.organization
    }

    /// The workspace's internal number.
    pub fn workspace(self) -> i64 {
        self.workspace
    }
}
