//! Who has been in the file already. Owns the memory of ids and addresses as hashes, some 40 bytes a person; refuses
//! to keep the people themselves.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use belfry_types::people::email_key;

use crate::person::{Cause, Person};

/// Ids and addresses of the rows so far. A hash has 64 bits: among a million people two of them meet by chance once in
/// some tens of millions of files.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    ids: HashMap<u64, First>,
    emails: HashMap<u64, u32>,
}

#[derive(Debug, Clone, Copy)]
struct First {
    row: u32,
    whole: u32,
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Seen {
    /// Notes a person, or says which row they are in already.
    pub(crate) fn note(&mut self, person: &Person, row: u64) -> Result<(), Cause> {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        let key = person.email.as_deref().map(email_key);
        let whole =
            hash((&person.name, &key, &person.locale, &person.time_zone, &person.groups, person.kind));
        let whole = (whole >> 32) as u32;
        let id = hash(&person.external_id);
        if let Some(first) = self.ids.get(&id) {
            let row = u64::from(first.row);
            return Err(if first.whole == whole { Cause::Duplicate { row } } else { Cause::SameId { row } });
        }
        if let Some(key) = key {
            let email = hash(key);
            if let Some(first) = self.emails.get(&email) {
                return Err(Cause::SameEmail { row: u64::from(*first) });
            }
            self.emails.insert(email, row);
        }
        self.ids.insert(id, First { row, whole });
        Ok(())
    }
}
