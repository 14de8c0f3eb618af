//! People from spreadsheets: the bytes of a CSV file, however it was saved, become checked people and rejected rows
//! with reasons. It is pure: it knows no store and no HTTP, and refuses workbooks (XLSX), which are no text.
//!
//! ```
//! use belfry_import::{Options, read};
//!
//! let file = "Vorname;Name;E-Mail\nAnna;Müller;Anna@example.com\n;;no address\n".as_bytes();
//! let sheet = read(file, &Options::default()).unwrap();
//! let rows: Vec<_> = sheet.people().collect();
//! assert_eq!(rows[0].result.as_ref().unwrap().name, "Anna Müller");
//! assert_eq!(rows[1].number, 3);
//! assert!(rows[1].result.is_err());
//! ```

mod decode;
mod export;
mod heading;
mod person;
mod records;
mod rejects;
mod seen;
mod separator;
mod sheet;
mod value;

pub use export::{BYTE_ORDER_MARK, csv_line};
pub use heading::Field;
pub use person::{Cause, Person, Rejected};
pub use rejects::{harmless, write_rejects};
pub use sheet::{Options, People, ReadError, Row, Sheet, inspect, read};

/// Columns of a sheet at most.
pub const COLUMNS_MAX: usize = 500;
