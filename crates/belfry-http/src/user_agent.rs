//! What a device is, from its user agent (RFC 9110 §10.1.5). It is a label for people; nothing is decided by it.

use belfry_catalog::single_line;
use woothee::parser::Parser;

/// Characters of each part of a label.
const CHARS: usize = 60;

/// A device in three words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) model: String,
    pub(crate) platform: String,
    pub(crate) browser: String,
}

pub(crate) fn label(user_agent: &str) -> Label {
    let user_agent: String = user_agent.chars().take(1_000).collect();
    let parsed = Parser::new().parse(&user_agent);
    let (category, os, name) =
        parsed.map_or(("UNKNOWN", "UNKNOWN", "UNKNOWN"), |it| (it.category, it.os, it.name));
    let platform = match os {
        "Mac OSX" => "macOS",
        "iPhone" | "iPad" | "iPod" => "iOS",
        "UNKNOWN" => "other",
        os if os.starts_with("Windows") => "Windows",
        os => os,
    };
    let model = match (category, os) {
        (_, "iPhone" | "iPad" | "iPod") => os,
        ("pc", _) => "Computer",
        ("smartphone" | "mobilephone", _) => "Phone",
        ("appliance", _) => "Appliance",
        _ => "other",
    };
    let browser = match name {
        "SamsungBrowser" => "Samsung Internet",
        "UNKNOWN" => "other",
        name => name,
    };
    Label { model: short(model), platform: short(platform), browser: short(browser) }
}

fn short(text: &str) -> String {
    single_line(text).chars().take(CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_browsers_are_known() {
        let of = |agent: &str| {
            let label = label(agent);
            [label.model, label.platform, label.browser]
        };
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(of(firefox), ["Computer", "Linux", "Firefox"]);
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(of(safari), ["iPhone", "iOS", "Safari"]);
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 \
                    Safari/537.36 Edg/139.0.0.0";
        assert_eq!(of(edge), ["Computer", "Windows", "Edge"]);
        let samsung = "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) \
                       SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36";
        assert_eq!(of(samsung), ["Phone", "Android", "Samsung Internet"]);
        assert_eq!(of("")[2], "other");
        assert_eq!(of("\u{202e}x\0")[0], "other");
    }
}
