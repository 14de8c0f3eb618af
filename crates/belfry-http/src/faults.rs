//! Collects what is wrong with a request's values, so that all of it is told at once. Owns the checks that several
//! resources share.

use belfry_catalog::{check_link, single_line};
use belfry_types::limits::{EMAIL_CHARS, KEY_CHARS};
use belfry_types::people::is_step;

use crate::problem::{Fault, Problem};

/// Faults found so far.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds one.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        self.0.push(Fault::at(pointer, code, detail));
    }

    /// 422 if there are any.
    pub fn done(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::invalid(self.0)) }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults themselves.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// A text of at most `max` characters that is not only white space.
    pub fn text(&mut self, pointer: &str, text: &str, max: usize) {
        if text.trim().is_empty() {
            self.add(pointer, "required", "it must not be empty");
        } else if text.len() > max && text.chars().count() > max {
            self.add(pointer, "too_long", format!("at most {max} characters"));
        }
    }

    /// A text of one line.
    pub fn line(&mut self, pointer: &str, text: &str, max: usize) {
        self.text(pointer, text, max);
        if !text.trim().is_empty() && single_line(text).is_empty() {
            self.add(pointer, "value_invalid", "it has no visible character");
        } else if text.chars().any(char::is_control) {
            self.add(pointer, "control_character", "it is one line without control characters");
        }
    }

    /// An external id, group key or event type: 1 to 255 visible characters without blanks around them.
    pub fn key(&mut self, pointer: &str, key: &str) {
        self.line(pointer, key, KEY_CHARS);
        if key.trim() != key {
            self.add(pointer, "value_invalid", "it must not begin or end with a blank");
        }
    }

    /// A key that stands in addresses.
    pub fn key_of_path(&mut self, pointer: &str, key: &str) {
        self.key(pointer, key);
        if is_step(key) {
            self.add(pointer, "value_invalid", "no address can hold `.` or `..` alone; choose another");
        }
    }

    /// An http(s) link or a path.
    pub fn link(&mut self, pointer: &str, url: &str) {
        if let Err(problem) = check_link(url) {
            self.add(pointer, "link_invalid", problem.to_string());
        }
    }

    /// An https URL of a picture.
    pub fn picture(&mut self, pointer: &str, url: &str) {
        if let Err(problem) = check_link(url) {
            self.add(pointer, "link_invalid", problem.to_string());
        } else if !url.get(..8).is_some_and(|begin| begin.eq_ignore_ascii_case("https://")) {
            self.add(pointer, "link_invalid", "a picture is an https URL");
        }
    }

    /// An address that mail could go to (the shape only).
    pub fn email(&mut self, pointer: &str, email: &str) {
        let shape = email.rsplit_once('@').is_some_and(|(local, domain)| {
            // Only a quoted local part may hold another one (RFC 5321 §4.1.2).
            let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
            let lone = quoted || !local.contains('@');
            lone && !local.is_empty()
                && !domain.is_empty()
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        });
        let blank = email.trim().chars().any(|c| c.is_whitespace() || c.is_control());
        if !shape || blank || email.chars().count() > EMAIL_CHARS {
            self.add(pointer, "email_invalid", "it is not an email address");
        }
    }

    /// The shape of a BCP 47 tag.
    pub fn locale(&mut self, pointer: &str, tag: &str) {
        let mut parts = tag.split('-');
        let first = parts
            .next()
            .is_some_and(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
        let rest = parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !first || !rest || tag.len() > 35 {
            self.add(pointer, "locale_invalid", "it is a BCP 47 tag, for instance en or pt-BR");
        }
    }

    /// A time zone that the database of zones knows.
    pub fn time_zone(&mut self, pointer: &str, zone: &str) {
        if zone.len() > 64 || jiff::tz::TimeZone::get(zone).is_err() {
            self.add(pointer, "time_zone_unknown", "it is an IANA time zone, for instance Europe/Paris");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(check: impl FnOnce(&mut Faults)) -> Vec<&'static str> {
        let mut faults = Faults::default();
        check(&mut faults);
        faults.into_vec().into_iter().map(|f| f.code).collect()
    }

    #[test]
    fn texts() {
        assert!(codes(|f| f.line("/a", "Ann", 3)).is_empty());
        assert!(codes(|f| f.line("/a", "äöü", 3)).is_empty());
        assert_eq!(codes(|f| f.line("/a", "Anna", 3)), ["too_long"]);
        assert_eq!(codes(|f| f.line("/a", "A\nB", 3)), ["control_character"]);
        assert_eq!(codes(|f| f.line("/a", "\u{202e}", 3)), ["value_invalid"]);
        assert_eq!(codes(|f| f.text("/a", " \n", 3)), ["required"]);
        for key in [" a", ".", ".."] {
            assert_eq!(codes(|f| f.key_of_path("/a", key)), ["value_invalid"], "{key}");
        }
        assert!(codes(|f| f.key_of_path("/a", "...")).is_empty());
        assert!(codes(|f| f.key("/a", ".")).is_empty());
    }

    #[test]
    fn addresses_zones_and_tags() {
        assert!(codes(|f| f.email("/a", "ann@example.com")).is_empty());
        assert!(codes(|f| f.email("/a", "дмитрий@пример.рф")).is_empty());
        for bad in ["ann", "@x", "a@", "a@.x", "a@x.", "a b@x", "a@x\r\nBcc: b@x"] {
            assert_eq!(codes(|f| f.email("/a", bad)), ["email_invalid"], "{bad}");
        }
        assert!(
            codes(|f| {
                f.locale("/a", "pt-BR");
                f.locale("/a", "zh-Hant-TW");
            })
            .is_empty()
        );
        for bad in ["", "e", "en_US", "en-", "-en", "9x"] {
            assert_eq!(codes(|f| f.locale("/a", bad)), ["locale_invalid"], "{bad}");
        }
        assert!(codes(|f| f.time_zone("/a", "Europe/Paris")).is_empty());
        for bad in ["", "Mars/Phobos", "../etc/passwd", "europe"] {
            assert_eq!(codes(|f| f.time_zone("/a", bad)), ["time_zone_unknown"], "{bad}");
        }
        assert_eq!(codes(|f| f.picture("/a", "/a.png")), ["link_invalid"]);
        assert_eq!(codes(|f| f.picture("/a", "javascript:x")), ["link_invalid"]);
    }
}
