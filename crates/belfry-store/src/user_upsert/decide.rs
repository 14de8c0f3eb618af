//! Decides what becomes of each person of an upsert, from what is known and in the order in which they came. Pure: it
//! reads and writes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use belfry_types::people::{Cleared, GroupRef, MemberKind, MemberStatus, Ordinal, Person, email_key};

use super::{UpsertStatus, Upserted};
use crate::error::{Error, Result};
use crate::user_words::{Word, words};

/// What the database holds of those people.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub existing: HashMap<String, Existing>,
    /// External ids of who has the email addresses that are asked for.
    pub email_owners: HashMap<String, String>,
    /// Numbers of the groups that are named.
    pub groups: HashMap<String, i64>,
}

/// A person who exists in the organization.
#[derive(Debug, Clone)]
pub(super) struct Existing {
    pub ordinal: Ordinal,
    pub email: Option<String>,
    pub name: String,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    pub membership: Option<(MemberKind, MemberStatus)>,
    /// Read only for those whose groups are to be set.
    pub groups: BTreeSet<i64>,
}

/// What is to be written, and what is to be answered.
#[derive(Debug, Default)]
pub(super) struct Decision {
    pub answers: Vec<Upserted>,
    /// New in the organization; their ordinals count up from the next free one.
    pub created: Vec<UserFields>,
    pub updated: Vec<UserFields>,
    /// People whose old address someone else takes over in the same call: it must be given up first.
    pub freed: Vec<Ordinal>,
    /// (ordinal, kind); all of them are active afterwards.
    pub memberships: Vec<(Ordinal, MemberKind)>,
    /// Those who were not active before.
    pub joined: Vec<Ordinal>,
    /// (group, ordinal). A negative group is one of `new_groups`.
    pub entered: Vec<(i64, Ordinal)>,
    pub left: Vec<(i64, Ordinal)>,
    /// What people are found by from now on, and no longer.
    pub words_added: Vec<Word>,
    pub words_removed: Vec<Word>,
    /// Groups to make, by the negative numbers that stand for them.
    pub new_groups: BTreeMap<i64, GroupRef>,
}

/// The fields of a user's row.
#[derive(Debug)]
pub(super) struct UserFields {
    pub ordinal: Ordinal,
    pub external_id: String,
    pub email: Option<String>,
    pub name: String,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
}

/// Groups that are there and groups that may be made.
struct Groups<'a> {
    known: HashMap<String, i64>,
    creatable: HashMap<&'a str, &'a GroupRef>,
}

impl Groups<'_> {
    fn missing<'p>(&self, keys: &'p [String]) -> Vec<&'p str> {
        let missing = keys.iter().map(String::as_str);
        missing.filter(|key| !self.known.contains_key(*key) && !self.creatable.contains_key(key)).collect()
    }

    /// The number of a group; one that is made on the way gets a negative one.
    fn number(&mut self, key: &str, new: &mut BTreeMap<i64, GroupRef>) -> Option<i64> {
        if let Some(num) = self.known.get(key) {
            return Some(*num);
        }
        let group = self.creatable.get(key)?;
        let num = -1 - i64::try_from(new.len()).ok()?;
        new.insert(num, (*group).clone());
        self.known.insert(key.to_owned(), num);
        Some(num)
    }
}

pub(super) fn decide(
    people: &[Person],
    groups: &[GroupRef],
    known: Known,
    next_ordinal: i64,
) -> Result<Decision> {
    let Known { mut existing, mut email_owners, groups: numbers } = known;
    let mut groups =
        Groups { known: numbers, creatable: groups.iter().map(|g| (g.key.as_str(), g)).collect() };
    let mut decision = Decision::default();
    let mut seen = HashSet::with_capacity(people.len());
    let mut given_up: Vec<(String, Ordinal)> = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    for person in people {
        let email = person.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
        let key = email.map(email_key);
        if let Some((reason, code)) = objection(person, key.as_deref(), &mut seen, &groups, &email_owners) {
            let status = UpsertStatus::Rejected(reason, code);
            decision.answers.push(Upserted {
                external_id: person.external_id.clone(),
                status,
                ordinal: None,
            });
            continue;
        }
        let before = existing.remove(&person.external_id);
        let old_key = before.as_ref().and_then(|user| user.email.as_deref()).map(email_key);
        if (key.is_some() || person.cleared.email) && old_key != key {
            let ordinal = before.as_ref().map(|user| user.ordinal);
            if let (Some(old_key), Some(ordinal)) = (old_key, ordinal) {
                email_owners.remove(&old_key);
                given_up.push((old_key, ordinal));
            }
            if let Some(key) = key {
                email_owners.insert(key.clone(), person.external_id.clone());
                taken.insert(key);
            }
        }
        let (ordinal, status) = match before {
            None => decision.create(person, email, next_ordinal, &mut groups)?,
            Some(before) => decision.update(person, email, &before, &mut groups),
        };
        let external_id = person.external_id.clone();
        decision.answers.push(Upserted { external_id, status, ordinal: Some(ordinal) });
    }
    decision.freed =
        given_up.into_iter().filter(|(key, _)| taken.contains(key)).map(|(_, ordinal)| ordinal).collect();
    Ok(decision)
}

