//! The tree of an audience expression after it was checked. `belfry-audience` parses and checks; the store resolves
//! the leaves to bitmaps of ordinals; `belfry-audience` combines them.

/// A checked audience expression. Leaves speak of the members of the workspace it is resolved in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Every active member.
    Everyone,
    /// Named people, by external id or email.
    Users {
        /// As they were given, without repetition.
        names: Vec<String>,
        /// Unknown names are left out instead of refused.
        ignore_unknown: bool,
    },
    /// Members of any of the groups, by key.
    Groups(Vec<String>),
    /// In all of them.
    All(Vec<Audience>),
    /// In any of them.
    Any(Vec<Audience>),
    /// Active members who are not in it.
    Not(Box<Audience>),
}
