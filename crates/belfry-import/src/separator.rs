//! Which character separates the cells. Owns Excel's `sep=` line and the guess from the first rows; refuses separators
//! other than comma, semicolon, tab and pipe unless the file itself names one.

use crate::heading;
use crate::records::{Record, Records};

const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows and bytes that the guess looks at.
const SAMPLE_ROWS: usize = 30;
const SAMPLE_BYTES: usize = 256 << 10;

/// The separator and the text without the line that names it. Spreadsheets hide that line, so that it counts as no row.
pub(crate) fn find(text: &str) -> (u8, &str) {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text[..end].trim_matches('"');
    if let Some(named) = line.get(..4).filter(|begin| begin.eq_ignore_ascii_case("sep=")).map(|_| &line[4..])
        && let [separator] = *named.as_bytes()
        && separator.is_ascii()
        && !separator.is_ascii_alphanumeric()
        && !matches!(separator, b'"' | b'\r' | b'\n')
    {
        let rest = &text[end..];
        let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])).unwrap_or(rest);
        return (separator, rest);
    }
    (guess(text), text)
}

/// The separator with which most headings are known; then the one that splits most rows alike.
fn guess(text: &str) -> u8 {
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &text[..end];
    let mut best = (CANDIDATES[0], (0, 0, 0));
    for separator in CANDIDATES {
        let rows = first_rows(sample, separator);
        let Some(headings) = rows.first().filter(|row| row.width > 1) else { continue };
        let known = heading::guess(&headings.cells).into_iter().flatten().count();
        let alike = rows.iter().filter(|row| row.width == headings.width).count();
        let score = (known, alike, headings.width);
        if score > best.1 {
            best = (separator, score);
        }
    }
    best.0
}

/// The first rows that have something in them. A quote that the sample cuts through ends them.
fn first_rows(sample: &str, separator: u8) -> Vec<Record> {
    let mut records = Records::new(sample, separator);
    std::iter::from_fn(|| records.next_record().ok().flatten())
        .filter(|record| !record.is_blank())
        .take(SAMPLE_ROWS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators() {
        assert_eq!(find("Name,Email\na;b,c@example.com").0, b',');
        assert_eq!(find("\n\nName;Email;Notiz\na;b;1,5,5,5\n").0, b';');
        assert_eq!(find("Name\tEmail\n").0, b'\t');
        assert_eq!(find("Name|Email\n").0, b'|');
        assert_eq!(find("email\na@example.com\n").0, b',');
        assert_eq!(find("x;y;z\n1;2,5;3\n1;2;3,5").0, b';');
        assert_eq!(find("sep=;\r\nName,Email"), (b';', "Name,Email"));
        assert_eq!(find("\"SEP=|\"\nName").0, b'|');
        assert_eq!(find("sep=\t\nName"), (b'\t', "Name"));
        assert_eq!(find(""), (b',', ""));
    }
}
