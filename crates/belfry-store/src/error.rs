//! What can go wrong in the store, in few words.

/// An answer of the store.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such row in this scope.
    #[error("not found")]
    NotFound,
    /// A unique constraint stands against it; names what is taken.
    #[error("conflict: {0}")]
    Conflict(String),
    /// The lease on a row was lost; nothing was changed.
    #[error("the lease was lost")]
    LeaseLost,
    /// The database cannot be reached, is full or too busy. Trying again may help; nothing was changed.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Two transactions waited for one another and the database ended this one; nothing was changed. Trying again helps.
    #[error("the database ended a transaction that another one waited for")]
    Deadlock,
    /// What is stored does not make sense.
    #[error("the stored data is corrupt: {0}")]
    Corrupt(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(e) if e.is_unique_violation() => {
                Self::Conflict(e.constraint().map_or_else(|| e.message().to_owned(), str::to_owned))
            }
            // PostgreSQL's codes for a deadlock and for a transaction that cannot be put in order with the others.
            sqlx::Error::Database(e) if matches!(e.code().as_deref(), Some("40P01" | "40001")) => {
                Self::Deadlock
            }
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnIndexOutOfBounds { .. } => Self::Corrupt(error.to_string()),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}
