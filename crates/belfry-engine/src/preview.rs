//! What would be shown and whom it would reach, from the very code that sends: rendering, push document, resolver and
//! routing. Nothing is kept or sent.

use std::collections::BTreeMap;

use belfry_types::Ordinals;
use belfry_types::audience::Audience;
use belfry_types::channel::Reason;
use belfry_types::id::NotificationId;
use belfry_types::limits;
use belfry_types::notification::Content;
use belfry_types::scope::WorkspaceScope;

use crate::compose::known;
use crate::item::{item_json, render_content, shown_icon, shown_photo, shown_title};
use crate::resolve::resolve;
use crate::route::{Person, Policy, route};
use crate::{ComposeError, Engine};

/// People that are named as examples.
const SAMPLE: usize = 5;
/// An audience with fewer people looks up their devices; a larger one counts everyone's.
const SPARSE: u64 = 20_000;

/// A notification as people would see it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The title that is shown.
    pub title: String,
    /// The sender that is shown.
    pub sender: String,
    /// Plain text of the message.
    pub plain: String,
    /// JSON of the inbox item.
    pub item: String,
    /// Clean HTML of the message.
    pub html: String,
    /// URL of the face beside it.
    pub photo: Option<String>,
    /// What a device would show.
    pub push: ShownPush,
}

/// A push as a device would show it.
#[derive(Debug, Clone)]
pub struct ShownPush {
    /// The first line.
    pub title: String,
    /// Plain text, cut at a word.
    pub body: String,
    /// URL of the small picture.
    pub icon: String,
    /// URL of the large picture.
    pub image: Option<String>,
}

/// Whom an audience would reach now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// People.
    pub count: u64,
    /// Some of them: external id and name.
    pub sample: Vec<(String, String)>,
    /// People who would get at least one push.
    pub push_people: u64,
    /// Devices that would get one.
    pub push_devices: u64,
    /// Why the others get none: people per reason.
    pub reasons: BTreeMap<&'static str, u64>,
}

impl Engine {
    /// How a content would look.
    pub async fn show(&self, scope: WorkspaceScope, content: &Content) -> Result<Shown, ComposeError> {
        let now = self.clock.now();
        let id = NotificationId::new(now, &*self.rng);
        let workspace = self.store.workspace(scope).await?;
        let rendered = render_content(id, content, &workspace, &self.settings);
        let title = belfry_catalog::single_line(shown_title(content, &workspace.name));
        let sender = content.sender.as_deref().unwrap_or(&workspace.name);
        let photo = shown_photo(content, &self.settings).map(std::borrow::Cow::into_owned);
        Ok(Shown {
            push: ShownPush {
                title: title.clone(),
                body: belfry_catalog::cut(&rendered.plain, limits::PUSH_BODY_CHARS).into_owned(),
                icon: shown_icon(workspace.icon.as_deref(), &self.settings),
                image: photo.clone().filter(|_| content.photo.is_some()),
            },
            title,
            sender: belfry_catalog::single_line(sender),
            html: belfry_catalog::render(&content.message, content.format).html,
            item: item_json(id, &rendered.item, 1, now, None),
            plain: rendered.plain,
            photo,
        })
    }

    /// Whom an audience would reach by which channel if it were sent now.
    pub async fn reach(&self, scope: WorkspaceScope, audience: &Audience) -> Result<Reach, ComposeError> {
        let resolved = known(resolve(&self.store, scope, audience).await?)?;
        let (people, push_off) = (resolved.people, resolved.push_off);
        let policy = Policy { push_on: self.store.workspace(scope).await?.push_on };
        let devices = if people.len() <= SPARSE {
            let people: Vec<u32> = people.iter().collect();
            self.store.device_counts_of(scope, &people).await?
        } else {
            self.store.device_counts(scope).await?
        };
        let sample: Vec<u32> = people.iter().take(SAMPLE).collect();
        let sample = self.store.people(scope.scope(), &sample).await?;
        Ok(Reach {
            sample: sample.into_iter().map(|(_, external_id, name)| (external_id, name)).collect(),
            ..routed(&people, &push_off, &devices, policy)
        })
    }
}

/// Routes everyone; `devices` are numbers of devices by person, `push_off` some of the people.
fn routed(people: &Ordinals, push_off: &Ordinals, devices: &[(u32, usize)], policy: Policy) -> Reach {
    let mut reach = Reach { count: people.len(), ..Reach::default() };
    let mut left = people.len() - push_off.len();
    let mut left_off = push_off.len();
    let mut reasons: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut add = |reason: Option<Reason>, n: u64| {
        if let Some(reason) = reason
            && n > 0
        {
            *reasons.entry(reason.as_str()).or_default() += n;
        }
    };
    // How many devices someone has decides, not which.
    let some = vec![0_i64; devices.iter().map(|(_, n)| *n).max().unwrap_or(0)];
    for (ordinal, n) in devices.iter().filter(|(ordinal, _)| people.contains(*ordinal)) {
        let push_off = push_off.contains(*ordinal);
        let routed = route(Person { devices: &some[..*n], push_off }, policy);
        if push_off {
            left_off -= 1
        } else {
            left -= 1
        }
        reach.push_people += u64::from(!routed.push.is_empty());
        reach.push_devices += routed.push.len() as u64;
        add(routed.no_push, 1);
    }
    add(route(Person { devices: &[], push_off: false }, policy).no_push, left);
    add(route(Person { devices: &[], push_off: true }, policy).no_push, left_off);
    Reach { reasons, ..reach }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_reached_or_has_a_reason() {
        let people = Ordinals::from_iter([1, 2, 3, 7]);
        let devices = [(1, 2), (3, 1), (9, 4)];
        let none = Ordinals::new();
        let reach = routed(&people, &none, &devices, Policy { push_on: true });
        assert_eq!((reach.count, reach.push_people, reach.push_devices), (4, 2, 3));
        assert_eq!(reach.reasons, BTreeMap::from([("no_device", 2)]));
        // One switched push off before their devices were counted, one has none anyway.
        let switched_off = Ordinals::from_iter([3, 7]);
        let some = routed(&people, &switched_off, &devices, Policy { push_on: true });
        assert_eq!((some.push_people, some.push_devices), (1, 2));
        assert_eq!(some.reasons, BTreeMap::from([("no_device", 1), ("push_off", 2)]));
        let off = routed(&people, &none, &devices, Policy { push_on: false });
        assert_eq!((off.push_people, off.push_devices), (0, 0));
        assert_eq!(off.reasons, BTreeMap::from([("push_off", 4)]));
    }
}
