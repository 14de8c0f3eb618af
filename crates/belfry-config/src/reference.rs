//! The reference page, made from the declarations.

use std::fmt::Write as _;

use crate::settings::{DECLARED, SECTIONS, Settings};

impl Settings {
    /// Markdown of every setting with its variable, default and meaning; checked in as `docs/operations/settings.md`.
    pub fn reference_page() -> String {
        let mut page = String::from(
            "# Settings\n\nMade from `crates/belfry-config/src/settings.rs`; do not edit.\n\n\
             Settings come from `belfry.toml` in the data folder (or `--config FILE`), over it the environment, over it \
             the command line. Unknown keys in the file are refused.\n",
        );
        for (section, about) in SECTIONS {
            let _ = write!(page, "\n## `[{section}]`\n\n{}\n\n", about.trim());
            page.push_str("| key | variable | default | meaning |\n|---|---|---|---|\n");
            for setting in DECLARED.iter().filter(|d| d.section == *section) {
                let default = match setting.default {
                    "" => "not set".to_owned(),
                    default => format!("`{default}`"),
                };
                let (key, variable, meaning) = (setting.key, setting.variable, setting.meaning.trim());
                let _ = writeln!(page, "| `{key}` | `{variable}` | {default} | {meaning} |");
            }
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_that_is_checked_in_is_not_stale() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations/settings.md");
        let page = Settings::reference_page();
        if std::env::var_os("UPDATE_SETTINGS_PAGE").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(checked_in, page, "run UPDATE_SETTINGS_PAGE=1 cargo test -p belfry-config");
    }
}
