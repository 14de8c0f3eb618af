//! The document inside a push: the declarative form (Push API, "declarative push message"), which a service worker
//! reads as well. It always fits into one message; what is too long is cut where words end.

use std::borrow::Cow;

use serde::Serialize;
use unicode_segmentation::GraphemeCursor;

use super::encrypt::MAX_PLAINTEXT;

/// What marks a cut.
const ELLIPSIS: &str = "…";
/// How far back a cut looks for the end of a word.
const WORD_BYTES: usize = 40;

/// Nothing that may be cut is left and the document is still too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the push document is longer than {MAX_PLAINTEXT} bytes without its texts")]
pub struct PayloadTooLarge;

/// What a device shows, and `data` for its service worker.
#[derive(Debug, Clone, Serialize)]
pub struct Notification<'a, D> {
    /// The first line.
    pub title: Cow<'a, str>,
    /// Plain text.
    pub body: Cow<'a, str>,
    /// What a click opens; absolute.
    pub navigate: &'a str,
    /// A small picture; absolute.
    pub icon: &'a str,
    /// A large picture; absolute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<&'a str>,
    /// Notifications with the same tag replace one another.
    pub tag: &'a str,
    /// The language of the texts (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<&'a str>,
    /// Without sound and vibration.
    pub silent: bool,
    /// When it happened, milliseconds since the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// The number on the application's icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_badge: Option<u64>,
    /// For the service worker.
    pub data: D,
}

#[derive(Serialize)]
struct Document<'a, 'b, D> {
    web_push: u16,
    notification: &'b Notification<'a, D>,
    // The standard has the badge here, the first browsers with it looked into the notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_badge: Option<u64>,
}

impl<D: Serialize> Notification<'_, D> {
    /// The document as JSON of at most [`MAX_PLAINTEXT`] bytes: the body is cut at a word if it must be, then the title.
    ///
    /// # Errors
    /// [`PayloadTooLarge`] when that is not enough, or `data` cannot be written as JSON.
    pub fn encode(&self) -> Result<Vec<u8>, PayloadTooLarge> {
        let mut json = self.to_json()?;
        if json.len() <= MAX_PLAINTEXT {
            return Ok(json);
        }
        let mut cut = Notification {
            title: Cow::Borrowed(&*self.title),
            body: Cow::Borrowed(&*self.body),
            navigate: self.navigate,
            icon: self.icon,
            image: self.image,
            tag: self.tag,
            lang: self.lang,
            silent: self.silent,
            timestamp: self.timestamp,
            app_badge: self.app_badge,
            data: &self.data,
        };
        // A byte of text is at least one of JSON, so one cut of each is enough.
        cut.body = shortened(&self.body, json.len());
        json = cut.to_json()?;
        if json.len() > MAX_PLAINTEXT {
            cut.title = shortened(&self.title, json.len());
            json = cut.to_json()?;
        }
        if json.len() <= MAX_PLAINTEXT { Ok(json) } else { Err(PayloadTooLarge) }
    }

    fn to_json(&self) -> Result<Vec<u8>, PayloadTooLarge> {
        let document = Document { web_push: 8030, notification: self, app_badge: self.app_badge };
        serde_json::to_vec(&document).map_err(|_| PayloadTooLarge)
    }
}

/// `text` shortened by what a document of `length` bytes has too many.
fn shortened(text: &str, length: usize) -> Cow<'_, str> {
    cut_at_word(text, text.len().saturating_sub(length - MAX_PLAINTEXT))
}

/// `text` in at most `max_bytes`, cut at the end of a word and marked with `…`; a word that is very long is cut
/// between two characters as people see them (grapheme clusters).
pub fn cut_at_word(text: &str, max_bytes: usize) -> Cow<'_, str> {
    if text.len() <= max_bytes {
        return Cow::Borrowed(text);
    }
    let Some(room) = max_bytes.checked_sub(ELLIPSIS.len()) else { return Cow::Borrowed("") };
    let end = grapheme_floor(text, room);
    let head = &text[..end];
    let whole_words = if text[end..].starts_with(char::is_whitespace) {
        Some(end)
    } else {
        head.char_indices()
            .rev()
            .take_while(|(i, _)| end - i <= WORD_BYTES)
            .find(|(_, c)| c.is_whitespace())
            .map(|(i, _)| i)
    };
    let head = head[..whole_words.unwrap_or(end)].trim_end();
    // A first word that is only preceded by white space would leave nothing.
    let head = if head.is_empty() { text[..end].trim_end() } else { head };
    Cow::Owned(format!("{head}{ELLIPSIS}"))
}

