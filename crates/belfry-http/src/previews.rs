//! Pages that show how a notification would look when it is opened. They are kept in the memory of this node for ten
//! minutes, the newest first when there are too many, and are nobody's who does not know their token.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belfry_types::rng::Rng;
use belfry_types::time::Millis;

/// How long a page is kept.
const KEPT: Duration = Duration::from_secs(600);
/// Bytes of all pages together.
const BYTES: usize = 4 << 20;

struct Kept {
    token: String,
    page: Bytes,
    until: Millis,
}

/// The pages of this node, oldest first.
#[derive(Default)]
pub struct Previews(Mutex<VecDeque<Kept>>);

impl Previews {
    /// Keeps a page and gives its token: 256 random bits.
    pub fn keep(&self, page: String, now: Millis, rng: &dyn Rng) -> String {
        let mut random = [0; 32];
        rng.fill(&mut random);
        let token = URL_SAFE_NO_PAD.encode(random);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Kept { token: token.clone(), page: page.into(), until: now.plus(KEPT) });
        let mut bytes: usize = kept.iter().map(|kept| kept.page.len()).sum();
        while let Some(oldest) = kept.front()
            && (oldest.until <= now || (bytes > BYTES && kept.len() > 1))
        {
            bytes -= oldest.page.len();
            kept.pop_front();
        }
        token
    }

    /// A page that is still kept.
    pub fn get(&self, token: &str, now: Millis) -> Option<Bytes> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|kept| kept.token == token && kept.until > now).map(|kept| kept.page.clone())
    }
}

#[cfg(test)]
mod tests {
    use belfry_types::rng::TestRng;

    use super::*;

    #[test]
    fn pages_end_by_time_and_by_size() {
        let (previews, rng) = (Previews::default(), TestRng::seeded(1));
        let first = previews.keep("one".into(), Millis(0), &rng);
        assert_eq!(previews.get(&first, Millis(599_999)).as_deref(), Some(&b"one"[..]));
        assert_eq!(previews.get(&first, Millis(600_000)), None);
        assert_eq!(previews.get("", Millis(0)), None);
        let last = previews.keep("x".repeat(BYTES), Millis(1), &rng);
        assert_eq!(previews.get(&first, Millis(1)), None, "it made room");
        assert!(previews.get(&last, Millis(1)).is_some());
    }
}
