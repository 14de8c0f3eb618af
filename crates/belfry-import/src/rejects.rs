//! Rejected rows as a file to be corrected and read again. Owns the guard against cells that a spreadsheet would run
//! as formulas; refuses to explain more than the one reason of each row.

use std::io::{self, Write};

use crate::person::Rejected;

/// Writes the rejected rows (number and row) as CSV: UTF-8 with a byte order mark, which Excel needs, the given
/// separator, the columns as they were, then `row` and `reason`. Cells that begin with `=`, `+`, `-`, `@`, a tab or a
/// carriage return get an apostrophe in front, which reading takes off again.
///
/// `separator` must be ASCII, else a comma is used.
pub fn write_rejects<'r>(
    mut out: impl Write,
    headings: &[String],
    separator: char,
    rejects: impl IntoIterator<Item = (u64, &'r Rejected)>,
) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let delimiter = u8::try_from(separator).ok().filter(u8::is_ascii).unwrap_or(b',');
    let mut csv = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(out);
    csv.write_record(
        headings.iter().map(|cell| harmless(cell)).chain(["row".to_owned(), "reason".to_owned()]),
    )?;
    for (number, rejected) in rejects {
        // Cells without a heading would push the reason out of its column; they are kept behind it.
        let width = headings.len();
        let cell = |column: usize| harmless(rejected.cells.get(column).map_or("", String::as_str));
        let extra = rejected.cells.iter().skip(width).map(|cell| harmless(cell));
        csv.write_record(
            (0..width).map(cell).chain([number.to_string(), harmless(&rejected.reason)]).chain(extra),
        )?;
    }
    csv.flush()
}

/// Whether a spreadsheet would run a cell that begins so.
pub(crate) fn runs(begin: char) -> bool {
    matches!(begin, '=' | '+' | '-' | '@' | '\t' | '\r')
}

/// The cell with an apostrophe in front where a spreadsheet would run it as a formula, and without tabs and returns
/// before what it says: they mean nothing, and after an apostrophe they would.
pub fn harmless(cell: &str) -> String {
    let cell = cell.trim_start_matches(['\t', '\r']);
    if cell.starts_with(runs) { format!("'{cell}") } else { cell.to_owned() }
}
