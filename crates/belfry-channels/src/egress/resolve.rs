//! Name resolution that hands out only addresses that may be dialled, so that a name cannot pass the check and then
//! point elsewhere (DNS rebinding).

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{AddressRefused, check_address, is_localhost};

/// The system's resolver behind the address guard.
#[derive(Debug, Clone)]
pub(super) struct GuardedResolver {
    pub(super) allow_loopback: bool,
    pub(super) answers: Answers,
}

/// Who says which addresses a name has.
#[derive(Debug, Clone)]
pub(super) enum Answers {
    /// The system's resolver.
    System,
    /// A name server that lies.
    #[cfg(test)]
    Always(SocketAddr),
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { allow_loopback, answers } = self.clone();
        Box::pin(async move {
            let found: Vec<_> = match answers {
                Answers::System => tokio::net::lookup_host((name.as_str(), 0)).await?.collect(),
                #[cfg(test)]
                Answers::Always(address) => vec![address],
            };
            let allowed = allowed(name.as_str(), found.into_iter(), allow_loopback)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Keeps what may be dialled. A name that is no `localhost` may mean this machine only where loopback is allowed;
/// `localhost` never means anything else.
fn allowed(
    name: &str,
    found: impl Iterator<Item = SocketAddr>,
    allow_loopback: bool,
) -> Result<Vec<SocketAddr>, AddressRefused> {
    let local = is_localhost(name);
    let allowed: Vec<_> = found
        .filter(|a| check_address(a.ip(), allow_loopback).is_ok())
        .filter(|a| !local || a.ip().to_canonical().is_loopback())
        .collect();
    if allowed.is_empty() { Err(AddressRefused("the name has no public address")) } else { Ok(allowed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sockets(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|a| SocketAddr::new(a.parse().unwrap(), 0)).collect()
    }

    #[test]
    fn private_answers_are_left_out() {
        let found = sockets(&["10.0.0.1", "93.184.216.34", "::1", "169.254.169.254"]);
        let kept = allowed("rebind.example", found.into_iter(), false).unwrap();
        assert_eq!(kept, sockets(&["93.184.216.34"]));
        assert!(allowed("rebind.example", sockets(&["127.0.0.1", "fd00::1"]).into_iter(), false).is_err());
    }

    #[test]
    fn localhost_is_only_ever_this_machine() {
        let found = sockets(&["93.184.216.34", "127.0.0.1"]);
        assert_eq!(allowed("localhost", found.into_iter(), true).unwrap(), sockets(&["127.0.0.1"]));
        assert!(allowed("localhost", sockets(&["127.0.0.1"]).into_iter(), false).is_err());
    }
}
