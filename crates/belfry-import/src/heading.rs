//! Which column holds what. Owns the guess from a heading's words in eight languages; refuses to look at the cells
//! below, and leaves a column that it does not know alone.

mod words;

use serde::{Deserialize, Serialize};

/// What a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The organization's own id of the person.
    ExternalId,
    /// The email address.
    Email,
    /// The whole name.
    Name,
    /// The given name.
    GivenName,
    /// The family name.
    FamilyName,
    /// The language, as a BCP 47 tag or in words.
    Locale,
    /// The IANA time zone.
    TimeZone,
    /// Names of groups; several columns may hold some.
    Groups,
    /// Employee, attendee, customer or guest.
    Kind,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 9] = [
        Self::ExternalId,
        Self::Email,
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::Locale,
        Self::TimeZone,
        Self::Groups,
        Self::Kind,
    ];

    /// The word in the API and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExternalId => "external_id",
            Self::Email => "email",
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Locale => "locale",
            Self::TimeZone => "time_zone",
            Self::Groups => "groups",
            Self::Kind => "kind",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == text)
    }
}

/// Lower-case ASCII letters and digits of a heading, without what stands in brackets: "E-Mail (geschäftlich)*"
/// becomes "email".
pub(crate) fn plain(heading: &str) -> String {
    let outside = heading.split(['(', '[']).next().unwrap_or_default();
    let outside = if outside.trim().is_empty() { heading } else { outside };
    let ascii = deunicode::deunicode(outside);
    ascii.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The field of each column. A field other than groups is given once, to the heading that says it best.
pub(crate) fn guess(headings: &[String]) -> Vec<Option<Field>> {
    let ranked: Vec<Option<(Field, usize)>> =
        headings.iter().map(|heading| words::field(&plain(heading))).collect();
    let mut mapping: Vec<Option<Field>> = ranked
        .iter()
        .enumerate()
        .map(|(column, known)| {
            let (field, rank) = (*known)?;
            let better = |(other, found): (usize, &Option<(Field, usize)>)| {
                found.is_some_and(|(same, found)| same == field && (found, other) < (rank, column))
            };
            (field == Field::Groups || !ranked.iter().enumerate().any(better)).then_some(field)
        })
        .collect();
    // "Name" beside "Vorname", "Nom" beside "Prénom" is the family name; "Nome" beside "Cognome" the given name.
    let has = |field| mapping.contains(&Some(field));
    let name = match (has(Field::GivenName), has(Field::FamilyName)) {
        (true, false) => Field::FamilyName,
        (false, true) => Field::GivenName,
        _ => Field::Name,
    };
    // A heading that says outright that it is the whole name stays one.
    for (column, field) in mapping.iter_mut().enumerate() {
        if *field == Some(Field::Name) && words::is_short_name(&plain(&headings[column])) {
            *field = Some(name);
        }
    }
    mapping
}

#[cfg(test)]
mod tests {
    use super::Field::*;
    use super::*;

    fn guessed(headings: &str) -> Vec<Option<Field>> {
        guess(&headings.split(';').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn eight_languages() {
        let name =
            [Some(ExternalId), Some(GivenName), Some(FamilyName), Some(Email), Some(Locale), Some(Groups)];
        for headings in [
            "External ID;First name;Last Name;E-mail address;Language;Groups",
            "Teilnehmer-Nr.;Vorname;Nachname;E-Mail-Adresse;Sprache;Gruppe",
            "TICKET-NR;VORNAME;NAME;E-MAIL;SPRACHE;GRUPPEN",
            "Numéro d'inscription;Prénom;Nom;Courriel;Langue;Groupes",
            "Identificador;Nombre;Apellidos;Correo electrónico;Idioma;Grupo",
            "Codice partecipante;Nome;Cognome;Posta elettronica;Lingua;Gruppo",
            "Número do bilhete;Nome;Apelido;Endereço de e-mail;Idioma;Grupos",
            "Deelnemersnummer;Voornaam;Achternaam;E-mailadres;Taal;Groep",
            "Identyfikator;Imię;Nazwisko;Adres e-mail;Język;Grupa",
        ] {
            assert_eq!(guessed(headings), name, "{headings}");
        }
    }

    #[test]
    fn the_best_heading_gets_the_field() {
        assert_eq!(guessed("Email;E-mail address;Name"), [Some(Email), None, Some(Name)]);
        assert_eq!(guessed("id;external_id"), [None, Some(ExternalId)]);
        assert_eq!(guessed("Group;Team"), [Some(Groups), Some(Groups)]);
        assert_eq!(guessed("Attendee email*;Attendee name"), [Some(Email), Some(Name)]);
        assert_eq!(guessed("E-Mail (privat);Full name;Vorname"), [Some(Email), Some(Name), Some(GivenName)]);
        assert_eq!(
            guessed("Zeitzone;Firma;;Telefon;row;reason"),
            [Some(TimeZone), None, None, None, None, None]
        );
    }

    #[test]
    fn words_round_trip() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
        }
        assert_eq!(Field::parse("Email"), None);
    }
}
