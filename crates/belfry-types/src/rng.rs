//! Randomness as a parameter. Production draws from the operating system through aws-lc; tests may seed.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

/// Where random bytes come from.
pub trait Rng: Send + Sync + 'static {
    /// Fills `bytes` with randomness fit for keys and tokens.
    fn fill(&self, bytes: &mut [u8]);

    /// A number in `0..bound`; 0 if `bound` is 0. The bias is below 2⁻³² for the bounds used here (jitter).
    fn below(&self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes) % bound
    }
}

/// A shared source of randomness.
pub type SharedRng = Arc<dyn Rng>;

/// The operating system's randomness, through aws-lc.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRng;

/// Bytes that a thread draws at once. One draw costs two microseconds however short it is, and every request has an id.
const DRAWN: usize = 1_024;

/// What a thread has drawn and not yet given out.
struct Drawn {
    bytes: [u8; DRAWN],
    used: usize,
}

thread_local! {
    static AHEAD: RefCell<Drawn> = const { RefCell::new(Drawn { bytes: [0; DRAWN], used: DRAWN }) };
}

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() > DRAWN / 8 {
            return draw(bytes);
        }
        AHEAD.with_borrow_mut(|ahead| {
            if DRAWN - ahead.used < bytes.len() {
                draw(&mut ahead.bytes);
                ahead.used = 0;
            }
            let given = &mut ahead.bytes[ahead.used..ahead.used + bytes.len()];
            bytes.copy_from_slice(given);
            // What became a key or a token is in no second place.
            given.fill(0);
            ahead.used += bytes.len();
        });
    }
}

#[allow(clippy::disallowed_methods)]
fn draw(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the operating system gives randomness");
}

/// A repeatable sequence (SplitMix64); for tests only.
#[derive(Debug)]
pub struct TestRng(Mutex<u64>);

impl TestRng {
    /// The sequence that `seed` gives.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Rng for TestRng {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nothing_is_given_out_twice() {
        let mut seen = HashSet::new();
        for length in (8..200).cycle().take(2_000) {
            let mut bytes = vec![0; length];
            SystemRng.fill(&mut bytes);
            assert!(seen.insert(bytes[..8].to_vec()));
        }
    }
}
