//! A file as a whole: its encoding, separator, headings and the people under them. Owns the order of the steps and the
//! errors that concern the file; refuses a file of which no row could be used.

use std::borrow::Cow;

use jiff::tz::TimeZoneDatabase;

use crate::heading::{self, Field};
use crate::person::{self, Cause, Person, Rejected};
use crate::records::{Records, Unclosed};
use crate::seen::Seen;
use crate::{COLUMNS_MAX, decode, separator};

/// How to read a file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which heading is which field, instead of the guess. Headings are compared without regard to case, accents and
    /// punctuation; columns that are not named are not read.
    pub mapping: Option<Vec<(String, Field)>>,
    /// Which column (from 0) is which field, instead of either; columns that are not named are not read.
    pub columns: Option<Vec<(usize, Field)>>,
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// A workbook or another file that is no text.
    #[error("the file is {what}, not text; save it as CSV and try again")]
    NotText {
        /// What it seems to be.
        what: &'static str,
    },
    /// Headings and nothing below.
    #[error("the file has headings but no rows below them")]
    NoRows,
    /// A quoted cell reaches the end of the file.
    #[error("row {row} opens a quote that is never closed")]
    UnclosedQuote {
        /// The row in which the quote was opened, as a spreadsheet counts.
        row: u64,
    },
    /// More columns than anybody means.
    #[error("the file has {columns} columns; at most {COLUMNS_MAX} can be read")]
    TooManyColumns {
        /// How many there are.
        columns: usize,
    },
    /// The mapping names a heading that is not there.
    #[error("there is no column with the heading “{heading}”")]
    UnknownHeading {
        /// The heading.
        heading: String,
    },
    /// The mapping names a column that is not there.
    #[error("there is no column {column}; the file has {columns}")]
    UnknownColumn {
        /// The column, from 0.
        column: usize,
        /// How many there are.
        columns: usize,
    },
    /// The mapping gives a field to two columns or two fields to one.
    #[error("the column “{heading}” or the field {} is mapped twice", .field.as_str())]
    MappedTwice {
        /// The second heading.
        heading: String,
        /// The field.
        field: Field,
    },
    /// Nobody could be told from anybody else.
    #[error("no column holds an email or an external id; the headings are: {}", .headings.join(", "))]
    NoKey {
        /// The headings as they were read.
        headings: Vec<String>,
    },
}

impl From<Unclosed> for ReadError {
    fn from(unclosed: Unclosed) -> Self {
        Self::UnclosedQuote { row: unclosed.row }
    }
}

/// A file that can be read, with its people still to come.
#[derive(Debug, Clone)]
pub struct Sheet<'b> {
    /// The WHATWG name of the encoding, for instance `UTF-8` or `windows-1252`.
    pub encoding: &'static str,
    /// What separates the cells.
    pub separator: char,
    /// The headings, cleaned.
    pub headings: Vec<String>,
    /// The field of each heading.
    pub mapping: Vec<Option<Field>>,
    /// Rows below the headings that are not blank.
    pub rows: u64,
    /// The cells of the first three of them, cleaned and at most 100 characters long.
    pub samples: Vec<Vec<String>>,
    text: Cow<'b, str>,
    /// Where the first row begins in `text`: after a line that names the separator.
    from: usize,
}

/// A row below the headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The row as a spreadsheet counts: from 1, headings and blank rows included, line breaks inside cells not.
    pub number: u64,
    /// The row's cells as they are in the file where there is a person; else they are with the rejection.
    pub cells: Vec<String>,
    /// The person, or why there is none.
    pub result: Result<Person, Rejected>,
}

/// Reads a file as far as its headings and checks it to its end. The text is kept (borrowed where the file is UTF-8);
/// people are made one after the other by [`Sheet::people`].
pub fn read<'b>(bytes: &'b [u8], options: &Options) -> Result<Sheet<'b>, ReadError> {
    let sheet = inspect(bytes, options)?;
    if sheet.has(Field::Email) || sheet.has(Field::ExternalId) {
        Ok(sheet)
    } else {
        Err(ReadError::NoKey { headings: sheet.headings })
    }
}

