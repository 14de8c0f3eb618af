//! Single cells to checked values. Owns what an address, a language, a zone, a group and a kind look like; refuses to
//! know the other cells of the row.

use belfry_types::limits::{EMAIL_CHARS, KEY_CHARS};
use belfry_types::people::{GroupRef, MemberKind};
use jiff::tz::TimeZoneDatabase;

use crate::rejects::runs;

/// Groups of one person.
const GROUPS_MAX: usize = 100;

/// A cell as a person reads it: one line, no control characters, no bidirectional overrides, white space collapsed.
/// Excel's `="007"` is what it shows, and the apostrophe that keeps a cell from being a formula is not part of it.
pub(crate) fn clean(cell: &str) -> String {
    let cell = match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(runs) => rest,
        _ => cell,
    };
    let cell = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(cell);
    let mut line = String::with_capacity(cell.len());
    for word in cell.split(|c: char| c.is_whitespace() || c == '\u{200b}') {
        let before = line.len();
        if before > 0 {
            line.push(' ');
        }
        let start = line.len();
        line.extend(word.chars().filter(|c| !is_invisible(*c)));
        if line.len() == start {
            line.truncate(before);
        }
    }
    line
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// An address (RFC 5321 §4.1.2 without quoted local parts, RFC 6531 for other scripts), also out of `Ann <a@b.org>`
/// and `mailto:`.
pub(crate) fn email(cell: &str) -> Result<String, String> {
    let address = cell.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(cell).trim();
    let address = match address.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &address[7..],
        _ => address,
    };
    let bad = |why: &str| Err(format!("“{}” is not an email address: {why}", shortened(cell)));
    if address.len() > EMAIL_CHARS {
        return Err(format!("the email address is longer than {EMAIL_CHARS} characters"));
    }
    let Some((local, domain)) = address.split_once('@') else {
        return bad("it has no @");
    };
    if domain.contains('@') {
        return bad("it has more than one @");
    }
    if local.is_empty() || local.len() > 64 || local.split('.').any(str::is_empty) {
        return bad("what stands before the @ is empty, too long or has a dot too many");
    }
    let atext =
        |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || (!c.is_ascii() && is_mark(c));
    if let Some(wrong) = local.chars().find(|c| !atext(*c)) {
        return bad(&format!("it must not have “{wrong}” in it"));
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || (!c.is_ascii() && is_mark(c)))
    };
    if !domain.contains('.') || !domain.split('.').all(label) {
        return bad("what stands after the @ is no domain");
    }
    Ok(address.to_owned())
}

/// Combining marks are part of words in many scripts and are not alphanumeric.
fn is_mark(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !is_invisible(c)
        && !('\u{2000}'..='\u{206f}').contains(&c)
        && c != '\u{fffd}'
}

