use serde_json::json;

use super::*;

fn faults(json: Value) -> Vec<(String, &'static str)> {
    parse(&json).expect_err("is refused").into_iter().map(|f| (f.pointer, f.code)).collect()
}

#[test]
fn every_kind_is_read() {
    let json = json!({"any": [
        {"everyone": true},
        {"users": ["a", "b", "a"], "ignore_unknown": true},
        {"all": [{"groups": ["crew"]}, {"not": {"users": ["ann@example.com"]}}]},
    ]});
    let crew = Audience::Groups(vec!["crew".into()]);
    let ann = Audience::Users { names: vec!["ann@example.com".into()], ignore_unknown: false };
    let expected = Audience::Any(vec![
        Audience::Everyone,
        Audience::Users { names: vec!["a".into(), "b".into()], ignore_unknown: true },
        Audience::All(vec![crew, Audience::Not(Box::new(ann))]),
    ]);
    assert_eq!(parse(&json), Ok(expected.clone()));
    assert_eq!(parse_text(&json.to_string()), Ok(expected));
}

#[test]
fn what_could_mean_two_things_is_refused() {
    assert_eq!(faults(json!({})), [(String::new(), "audience_empty")]);
    assert_eq!(faults(json!(null)), [(String::new(), "type_wrong")]);
    assert_eq!(faults(json!({"users": []})), [("/users".into(), "list_empty")]);
    assert_eq!(faults(json!({"all": []})), [("/all".into(), "list_empty")]);
    assert_eq!(faults(json!({"everyone": false})), [("/everyone".into(), "value_invalid")]);
    assert_eq!(faults(json!({"everyone": true, "groups": ["a"]})), [(String::new(), "ambiguous")]);
    assert_eq!(
        faults(json!({"groups": ["a"], "ignore_unknown": true})),
        [("/ignore_unknown".into(), "unknown_field")]
    );
    assert_eq!(faults(json!({"a/b~": 1})), [("/a~1b~0".into(), "unknown_field")]);
    assert_eq!(
        faults(json!({"field": "city", "op": "equals", "value": "Paris"})),
        [("/field".into(), "field_unknown")]
    );
    assert_eq!(faults(json!({"users": ["a"], "ignore_unknown": 1})), [("/users".into(), "type_wrong")]);
}

#[test]
fn all_faults_are_told_with_their_place() {
    let json =
        json!({"all": [{"users": [1, "", "a\u{0}"]}, {"not": {"groups": "crew"}}, {"everyone": true}]});
    assert_eq!(
        faults(json),
        [
            ("/all/0/users/0".into(), "type_wrong"),
            ("/all/0/users/1".into(), "value_invalid"),
            ("/all/0/users/2".into(), "value_invalid"),
            ("/all/1/not/groups".into(), "type_wrong"),
        ]
    );
}

#[test]
fn bounds_hold() {
    let many = |n: usize| -> Vec<String> { (0..n).map(|i| i.to_string()).collect() };
    assert!(parse(&json!({"users": many(AUDIENCE_USERS)})).is_ok());
    assert_eq!(faults(json!({"users": many(AUDIENCE_USERS + 1)})), [("/users".into(), "too_many")]);
    let half = json!({"users": many(AUDIENCE_USERS / 2 + 1)});
    assert_eq!(faults(json!({"any": [half, half]})), [("/any/1/users".into(), "too_many")]);

    let clauses = |n: usize| json!({"any": vec![json!({"everyone": true}); n]});
    assert!(parse(&clauses(AUDIENCE_CLAUSES - 1)).is_ok());
    assert_eq!(faults(clauses(5_000)).len(), 1);

    let deep = |n: usize| (1..n).fold(json!({"everyone": true}), |inner, _| json!({"not": inner}));
    assert!(parse(&deep(AUDIENCE_DEPTH)).is_ok());
    assert_eq!(faults(deep(AUDIENCE_DEPTH + 1))[0].1, "too_deep");
}

proptest::proptest! {
    #[test]
    fn a_strangers_text_never_panics(text in "[\\[\\]{}\":,a-z0-9 ]{0,80}|\\PC{0,40}") {
        let _ = parse_text(&text);
    }
}
