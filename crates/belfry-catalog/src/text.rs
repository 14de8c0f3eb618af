//! Single lines and short texts: what may not appear in them and where they may be cut. Owns the list of characters
//! that nobody may write; refuses markup, which it would show as it is.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// Characters that change how others are shown or that are not text: bidirectional embeddings, overrides and
/// isolates (Unicode UAX #9), the byte order mark, interlinear annotation, and controls other than tab and line
/// breaks. The plain direction marks U+200E and U+200F stay: Arabic and Hebrew need them.
pub(crate) fn is_forbidden(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}'))
}

/// The text without forbidden characters.
pub(crate) fn without_invisible(text: &str) -> Cow<'_, str> {
    if text.contains(is_forbidden) {
        Cow::Owned(text.chars().filter(|c| !is_forbidden(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Makes a title or a sender of whatever was given: one line, no control characters, no bidirectional overrides,
/// runs of white space as one space, nothing around it. It may be empty afterwards.
///
/// ```
/// assert_eq!(belfry_catalog::single_line(" Doors\r\n open\u{202e}\t"), "Doors open");
/// ```
pub fn single_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().filter(|c| !is_forbidden(*c)) {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && !line.is_empty() {
            line.push(' ');
        }
        gap = false;
        line.push(c);
    }
    line
}

/// Cuts a text to at most `max_chars` characters (Unicode scalar values), the "…" included: after a word, or, where
/// one word fills more than half of the room, after a grapheme (UAX #29), so that no emoji and no accent is torn apart.
/// A text that fits is returned as it is. With `max_chars` 0 nothing is left.
pub fn cut(text: &str, max_chars: usize) -> Cow<'_, str> {
    // The byte after which `max_chars` characters have been seen, if anything follows.
    if text.len() <= max_chars || text.char_indices().nth(max_chars).is_none() {
        return Cow::Borrowed(text);
    }
    if max_chars == 0 {
        return Cow::Borrowed("");
    }
    let room = max_chars - 1;
    let (mut taken, mut end, mut word) = (0, 0, None);
    for (at, grapheme) in text.grapheme_indices(true) {
        if grapheme.chars().all(char::is_whitespace) {
            word = Some(at);
        }
        taken += grapheme.chars().count();
        if taken > room {
            break;
        }
        end = at + grapheme.len();
    }
    let mut kept = &text[..end];
    if let Some(word) = word.filter(|word| *word * 2 >= end) {
        kept = &text[..word];
    }
    let mut short = kept
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '-'))
        .to_owned();
    short.push('…');
    Cow::Owned(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_words() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("The doors open at nine", 15), "The doors open…");
        assert_eq!(cut("The doors open at nine", 16), "The doors open…");
        assert_eq!(cut("The doors, open", 12), "The doors…");
        assert_eq!(cut("Donaudampfschifffahrt", 6), "Donau…");
        assert_eq!(cut("A Donaudampfschifffahrt", 12), "A Donaudamp…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut("abc", 1), "…");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn keeps_graphemes_whole() {
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(family.chars().count(), 7);
        assert_eq!(cut(&family.repeat(3), 10), format!("{family}…"));
        assert_eq!(cut(&family.repeat(3), 7), "…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 4), "e\u{301}…");
        assert_eq!(cut("🇩🇪🇫🇷🇪🇸", 4), "🇩🇪…");
    }

    #[test]
    fn lines_are_single() {
        assert_eq!(
            single_line("a\r\nBcc: x@example.com\0\u{7f}\u{2028}b\u{85}c"),
            "a Bcc: x@example.com b c"
        );
        assert_eq!(single_line("\u{202e}\u{2066}\u{feff} "), "");
        assert_eq!(single_line("👩‍🚀  ش\u{200f}م"), "👩‍🚀 ش\u{200f}م");
    }

    proptest::proptest! {
        #[test]
        fn a_cut_text_fits(text in "\\PC{0,60}", max in 0_usize..40) {
            let short = cut(&text, max);
            proptest::prop_assert!(short.chars().count() <= max);
            proptest::prop_assert!(short.is_empty() || short == text || short.ends_with('…'));
        }
    }
}
