//! Spreadsheets of people: rows, columns and cells are bounded by the bytes and the limits, accepted people are clean
//! and stand there once, and the rejected rows come back in a file that is read the same way.

#![no_main]

use std::collections::HashSet;

use belfry_import::{
    COLUMNS_MAX, Cause, Field, Options, Person, Rejected, Row, Sheet, harmless, inspect, read, write_rejects,
};
use belfry_types::limits::{EMAIL_CHARS, KEY_CHARS, NAME_CHARS};
use belfry_types::people::email_key;
use libfuzzer_sys::fuzz_target;

/// Columns that a file of rejected rows has besides: the row and the reason.
const BESIDES: usize = 2;
/// How much text a byte may become: what cannot be read is U+FFFD, of three bytes.
const GROWTH: usize = 3;

fn check_sheet(sheet: &Sheet) {
    assert!((1..=COLUMNS_MAX).contains(&sheet.headings.len()));
    assert_eq!(sheet.headings.len(), sheet.mapping.len());
    for field in Field::ALL {
        let columns = sheet.mapping.iter().filter(|mapped| **mapped == Some(field)).count();
        assert!(columns <= 1 || field == Field::Groups, "{field:?} is in {columns} columns");
    }
    assert_eq!(sheet.samples.len() as u64, sheet.rows.min(3));
    assert!(sheet.samples.iter().flatten().all(|cell| cell.chars().count() <= 100));
}

fn check_rows(sheet: &Sheet, rows: &[Row], bytes: usize) {
    assert_eq!(rows.len() as u64, sheet.rows);
    assert!(rows.len() < bytes && rows.last().is_none_or(|row| row.number <= bytes as u64));
    assert!(rows.is_sorted_by(|a, b| a.number < b.number));
    let text: usize = rows.iter().flat_map(cells).map(String::len).sum();
    assert!(text <= bytes * GROWTH, "{text} bytes of cells out of {bytes}");

    let (mut ids, mut emails, mut accepted) = (HashSet::new(), HashSet::new(), HashSet::new());
    for row in rows {
        assert!(cells(row).len() <= COLUMNS_MAX);
        match &row.result {
            Ok(person) => {
                check_person(person);
                assert!(ids.insert(&person.external_id), "twice: {person:?}");
                assert!(
                    person.email.as_deref().is_none_or(|it| emails.insert(email_key(it))),
                    "twice: {person:?}"
                );
                accepted.insert(row.number);
            }
            Err(rejected) => {
                assert!(!rejected.reason.is_empty());
                let before = match rejected.cause {
                    Cause::Invalid => None,
                    Cause::SameId { row } | Cause::SameEmail { row } | Cause::Duplicate { row } => Some(row),
                };
                assert!(before.is_none_or(|before| accepted.contains(&before)), "{rejected:?}");
            }
        }
    }
}

/// The cells as they are in the file.
fn cells(row: &Row) -> &Vec<String> {
    row.result.as_ref().map_or_else(|rejected| &rejected.cells, |_| &row.cells)
}

fn check_person(person: &Person) {
    let line = |text: &str, most: usize| {
        (1..=most).contains(&text.chars().count()) && !text.contains(char::is_control)
    };
    assert!(line(&person.external_id, KEY_CHARS) && line(&person.name, NAME_CHARS), "{person:?}");
    if let Some(email) = &person.email {
        assert!(email.len() <= EMAIL_CHARS && email.matches('@').count() == 1, "{person:?}");
        assert!(!email.contains(|c: char| c.is_whitespace() || c.is_control()), "{person:?}");
    }
    let subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    assert!(person.locale.as_deref().is_none_or(|tag| tag.split('-').all(subtag)), "{person:?}");
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    for group in &person.groups {
        assert!(group.key.split('-').all(word) && group.key.len() <= KEY_CHARS, "{person:?}");
        assert!(line(&group.name, KEY_CHARS), "{person:?}");
        assert_eq!(person.groups.iter().filter(|other| other.key == group.key).count(), 1, "{person:?}");
    }
}

/// The rejected rows as they are given out: no spreadsheet runs a cell of them, and what is wrong with them still is.
fn check_rejects(sheet: &Sheet, rows: &[Row]) {
    let rejected: Vec<(u64, &Rejected)> =
        rows.iter().filter_map(|row| Some((row.number, row.result.as_ref().err()?))).collect();
    let mut file = Vec::new();
    write_rejects(&mut file, &sheet.headings, sheet.separator, rejected.iter().copied())
        .expect("memory takes it");
    let width = sheet.headings.len();
    if rejected.is_empty() || width + BESIDES > COLUMNS_MAX {
        return;
    }
    // Which character separates the cells is guessed, which no hostile heading can be kept from leading astray.
    let text =
        std::str::from_utf8(&file).expect("UTF-8").strip_prefix('\u{feff}').expect("a byte order mark");
    let text = format!("\u{feff}sep={}\n{text}", sheet.separator);
    let columns = sheet.mapping.iter().enumerate().filter_map(|(column, field)| Some((column, (*field)?)));
    let options = Options { columns: Some(columns.collect()), mapping: None };
    let again = inspect(text.as_bytes(), &options).expect("it can be read again");
    assert_eq!((again.separator, again.headings.len()), (sheet.separator, width + BESIDES));
    let read: Vec<Row> = again.people().collect();
    assert_eq!(read.len(), rejected.len());

    for (row, (number, before)) in read.iter().zip(rejected) {
        let given = cells(row);
        assert!(!given.iter().any(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{given:?}");
        if before.cells.len().max(width) + BESIDES > COLUMNS_MAX {
            continue;
        }
        let own = |column: usize| harmless(before.cells.get(column).map_or("", String::as_str));
        let mut wanted: Vec<String> = (0..width).map(own).collect();
        wanted.extend([number.to_string(), harmless(&before.reason)]);
        wanted.extend((width..before.cells.len()).map(own));
        assert_eq!(*given, wanted);
        if before.cause == Cause::Invalid {
            let now = row.result.as_ref().expect_err("nobody has corrected it");
            assert_eq!((now.cause, &now.reason), (before.cause, &before.reason));
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let options = Options::default();
    let Ok(sheet) = inspect(data, &options) else {
        assert!(read(data, &options).is_err());
        return;
    };
    let key = sheet.has(Field::Email) || sheet.has(Field::ExternalId);
    assert_eq!(read(data, &options).is_ok(), key);
    check_sheet(&sheet);
    let rows: Vec<Row> = sheet.people().collect();
    check_rows(&sheet, &rows, data.len());
    assert!(key || rows.iter().all(|row| row.result.is_err()));
    check_rejects(&sheet, &rows);
});