/// Why a person cannot be taken as they are: in words, and by code.
fn objection<'a>(
    person: &'a Person,
    email_key: Option<&str>,
    seen: &mut HashSet<&'a str>,
    groups: &Groups<'_>,
    email_owners: &HashMap<String, String>,
) -> Option<(String, &'static str)> {
    if !seen.insert(&person.external_id) {
        return Some(("same external_id as an earlier item".into(), "duplicate"));
    }
    let missing = groups.missing(person.groups.as_deref().unwrap_or_default());
    if !missing.is_empty() {
        return Some((format!("unknown groups: {}", missing.join(", ")), "unknown_group"));
    }
    let owner = email_owners.get(email_key?)?;
    (*owner != person.external_id).then(|| {
        (format!("the email address belongs to the user with external_id \"{owner}\""), "email_taken")
    })
}

impl Decision {
    fn create(
        &mut self,
        person: &Person,
        email: Option<&str>,
        next_ordinal: i64,
        groups: &mut Groups<'_>,
    ) -> Result<(Ordinal, UpsertStatus)> {
        let ordinal = next_ordinal + i64::try_from(self.created.len()).unwrap_or(i64::MAX);
        let ordinal = Ordinal::try_from(ordinal)
            .map_err(|_| Error::Conflict("the organization has no more numbers for people".into()))?;
        let found_by = words(&person.name, email, &person.external_id);
        self.words_added.extend(found_by.into_iter().map(|word| (ordinal, word)));
        self.created.push(UserFields {
            ordinal,
            external_id: person.external_id.clone(),
            email: email.map(str::to_owned),
            name: person.name.clone(),
            locale: person.locale.clone(),
            time_zone: person.time_zone.clone(),
        });
        self.memberships.push((ordinal, person.kind.unwrap_or(MemberKind::Attendee)));
        self.joined.push(ordinal);
        self.regroup(person, ordinal, &BTreeSet::new(), groups);
        Ok((ordinal, UpsertStatus::Created))
    }

    fn update(
        &mut self,
        person: &Person,
        email: Option<&str>,
        before: &Existing,
        groups: &mut Groups<'_>,
    ) -> (Ordinal, UpsertStatus) {
        let ordinal = before.ordinal;
        let Cleared { email: no_email, locale: no_locale, time_zone: no_zone } = person.cleared;
        let kept = |given: Option<String>, before: &Option<String>, cleared: bool| {
            given.or_else(|| before.clone().filter(|_| !cleared))
        };
        let after = UserFields {
            ordinal,
            external_id: person.external_id.clone(),
            email: kept(email.map(str::to_owned), &before.email, no_email),
            name: person.name.clone(),
            locale: kept(person.locale.clone(), &before.locale, no_locale),
            time_zone: kept(person.time_zone.clone(), &before.time_zone, no_zone),
        };
        let changed = after.email != before.email
            || after.name != before.name
            || after.locale != before.locale
            || after.time_zone != before.time_zone;
        if changed {
            let old = words(&before.name, before.email.as_deref(), &person.external_id);
            let new = words(&after.name, after.email.as_deref(), &person.external_id);
            self.words_removed.extend(old.difference(&new).map(|word| (ordinal, word.clone())));
            self.words_added.extend(new.difference(&old).map(|word| (ordinal, word.clone())));
            self.updated.push(after);
        }
        let regrouped = self.regroup(person, ordinal, &before.groups, groups);
        let (kind, joined) = match before.membership {
            None => (person.kind.unwrap_or(MemberKind::Attendee), true),
            Some((kind, status)) => (person.kind.unwrap_or(kind), status != MemberStatus::Active),
        };
        let rekinded = before.membership.is_some_and(|(before, _)| before != kind);
        if joined || rekinded || regrouped {
            self.memberships.push((ordinal, kind));
        }
        if joined {
            self.joined.push(ordinal);
        }
        let status = match before.membership {
            None => UpsertStatus::Created,
            Some(_) if changed || joined || rekinded || regrouped => UpsertStatus::Updated,
            Some(_) => UpsertStatus::Unchanged,
        };
        (ordinal, status)
    }

    /// Makes the person's groups exactly those that are wanted; whether that changes anything.
    fn regroup(
        &mut self,
        person: &Person,
        ordinal: Ordinal,
        before: &BTreeSet<i64>,
        groups: &mut Groups<'_>,
    ) -> bool {
        let Some(keys) = &person.groups else { return false };
        let after: BTreeSet<i64> =
            keys.iter().filter_map(|key| groups.number(key, &mut self.new_groups)).collect();
        self.entered.extend(after.difference(before).map(|group| (*group, ordinal)));
        self.left.extend(before.difference(&after).map(|group| (*group, ordinal)));
        after != *before
    }
}
