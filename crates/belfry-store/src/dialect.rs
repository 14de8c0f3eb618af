//! The one place where the two databases' SQL differs. Statements are written once, with `$1`… placeholders and the
//! tokens below, and rendered for each database on first use. Values never become text here.
//!
//! | token | stands for |
//! |---|---|
//! | `{id}` `{blob}` | types of a generated key and of bytes |
//! | `{skip}` | lock the chosen rows and skip those that others hold |
//! | `{lock}` | lock the chosen rows |
//! | `{now}` | the database's time in milliseconds |
//! | `{keep}` | ends a table whose rows are kept in the order of its primary key |
//! | `{ints:$1}` | a JSON array of numbers as rows of `value` |
//! | `{texts:$1}` | a JSON array of strings as rows of `value` |
//! | `IN {ints:$1}` `NOT IN {texts:$1}` | the same as a set: an array on PostgreSQL, which goes by the index without knowing any statistics, where a sub-query may read the whole table |
//! | `{rows:$1:a int,b text,c blob}` | a JSON array of arrays as rows with these columns; blobs come as hex |

use std::sync::OnceLock;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Lite,
    /// PostgreSQL.
    Pg,
}

/// A statement in the common text.
pub(crate) struct Statement {
    text: &'static str,
    lite: OnceLock<String>,
    pg: OnceLock<String>,
}

impl Statement {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, lite: OnceLock::new(), pg: OnceLock::new() }
    }

    /// The text for one database. It lives as long as the statement, which is static.
    pub(crate) fn render(&'static self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Lite => self.lite.get_or_init(|| render(self.text, dialect)),
            Dialect::Pg => self.pg.get_or_init(|| render(self.text, dialect)),
        }
    }
}

/// Declares statements and the list of them that the registry test prepares on both databases.
macro_rules! statements {
    ($($name:ident = $text:expr;)*) => {
        $(static $name: $crate::dialect::Statement = $crate::dialect::Statement::new($text);)*
        /// Every statement of this file, for the test that prepares them all.
        #[cfg(test)]
        pub(crate) static STATEMENTS: &[(&str, &$crate::dialect::Statement)] = &[$((stringify!($name), &$name)),*];
    };
}
pub(crate) use statements;

/// Replaces the tokens.
pub(crate) fn render(text: &str, dialect: Dialect) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let close = open + rest[open..].find('}').expect("a token is closed");
        let (before, token_text) = (&rest[..open], &rest[open + 1..close]);
        if dialect == Dialect::Pg && (token_text.starts_with("ints:") || token_text.starts_with("texts:")) {
            out.push_str(&in_array(before, &token(token_text, dialect)));
        } else {
            out.push_str(before);
            out.push_str(&token(token_text, dialect));
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Where rows are used as a set, makes an array of them.
fn in_array(before: &str, rows: &str) -> String {
    if let Some(before) = before.strip_suffix("NOT IN ") {
        format!("{before}<> ALL (ARRAY{rows})")
    } else if let Some(before) = before.strip_suffix("IN ") {
        format!("{before}= ANY (ARRAY{rows})")
    } else {
        format!("{before}{rows}")
    }
}

fn token(token: &str, dialect: Dialect) -> String {
    let mut parts = token.splitn(3, ':');
    let name = parts.next().unwrap_or_default();
    let parameter = parts.next().unwrap_or_default();
    let columns = parts.next().unwrap_or_default();
    match (name, dialect) {
        ("id", Dialect::Lite) => "INTEGER PRIMARY KEY AUTOINCREMENT".into(),
        ("id", Dialect::Pg) => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY".into(),
        ("blob", Dialect::Lite) => "BLOB".into(),
        ("blob", Dialect::Pg) => "BYTEA".into(),
        ("keep", Dialect::Lite) => "WITHOUT ROWID".into(),
        ("skip" | "lock", Dialect::Lite) | ("keep", Dialect::Pg) => String::new(),
        ("skip", Dialect::Pg) => "FOR UPDATE SKIP LOCKED".into(),
        ("lock", Dialect::Pg) => "FOR UPDATE".into(),
        ("now", Dialect::Lite) => "CAST(unixepoch('subsec') * 1000 AS INTEGER)".into(),
        ("now", Dialect::Pg) => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)".into(),
        ("ints" | "texts", Dialect::Lite) => format!("(SELECT value FROM json_each({parameter}))"),
        ("ints", Dialect::Pg) => {
            format!(
                "(SELECT CAST(e AS BIGINT) AS value FROM json_array_elements_text(CAST({parameter} AS JSON)) AS t(e))"
            )
        }
        ("texts", Dialect::Pg) => {
            format!("(SELECT e AS value FROM json_array_elements_text(CAST({parameter} AS JSON)) AS t(e))")
        }
        ("rows", _) => rows(parameter, columns, dialect),
        _ => panic!("unknown token {token} in a statement"),
    }
}

fn rows(parameter: &str, columns: &str, dialect: Dialect) -> String {
    let columns: Vec<String> = columns
        .split(',')
        .enumerate()
        .map(|(i, column)| {
            let (name, kind) = column.trim().split_once(' ').expect("a column has a name and a type");
            match (kind, dialect) {
                ("blob", Dialect::Lite) => format!("unhex(value ->> {i}) AS {name}"),
                (_, Dialect::Lite) => format!("value ->> {i} AS {name}"),
                ("int", Dialect::Pg) => format!("CAST(value ->> {i} AS BIGINT) AS {name}"),
                ("blob", Dialect::Pg) => format!("decode(value ->> {i}, 'hex') AS {name}"),
                (_, Dialect::Pg) => format!("value ->> {i} AS {name}"),
            }
        })
        .collect();
    let source = match dialect {
        // Keeps each row in its binary form: as text it would be written and parsed once for every column.
        Dialect::Lite => format!("jsonb_each({parameter})"),
        Dialect::Pg => format!("jsonb_array_elements(CAST({parameter} AS JSONB)) AS t(value)"),
    };
    format!("(SELECT {} FROM {source})", columns.join(", "))
}

/// Bytes as the hex text that `{rows}` reads.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// Numbers as the JSON array that `{ints}` reads.
pub(crate) fn json_ints<T: std::fmt::Display>(numbers: impl IntoIterator<Item = T>) -> String {
    use std::fmt::Write as _;
    let mut out = String::from("[");
    for (i, number) in numbers.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let _ = write!(out, "{number}");
    }
    out.push(']');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_become_each_databases_text() {
        let text = "SELECT a FROM {rows:$1:a int,b blob} AS r WHERE a IN {ints:$2} {skip}";
        assert_eq!(
            render(text, Dialect::Lite),
            "SELECT a FROM (SELECT value ->> 0 AS a, unhex(value ->> 1) AS b FROM jsonb_each($1)) AS r \
             WHERE a IN (SELECT value FROM json_each($2)) "
        );
        assert!(render(text, Dialect::Pg).ends_with("FOR UPDATE SKIP LOCKED"));
        assert_eq!(
            render("a NOT IN {texts:$1} AND b IN {ints:$2}", Dialect::Pg),
            "a <> ALL (ARRAY(SELECT e AS value FROM json_array_elements_text(CAST($1 AS JSON)) AS t(e))) AND b = ANY \
             (ARRAY(SELECT CAST(e AS BIGINT) AS value FROM json_array_elements_text(CAST($2 AS JSON)) AS t(e)))"
        );
        assert_eq!(hex(&[0, 255, 16]), "00ff10");
        assert_eq!(json_ints([1, 2]), "[1,2]");
    }
}
