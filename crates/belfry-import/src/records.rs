//! Text to rows of cells (RFC 4180, and what spreadsheets make of it). Owns quotes, line ends and the counting of rows
//! as a person sees them in a spreadsheet; refuses a quote that is never closed.

use crate::COLUMNS_MAX;

/// A quoted cell reaches the end of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unclosed {
    /// The row in which the quote was opened.
    pub(crate) row: u64,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// 1-based; a cell's own line breaks do not count, empty lines do.
    pub(crate) number: u64,
    /// The cells, at most [`COLUMNS_MAX`] of them.
    pub(crate) cells: Vec<String>,
    /// How many cells there were.
    pub(crate) width: usize,
}

impl Record {
    /// No cell has anything in it.
    pub(crate) fn is_blank(&self) -> bool {
        // Something may be in the cells that were not kept.
        self.width <= COLUMNS_MAX
            && self.cells.iter().all(|cell| cell.chars().all(|c| c.is_whitespace() || c == '\0'))
    }
}

/// Reads rows one after the other. Line ends may be mixed: CR LF, LF and CR each end a row.
#[derive(Debug, Clone)]
pub(crate) struct Records<'t> {
    text: &'t str,
    at: usize,
    row: u64,
    separator: u8,
}

impl<'t> Records<'t> {
    /// `separator` is an ASCII character.
    pub(crate) fn new(text: &'t str, separator: u8) -> Self {
        Self { text, at: 0, row: 0, separator }
    }

    /// The next row, `None` after the last.
    pub(crate) fn next_record(&mut self) -> Result<Option<Record>, Unclosed> {
        if self.at >= self.text.len() {
            return Ok(None);
        }
        self.row += 1;
        let mut record = Record { number: self.row, cells: Vec::new(), width: 0 };
        loop {
            let cell = self.cell()?;
            record.width += 1;
            if record.cells.len() < COLUMNS_MAX {
                record.cells.push(cell);
            }
            match self.text.as_bytes().get(self.at) {
                Some(b) if *b == self.separator => self.at += 1,
                Some(b'\r') if self.text.as_bytes().get(self.at + 1) == Some(&b'\n') => {
                    self.at += 2;
                    return Ok(Some(record));
                }
                Some(_) => {
                    self.at += 1;
                    return Ok(Some(record));
                }
                None => return Ok(Some(record)),
            }
        }
    }

    /// Reads up to a separator, a line end or the end of the text, none of which it consumes.
    fn cell(&mut self) -> Result<String, Unclosed> {
        let mut cell = String::new();
        if self.text.as_bytes().get(self.at) == Some(&b'"') {
            self.at += 1;
            loop {
                let Some(length) = self.text[self.at..].find('"') else {
                    return Err(Unclosed { row: self.row });
                };
                cell.push_str(&self.text[self.at..self.at + length]);
                self.at += length + 1;
                if self.text.as_bytes().get(self.at) != Some(&b'"') {
                    break;
                }
                cell.push('"');
                self.at += 1;
            }
        }
        // What follows a closing quote belongs to the cell, as spreadsheets read it.
        let rest = &self.text[self.at..];
        let length =
            rest.bytes().position(|b| b == self.separator || b == b'\n' || b == b'\r').unwrap_or(rest.len());
        cell.push_str(&rest[..length]);
        self.at += length;
        Ok(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut records = Records::new(text, b';');
        let mut rows = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            assert_eq!(record.width, record.cells.len());
            rows.push((record.number, record.cells));
        }
        rows
    }

    fn row(number: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn quotes_and_line_ends() {
        assert_eq!(
            rows("a;\"b;\r\n\"\"c\"\"\"\r\n\nd;\re\"f;\"g\"h"),
            [row(1, &["a", "b;\r\n\"c\""]), row(2, &[""]), row(3, &["d", ""]), row(4, &["e\"f", "gh"])]
        );
        assert_eq!(rows(""), []);
        assert_eq!(rows(";"), [row(1, &["", ""])]);
        assert_eq!(rows("a\n"), [row(1, &["a"])]);
        assert_eq!(rows("\"\""), [row(1, &[""])]);
    }

    #[test]
    fn an_unclosed_quote_names_its_row() {
        let mut records = Records::new("a\n\"b\nb\"\n\"c\nd\n", b';');
        records.next_record().unwrap();
        records.next_record().unwrap();
        assert_eq!(records.next_record(), Err(Unclosed { row: 3 }));
    }

    #[test]
    fn wide_rows_are_counted_and_not_kept() {
        let record = Records::new(&";".repeat(9_999), b';').next_record().unwrap().unwrap();
        assert_eq!((record.width, record.cells.len()), (10_000, COLUMNS_MAX));
    }
}
