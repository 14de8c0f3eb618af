//! Markdown to HTML that is not yet clean: CommonMark with tables and strikethrough, and bare web addresses as links.
//! Owns the flattening of deep nesting; refuses to judge raw HTML, which the cleaner does.

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html};

/// Blocks and spans within one another; deeper ones keep their content and lose their frame.
const DEPTH: usize = 24;

/// Renders Markdown. Raw HTML is passed on as it is.
pub(crate) fn to_html(source: &str) -> String {
    let parser = Parser::new_ext(source, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let mut out = String::with_capacity(source.len() * 3 / 2);
    html::push_html(&mut out, linked(flat(TextMergeStream::new(parser))));
    out
}

/// Drops the frames that are nested deeper than [`DEPTH`].
fn flat<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut depth = 0;
    events.filter(move |event| match event {
        Event::Start(_) => {
            depth += 1;
            depth <= DEPTH
        }
        Event::End(_) => {
            depth -= 1;
            depth < DEPTH
        }
        _ => true,
    })
}

/// Turns web addresses in running text into links.
fn linked<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut closed = 0_usize;
    events.flat_map(move |event| {
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => closed += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => closed = closed.saturating_sub(1),
            Event::Text(text) if closed == 0 && text.contains("://") => return split(text),
            _ => {}
        }
        vec![event]
    })
}

/// Splits text at the web addresses in it.
fn split<'a>(text: &str) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let mut rest = text;
    while let Some((from, to)) = address(rest) {
        let url = CowStr::from(rest[from..to].to_owned());
        events.push(Event::Text(rest[..from].to_owned().into()));
        events.push(Event::Start(Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: url.clone(),
            title: "".into(),
            id: "".into(),
        }));
        events.push(Event::Text(url));
        events.push(Event::End(TagEnd::Link));
        rest = &rest[to..];
    }
    events.push(Event::Text(rest.to_owned().into()));
    events
}

/// The first web address in a text, as a range of bytes. Punctuation at its end belongs to the sentence, and so does
/// a closing bracket that was not opened within the address.
fn address(text: &str) -> Option<(usize, usize)> {
    let mut searched = 0;
    while let Some(found) = text[searched..].find("://") {
        let colon = searched + found;
        let from = ["https", "http"].iter().find_map(|scheme| {
            let from = colon.checked_sub(scheme.len())?;
            let before = text.get(..from)?.chars().next_back();
            (text.get(from..colon)?.eq_ignore_ascii_case(scheme)
                && before.is_none_or(|c| !c.is_alphanumeric()))
            .then_some(from)
        });
        let host = colon + 3;
        let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '\\' | '|');
        let mut to = text[host..].find(ends).map_or(text.len(), |length| host + length);
        let mut open = text[host..to].bytes().fold(0_isize, |n, b| match b {
            b'(' => n + 1,
            b')' => n - 1,
            _ => n,
        });
        while let Some(last) = text[host..to].chars().next_back() {
            match last {
                ')' if open < 0 => open += 1,
                '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' => {}
                _ => break,
            }
            to -= last.len_utf8();
        }
        if let Some(from) = from.filter(|_| to > host) {
            return Some((from, to));
        }
        searched = host;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_addresses_are_links_without_the_sentence_around_them() {
        assert_eq!(
            to_html("See https://example.com/a_(b), or (http://example.org)!"),
            "<p>See <a href=\"https://example.com/a_(b)\">https://example.com/a_(b)</a>, or \
             (<a href=\"http://example.org\">http://example.org</a>)!</p>\n"
        );
        assert_eq!(to_html("nohttps://x ftp://y https:// ://"), "<p>nohttps://x ftp://y https:// ://</p>\n");
        assert_eq!(to_html("`https://example.com`"), "<p><code>https://example.com</code></p>\n");
        assert_eq!(to_html("[https://a.example](https://b.example)").matches("<a ").count(), 1);
        assert_eq!(to_html("é://é http://é"), "<p>é://é <a href=\"http://%C3%A9\">http://é</a></p>\n");
    }

    #[test]
    fn deep_nesting_is_flattened_and_balanced() {
        let html = to_html(&format!("{} deep", ">".repeat(5_000)));
        assert_eq!(html.matches("<blockquote>").count(), DEPTH);
        assert_eq!(html.matches("</blockquote>").count(), DEPTH);
        assert!(html.contains("deep"));
    }

    #[test]
    fn tables_and_strikethrough() {
        assert!(to_html("|a|b|\n|-|-|\n|1|2|").contains("<td>1</td>"));
        assert_eq!(to_html("~~no~~ yes 🎉"), "<p><del>no</del> yes 🎉</p>\n");
    }
}
