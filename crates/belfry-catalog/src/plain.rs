//! Plain text from clean HTML, as pushes and lock screens show it. Owns how elements become lines, bullets and words;
//! refuses HTML that did not pass the cleaner: it reads tags one after the other and keeps no tree.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::text::is_forbidden;

/// The text of clean HTML: paragraphs, rows and headings as lines, list items with "• ", links as their text, images
/// as their alternative text, runs of white space as one space.
pub(crate) fn from_html(html: &str) -> String {
    let tokens = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // The reader never asks for a script to be run, so that one call reads everything.
    let _ = tokens.feed(&input);
    tokens.end();
    tokens.sink.0.into_inner().text
}

/// Text that is no markup, in the same tidy form.
pub(crate) fn tidy(text: &str) -> String {
    let mut lines = Lines::default();
    for line in text.lines() {
        lines.words(line);
        lines.end_line();
    }
    lines.text
}

/// Collects words into lines; no line is empty.
#[derive(Default)]
struct Lines {
    text: String,
    gap: bool,
    broken: bool,
    bullet: bool,
}

impl Lines {
    fn words(&mut self, words: &str) {
        for c in words.chars().filter(|c| !is_forbidden(*c)) {
            if c.is_whitespace() {
                self.gap = true;
                continue;
            }
            if self.broken && !self.text.is_empty() {
                self.text.push('\n');
            } else if self.gap && !self.text.is_empty() {
                self.text.push(' ');
            }
            if self.bullet {
                self.text.push_str("• ");
            }
            (self.gap, self.broken, self.bullet) = (false, false, false);
            self.text.push(c);
        }
    }

    fn end_line(&mut self) {
        self.broken = true;
    }
}

#[derive(Default)]
struct Reader(RefCell<Lines>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut lines = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => lines.words(&text),
            Token::TagToken(tag) => element(&mut lines, &tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn element(lines: &mut Lines, tag: &Tag) {
    let opens = tag.kind == TagKind::StartTag;
    match &*tag.name {
        "img" if opens => {
            if let Some(alt) = tag.attrs.iter().find(|attribute| &*attribute.name.local == "alt") {
                lines.words(&alt.value);
            }
        }
        "li" => {
            lines.end_line();
            lines.bullet = opens;
        }
        "td" | "th" => lines.gap = true,
        "br" | "hr" | "p" | "div" | "ul" | "ol" | "dl" | "dt" | "dd" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "blockquote" | "pre" | "table" | "caption" | "tr" | "thead" | "tbody" | "tfoot"
        | "article" | "aside" | "details" | "summary" | "figure" | "figcaption" | "footer" | "header"
        | "hgroup" | "nav" | "center" => {
            lines.end_line();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_become_lines() {
        assert_eq!(from_html("<h1>Hi</h1>\n<p>a\n <b>b</b>c<br>d</p><p></p><p>e</p>"), "Hi\na bc\nd\ne");
        assert_eq!(from_html("<ul><li>a</li><li><p>b</p><ul><li>c</li></ul></li></ul>x"), "• a\n• b\n• c\nx");
        assert_eq!(
            from_html("<p><a href=\"/x\">link</a> <img src=\"https://a\" alt=\"a &amp; b\"></p>"),
            "link a & b"
        );
        assert_eq!(from_html("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>"), "a b\nc");
        assert_eq!(from_html("1 &lt; 2 &amp;amp; 3&nbsp;4\u{202e}"), "1 < 2 &amp; 3 4");
        assert_eq!(from_html("<ul><li></li></ul>after"), "after");
        assert_eq!(from_html(""), "");
    }

    #[test]
    fn text_is_tidied() {
        assert_eq!(tidy(" a  b \r\n\r\n\u{0}c<d>"), "a b\nc<d>");
    }
}
