//! Decides, for one person, which channels and devices a notification goes to and why it does not go to others. Pure:
//! the same input gives the same route, and nothing is read or written.

use belfry_types::channel::Reason;

/// What is known of a person when a notification is routed.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The devices that push can reach.
    pub devices: &'a [i64],
}

/// What the workspace says.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Its push switch.
    pub push_on: bool,
}

/// Where a notification goes. The inbox is not part of it: it cannot be switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route<'a> {
    /// Devices to push to.
    pub push: &'a [i64],
    /// Why there is no push.
    pub no_push: Option<Reason>,
}

/// Routes for one person.
pub fn route<'a>(person: Person<'a>, policy: Policy) -> Route<'a> {
    let no_push = if !policy.push_on {
        Some(Reason::PushOff)
    } else if person.devices.is_empty() {
        Some(Reason::NoDevice)
    } else {
        None
    };
    Route { push: if no_push.is_none() { person.devices } else { &[] }, no_push }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_comes_before_the_devices() {
        let with = Person { devices: &[1, 2] };
        assert_eq!(route(with, Policy { push_on: true }), Route { push: &[1, 2], no_push: None });
        assert_eq!(route(with, Policy { push_on: false }).no_push, Some(Reason::PushOff));
        assert!(route(with, Policy { push_on: false }).push.is_empty());
        let without = Person { devices: &[] };
        assert_eq!(route(without, Policy { push_on: true }).no_push, Some(Reason::NoDevice));
    }
}
