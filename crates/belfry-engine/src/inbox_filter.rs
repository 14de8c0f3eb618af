//! Which items of an inbox a list shows: the shelf that it is of, and what it is searched for. Pure: it looks at what it
//! is given and reads nothing.

use std::borrow::Cow;

use belfry_types::limits::{SEARCH_BYTES, SEARCH_ITEMS};
use serde::Deserialize;

/// A part of the inbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shelf {
    /// What was neither archived nor deleted.
    #[default]
    All,
    /// Of that, what is unread.
    Unread,
    /// What was archived.
    Archived,
}

/// What a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// From where.
    pub shelf: Shelf,
    words: Vec<String>,
}

/// What of an item is searched.
#[derive(Debug, Deserialize)]
struct Searched<'a> {
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    message: Cow<'a, str>,
    #[serde(borrow)]
    sender: Cow<'a, str>,
    #[serde(borrow)]
    actor: Option<Actor<'a>>,
    #[serde(borrow)]
    subject: Option<Subject<'a>>,
}

#[derive(Debug, Deserialize)]
struct Actor<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Subject<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
}

impl InboxFilter {
    /// A shelf, whole.
    pub fn of(shelf: Shelf) -> Self {
        Self { shelf, words: Vec::new() }
    }

    /// Only what holds every word of the text, without case, each anywhere in title, message, sender, the actor's name
    /// or the subject's id or title.
    #[must_use]
    pub fn searched_for(mut self, text: &str) -> Self {
        self.words = text.split_whitespace().map(str::to_lowercase).collect();
        self
    }

    /// Whether items are looked into at all.
    pub(crate) fn searches(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether an item holds every word. `item` is its JSON without the braces.
    pub(crate) fn matches(&self, item: &str) -> bool {
        let object = ["{", item, "}"].concat();
        let Ok(it) = serde_json::from_str::<Searched<'_>>(&object) else { return false };
        let actor = it.actor.map(|actor| actor.name);
        let (id, subject) = it.subject.map_or((None, None), |subject| (Some(subject.id), subject.title));
        let fields = [Some(it.title), Some(it.message), Some(it.sender), actor, id, subject];
        let fields: Vec<String> = fields.into_iter().flatten().map(|text| text.to_lowercase()).collect();
        self.words.iter().all(|word| fields.iter().any(|field| field.contains(word.as_str())))
    }
}

/// How far one search has looked.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    items: usize,
    bytes: usize,
}

impl Looked {
    /// Counts one more item; `false` when enough were looked at.
    pub(crate) fn one_more(&mut self, bytes: usize) -> bool {
        if self.items >= SEARCH_ITEMS || self.bytes >= SEARCH_BYTES {
            return false;
        }
        self.items += 1;
        self.bytes += bytes;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = r#""title":"Tür \"A\" öffnet","message":"Come in","html":"<p>hidden</p>","sender":"Front Desk",
        "actor":{"name":"Zoë"},"subject":{"kind":"ticket","id":"T-17","title":"Lamp","url":"/t"},"destination":null"#;

    #[test]
    fn every_word_has_to_be_somewhere() {
        let finds = |text: &str| InboxFilter::default().searched_for(text).matches(ITEM);
        for good in ["tür", "TÜR", "\"a\"", "come IN", "desk in", "zoë", "t-17 lamp", "  front \t öff  "]
        {
            assert!(finds(good), "{good}");
        }
        for bad in ["hidden", "ticket", "lamp chair", "/t", "null", "title", "%", "_"] {
            assert!(!finds(bad), "{bad}");
        }
    }

    #[test]
    fn items_without_actor_or_subject_are_searched_too() {
        let item = r#""title":"a","message":"b","sender":"c","actor":null,"subject":null"#;
        assert!(InboxFilter::default().searched_for("b c").matches(item));
        let item = r#""title":"a","message":"b","sender":"c","actor":null,"subject":{"kind":"k","id":"x"}"#;
        assert!(InboxFilter::default().searched_for("x a").matches(item));
        assert!(!InboxFilter::default().searched_for("k").matches(item));
    }

    #[test]
    fn a_search_ends() {
        let mut looked = Looked::default();
        assert_eq!((0..10_000).filter(|_| looked.one_more(10)).count(), SEARCH_ITEMS);
        let mut looked = Looked::default();
        assert_eq!((0..10_000).filter(|_| looked.one_more(SEARCH_BYTES / 2)).count(), 2);
    }
}
