//! Who downloads their data on this node at this moment: one file at a time for each person.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use belfry_store::UserGrant;

use crate::problem::Problem;

type Person = (i64, u32);

/// The downloads that run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Downloads(Arc<Mutex<HashSet<Person>>>);

/// A download that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Download {
    all: Downloads,
    person: Person,
}

/// Seconds after which it may be tried again.
const AGAIN: u64 = 5;

impl Downloads {
    /// Begins one; 429 while another one of the person runs.
    pub(crate) fn begin(&self, who: UserGrant) -> Result<Download, Problem> {
        let person = (who.scope.organization(), who.ordinal);
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !running.insert(person) {
            return Err(Problem::rate_limited(AGAIN));
        }
        Ok(Download { all: self.clone(), person })
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.person);
    }
}

#[cfg(test)]
mod tests {
    use belfry_types::scope::Scope;

    use super::*;

    #[test]
    fn one_at_a_time_for_each() {
        let downloads = Downloads::default();
        let who = |organization, ordinal| UserGrant {
            scope: Scope::granted(organization).in_workspace(1),
            ordinal,
        };
        let first = downloads.begin(who(1, 1)).unwrap();
        assert_eq!(downloads.begin(who(1, 1)).unwrap_err().status().as_u16(), 429);
        let _others = (downloads.begin(who(1, 2)).unwrap(), downloads.begin(who(2, 1)).unwrap());
        drop(first);
        downloads.begin(who(1, 1)).unwrap();
    }
}
