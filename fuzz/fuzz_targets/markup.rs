//! Messages in Markdown and HTML: whatever was written, the HTML has only allowed elements and attributes, leads and
//! loads only where it may, and stays so when a browser parses it and writes it down again; the text is tidy.

#![no_main]

use std::cell::RefCell;

use belfry_catalog::{Rendered, render};
use belfry_types::notification::Format;
use html5ever::Attribute;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use libfuzzer_sys::fuzz_target;
use url::Url;

/// What may stand in a message; none of it changes how what follows is read, as `script` or `textarea` would.
const ELEMENTS: &str = " a abbr acronym article aside b bdi blockquote br caption center cite code col colgroup \
    data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li \
    mark nav ol p pre q rp rt rtc ruby s samp small span strike strong sub summary sup table tbody td tfoot th thead \
    time tr tt u ul var wbr ";
/// Attributes that are nothing but text or numbers.
const ATTRIBUTES: &str = " align alt char charoff colspan datetime headers height hreflang lang rel rowspan scope size \
    span start summary target title width ";
/// Bytes of HTML that a message may become.
const HTML_BYTES: usize = 2 << 20;

fn is_forbidden(c: char) -> bool {
    let invisible =
        matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    invisible || (c.is_control() && !c.is_whitespace())
}

/// Reads what was made as a browser would, tag by tag.
#[derive(Default)]
struct Judge(RefCell<Vec<String>>);

impl TokenSink for Judge {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if is_good(&tag) => {}
            Token::CharacterTokens(_) | Token::EOFToken | Token::ParseError(_) => {}
            bad => self.0.borrow_mut().push(format!("{bad:?}")),
        }
        TokenSinkResult::Continue
    }
}

fn is_good(tag: &Tag) -> bool {
    let attribute = |it: &Attribute| match (&*tag.name, &*it.name.local) {
        ("a", "href") => leads_well(&it.value),
        ("img", "src") => Url::parse(&it.value).is_ok_and(|url| url.scheme() == "https" && !has_user(&url)),
        (_, name) => ATTRIBUTES.contains(&format!(" {name} ")),
    };
    ELEMENTS.contains(&format!(" {} ", tag.name)) && tag.attrs.iter().all(attribute)
}

/// An absolute address of an allowed kind, or a path that stays at the installation.
fn leads_well(href: &str) -> bool {
    let here = Url::parse("https://bells.example/app/").expect("a URL");
    match Url::parse(href) {
        Ok(url) => match url.scheme() {
            "http" | "https" => !has_user(&url),
            scheme => matches!(scheme, "mailto" | "tel"),
        },
        Err(_) => href.starts_with('/') && here.join(href).is_ok_and(|url| url.origin() == here.origin()),
    }
}

fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn check(message: &str, shown: &Rendered) {
    let (html, text) = (&shown.html, &shown.text);
    assert!(html.len() <= HTML_BYTES, "{} bytes became {}", message.len(), html.len());
    let tokens = Tokenizer::new(Judge::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokens.feed(&input);
    tokens.end();
    let bad = tokens.sink.0.into_inner();
    assert!(bad.is_empty(), "{message:?} became {html:?}: {bad:?}");
    assert!(!html.contains(is_forbidden), "{message:?} became {html:?}");
    let lower = html.to_ascii_lowercase();
    assert!(!["<script", "<!", "<?"].iter().any(|it| lower.contains(it)), "{message:?} became {html:?}");

    assert!(
        !text.contains(|c: char| is_forbidden(c) || (c.is_whitespace() && !matches!(c, ' ' | '\n'))),
        "{text:?}"
    );
    assert!(text.is_empty() || text.lines().all(|line| !line.is_empty() && line.trim() == line), "{text:?}");
}

fuzz_target!(|message: &str| {
    for format in [Format::Html, Format::Markdown] {
        let shown = render(message, format);
        check(message, &shown);
        // What a browser makes of it and somebody pastes, or what is cleaned at the next hop.
        let again = render(&shown.html, Format::Html);
        check(&shown.html, &again);
    }
});
