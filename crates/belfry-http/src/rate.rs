//! How much one client may ask: a bucket per API key, operator and user that refills over a minute, and for each address one
//! for failed credentials, one for failed sign-ins and one for magic links. Counted on each node by itself.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use belfry_store::UserGrant;
use belfry_types::limits::{OWN_ERRANDS_PER_MINUTE, SEARCHES_PER_MINUTE, USER_LINKS_PER_MINUTE};
use belfry_types::time::Millis;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use quick_cache::sync::Cache;

use crate::auth::Identity;
use crate::problem::Problem;
use crate::state::HttpSettings;

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// Addresses that are kept out at the same time.
const BARRED: usize = 100_000;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// All buckets of this node.
pub struct Rates {
    keys: Limiter<i64>,
    operators: Limiter<i64>,
    users: Limiter<(i64, u32)>,
    addresses: Limiter<IpAddr>,
    sign_ins: Limiter<IpAddr>,
    links: Limiter<IpAddr>,
    searches: Limiter<(i64, u32)>,
    errands: Limiter<(Errand, i64, u32)>,
    barred: Cache<IpAddr, Millis>,
    locked: Cache<IpAddr, Millis>,
    clock: DefaultClock,
}

/// What a person may have done for them a few times a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Errand {
    /// A push to one of their devices.
    DeviceTest,
    /// All that is kept about them.
    Download,
}

/// What is left in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    limit: u32,
    remaining: u32,
}

impl Left {
    /// `RateLimit-Limit`, `-Remaining` and `-Reset` (seconds until the bucket is full).
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let missing = u64::from(self.limit - self.remaining.min(self.limit));
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from((missing * 60).div_ceil(u64::from(self.limit))));
    }
}

fn limiter<K: std::hash::Hash + Eq + Clone>(per_minute: u32) -> Limiter<K> {
    let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
    RateLimiter::keyed(quota).with_middleware()
}

/// One network asks like one address: an IPv6 customer has a whole /64.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 => v4,
    }
}

impl Rates {
    pub(crate) fn new(settings: &HttpSettings) -> Self {
        Self {
            keys: limiter(settings.api_key_per_minute),
            operators: limiter(settings.user_token_per_minute),
            users: limiter(settings.user_token_per_minute),
            addresses: limiter(settings.address_per_minute),
            sign_ins: limiter(settings.sign_in_per_minute),
            links: limiter(USER_LINKS_PER_MINUTE),
            searches: limiter(SEARCHES_PER_MINUTE),
            errands: limiter(OWN_ERRANDS_PER_MINUTE),
            barred: Cache::new(BARRED),
            locked: Cache::new(BARRED),
            clock: DefaultClock::default(),
        }
    }

    /// Takes one request out of the bucket of whoever asks; nobody has none.
    pub(crate) fn take(&self, identity: &Identity) -> Result<Option<Left>, (Problem, Left)> {
        match identity {
            Identity::Key(grant) => self.take_from(&self.keys, &grant.num).map(Some),
            Identity::Operator(grant) => self.take_from(&self.operators, &grant.num).map(Some),
            Identity::User(grant) => {
                let person = (grant.user.scope.organization(), grant.user.ordinal);
                self.take_from(&self.users, &person).map(Some)
            }
            Identity::Nobody => Ok(None),
        }
    }

    fn take_from<K: std::hash::Hash + Eq + Clone>(
        &self,
        limiter: &Limiter<K>,
        key: &K,
    ) -> Result<Left, (Problem, Left)> {
        match limiter.check_key(key) {
            Ok(left) => Ok(Left {
                limit: left.quota().burst_size().get(),
                remaining: left.remaining_burst_capacity(),
            }),
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.clock.now());
                let left = Left { limit: not_until.quota().burst_size().get(), remaining: 0 };
                Err((Problem::rate_limited(whole_seconds(wait)), left))
            }
        }
    }

    /// Takes one link that opened nothing out of the bucket of its network.
    pub(crate) fn take_link(&self, address: IpAddr) -> Result<(), Problem> {
        self.take_from(&self.links, &network(address)).map(drop).map_err(|(problem, _)| problem)
    }

    /// Takes one page of a search out of a person's bucket for it: it costs a hundred times what another page costs.
    pub(crate) fn take_search(&self, who: UserGrant) -> Result<(), Problem> {
        let key = (who.scope.organization(), who.ordinal);
        self.take_from(&self.searches, &key).map(drop).map_err(|(problem, _)| problem)
    }

    /// Takes one errand out of a person's bucket for it.
    pub(crate) fn take_errand(&self, errand: Errand, who: UserGrant) -> Result<(), Problem> {
        let key = (errand, who.scope.organization(), who.ordinal);
        self.take_from(&self.errands, &key).map(drop).map_err(|(problem, _)| problem)
    }

    /// Counts a failed credential or capability against its address.
    pub(crate) fn failed(&self, address: IpAddr, now: Millis) {
        self.count(&self.addresses, &self.barred, address, now);
    }

    /// For how many seconds nothing that came from the address is looked up.
    pub(crate) fn barred(&self, address: IpAddr, now: Millis) -> Option<u64> {
        left_of(&self.barred, address, now)
    }

    /// Counts a failed sign-in against its address.
    pub(crate) fn sign_in_failed(&self, address: IpAddr, now: Millis) {
        self.count(&self.sign_ins, &self.locked, address, now);
    }

    /// For how many seconds nobody can sign in from the address.
    pub(crate) fn sign_in_locked(&self, address: IpAddr, now: Millis) -> Option<u64> {
        left_of(&self.locked, address, now)
    }

    fn count(&self, limiter: &Limiter<IpAddr>, beyond: &Cache<IpAddr, Millis>, address: IpAddr, now: Millis) {
        let network = network(address);
        if let Err(not_until) = limiter.check_key(&network) {
            beyond.insert(network, now.plus(not_until.wait_time_from(self.clock.now())));
        }
    }

    /// Forgets the buckets that are full.
    pub(crate) fn sweep(&self) {
        self.keys.retain_recent();
        self.operators.retain_recent();
        self.users.retain_recent();
        self.addresses.retain_recent();
        self.sign_ins.retain_recent();
        self.links.retain_recent();
        self.searches.retain_recent();
        self.errands.retain_recent();
    }
}

