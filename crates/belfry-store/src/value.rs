//! Values that go into statements and rows that come out, the same for both databases. Numbers are 64-bit, times are
//! UTC milliseconds, booleans are 0 and 1.

use belfry_types::time::Millis;
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

use crate::error::{Error, Result};

/// One bound value. NULLs are typed, as PostgreSQL wants them.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

macro_rules! values {
    ($($from:ty => |$v:ident| $to:expr;)*) => {$(
        impl From<$from> for Value { fn from($v: $from) -> Self { $to } }
    )*};
}

values! {
    i64 => |v| Self::Int(Some(v));
    u32 => |v| Self::Int(Some(i64::from(v)));
    bool => |v| Self::Int(Some(i64::from(v)));
    usize => |v| Self::Int(Some(i64::try_from(v).unwrap_or(i64::MAX)));
    Millis => |v| Self::Int(Some(v.0));
    Option<i64> => |v| Self::Int(v);
    Option<Millis> => |v| Self::Int(v.map(|m| m.0));
    &str => |v| Self::Text(Some(v.to_owned()));
    String => |v| Self::Text(Some(v));
    &String => |v| Self::Text(Some(v.clone()));
    Option<&str> => |v| Self::Text(v.map(str::to_owned));
    Option<String> => |v| Self::Text(v);
    &[u8] => |v| Self::Blob(Some(v.to_vec()));
    Vec<u8> => |v| Self::Blob(Some(v));
    Option<Vec<u8>> => |v| Self::Blob(v);
    [u8; 16] => |v| Self::Blob(Some(v.to_vec()));
    [u8; 32] => |v| Self::Blob(Some(v.to_vec()));
}

/// The values of one statement, in the order of `$1`, `$2`, …
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}
pub(crate) use args;

/// One row of an answer; columns are read by position.
pub(crate) enum Row {
    Lite(SqliteRow),
    Pg(PgRow),
}

macro_rules! getters {
    ($($name:ident -> $type:ty;)*) => {$(
        pub(crate) fn $name(&self, column: usize) -> Result<$type> {
            match self {
                Self::Lite(row) => row.try_get(column),
                Self::Pg(row) => row.try_get(column),
            }
            .map_err(Error::from)
        }
    )*};
}

impl Row {
    getters! {
        int -> i64;
        int_opt -> Option<i64>;
        text -> String;
        text_opt -> Option<String>;
        blob -> Vec<u8>;
        blob_opt -> Option<Vec<u8>>;
    }

    pub(crate) fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn ordinal(&self, column: usize) -> Result<u32> {
        u32::try_from(self.int(column)?).map_err(|_| Error::Corrupt("an ordinal is out of range".into()))
    }

    pub(crate) fn millis(&self, column: usize) -> Result<Millis> {
        self.int(column).map(Millis)
    }

    pub(crate) fn millis_opt(&self, column: usize) -> Result<Option<Millis>> {
        Ok(self.int_opt(column)?.map(Millis))
    }

    /// Reads one of the 16-byte ids or 32-byte hashes.
    pub(crate) fn bytes<const N: usize>(&self, column: usize) -> Result<[u8; N]> {
        self.blob(column)?.try_into().map_err(|_| Error::Corrupt(format!("a value is not {N} bytes long")))
    }

    /// Reads JSON text.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T> {
        Ok(serde_json::from_str(&self.text(column)?)?)
    }

    /// Reads a coded enum.
    pub(crate) fn coded<T>(&self, column: usize, from_code: impl Fn(i64) -> Option<T>) -> Result<T> {
        let code = self.int(column)?;
        from_code(code).ok_or_else(|| Error::Corrupt(format!("unknown code {code}")))
    }
}
