//! From JSON to a checked [`Audience`]. Owns the words of the expression and its bounds; refuses everything that could
//! mean two things: unknown words, two kinds in one object, empty lists.

use std::collections::HashSet;
use std::fmt::Write as _;

use belfry_types::audience::Audience;
use belfry_types::limits::{AUDIENCE_CLAUSES, AUDIENCE_DEPTH, AUDIENCE_USERS, EMAIL_CHARS, KEY_CHARS};
use serde_json::{Map, Value};

/// One thing that is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {detail}")]
pub struct Fault {
    /// Where, as a JSON pointer (RFC 6901) relative to the expression; empty for the whole of it.
    pub pointer: String,
    /// Stable code of the API.
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: String,
}

/// The words that say what kind of expression an object is.
const KINDS: [&str; 7] = ["everyone", "users", "groups", "field", "all", "any", "not"];

/// Checks an expression: `{"everyone":true}`, `{"users":[…],"ignore_unknown":true?}`, `{"groups":[…]}`, `{"all":[…]}`,
/// `{"any":[…]}` or `{"not":{…}}`. Every fault is reported, not only the first.
///
/// ```
/// use belfry_types::audience::Audience;
/// let json = serde_json::json!({"all": [{"groups": ["crew"]}, {"not": {"users": ["ann@example.com"]}}]});
/// assert!(matches!(belfry_audience::parse(&json), Ok(Audience::All(parts)) if parts.len() == 2));
/// ```
pub fn parse(json: &Value) -> Result<Audience, Vec<Fault>> {
    let mut parser = Parser::default();
    let audience = parser.expression(json, 1);
    match audience {
        Some(audience) if parser.faults.is_empty() => Ok(audience),
        _ => Err(parser.faults),
    }
}

/// Like [`parse`], for JSON that is still text.
pub fn parse_text(json: &str) -> Result<Audience, Vec<Fault>> {
    let value = serde_json::from_str(json)
        .map_err(|e| vec![Fault { pointer: String::new(), code: "json_invalid", detail: e.to_string() }])?;
    parse(&value)
}

#[derive(Default)]
struct Parser {
    faults: Vec<Fault>,
    path: Vec<String>,
    clauses: usize,
    users: usize,
}

impl Parser {
    fn fault(&mut self, code: &'static str, detail: impl Into<String>) {
        let mut pointer = String::new();
        for part in &self.path {
            let _ = write!(pointer, "/{}", part.replace('~', "~0").replace('/', "~1"));
        }
        self.faults.push(Fault { pointer, code, detail: detail.into() });
    }

    fn at<T>(&mut self, part: impl Into<String>, run: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(part.into());
        let result = run(self);
        self.path.pop();
        result
    }

    fn expression(&mut self, json: &Value, depth: usize) -> Option<Audience> {
        self.clauses += 1;
        if self.clauses > AUDIENCE_CLAUSES {
            if self.clauses == AUDIENCE_CLAUSES + 1 {
                self.fault("too_many", format!("an audience has at most {AUDIENCE_CLAUSES} clauses"));
            }
            return None;
        }
        if depth > AUDIENCE_DEPTH {
            self.fault("too_deep", format!("an audience is nested at most {AUDIENCE_DEPTH} deep"));
            return None;
        }
        let Value::Object(object) = json else {
            self.fault(
                "type_wrong",
                "an audience is an object, for instance {\"everyone\":true} or {\"users\":[\"id-1\"]}",
            );
            return None;
        };
        let kind = self.kind(object)?;
        let value = &object[kind];
        self.at(kind, |parser| match kind {
            "everyone" => parser.everyone(value),
            "users" => parser.users(value, object.get("ignore_unknown")),
            "groups" => parser.groups(value),
            "all" => parser.parts(value, depth).map(Audience::All),
            "any" => parser.parts(value, depth).map(Audience::Any),
            "not" => parser.expression(value, depth + 1).map(|inner| Audience::Not(Box::new(inner))),
            _ => {
                parser.fault("field_unknown", "this workspace has no metadata field of that name");
                None
            }
        })
    }

