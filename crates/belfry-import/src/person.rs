//! A row of cells becomes a person or is rejected. Owns how the fields of one row work together; refuses to look at
//! other rows.

use belfry_types::limits::{KEY_CHARS, NAME_CHARS};
use belfry_types::people::{GroupRef, MemberKind, email_key, is_step};
use jiff::tz::TimeZoneDatabase;
use serde::Serialize;

use crate::heading::Field;
use crate::value;

/// A checked person, as an upsert wants them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The organization's id; the lower-cased email where the file gives none.
    pub external_id: String,
    /// The whole name; the email, else the external id where the file gives none. Never empty.
    pub name: String,
    /// As it is written in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// IANA zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Each group once. Empty as well where the file has no column for groups; `Sheet::has` tells.
    pub groups: Vec<GroupRef>,
    /// Where the file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<MemberKind>,
}

/// A row that is no person, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Why, in a sentence for the organiser.
    pub reason: String,
    /// Why, for counting.
    pub cause: Cause,
    /// The row's cells as they are in the file.
    pub cells: Vec<String>,
}

/// The sort of a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A cell is wrong or missing.
    Invalid,
    /// An earlier row has the same external id and says something else.
    SameId {
        /// The earlier row.
        row: u64,
    },
    /// An earlier row has the same email, without regard to case, and another external id.
    SameEmail {
        /// The earlier row.
        row: u64,
    },
    /// An earlier row says exactly the same; nothing is lost.
    Duplicate {
        /// The earlier row.
        row: u64,
    },
}

impl Cause {
    /// The sentence of a cause that needs no further word.
    pub(crate) fn sentence(self) -> Option<String> {
        match self {
            Self::Invalid => None,
            Self::SameId { row } => Some(format!("same external id as row {row}")),
            Self::SameEmail { row } => Some(format!("same email as row {row}")),
            Self::Duplicate { row } => Some(format!("duplicate of row {row}")),
        }
    }
}

/// Reads the person of a row; the error is the reason in words.
pub(crate) fn read(
    cells: &[String],
    mapping: &[Option<Field>],
    zones: &TimeZoneDatabase,
) -> Result<Person, String> {
    if cells.iter().skip(mapping.len()).any(|cell| !cell.trim().is_empty()) {
        return Err(
            "the row has more cells than there are headings; is a separator inside a cell without quotes?"
                .into(),
        );
    }
    let mut groups = Vec::new();
    let (mut id, mut email, mut name, mut given, mut family) = Default::default();
    let (mut locale, mut time_zone, mut kind) = (None, None, None);
    for (cell, field) in cells.iter().zip(mapping) {
        let Some(field) = *field else { continue };
        if field == Field::Groups {
            value::groups(cell, &mut groups)?;
            continue;
        }
        let text = value::clean(cell);
        if text.is_empty() {
            continue;
        }
        if text.contains('\u{fffd}') {
            return Err(format!(
                "“{}” has characters that cannot be read; was the file damaged?",
                value::shortened(&text)
            ));
        }
        match field {
            Field::ExternalId => id = Some(limited(text, KEY_CHARS, "external id")?),
            Field::Email => email = Some(value::email(&text)?),
            Field::Name => name = text,
            Field::GivenName => given = text,
            Field::FamilyName => family = text,
            Field::Locale => locale = Some(value::locale(&text)?),
            Field::TimeZone => time_zone = Some(value::time_zone(&text, zones)?),
            Field::Kind => kind = Some(value::kind(&text)?),
            Field::Groups => {}
        }
    }
    let external_id =
        id.or_else(|| email.as_deref().map(email_key)).ok_or("the row has neither an id nor an email")?;
    if is_step(&external_id) {
        return Err(format!("the id {external_id} cannot stand in an address"));
    }
    let name =
        whole_name(name, given, family).or_else(|| email.clone()).unwrap_or_else(|| external_id.clone());
    let name = limited(name, NAME_CHARS, "name")?;
    Ok(Person { external_id, name, email, locale, time_zone, groups, kind })
}

/// Given and family name are surer than one cell for both, if the row has them.
fn whole_name(name: String, given: String, family: String) -> Option<String> {
    let joined = match (given.is_empty(), family.is_empty()) {
        (false, false) => return Some(format!("{given} {family}")),
        (false, true) => given,
        (true, _) => family,
    };
    let whole = if name.is_empty() { joined } else { value::whole_name(&name) };
    (!whole.is_empty()).then_some(whole)
}

fn limited(text: String, max: usize, what: &str) -> Result<String, String> {
    if text.chars().count() > max {
        return Err(format!("the {what} is longer than {max} characters"));
    }
    Ok(text)
}
