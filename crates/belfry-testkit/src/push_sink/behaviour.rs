//! The ways in which push services misbehave, and how an endpoint's path names them.

/// How a request is answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Behaviour {
    /// 201.
    #[default]
    Accept,
    /// This status; a redirect points to an endpoint that accepts.
    Status(u16),
    /// This status with one more header.
    StatusWithHeader(u16, String, String),
    /// This status with `Retry-After` as a date so many seconds from now.
    RetryDate(u16, u64),
    /// The connection is reset.
    Reset,
    /// The connection gives one byte a second, from the first byte of the answer.
    Dribble,
    /// This status at once, then one byte of the body a second.
    DribbleBody(u16),
    /// This status with a body that never ends.
    Endless(u16),
    /// This status with a small gzip body that is a gibibyte when unpacked.
    GzipBomb(u16),
    /// Never answered.
    Hang,
    /// The first so many requests get this status, later ones are accepted.
    FailTimes(u32, u16),
}

impl Behaviour {
    /// Reads the path's part: `accept`, `410`, `429-3` (`Retry-After: 3`), `429-date3` (the same as a date), `reset`,
    /// `dribble`, `hang`, `fail-2-503`, and `dribblebody`, `endless`, `gzip`, each with 201 or `-STATUS`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let name = parts.next()?;
        let (second, third) = (parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        let status = |text: &str| text.parse().ok().filter(|s| (200..600).contains(s));
        if let Some(code) = status(name) {
            return match (second, third) {
                (None, None) => Some(Self::Status(code)),
                (Some(after), None) => match after.strip_prefix("date") {
                    Some(seconds) => Some(Self::RetryDate(code, seconds.parse().ok()?)),
                    None => Some(Self::StatusWithHeader(code, "retry-after".to_owned(), after.to_owned())),
                },
                _ => None,
            };
        }
        if name == "fail" {
            return Some(Self::FailTimes(second?.parse().ok()?, status(third?)?));
        }
        if third.is_some() {
            return None;
        }
        let code = second.map_or(Some(201), status)?;
        match (name, second) {
            ("accept", None) => Some(Self::Accept),
            ("reset", None) => Some(Self::Reset),
            ("dribble", None) => Some(Self::Dribble),
            ("hang", None) => Some(Self::Hang),
            ("dribblebody", _) => Some(Self::DribbleBody(code)),
            ("endless", _) => Some(Self::Endless(code)),
            ("gzip", _) => Some(Self::GzipBomb(code)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let header = |v: &str| Behaviour::StatusWithHeader(429, "retry-after".to_owned(), v.to_owned());
        for (text, behaviour) in [
            ("accept", Some(Behaviour::Accept)),
            ("410", Some(Behaviour::Status(410))),
            ("429-3", Some(header("3"))),
            ("429-date3", Some(Behaviour::RetryDate(429, 3))),
            ("reset", Some(Behaviour::Reset)),
            ("dribble", Some(Behaviour::Dribble)),
            ("hang", Some(Behaviour::Hang)),
            ("endless", Some(Behaviour::Endless(201))),
            ("gzip-500", Some(Behaviour::GzipBomb(500))),
            ("fail-2-503", Some(Behaviour::FailTimes(2, 503))),
            ("fail-2", None),
            ("99", None),
            ("reset-1", None),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(Behaviour::parse(text), behaviour, "{text}");
        }
    }
}
