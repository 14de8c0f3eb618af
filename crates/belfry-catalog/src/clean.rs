//! The cleaner: whatever HTML a stranger wrote becomes a fragment of allow-listed elements. Owns the allow-lists and the
//! guard against nesting; refuses (`None`) what is nested or tagged beyond measure, before a tree is built of it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::link::check_link;
use crate::text::{is_forbidden, without_invisible};

/// Elements that may be open within one another.
const DEPTH: usize = 100;
/// Tags of one message; the tree builder looks through open elements at each of them.
const TAGS: usize = 50_000;
/// Bytes that are still parsed: Markdown of the longest permitted length grows to less.
const HTML_BYTES: usize = 2 << 20;

/// Elements whose content is removed with them: it is code, or text that would be read otherwise when parsed again.
const REMOVED: [&str; 16] = [
    "script", "style", "svg", "math", "iframe", "noscript", "template", "title", "textarea", "select",
    "object", "noembed", "noframes", "xmp", "audio", "video",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .clean_content_tags(HashSet::from(REMOVED))
        // Areas are links without a text, and `bdo` turns text around.
        .rm_tags(["map", "area", "bdo"])
        .rm_tag_attributes("blockquote", ["cite"])
        .rm_tag_attributes("q", ["cite"])
        .rm_tag_attributes("del", ["cite"])
        .rm_tag_attributes("ins", ["cite"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Custom(Box::new(relative)))
        .attribute_filter(attribute)
        .set_tag_attribute_value("a", "target", "_blank")
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

/// Paths of the installation itself; everything else that is relative has no place in a message.
fn relative(url: &str) -> Option<Cow<'_, str>> {
    check_link(url).is_ok().then_some(Cow::Borrowed(url))
}

/// What remains of an attribute. Schemes have been checked before; this is stricter about links and images.
fn attribute<'a>(element: &str, name: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let kept = match (element, name) {
        ("a", "href") => {
            let scheme = value.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
            match scheme.as_deref() {
                Some("mailto" | "tel") => !value.chars().any(|c| c.is_control() || is_forbidden(c)),
                _ => check_link(value).is_ok(),
            }
        }
        ("img", "src") => !value.starts_with('/') && check_link(value).is_ok() && is_https(value),
        _ => true,
    };
    kept.then_some(Cow::Borrowed(value))
}

fn is_https(url: &str) -> bool {
    url.get(..8).is_some_and(|begin| begin.eq_ignore_ascii_case("https://"))
}

/// Cleans HTML, or refuses it when it is nested deeper or has more tags than any message needs.
pub(crate) fn clean(html: &str) -> Option<String> {
    if html.len() > HTML_BYTES || !is_shallow(html) {
        return None;
    }
    let mut clean = CLEANER.clean(html).to_string();
    // Character references may have brought forbidden characters back. They cannot be taken out of finished HTML
    // without looking at it again: what stood around them could join to a scheme.
    while let Cow::Owned(visible) = without_invisible(&clean) {
        clean = CLEANER.clean(&visible).to_string();
    }
    Some(clean)
}

/// Looks at tags alone, which is linear, whether the tree would be deep. An end tag closes only what is open, so that
/// unmatched ones hide nothing. What the parser closes by itself does not count.
fn is_shallow(html: &str) -> bool {
    let tokens = Tokenizer::new(Gauge::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokens.feed(&input);
    tokens.end();
    let depth = tokens.sink.0.into_inner();
    depth.deepest <= DEPTH && depth.tags <= TAGS
}

#[derive(Default)]
struct Depth {
    open: HashMap<LocalName, usize>,
    now: usize,
    deepest: usize,
    tags: usize,
}

impl Depth {
    fn see(&mut self, tag: Tag) {
        self.tags += 1;
        if matches!(
            &*tag.name,
            "p" | "li"
                | "dd"
                | "dt"
                | "td"
                | "th"
                | "tr"
                | "tbody"
                | "thead"
                | "tfoot"
                | "option"
                | "rp"
                | "rt"
                | "br"
                | "hr"
                | "img"
                | "input"
                | "wbr"
                | "col"
                | "area"
                | "base"
                | "embed"
                | "link"
                | "meta"
                | "param"
                | "source"
                | "track"
        ) {
            return;
        }
        match tag.kind {
            TagKind::StartTag => {
                *self.open.entry(tag.name).or_default() += 1;
                self.now += 1;
                self.deepest = self.deepest.max(self.now);
            }
            TagKind::EndTag => {
                if let Some(open) = self.open.get_mut(&tag.name).filter(|open| **open > 0) {
                    *open -= 1;
                    self.now -= 1;
                }
            }
        }
    }
}

#[derive(Default)]
struct Gauge(RefCell<Depth>);

impl TokenSink for Gauge {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            self.0.borrow_mut().see(tag);
        }
        TokenSinkResult::Continue
    }
}
