//! Passwords: what may be one, and Argon2id (RFC 9106) with the parameters that OWASP names first for 19 MiB. Hashing
//! takes tens of milliseconds of a core and that memory: it runs beside the requests, a few at a time.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use belfry_types::limits::PASSWORD_CHARS;
use tokio::sync::Semaphore;

use crate::faults::Faults;
use crate::problem::Problem;
use crate::state::AppState;

/// What is compared where there is no password, so that it takes as long as where there is one. Nobody knows a password
/// with this hash.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyBpdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// Passwords that are hashed at the same time.
const AT_ONCE: usize = 4;

/// Whose turn it is to hash.
pub struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

/// Says what is wrong with a new password.
pub(crate) fn check(faults: &mut Faults, pointer: &str, password: &str, email: &str) {
    let chars = password.chars().count();
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if !PASSWORD_CHARS.contains(&chars) {
        let detail =
            format!("a password has {} to {} characters", PASSWORD_CHARS.start(), PASSWORD_CHARS.end());
        faults.add(pointer, "password_weak", detail);
    } else if different.len() < 5 || password.trim().eq_ignore_ascii_case(email.trim()) {
        faults.add(pointer, "password_weak", "it is too easy to guess");
    }
}

/// The hash to keep (PHC string format).
pub(crate) async fn hash(app: &AppState, password: String) -> Result<String, Problem> {
    let mut salt = [0; 16];
    app.rng.fill(&mut salt);
    beside(app, move || {
        let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|e| Problem::internal(&e))
    })
    .await?
}

/// Whether the password is the one of a hash; takes its time where there is none too.
pub(crate) async fn verify(app: &AppState, password: String, hash: Option<String>) -> Result<bool, Problem> {
    beside(app, move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(NOBODY);
        let hash = PasswordHash::new(hash).map_err(|e| Problem::internal(&e))?;
        // Longer than any password can be: nothing to spend time on, whoever it is for.
        let fits = password.chars().count() <= *PASSWORD_CHARS.end();
        Ok(fits && Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && known)
    })
    .await?
}

async fn beside<T: Send + 'static>(
    app: &AppState,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let _turn = app.hashing.0.acquire().await.map_err(|e| Problem::internal(&e))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_ones_are_refused() {
        let weak = |password: &str| {
            let mut faults = Faults::default();
            check(&mut faults, "/password", password, "Ann.Lee@example.com");
            faults.into_vec().iter().any(|fault| fault.code == "password_weak")
        };
        for bad in ["", "elevenchars", "aaaaaaaaaaaaaaaa", "ann.lee@EXAMPLE.com", &"xyzuvw".repeat(40)] {
            assert!(weak(bad), "{bad}");
        }
        for good in ["twelve chars", "äöüßéèñ日本語漢字", "correct horse battery staple"] {
            assert!(!weak(good), "{good}");
        }
    }

    #[test]
    fn nobody_costs_what_everybody_costs() {
        let real = Argon2::default().hash_password_with_salt(b"a password of mine", &[7; 16]).unwrap();
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!((nobody.algorithm, nobody.version), (real.algorithm, real.version));
        assert_eq!(nobody.params.to_string(), real.params.to_string());
        let lengths = |hash: &PasswordHash| hash.hash.as_ref().map(|it| it.as_bytes().len());
        assert_eq!(lengths(&nobody), lengths(&real));
        assert!(Argon2::default().verify_password(b"a password of mine", &real).is_ok());
        assert!(Argon2::default().verify_password(b"a password of mine ", &real).is_err());
    }
}