/// The last boundary between grapheme clusters at or before `at`.
fn grapheme_floor(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(true) => at,
        _ => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn notification<'a>(title: &'a str, body: &'a str) -> Notification<'a, Value> {
        Notification {
            title: title.into(),
            body: body.into(),
            navigate: "https://belfry.example/app/ws",
            icon: "https://belfry.example/icon.png",
            image: None,
            tag: "tag",
            lang: None,
            silent: false,
            timestamp: None,
            app_badge: None,
            data: json!({ "receipt": "r" }),
        }
    }

    fn read(bytes: &[u8]) -> Value {
        serde_json::from_slice(bytes).unwrap()
    }

    #[test]
    fn is_the_declarative_document() {
        let mut n = notification("Doors", "They open at nine.");
        assert_eq!(
            read(&n.encode().unwrap()),
            json!({ "web_push": 8030, "notification": {
                "title": "Doors", "body": "They open at nine.", "navigate": "https://belfry.example/app/ws",
                "icon": "https://belfry.example/icon.png", "tag": "tag", "silent": false, "data": { "receipt": "r" },
            }})
        );
        n.app_badge = Some(3);
        n.lang = Some("de");
        let document = read(&n.encode().unwrap());
        assert_eq!(document["app_badge"], 3);
        assert_eq!(document["notification"]["app_badge"], 3);
        assert_eq!(document["notification"]["lang"], "de");
    }

    #[test]
    fn a_long_body_is_cut_at_a_word() {
        let text = "word ".repeat(2000);
        let bytes = notification("T", &text).encode().unwrap();
        assert!(bytes.len() <= MAX_PLAINTEXT && bytes.len() > MAX_PLAINTEXT - 10, "{}", bytes.len());
        let body = read(&bytes)["notification"]["body"].as_str().unwrap().to_owned();
        assert!(body.ends_with("word…"), "{}", &body[body.len() - 20..]);
    }

    #[test]
    fn then_the_title_and_then_it_is_an_error() {
        let long = "word ".repeat(2000);
        let document = read(&notification(&long, &long).encode().unwrap());
        assert!(document["notification"]["title"].as_str().unwrap().ends_with('…'));
        let mut n = notification("T", "B");
        n.navigate = &long;
        assert_eq!(n.encode(), Err(PayloadTooLarge));
    }

    #[test]
    fn cuts() {
        assert_eq!(cut_at_word("one two", 7), "one two");
        assert_eq!(cut_at_word("one two three", 10), "one two…");
        assert_eq!(cut_at_word("one two three", 9), "one…");
        assert_eq!(cut_at_word("one  two", 7), "one…");
        assert_eq!(cut_at_word("unbroken", 7), "unbr…");
        assert_eq!(cut_at_word("unbroken", 2), "");
        // A family of three is one grapheme of 18 bytes; a flag is one of 8.
        assert_eq!(cut_at_word("👨‍👩‍👧👨‍👩‍👧", 30), "👨‍👩‍👧…");
        assert_eq!(cut_at_word("🇩🇪🇫🇷x", 16), "🇩🇪…");
        assert_eq!(cut_at_word("e\u{301}e\u{301}e\u{301}", 7), "e\u{301}…");
    }

    proptest! {
        #[test]
        fn always_fits_or_is_an_error(title in "\\PC{0,200}", body in "(?s).{0,5000}") {
            let bytes = notification(&title, &body).encode().unwrap();
            prop_assert!(bytes.len() <= MAX_PLAINTEXT);
            read(&bytes);
        }

        #[test]
        fn a_cut_is_a_prefix_within_bounds(text in "(?s).{0,80}", max in 0usize..200) {
            let cut = cut_at_word(&text, max);
            prop_assert!(cut.len() <= max);
            prop_assert!(text.starts_with(cut.strip_suffix(ELLIPSIS).unwrap_or(&cut)));
        }
    }
}
