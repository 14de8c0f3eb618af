use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const GROUPS: [&str; 3] = ["a", "b", "c"];
const PEOPLE: u32 = 40;

fn expression() -> impl Strategy<Value = Audience> {
    let names = || proptest::collection::vec((0..PEOPLE).prop_map(|n| n.to_string()), 1..5);
    let leaf = prop_oneof![
        Just(Audience::Everyone),
        (names(), any::<bool>())
            .prop_map(|(names, ignore_unknown)| Audience::Users { names, ignore_unknown }),
        proptest::sample::subsequence(GROUPS.to_vec(), 1..=3)
            .prop_map(|keys| Audience::Groups(keys.into_iter().map(str::to_owned).collect())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Audience::All),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Audience::Any),
            inner.prop_map(|inner| Audience::Not(Box::new(inner))),
        ]
    })
}

/// What the expression says about one person, without any set.
fn selects(audience: &Audience, person: u32, groups: &HashMap<&str, BTreeSet<u32>>) -> bool {
    match audience {
        Audience::Everyone => true,
        Audience::Users { names, .. } => names.contains(&person.to_string()),
        Audience::Groups(keys) => keys.iter().any(|key| groups[key.as_str()].contains(&person)),
        Audience::All(parts) => parts.iter().all(|part| selects(part, person, groups)),
        Audience::Any(parts) => parts.iter().any(|part| selects(part, person, groups)),
        Audience::Not(inner) => !selects(inner, person, groups),
    }
}

proptest! {
    #[test]
    fn bitmaps_agree_with_asking_each_person(
        audience in expression(),
        active in proptest::collection::btree_set(0..PEOPLE, 0..40),
        sets in proptest::collection::vec(proptest::collection::btree_set(0..PEOPLE, 0..20), 3),
    ) {
        let groups: HashMap<&str, BTreeSet<u32>> = GROUPS.into_iter().zip(sets).collect();
        let loaded = leaves(&audience)
            .into_iter()
            .map(|leaf| {
                let people: Ordinals = match leaf {
                    Leaf::Users { names, .. } => names.iter().map(|n| n.parse::<u32>().unwrap()).collect(),
                    Leaf::Group(key) => groups[key].iter().copied().collect(),
                };
                (leaf, people)
            })
            .collect();
        let everyone: Ordinals = active.iter().copied().collect();
        let expected: Vec<u32> = active.iter().copied().filter(|p| selects(&audience, *p, &groups)).collect();
        prop_assert_eq!(evaluate(&audience, &loaded, &everyone).iter().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn each_leaf_is_loaded_once() {
    let crew = || Audience::Groups(vec!["crew".into(), "staff".into()]);
    let audience = Audience::All(vec![crew(), Audience::Not(Box::new(crew()))]);
    assert_eq!(leaves(&audience), [Leaf::Group("crew"), Leaf::Group("staff")]);
}

#[test]
#[should_panic(expected = "was not loaded")]
fn a_missing_leaf_is_never_guessed() {
    let not = Audience::Not(Box::new(Audience::Groups(vec!["crew".into()])));
    let _ = evaluate(&not, &HashMap::new(), &(0..5).collect());
}
