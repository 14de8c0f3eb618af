//! Reads JSON from strangers. Owns what is refused before anything is looked at: nesting beyond the limit, the same key
//! twice, NUL characters; and turns what serde says into JSON pointers.

use std::fmt;

use belfry_types::limits::JSON_DEPTH;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_path_to_error::{Path, Segment};

use crate::problem::{Fault, Problem};

mod objects;

use objects::Objects;

/// Reads a whole body as an object. 400 for what is no JSON, 422 with a pointer for what does not fit.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    check(body)?;
    // serde would take an array's items for the fields of a struct, in their order.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(Problem::invalid(vec![Fault::at("", "type_wrong", "an object is expected")]));
    }
    typed(body)
}

/// Reads a whole body of any kind.
pub fn read_any<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    check(body)?;
    typed(body)
}

fn typed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // The path costs; it is only asked for when something is wrong.
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    if let Ok(value) = T::deserialize(Objects(&mut deserializer))
        && deserializer.end().is_ok()
    {
        return Ok(value);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize(Objects(&mut deserializer)) {
        Ok(value) => deserializer.end().map(|()| value).map_err(|e| syntax(&e)),
        Err(error) => {
            let pointer = pointer(error.path());
            let inner = error.into_inner();
            if inner.is_data() {
                Err(Problem::invalid(vec![misfit(pointer, &inner)]))
            } else {
                Err(syntax(&inner))
            }
        }
    }
}

fn syntax(error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let code = if text.starts_with("recursion limit") { "json_too_deep" } else { "json_invalid" };
    Problem::bad_request(code, text)
}

/// serde's words without the line, which the pointer replaces.
fn misfit(pointer: String, error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let text = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
    let (pointer, code) = if let Some(name) = quoted(text, "unknown field `") {
        (below(&pointer, name), "unknown_field")
    } else if let Some(name) = quoted(text, "missing field `") {
        (below(&pointer, name), "required")
    } else if text.starts_with("invalid type") {
        (pointer, "type_wrong")
    } else {
        (pointer, "value_invalid")
    };
    Fault::at(pointer, code, text)
}

fn quoted<'t>(text: &'t str, begin: &str) -> Option<&'t str> {
    text.strip_prefix(begin)?.split('`').next()
}

/// serde's path already ends with an unknown field's name, never with a missing one's.
fn below(pointer: &str, name: &str) -> String {
    let end = format!("/{}", escape(name));
    if pointer.ends_with(&end) { pointer.to_owned() } else { format!("{pointer}{end}") }
}

