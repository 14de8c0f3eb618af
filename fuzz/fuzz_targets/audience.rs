//! Audience expressions: what is accepted is within its limits, means nobody but active members, and says to the
//! bitmaps what it says about each person; written as JSON it is read as the same. What is refused is said where.

#![no_main]

use std::collections::{HashMap, HashSet};

use belfry_audience::{Leaf, evaluate, leaves, parse, parse_text};
use belfry_types::Ordinals;
use belfry_types::audience::Audience;
use belfry_types::limits::{AUDIENCE_CLAUSES, AUDIENCE_DEPTH, AUDIENCE_USERS, KEY_CHARS};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// The people of the made-up workspace; each third is no active member.
const PEOPLE: u32 = 24;

/// Whether a person is called or in the group of that name, as good as any other rule.
fn belongs(name: &str, person: u32) -> bool {
    name.bytes().fold(person, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into())).is_multiple_of(3)
}

/// Everybody whom a leaf names, active or not.
fn load(leaf: Leaf) -> Ordinals {
    let named = |person: &u32| match leaf {
        Leaf::Users { names, .. } => names.iter().any(|name| belongs(name, *person)),
        Leaf::Group(key) => belongs(key, *person),
    };
    (0..PEOPLE).filter(named).collect()
}

/// What the expression says about one active member, without any bitmap.
fn selects(audience: &Audience, person: u32) -> bool {
    match audience {
        Audience::Everyone => true,
        Audience::Users { names, .. } | Audience::Groups(names) => {
            names.iter().any(|name| belongs(name, person))
        }
        Audience::All(parts) => parts.iter().all(|part| selects(part, person)),
        Audience::Any(parts) => parts.iter().any(|part| selects(part, person)),
        Audience::Not(inner) => !selects(inner, person),
    }
}

/// The expression as a client would write it.
fn written(audience: &Audience) -> Value {
    let all = |parts: &[Audience]| parts.iter().map(written).collect::<Vec<_>>();
    match audience {
        Audience::Everyone => json!({"everyone": true}),
        Audience::Users { names, ignore_unknown: false } => json!({"users": names}),
        Audience::Users { names, ignore_unknown } => {
            json!({"users": names, "ignore_unknown": ignore_unknown})
        }
        Audience::Groups(keys) => json!({"groups": keys}),
        Audience::All(parts) => json!({"all": all(parts)}),
        Audience::Any(parts) => json!({"any": all(parts)}),
        Audience::Not(inner) => json!({"not": written(inner)}),
    }
}

/// What an expression has of everything that is limited.
#[derive(Default)]
struct Size {
    clauses: usize,
    users: usize,
    deepest: usize,
}

impl Size {
    fn add(&mut self, audience: &Audience, depth: usize) {
        self.clauses += 1;
        self.deepest = self.deepest.max(depth);
        match audience {
            Audience::Everyone => {}
            Audience::Users { names, .. } => {
                self.users += names.len();
                check(names, usize::MAX);
            }
            Audience::Groups(keys) => check(keys, AUDIENCE_CLAUSES),
            Audience::All(parts) | Audience::Any(parts) => {
                assert!(!parts.is_empty());
                parts.iter().for_each(|part| self.add(part, depth + 1));
            }
            Audience::Not(inner) => self.add(inner, depth + 1),
        }
    }
}

fn check(names: &[String], most: usize) {
    assert!((1..=most).contains(&names.len()));
    assert!(names.iter().all(|name| (1..=KEY_CHARS).contains(&name.chars().count()) && !name.contains('\0')));
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "a name stands twice");
}

fuzz_target!(|text: &str| {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        let faults = parse_text(text).expect_err("it is no JSON");
        assert!(matches!(&faults[..], [fault] if fault.code == "json_invalid" && fault.pointer.is_empty()));
        return;
    };
    let read = parse(&value);
    assert_eq!(parse_text(text), read);
    let audience = match read {
        Ok(audience) => audience,
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a word");
            for fault in faults {
                assert!(value.pointer(&fault.pointer).is_some(), "nothing is there: {fault:?}");
            }
            return;
        }
    };

    let mut size = Size::default();
    size.add(&audience, 1);
    assert!(
        size.clauses <= AUDIENCE_CLAUSES && size.users <= AUDIENCE_USERS && size.deepest <= AUDIENCE_DEPTH
    );
    assert_eq!(parse(&written(&audience)).as_ref(), Ok(&audience));

    let everyone: Ordinals = (0..PEOPLE).filter(|person| !person.is_multiple_of(3)).collect();
    let loaded: HashMap<Leaf, Ordinals> =
        leaves(&audience).into_iter().map(|leaf| (leaf, load(leaf))).collect();
    let meant: Ordinals = everyone.iter().filter(|person| selects(&audience, *person)).collect();
    assert_eq!(evaluate(&audience, &loaded, &everyone), meant);
});
