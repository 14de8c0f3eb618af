//! What was ended before its time, here or on another node: signing keys and people's tokens. The open connections that
//! it may concern go back to authentication, which decides; nothing is decided here.

use std::collections::HashMap;
use std::time::Duration;

use belfry_store::Result;
use belfry_types::people::Ordinal;
use belfry_types::time::Millis;

use crate::Engine;

/// What is asked for again, so that nothing is missed that was committed late or by a clock that is a little behind.
const OVERLAP: Duration = Duration::from_secs(60);
/// How often each is acted upon: a connection whose token was found just before the end may be registered just after
/// the first time.
const TIMES: u8 = 2;

/// Something that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Ended {
    /// A signing key of a workspace.
    Key { key: i64, organization: i64, workspace: i64 },
    /// All tokens of a person, at that time.
    Tokens { organization: i64, ordinal: Ordinal, at: Millis },
}

/// What ended lately, and how often it was acted upon.
#[derive(Debug)]
pub(crate) struct Revoked {
    since: Millis,
    known: HashMap<Ended, u8>,
}

impl Revoked {
    /// Knows of nothing that ended before.
    pub(crate) fn since(now: Millis) -> Self {
        Self { since: now.minus(OVERLAP), known: HashMap::new() }
    }

    /// Sends the connections that it concerns back to authentication. To be called every few seconds; after an error
    /// the next call makes up for it.
    pub(crate) async fn check(&mut self, engine: &Engine) -> Result<()> {
        let now = engine.clock.now();
        let keys = engine.store.signing_keys_revoked_since(self.since).await?;
        let keys = keys.into_iter().map(|(key, organization, workspace)| Ended::Key {
            key,
            organization,
            workspace,
        });
        let tokens = engine.store.tokens_ended_since(self.since).await?;
        let tokens =
            tokens.into_iter().map(|(organization, ordinal, at)| Ended::Tokens { organization, ordinal, at });
        for ended in self.due(keys.chain(tokens).collect(), now) {
            match ended {
                Ended::Key { organization, workspace, .. } => {
                    engine.live.recheck(organization, Some(workspace), None)
                }
                Ended::Tokens { organization, ordinal, .. } => {
                    engine.live.recheck(organization, None, Some(ordinal))
                }
            };
        }
        Ok(())
    }

    /// What of `found` is to be acted upon now. Forgets what is not found any more.
    fn due(&mut self, found: Vec<Ended>, now: Millis) -> Vec<Ended> {
        let mut known = std::mem::take(&mut self.known);
        let mut due = Vec::new();
        for ended in found {
            let times = known.remove(&ended).unwrap_or(0);
            if times < TIMES {
                due.push(ended);
            }
            self.known.insert(ended, times.saturating_add(1));
        }
        self.since = self.since.max(now.minus(OVERLAP));
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_is_acted_upon_twice_and_then_forgotten() {
        let start = Millis(1_000_000);
        let mut revoked = Revoked::since(start);
        let of = |at| Ended::Tokens { organization: 1, ordinal: 7, at };
        assert_eq!(revoked.due(vec![of(start)], start), [of(start)]);
        assert_eq!(revoked.due(vec![of(start)], start), [of(start)]);
        assert_eq!(revoked.due(vec![of(start)], start), []);
        let again = of(start.plus(Duration::from_secs(1)));
        assert_eq!(revoked.due(vec![again], start), [again], "what ended again is another end");
        assert_eq!(revoked.known.len(), 1);
        revoked.due(vec![], start.plus(OVERLAP * 2));
        assert_eq!((revoked.known.len(), revoked.since), (0, start.plus(OVERLAP)));
    }
}