    /// The one word of [`KINDS`] that the object has; faults for none, several, and keys that do not belong to it.
    fn kind(&mut self, object: &Map<String, Value>) -> Option<&'static str> {
        let mut found = KINDS.into_iter().filter(|kind| object.contains_key(*kind));
        let kind = found.next();
        if let Some(second) = found.next() {
            let first = kind.unwrap_or_default();
            self.fault(
                "ambiguous",
                format!("\"{first}\" and \"{second}\" stand side by side; say \"all\" or \"any\" of the two"),
            );
            return None;
        }
        let faults = self.faults.len();
        for key in object.keys() {
            let belongs = match kind {
                Some("users") => key == "users" || key == "ignore_unknown",
                Some("field") => true,
                Some(kind) => key == kind,
                None => false,
            };
            if !belongs {
                self.at(key.as_str(), |p| {
                    p.fault("unknown_field", format!("\"{}\" is not known here", shown(key)))
                });
            }
        }
        if kind.is_none() && self.faults.len() == faults {
            self.fault(
                "audience_empty",
                "an empty audience must be asked about: say {\"everyone\":true} to reach every active member",
            );
        }
        kind
    }

    fn everyone(&mut self, value: &Value) -> Option<Audience> {
        if value == &Value::Bool(true) {
            return Some(Audience::Everyone);
        }
        self.fault("value_invalid", "\"everyone\" can only be true");
        None
    }

    fn users(&mut self, value: &Value, ignore: Option<&Value>) -> Option<Audience> {
        let names = self.names(value, "user", KEY_CHARS.max(EMAIL_CHARS));
        self.users += names.as_ref().map_or(0, Vec::len);
        if self.users > AUDIENCE_USERS {
            self.fault(
                "too_many",
                format!("an audience names at most {AUDIENCE_USERS} users; make a group of them"),
            );
            return None;
        }
        let ignore_unknown = match ignore {
            None => false,
            Some(Value::Bool(ignore)) => *ignore,
            Some(_) => {
                self.fault("type_wrong", "\"ignore_unknown\" is true or false");
                return None;
            }
        };
        Some(Audience::Users { names: names?, ignore_unknown })
    }

    fn groups(&mut self, value: &Value) -> Option<Audience> {
        let names = self.names(value, "group key", KEY_CHARS)?;
        if names.len() > AUDIENCE_CLAUSES {
            self.fault("too_many", format!("an audience names at most {AUDIENCE_CLAUSES} groups"));
            return None;
        }
        Some(Audience::Groups(names))
    }

    /// A list of names without its repetitions.
    fn names(&mut self, value: &Value, what: &str, max_chars: usize) -> Option<Vec<String>> {
        let items = self.list(value)?;
        let faults = self.faults.len();
        let mut seen = HashSet::with_capacity(items.len());
        let mut names = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::String(name)
                    if name.is_empty() || name.chars().count() > max_chars || name.contains('\0') =>
                {
                    self.at(index.to_string(), |p| {
                        p.fault(
                            "value_invalid",
                            format!("a {what} has 1 to {max_chars} characters and no NUL"),
                        );
                    });
                }
                Value::String(name) => {
                    if seen.insert(name.as_str()) {
                        names.push(name.clone());
                    }
                }
                _ => self.at(index.to_string(), |p| p.fault("type_wrong", format!("a {what} is a text"))),
            }
        }
        (self.faults.len() == faults).then_some(names)
    }

    fn parts(&mut self, value: &Value, depth: usize) -> Option<Vec<Audience>> {
        let items = self.list(value)?;
        let mut parts = Vec::with_capacity(items.len().min(AUDIENCE_CLAUSES));
        for (index, item) in items.iter().enumerate() {
            if self.clauses > AUDIENCE_CLAUSES {
                return None;
            }
            parts.extend(self.at(index.to_string(), |p| p.expression(item, depth + 1)));
        }
        (parts.len() == items.len()).then_some(parts)
    }

    fn list<'a>(&mut self, value: &'a Value) -> Option<&'a [Value]> {
        match value {
            Value::Array(items) if items.is_empty() => {
                self.fault("list_empty", "an empty list selects nobody; leave it out or fill it");
                None
            }
            Value::Array(items) => Some(items),
            _ => {
                self.fault("type_wrong", "a list is expected");
                None
            }
        }
    }
}

/// As much of a stranger's key as an answer should repeat.
fn shown(key: &str) -> String {
    key.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests;
