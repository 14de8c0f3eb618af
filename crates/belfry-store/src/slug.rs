//! Short names for URLs: lower-case ASCII letters, digits and single hyphens. They hold no underscore, so that no slug
//! reads like an id.

/// Longest slug without the number that keeps it apart from others.
const SLUG_CHARS: usize = 48;

/// A slug made from a name; `fallback` where nothing of the name can be written in ASCII.
pub(crate) fn slug(name: &str, fallback: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        let start = out.len();
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            '\'' | '’' | '\u{300}'..='\u{36f}' => {}
            _ => match fold(c) {
                "" if out.is_empty() || out.ends_with('-') => {}
                "" => out.push('-'),
                letters => out.push_str(letters),
            },
        }
        if out.len() > SLUG_CHARS {
            out.truncate(start);
            break;
        }
    }
    let slug = out.trim_end_matches('-');
    if slug.is_empty() { fallback.into() } else { slug.into() }
}

/// The `n`th slug to try: the slug itself, then `-2`, `-3`, ….
pub(crate) fn numbered(slug: &str, n: usize) -> String {
    if n <= 1 { slug.to_owned() } else { format!("{slug}-{n}") }
}

/// Letters of European languages without their marks; "" for everything else.
fn fold(c: char) -> &'static str {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ŏ' | 'ő' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ü' => "ue",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_slugs() {
        assert_eq!(slug("Gärtner & Söhne – Messe 2026!", "x"), "gaertner-soehne-messe-2026");
        assert_eq!(slug("  Łódź's Café__Été ", "x"), "lodzs-cafe-ete");
        assert_eq!(slug("日本", "workspace"), "workspace");
        assert_eq!(slug("", "workspace"), "workspace");
        assert_eq!(slug("İstanbul", "x"), "istanbul");
        let long = slug(&"ab ".repeat(100), "x");
        assert!(long.len() <= SLUG_CHARS && !long.ends_with('-'), "{long}");
        assert!(slug(&"ß".repeat(100), "x").len() <= SLUG_CHARS);
        assert_eq!(numbered("a", 1), "a");
        assert_eq!(numbered("a", 2), "a-2");
    }
}
