//! A message as it is written becomes what is shown: clean HTML and plain text. Owns the bounds within which a
//! message is parsed at all; refuses to fail: what is beyond them is shown as the text that it is.

use belfry_types::notification::Format;

use crate::{clean, markdown, plain, text};

/// Bytes of a message that are still parsed. A message of the longest permitted length always fits
/// (`limits::MESSAGE_CHARS` characters of four bytes each).
const SOURCE_BYTES: usize = 64 << 10;

/// A message in the two forms in which it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// Clean HTML: a fragment of allow-listed elements, without scripts, styles, classes and ids. Links are absolute
    /// `http`, `https`, `mailto` or `tel` URLs or paths that begin with one `/`; images are `https` only.
    pub html: String,
    /// Plain text for pushes, lock screens and lists: lines that are separated by `\n`, no markup, no control
    /// characters, no bidirectional overrides.
    pub text: String,
}

/// Renders a message. It never fails and takes time linear in the message's length for practical purposes: what is
/// nested too deep is flattened, and what cannot be parsed within the bounds is shown as escaped text.
///
/// Raw HTML inside Markdown passes the same cleaner as HTML.
///
/// ```
/// use belfry_catalog::render;
/// use belfry_types::notification::Format;
///
/// let shown = render("**Doors open** at <script>x</script>9", Format::Markdown);
/// assert_eq!(shown.html, "<p><strong>Doors open</strong> at 9</p>\n");
/// assert_eq!(shown.text, "Doors open at 9");
/// ```
pub fn render(message: &str, format: Format) -> Rendered {
    let source = text::without_invisible(message);
    if source.len() > SOURCE_BYTES {
        return as_it_is(&source);
    }
    let markup = match format {
        Format::Markdown => markdown::to_html(&source),
        Format::Html => source.into_owned(),
    };
    match clean::clean(&markup) {
        Some(html) => {
            let text = plain::from_html(&html);
            Rendered { html, text }
        }
        None => as_it_is(message),
    }
}

/// The message as text that nobody interprets, its line breaks kept.
fn as_it_is(message: &str) -> Rendered {
    let text = plain::tidy(message);
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\n' => html.push_str("<br>"),
            other => html.push(other),
        }
    }
    Rendered { html, text }
}

#[cfg(test)]
mod tests;
