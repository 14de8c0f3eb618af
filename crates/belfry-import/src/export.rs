//! Lines of CSV files that are given out (RFC 4180). Owns that no cell of them runs as a formula when a spreadsheet
//! opens it.

use crate::rejects::harmless;

/// The byte order mark by which Excel knows UTF-8; the first thing in a file.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One line with its end. Cells that a spreadsheet would run get an apostrophe in front.
pub fn csv_line<'c>(cells: impl IntoIterator<Item = &'c str>) -> Vec<u8> {
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    let cells = cells.into_iter().map(harmless);
    csv.write_record(cells)
        .and_then(|()| csv.flush().map_err(Into::into))
        .expect("memory takes every record");
    csv.into_inner().expect("it was flushed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_harmless() {
        let line = csv_line(["a", "b,c", "d\"e", "=1+1", "@x", "two\nlines", "-5", "\t\r=2", ""]);
        let text = "a,\"b,c\",\"d\"\"e\",'=1+1,'@x,\"two\nlines\",'-5,'=2,\r\n";
        assert_eq!(String::from_utf8(line).expect("text"), text);
    }
}
