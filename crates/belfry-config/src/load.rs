//! Puts the sources over one another. Owns their order; refuses unknown names in the file, values that do not fit and
//! files that cannot be read.

use std::path::PathBuf;

use config::{Config, File, FileFormat};

use crate::settings::{DECLARED, Settings};

/// Variables that begin like settings but belong to the command line's clients.
const NOT_SETTINGS: [&str; 5] =
    ["BELFRY_API_KEY", "BELFRY_SERVER", "BELFRY_WORKSPACE", "BELFRY_CONFIG", "BELFRY_FAULT"];

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is missing, no TOML, has an unknown key or a value that does not fit; the text names it.
    #[error("settings: {0}")]
    Invalid(String),
}

/// Where settings come from; later fields stand over earlier ones.
#[derive(Debug, Default)]
pub struct Sources {
    /// A file that must exist.
    pub file: Option<PathBuf>,
    /// A file that may exist (`belfry.toml` in the data folder); it is read if `file` is not given.
    pub usual_file: Option<PathBuf>,
    /// Environment variables, all of them; only those of the reference page count. Empty values count as not set.
    pub environment: Vec<(String, String)>,
    /// From the command line: `("server.listen", "127.0.0.1:0")`.
    pub overrides: Vec<(&'static str, String)>,
}

impl Settings {
    /// Reads and checks everything.
    pub fn load(sources: Sources) -> Result<Self, Error> {
        let invalid = |e: config::ConfigError| Error::Invalid(e.to_string());
        let mut builder = Config::builder();
        if let Some(path) = sources.file {
            builder = builder.add_source(File::from(path).format(FileFormat::Toml).required(true));
        } else if let Some(path) = sources.usual_file {
            builder = builder.add_source(File::from(path).format(FileFormat::Toml).required(false));
        }
        for setting in DECLARED {
            let value = sources
                .environment
                .iter()
                .find(|(name, value)| name == setting.variable && !value.is_empty());
            let key = format!("{}.{}", setting.section, setting.key);
            builder = builder.set_override_option(key, value.map(|(_, v)| v.as_str())).map_err(invalid)?;
        }
        for (key, value) in sources.overrides {
            builder = builder.set_override(key, value).map_err(invalid)?;
        }
        let settings: Self = builder.build().and_then(Config::try_deserialize).map_err(invalid)?;
        let limits = &settings.limits;
        if [limits.api_key_per_minute, limits.user_token_per_minute, limits.address_per_minute].contains(&0) {
            return Err(Error::Invalid("a limit of 0 requests per minute would refuse everyone".into()));
        }
        Ok(settings)
    }
}

/// Names among `names` that begin with `BELFRY_` and mean nothing: very likely misspelt settings.
pub fn unknown_variables<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let known = |name: &str| DECLARED.iter().any(|d| d.variable == name) || NOT_SETTINGS.contains(&name);
    names.into_iter().filter(|name| name.starts_with("BELFRY_") && !known(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(
        toml: &str,
        environment: &[(&str, &str)],
        overrides: &[(&'static str, &str)],
    ) -> Result<Settings, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("belfry.toml");
        std::fs::write(&file, toml).unwrap();
        Settings::load(Sources {
            file: Some(file),
            usual_file: None,
            environment: environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            overrides: overrides.iter().map(|(k, v)| (*k, (*v).to_owned())).collect(),
        })
        .map_err(|e| e.to_string())
    }

    #[test]
    fn later_sources_stand_over_earlier_ones() {
        let toml = "[server]\nlisten = \"127.0.0.1:1\"\n[limits]\napi_key_per_minute = 5\nuser_token_per_minute = 6\n";
        let environment = [
            ("BELFRY_LISTEN", "127.0.0.1:2"),
            ("BELFRY_LIMITS_API_KEY_PER_MINUTE", "7"),
            ("BELFRY_EGRESS_ALLOW_LOOPBACK", "true"),
            ("BELFRY_PUBLIC_URL", "https://bells.example/"),
            ("BELFRY_WIDE_ABOVE", ""),
        ];
        let settings = load(toml, &environment, &[("server.listen", "127.0.0.1:3")]).unwrap();
        assert_eq!(settings.server.listen.port(), 3);
        assert_eq!((settings.limits.api_key_per_minute, settings.limits.user_token_per_minute), (7, 6));
        assert!(settings.egress.allow_loopback);
        assert_eq!(settings.server.public_url.unwrap().0, "https://bells.example");
        assert_eq!(settings.inbox.wide_above, belfry_types::limits::WIDE_ABOVE);
    }

    #[test]
    fn what_is_unknown_or_does_not_fit_is_named() {
        assert!(load("[limits]\napi_key = 5\n", &[], &[]).unwrap_err().contains("api_key"));
        assert!(load("colour = 5\n", &[], &[]).unwrap_err().contains("colour"));
        assert!(load("", &[("BELFRY_LISTEN", "nowhere")], &[]).is_err());
        assert!(load("", &[("BELFRY_EGRESS_ALLOW_LOOPBACK", "perhaps")], &[]).is_err());
        assert!(load("", &[("BELFRY_LIMITS_ADDRESS_PER_MINUTE", "0")], &[]).is_err());
        assert!(load("", &[("BELFRY_INSTALLATION_KEY", "short")], &[]).is_err());
        assert_eq!(
            unknown_variables(["BELFRY_LISTN", "BELFRY_LISTEN", "BELFRY_API_KEY", "PATH"]),
            ["BELFRY_LISTN"]
        );
    }

    #[test]
    fn a_missing_file_counts_only_if_it_was_asked_for() {
        let nowhere = PathBuf::from("/nonexistent/belfry.toml");
        assert!(Settings::load(Sources { usual_file: Some(nowhere.clone()), ..Sources::default() }).is_ok());
        assert!(Settings::load(Sources { file: Some(nowhere), ..Sources::default() }).is_err());
    }

    #[test]
    fn secrets_do_not_show_themselves() {
        let settings = load("", &[("BELFRY_DATABASE_URL", "postgres://u:hunter2@h/d")], &[]).unwrap();
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