/// A language: a BCP 47 tag in its usual case, also written with `_`, or its name in English or in itself.
pub(crate) fn locale(cell: &str) -> Result<String, String> {
    const NAMES: &[(&str, &[&str])] = &[
        ("de", &["german", "deutsch", "allemand", "aleman", "tedesco", "alemao", "duits", "niemiecki"]),
        ("en", &["english", "englisch", "anglais", "ingles", "inglese", "engels", "angielski"]),
        ("fr", &["french", "franzosisch", "francais", "frances", "francese", "frans", "francuski"]),
        (
            "es",
            &["spanish", "spanisch", "espanol", "espagnol", "spagnolo", "espanhol", "spaans", "hiszpanski"],
        ),
        ("it", &["italian", "italienisch", "italiano", "italien", "italiaans", "wloski"]),
        (
            "pt",
            &[
                "portuguese",
                "portugiesisch",
                "portugues",
                "portugais",
                "portoghese",
                "portugees",
                "portugalski",
            ],
        ),
        (
            "nl",
            &[
                "dutch",
                "niederlandisch",
                "hollandisch",
                "nederlands",
                "neerlandais",
                "neerlandes",
                "olandese",
            ],
        ),
        ("pl", &["polish", "polnisch", "polski", "polonais", "polaco", "polacco", "pools"]),
    ];
    let name = crate::heading::plain(cell);
    if let Some((tag, _)) = NAMES.iter().find(|(_, names)| names.contains(&name.as_str())) {
        return Ok((*tag).to_owned());
    }
    let parts: Vec<&str> = cell.split(['-', '_']).collect();
    let language = (2..=3).contains(&parts[0].len()) && parts[0].bytes().all(|b| b.is_ascii_alphabetic());
    let rest = parts[1..]
        .iter()
        .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if !language || !rest || cell.len() > 35 {
        return Err(format!("“{}” is not a language (write for instance de or pt-BR)", shortened(cell)));
    }
    let mut tag = parts[0].to_ascii_lowercase();
    for part in &parts[1..] {
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_ascii_uppercase()),
            4 if part.as_bytes()[0].is_ascii_alphabetic() => {
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    Ok(tag)
}

/// The name of an IANA zone as the database that comes with the program writes it.
pub(crate) fn time_zone(cell: &str, zones: &TimeZoneDatabase) -> Result<String, String> {
    let unknown = || format!("“{}” is not a time zone (write for instance Europe/Berlin)", shortened(cell));
    let zone = zones.get(&cell.replace(' ', "_")).map_err(|_| unknown())?;
    zone.iana_name().map(str::to_owned).ok_or_else(unknown)
}

/// The groups of a cell, each once, in the order of the cell.
pub(crate) fn groups(cell: &str, into: &mut Vec<GroupRef>) -> Result<(), String> {
    for name in cell.split([';', ',', '|', '\n', '\r']).map(clean).filter(|name| !name.is_empty()) {
        let key = slug(&name);
        if key.is_empty() {
            return Err(format!("the group “{}” has no letter and no digit in its name", shortened(&name)));
        }
        if key.len() > KEY_CHARS || name.chars().count() > KEY_CHARS {
            return Err(format!("a group's name is longer than {KEY_CHARS} characters"));
        }
        if into.iter().all(|group| group.key != key) {
            into.push(GroupRef { key, name });
        }
    }
    if into.len() > GROUPS_MAX {
        return Err(format!("more than {GROUPS_MAX} groups"));
    }
    Ok(())
}

/// Lower-case ASCII letters and digits with single hyphens between the words: "Küche & Service" is `kuche-service`.
fn slug(name: &str) -> String {
    let mut key = String::new();
    for c in deunicode::deunicode(name).chars() {
        if c.is_ascii_alphanumeric() {
            key.push(c.to_ascii_lowercase());
        } else if !key.is_empty() && !key.ends_with('-') {
            key.push('-');
        }
    }
    key.truncate(key.trim_end_matches('-').len());
    key
}

/// The kind of a member, in the API's word or in the words of an organiser.
pub(crate) fn kind(cell: &str) -> Result<MemberKind, String> {
    const WORDS: &[(MemberKind, &[&str])] = &[
        (
            MemberKind::Employee,
            &[
                "employee",
                "staff",
                "mitarbeiter",
                "mitarbeiterin",
                "mitarbeitende",
                "employe",
                "empleado",
                "dipendente",
                "funcionario",
                "medewerker",
                "pracownik",
            ],
        ),
        (
            MemberKind::Attendee,
            &[
                "attendee",
                "participant",
                "teilnehmer",
                "teilnehmerin",
                "teilnehmende",
                "participante",
                "partecipante",
                "deelnemer",
                "uczestnik",
            ],
        ),
        (MemberKind::Customer, &["customer", "client", "kunde", "kundin", "cliente", "klant", "klient"]),
        (MemberKind::Guest, &["guest", "gast", "invite", "invitado", "ospite", "convidado", "gosc"]),
    ];
    let word = crate::heading::plain(cell);
    WORDS
        .iter()
        .find(|(_, words)| words.contains(&word.as_str()))
        .map(|(kind, _)| *kind)
        .ok_or_else(|| format!("“{}” is not a kind (employee, attendee, customer or guest)", shortened(cell)))
}

/// A whole name out of one cell. "Müller, Anna" is turned round where nothing else can be meant: one comma, plain
/// words on both sides, few of them, and no degree, suffix or company behind it.
pub(crate) fn whole_name(cell: &str) -> String {
    const BEHIND: &[&str] = &[
        "jr", "sr", "junior", "senior", "ii", "iii", "iv", "phd", "dphil", "md", "dds", "mba", "ma", "msc",
        "bsc", "ba", "llm", "esq", "cpa", "dr", "prof", "ing", "dipl", "mag", "inc", "ltd", "llc", "gmbh",
        "ag", "kg", "sa", "srl", "bv", "co",
    ];
    let Some((family, given)) = cell.split_once(',') else {
        return cell.to_owned();
    };
    let (family, given) = (family.trim(), given.trim());
    let word = |word: &str| {
        word.chars().any(char::is_alphabetic)
            && word
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’') || (!c.is_ascii() && is_mark(c)))
    };
    let initial = |part: &str| part.chars().count() == 2 && part.ends_with('.');
    let degree = |part: &str| BEHIND.contains(&crate::heading::plain(part).as_str());
    let sure = (1..=4).contains(&family.split(' ').count())
        && family.split(' ').all(word)
        && (1..=3).contains(&given.split(' ').count())
        && given.split(' ').all(|part| (word(part) || initial(part)) && !degree(part))
        && given.split(' ').next().is_some_and(word);
    if sure { format!("{given} {family}") } else { cell.to_owned() }
}

/// Enough of a cell to find it by.
pub(crate) fn shortened(cell: &str) -> String {
    match cell.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests;