/// The same without asking for a column that tells people apart: for someone who is yet to say which it is.
pub fn inspect<'b>(bytes: &'b [u8], options: &Options) -> Result<Sheet<'b>, ReadError> {
    if let Some(what) = binary(bytes) {
        return Err(ReadError::NotText { what });
    }
    let (text, encoding) = decode::decode(bytes);
    let (separator, rest) = separator::find(&text);
    let from = text.len() - rest.len();

    let mut records = Records::new(rest, separator);
    let headings = loop {
        match records.next_record()? {
            Some(record) if record.is_blank() => {}
            Some(record) => break record,
            None => return Err(ReadError::Empty),
        }
    };
    if headings.width > COLUMNS_MAX {
        return Err(ReadError::TooManyColumns { columns: headings.width });
    }
    let headings: Vec<String> = headings.cells.iter().map(|cell| crate::value::clean(cell)).collect();
    let mapping = match (&options.columns, &options.mapping) {
        (Some(wanted), _) => numbered(&headings, wanted)?,
        (None, Some(wanted)) => mapped(&headings, wanted)?,
        (None, None) => heading::guess(&headings),
    };
    let (mut rows, mut samples) = (0, Vec::new());
    while let Some(record) = records.next_record()? {
        if record.is_blank() {
            continue;
        }
        rows += 1;
        if samples.len() < SAMPLES {
            let cells = record.cells.iter().map(|cell| crate::value::clean(cell));
            samples.push(
                cells.take(headings.len()).map(|cell| cell.chars().take(SAMPLE_CHARS).collect()).collect(),
            );
        }
    }
    if rows == 0 {
        return Err(ReadError::NoRows);
    }
    Ok(Sheet {
        encoding: encoding.name(),
        separator: separator.into(),
        headings,
        mapping,
        rows,
        samples,
        text,
        from,
    })
}

/// Rows that are shown as samples.
const SAMPLES: usize = 3;
/// Characters of a cell in a sample.
const SAMPLE_CHARS: usize = 100;

/// What a file that is no text seems to be.
fn binary(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 5] = [
        (b"PK\x03\x04", "a workbook (XLSX, ODS) or a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
        (b"%PDF-", "a PDF"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"\x89PNG", "a picture"),
    ];
    BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, what)| *what)
}

/// The mapping that was asked for by the numbers of columns.
fn numbered(headings: &[String], wanted: &[(usize, Field)]) -> Result<Vec<Option<Field>>, ReadError> {
    let mut mapping = vec![None; headings.len()];
    for (column, field) in wanted {
        let heading = headings
            .get(*column)
            .ok_or(ReadError::UnknownColumn { column: *column, columns: headings.len() })?;
        let twice =
            mapping[*column].is_some() || (*field != Field::Groups && mapping.contains(&Some(*field)));
        if twice {
            return Err(ReadError::MappedTwice { heading: heading.clone(), field: *field });
        }
        mapping[*column] = Some(*field);
    }
    Ok(mapping)
}

/// The mapping that was asked for, by column.
fn mapped(headings: &[String], wanted: &[(String, Field)]) -> Result<Vec<Option<Field>>, ReadError> {
    let mut mapping = vec![None; headings.len()];
    for (heading, field) in wanted {
        let plain = heading::plain(heading);
        let column = headings
            .iter()
            .position(|other| other.trim() == heading.trim())
            .or_else(|| headings.iter().position(|other| !plain.is_empty() && heading::plain(other) == plain))
            .ok_or_else(|| ReadError::UnknownHeading { heading: heading.clone() })?;
        let twice = mapping[column].is_some() || (*field != Field::Groups && mapping.contains(&Some(*field)));
        if twice {
            return Err(ReadError::MappedTwice { heading: heading.clone(), field: *field });
        }
        mapping[column] = Some(*field);
    }
    Ok(mapping)
}

impl Sheet<'_> {
    /// Whether a column holds this field.
    pub fn has(&self, field: Field) -> bool {
        self.mapping.contains(&Some(field))
    }

    /// The rows below the headings, one after the other; blank ones are passed over. A row that repeats the external id
    /// or the email (without regard to case) of an accepted row is rejected. Takes some 40 bytes of memory a person,
    /// besides the row at hand.
    pub fn people(&self) -> People<'_> {
        // The separator is ASCII: it was found as one byte.
        let mut records = Records::new(&self.text[self.from..], self.separator as u8);
        while let Ok(Some(record)) = records.next_record() {
            if !record.is_blank() {
                break;
            }
        }
        People { records, mapping: &self.mapping, zones: TimeZoneDatabase::bundled(), seen: Seen::default() }
    }
}

/// The rows of a sheet; made by [`Sheet::people`].
#[derive(Debug)]
pub struct People<'s> {
    records: Records<'s>,
    mapping: &'s [Option<Field>],
    zones: TimeZoneDatabase,
    seen: Seen,
}

impl Iterator for People<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            // `read` went through the whole file, so that no quote is open here.
            let record = self.records.next_record().ok().flatten()?;
            if record.is_blank() {
                continue;
            }
            let number = record.number;
            let rejected = |reason, cause, cells| {
                let result = Err(Rejected { reason, cause, cells });
                Row { number, cells: Vec::new(), result }
            };
            if record.width > COLUMNS_MAX {
                let reason = format!("the row has {} cells", record.width);
                return Some(rejected(reason, Cause::Invalid, record.cells));
            }
            return Some(match person::read(&record.cells, self.mapping, &self.zones) {
                Err(reason) => rejected(reason, Cause::Invalid, record.cells),
                Ok(person) => match self.seen.note(&person, number) {
                    Ok(()) => Row { number, cells: record.cells, result: Ok(person) },
                    Err(cause) => rejected(cause.sentence().unwrap_or_default(), cause, record.cells),
                },
            });
        }
    }
}

#[cfg(test)]
mod tests;
