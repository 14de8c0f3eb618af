//! Decides, for one person, which channels and devices a notification goes to and why it does not go to others. Pure:
//! the same input gives the same route, and nothing is read or written.

use belfry_types::channel::Reason;

/// What is known of a person when a notification is routed.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The devices that push can reach.
    pub devices: &'a [i64],
    /// They switched push off.
    pub push_off: bool,
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
    let no_push = if !policy.push_on || person.push_off {
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
    fn switches_come_before_the_devices() {
        let (on, off) = (Policy { push_on: true }, Policy { push_on: false });
        let with = Person { devices: &[1, 2], push_off: false };
        assert_eq!(route(with, on), Route { push: &[1, 2], no_push: None });
        assert_eq!(route(with, off).no_push, Some(Reason::PushOff));
        assert!(route(with, off).push.is_empty());
        let without = Person { devices: &[], push_off: false };
        assert_eq!(route(without, on).no_push, Some(Reason::NoDevice));
        for devices in [&[][..], &[1]] {
            let switched_off = route(Person { devices, push_off: true }, on);
            assert_eq!(switched_off, Route { push: &[], no_push: Some(Reason::PushOff) });
        }
    }
}
