//! Resolves an audience to a bitmap of ordinals: loads the leaves, lets `belfry-audience` combine them.

use std::collections::HashMap;

use belfry_audience::{Leaf, evaluate, leaves};
use belfry_store::{Members, Result, Store};
use belfry_types::Ordinals;
use belfry_types::audience::Audience;
use belfry_types::scope::WorkspaceScope;

/// Names in an audience that mean nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unknown {
    /// External ids or emails.
    pub users: Vec<String>,
    /// Group keys.
    pub groups: Vec<String>,
}

/// Who is meant at one moment.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// Active members.
    pub people: Ordinals,
    /// Those of them who have push off.
    pub push_off: Ordinals,
    /// Names that mean nobody.
    pub unknown: Unknown,
}

/// Who is meant now, and which of the names are unknown.
pub async fn resolve(store: &Store, scope: WorkspaceScope, audience: &Audience) -> Result<Resolved> {
    let Members { active: everyone, push_off } = store.members_now(scope).await?;
    let mut unknown = Unknown::default();
    let mut sets: HashMap<Leaf<'_>, Ordinals> = HashMap::new();
    for leaf in leaves(audience) {
        let set = match &leaf {
            Leaf::Users { names, ignore_unknown } => {
                let (people, missing) = store.ordinals_of(scope, names).await?;
                if !ignore_unknown {
                    unknown.users.extend(missing);
                }
                people
            }
            Leaf::Group(key) => match store.group_set(scope, key).await? {
                Some(people) => people,
                None => {
                    unknown.groups.push((*key).to_owned());
                    Ordinals::new()
                }
            },
        };
        sets.insert(leaf, set);
    }
    let people = evaluate(audience, &sets, &everyone);
    Ok(Resolved { push_off: push_off & &people, people, unknown })
}