fn pointer(path: &Path) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("/{index}")),
            Segment::Map { key } => text.push_str(&format!("/{}", escape(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Walks over the whole document once, keeping nothing but the keys of the open objects.
fn check(body: &[u8]) -> Result<(), Problem> {
    let mut found = None;
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let walk = Walk { depth: 0, found: &mut found };
    match walk.deserialize(&mut deserializer) {
        Ok(()) => Ok(()),
        Err(error) => Err(match found {
            Some(Found::TooDeep) => Problem::bad_request(
                "json_too_deep",
                format!("JSON is nested at most {JSON_DEPTH} deep here"),
            ),
            Some(Found::Nul) => Problem::invalid(vec![Fault::at(
                place(body),
                "nul_character",
                "a text must not hold the character U+0000",
            )]),
            Some(Found::Twice(key)) => {
                Problem::bad_request("key_repeated", format!("the key {key:?} stands twice: {error}"))
            }
            None => syntax(&error),
        }),
    }
}

enum Found {
    TooDeep,
    Nul,
    Twice(String),
}

struct Walk<'f> {
    depth: usize,
    found: &'f mut Option<Found>,
}

impl Walk<'_> {
    fn text<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            *self.found = Some(Found::Nul);
            return Err(E::custom("NUL"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.text(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let depth = self.depth + 1;
        if depth > JSON_DEPTH {
            *self.found = Some(Found::TooDeep);
            return Err(A::Error::custom("too deep"));
        }
        while seq.next_element_seed(Walk { depth, found: self.found })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let depth = self.depth + 1;
        if depth > JSON_DEPTH {
            *self.found = Some(Found::TooDeep);
            return Err(A::Error::custom("too deep"));
        }
        let mut keys = Keys::default();
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if key.contains('\0') {
                *self.found = Some(Found::Nul);
                return Err(A::Error::custom("NUL"));
            }
            if let Some(key) = keys.add(key) {
                *self.found = Some(Found::Twice(key));
                return Err(A::Error::custom("twice"));
            }
            map.next_value_seed(Walk { depth, found: self.found })?;
        }
        Ok(())
    }
}

/// The keys of one object: looked through while they are few, hashed when they are many.
#[derive(Default)]
struct Keys<'de> {
    few: Vec<std::borrow::Cow<'de, str>>,
    many: std::collections::HashSet<std::borrow::Cow<'de, str>>,
}

impl<'de> Keys<'de> {
    /// Gives the key back if it was there already.
    fn add(&mut self, key: std::borrow::Cow<'de, str>) -> Option<String> {
        if self.many.contains(&key) || self.few.contains(&key) {
            return Some(key.chars().take(60).collect());
        }
        if self.few.len() < 16 {
            self.few.push(key);
        } else {
            self.many.insert(key);
        }
        None
    }
}

/// Where the first NUL is, for the answer only.
fn place(body: &[u8]) -> String {
    fn find(value: &serde_json::Value, path: &str) -> Option<String> {
        use serde_json::Value;
        match value {
            Value::String(text) => text.contains('\0').then(|| path.to_owned()),
            Value::Array(items) => {
                items.iter().enumerate().find_map(|(i, v)| find(v, &format!("{path}/{i}")))
            }
            Value::Object(map) => map.iter().find_map(|(key, v)| {
                let path = format!("{path}/{}", escape(key));
                if key.contains('\0') { Some(path) } else { find(v, &path) }
            }),
            _ => None,
        }
    }
    serde_json::from_slice(body).ok().and_then(|value| find(&value, "")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        url: String,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        n: u32,
        inner: Option<Inner>,
        #[serde(default)]
        any: serde_json::Value,
    }

    fn refused(text: &str) -> (u16, &'static str, Vec<(String, &'static str)>) {
        let problem = read::<Outer>(text.as_bytes()).expect_err(text);
        let errors = problem.errors().iter().map(|f| (f.pointer.clone(), f.code)).collect();
        (problem.status().as_u16(), problem.code(), errors)
    }

    fn fault(text: &str) -> (String, &'static str) {
        let (status, _, errors) = refused(text);
        assert_eq!((status, errors.len()), (422, 1), "{text}");
        errors[0].clone()
    }

    #[test]
    fn good_json_is_read() {
        let read = read::<Outer>(br#" {"n":1,"inner":{"url":"x"},"any":[1.5,-1,true,null,"\ud83d\ude00"]} "#)
            .unwrap();
        assert_eq!(read.inner, Some(Inner { url: "x".into() }));
    }

    #[test]
    fn misfits_have_pointers() {
        assert_eq!(fault(r#"{"n":"x"}"#), ("/n".into(), "type_wrong"));
        assert_eq!(fault(r#"{"n":null}"#), ("/n".into(), "type_wrong"));
        assert_eq!(fault(r#"{"n":9223372036854775808}"#), ("/n".into(), "value_invalid"));
        assert_eq!(fault(r#"{"inner":{"url":"x"}}"#), ("/n".into(), "required"));
        assert_eq!(fault(r#"{"n":1,"inner":{}}"#), ("/inner/url".into(), "required"));
        assert_eq!(
            fault(r#"{"n":1,"inner":{"url":"x","colour":1}}"#),
            ("/inner/colour".into(), "unknown_field")
        );
        assert_eq!(
            fault(r#"{"n":1,"any":["a",{"b/c":"d\u0000"}]}"#),
            ("/any/1/b~1c".into(), "nul_character")
        );
        assert_eq!(fault(r#"{"n":1,"inner":["x"]}"#), ("/inner".into(), "type_wrong"));
        for text in ["[]", "[1,null,null]", "7", "null", "\"x\""] {
            assert_eq!(fault(text), (String::new(), "type_wrong"), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_says_where() {
        for text in [
            "",
            "{",
            "{\"n\":1}x",
            "{\"n\":01}",
            "{'n':1}",
            "{\"n\":1,\"any\":\"\\ud800\"}",
            "\u{feff}{\"n\":1}",
        ] {
            let (status, code, _) = refused(text);
            assert_eq!((status, code), (400, "json_invalid"), "{text}");
        }
        assert!(read::<Outer>(b"{\"n\":1,\n x").unwrap_err().detail().contains("line 2 column 2"));
        assert_eq!(read::<Outer>(b"{\"n\":1,\"any\":\"\xff\"}").unwrap_err().code(), "json_invalid");
    }

    #[test]
    fn depth_and_repetition_are_bounded() {
        let nested = |n: usize| format!("{{\"n\":1,\"any\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert!(read::<Outer>(nested(JSON_DEPTH - 1).as_bytes()).is_ok());
        assert_eq!(refused(&nested(JSON_DEPTH)).1, "json_too_deep");
        assert_eq!(refused(&nested(100_000)).1, "json_too_deep");
        assert_eq!(refused(&"[".repeat(10_000)).1, "json_too_deep");
        assert_eq!(refused(r#"{"n":1,"n":2}"#).1, "key_repeated");
        assert_eq!(refused(r#"{"n":1,"any":{"a":1,"\u0061":2}}"#).1, "key_repeated");
        let many: Vec<String> = (0..40).map(|i| format!("\"k{i}\":1")).collect();
        assert!(read::<Outer>(format!("{{\"n\":1,\"any\":{{{}}}}}", many.join(",")).as_bytes()).is_ok());
        assert_eq!(
            refused(&format!("{{\"n\":1,\"any\":{{{},\"k39\":1}}}}", many.join(","))).1,
            "key_repeated"
        );
    }
}