fn left_of(beyond: &Cache<IpAddr, Millis>, address: IpAddr, now: Millis) -> Option<u64> {
    let network = network(address);
    let until = beyond.get(&network)?;
    if now < until {
        return Some(whole_seconds(until.since(now)));
    }
    beyond.remove(&network);
    None
}

pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1_000).try_into().unwrap_or(60).max(1)
}

#[cfg(test)]
mod tests {
    use belfry_types::scope::Scope;

    use super::*;
    use crate::auth::LiveGrant;

    fn rates() -> Rates {
        Rates::new(&HttpSettings {
            public_url: "http://x".into(),
            api_key_per_minute: 5,
            user_token_per_minute: 2,
            address_per_minute: 3,
            sign_in_per_minute: 2,
            allow_loopback: false,
        })
    }

    #[test]
    fn each_has_a_bucket_of_its_own() {
        let rates = rates();
        let person = |ordinal| {
            let user = UserGrant { scope: Scope::granted(1).in_workspace(1), ordinal };
            Identity::User(LiveGrant { user, expires_at: None, session: false })
        };
        assert_eq!(rates.take(&person(1)).unwrap(), Some(Left { limit: 2, remaining: 1 }));
        assert!(rates.take(&person(1)).is_ok());
        let (problem, left) = rates.take(&person(1)).unwrap_err();
        assert_eq!((problem.status().as_u16(), left.remaining), (429, 0));
        assert!(rates.take(&person(2)).is_ok());
        assert_eq!(rates.take(&Identity::Nobody).unwrap(), None);
    }

    #[test]
    fn failures_bar_a_network_for_a_while() {
        let (rates, now) = (rates(), Millis(1_000_000));
        let address: IpAddr = "2001:db8::1".parse().unwrap();
        for _ in 0..3 {
            rates.failed(address, now);
            assert_eq!(rates.barred(address, now), None);
        }
        rates.failed(address, now);
        let neighbour: IpAddr = "2001:db8::ffff".parse().unwrap();
        assert_eq!(rates.barred(neighbour, now), Some(20));
        assert_eq!(rates.barred("2001:db8:0:1::1".parse().unwrap(), now), None);
        assert_eq!(rates.barred(neighbour, now.plus(Duration::from_secs(21))), None);
        assert_eq!(network("::ffff:10.0.0.1".parse().unwrap()), "10.0.0.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn failed_sign_ins_lock_an_address_and_nothing_else() {
        let (rates, now) = (rates(), Millis(1_000_000));
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        for _ in 0..3 {
            assert_eq!(rates.sign_in_locked(address, now), None);
            rates.sign_in_failed(address, now);
        }
        assert_eq!(rates.sign_in_locked(address, now), Some(30));
        assert_eq!(rates.barred(address, now), None);
        assert_eq!(rates.sign_in_locked("192.0.2.8".parse().unwrap(), now), None);
    }

    #[test]
    fn errands_and_links_have_buckets_of_their_own() {
        let rates = rates();
        let who = |ordinal| UserGrant { scope: Scope::granted(1).in_workspace(1), ordinal };
        for _ in 0..OWN_ERRANDS_PER_MINUTE {
            rates.take_errand(Errand::DeviceTest, who(1)).unwrap();
        }
        assert_eq!(rates.take_errand(Errand::DeviceTest, who(1)).unwrap_err().status().as_u16(), 429);
        rates.take_errand(Errand::Download, who(1)).unwrap();
        rates.take_errand(Errand::DeviceTest, who(2)).unwrap();
        let address: IpAddr = "2001:db8::1".parse().unwrap();
        for _ in 0..USER_LINKS_PER_MINUTE {
            rates.take_link(address).unwrap();
        }
        assert!(rates.take_link("2001:db8::2".parse().unwrap()).is_err(), "a neighbour in the same network");
        rates.take_link("192.0.2.7".parse().unwrap()).unwrap();
    }

    #[test]
    fn headers_say_what_is_left() {
        let mut headers = HeaderMap::new();
        Left { limit: 120, remaining: 30 }.write(&mut headers);
        assert_eq!([&headers[LIMIT], &headers[REMAINING], &headers[RESET]], ["120", "30", "45"]);
    }
}
