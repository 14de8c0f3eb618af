//! Bitmap algebra: what must be loaded for an expression, and whom it means once that is there. Owns the rule that
//! nobody but active members is ever selected.

use std::collections::HashMap;

use belfry_types::Ordinals;
use belfry_types::audience::Audience;

/// A part of an expression that only the store can resolve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Leaf<'a> {
    /// People by external id or email; with `ignore_unknown` unknown names are left out instead of refused.
    Users {
        /// The names as they were given.
        names: &'a [String],
        /// What to do about names that nobody has.
        ignore_unknown: bool,
    },
    /// The members of a group, by key.
    Group(&'a str),
}

/// What must be loaded before [`evaluate`], each leaf once.
pub fn leaves(audience: &Audience) -> Vec<Leaf<'_>> {
    let mut found = Vec::new();
    collect(audience, &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

fn collect<'a>(audience: &'a Audience, found: &mut Vec<Leaf<'a>>) {
    match audience {
        Audience::Everyone => {}
        Audience::Users { names, ignore_unknown } => {
            found.push(Leaf::Users { names, ignore_unknown: *ignore_unknown });
        }
        Audience::Groups(keys) => found.extend(keys.iter().map(|key| Leaf::Group(key))),
        Audience::All(parts) | Audience::Any(parts) => parts.iter().for_each(|part| collect(part, found)),
        Audience::Not(inner) => collect(inner, found),
    }
}

/// Whom the expression means: always a part of `everyone`, the active members.
///
/// # Panics
/// When `loaded` lacks one of [`leaves`]: to guess would reach people who were not meant.
pub fn evaluate<'a>(
    audience: &'a Audience,
    loaded: &HashMap<Leaf<'a>, Ordinals>,
    everyone: &Ordinals,
) -> Ordinals {
    match audience {
        Audience::Everyone => everyone.clone(),
        Audience::Users { names, ignore_unknown } => {
            found(loaded, Leaf::Users { names, ignore_unknown: *ignore_unknown }) & everyone
        }
        Audience::Groups(keys) => {
            let mut people = Ordinals::new();
            for key in keys {
                people |= found(loaded, Leaf::Group(key));
            }
            people & everyone
        }
        Audience::All(parts) => {
            let mut people = everyone.clone();
            for part in parts {
                people &= evaluate(part, loaded, everyone);
            }
            people
        }
        Audience::Any(parts) => {
            let mut people = Ordinals::new();
            for part in parts {
                people |= evaluate(part, loaded, everyone);
            }
            people
        }
        Audience::Not(inner) => everyone - evaluate(inner, loaded, everyone),
    }
}

fn found<'a, 'm>(loaded: &'m HashMap<Leaf<'a>, Ordinals>, leaf: Leaf<'a>) -> &'m Ordinals {
    loaded.get(&leaf).unwrap_or_else(|| panic!("{leaf:?} was not loaded"))
}

#[cfg(test)]
mod tests;
