//! Waiting for a condition instead of sleeping for luck.

use std::time::Duration;

use crate::PATIENCE;

/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(25);

/// Looks again and again until `look` gives something.
///
/// # Panics
/// It gave nothing within [`PATIENCE`].
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look).await
}

/// As [`until`], with a patience of its own.
///
/// # Panics
/// It gave nothing in that time.
pub async fn within<T>(patience: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let search = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    match tokio::time::timeout(patience, search).await {
        Ok(found) => found,
        Err(_) => panic!("waited {patience:?} for {what}"),
    }
}
