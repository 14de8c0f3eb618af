//! Name resolution that hands out only addresses that may be dialled, so that a name cannot pass the check and then
//! point elsewhere (DNS rebinding).

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

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

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Service<Name> for GuardedResolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let Self { allow_loopback, answers } = self.clone();
        Box::pin(async move {
            let found: Vec<_> = match answers {
                Answers::System => tokio::net::lookup_host((name.as_str(), 0)).await?.collect(),
                #[cfg(test)]
                Answers::Always(address) => vec![address],
            };
            Ok(allowed(name.as_str(), found.into_iter(), allow_loopback)?.into_iter())
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
