//! Long random sequences of changes, against a model of who is where, and against the recount.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use belfry_store::{Error, UpsertStatus};
use belfry_types::people::{Ordinal, Person};
use belfry_types::rng::{Rng as _, TestRng};

use crate::harness::{Fixture, both, device, group, in_groups, person};

const PEOPLE: u64 = 12;
const GROUPS: [&str; 4] = ["g0", "g1", "g2", "g3"];

/// What the test expects of one workspace.
#[derive(Default)]
struct Model {
    active: BTreeSet<String>,
    /// Every member ever, with their groups.
    groups: BTreeMap<String, BTreeSet<String>>,
    devices: BTreeMap<String, String>,
}

async fn play(t: &Fixture, seed: u64, steps: usize) {
    let rng = TestRng::seeded(seed);
    let pick = |bound: u64| rng.below(bound);
    let second = t.workspace(t.first.scope, "Second").await;
    let scopes = [t.first.ws, t.first.scope.in_workspace(second.num)];
    let creatable: Vec<_> = GROUPS.iter().map(|key| group(key)).collect();
    let mut models = [Model::default(), Model::default()];
    let mut ordinals: BTreeMap<String, Ordinal> = BTreeMap::new();
    let mut given: BTreeSet<Ordinal> = BTreeSet::new();
    for step in 0..steps {
        t.clock.advance(Duration::from_millis(1));
        let w = usize::try_from(pick(2)).unwrap();
        let (ws, name) = (scopes[w], format!("p{}", pick(PEOPLE)));
        match pick(11) {
            10 => {
                let ordinal = ordinals.get(&name).copied().unwrap_or(9_999);
                let on = pick(2) == 0;
                match t.store.set_push(ws, ordinal, on).await {
                    Ok(()) => {
                        assert!(models[w].active.contains(&name));
                        if !on {
                            models[w].devices.retain(|_, owner| *owner != name);
                        }
                    }
                    Err(Error::NotFound) => assert!(!models[w].active.contains(&name)),
                    Err(error) => panic!("{error}"),
                }
            }
            0..=4 => {
                let mut people: BTreeMap<String, Person> = BTreeMap::new();
                for _ in 0..=pick(5) {
                    let name = format!("p{}", pick(PEOPLE));
                    let mask = pick(16);
                    let keys: Vec<&str> = GROUPS
                        .iter()
                        .enumerate()
                        .filter(|(i, _)| mask & (1 << i) != 0)
                        .map(|(_, k)| *k)
                        .collect();
                    let one = if pick(3) == 0 { person(&name) } else { in_groups(&name, &keys) };
                    people.insert(name, Person { name: format!("Name {}", pick(3)), ..one });
                }
                let people: Vec<Person> = people.into_values().collect();
                let answers = t.store.upsert_users(ws, &people, &creatable, false).await.unwrap();
                for (person, answer) in people.iter().zip(answers) {
                    let ordinal = answer.ordinal.expect("nobody is rejected");
                    let known = ordinals.insert(person.external_id.clone(), ordinal);
                    assert!(
                        known.is_some_and(|known| known == ordinal) || given.insert(ordinal),
                        "given twice"
                    );
                    let model = &mut models[w];
                    let joined = model.active.insert(person.external_id.clone());
                    let was_member = model.groups.contains_key(&person.external_id);
                    assert_eq!(answer.status == UpsertStatus::Created, !was_member, "step {step}");
                    assert!(!joined || answer.status != UpsertStatus::Unchanged);
                    let groups = model.groups.entry(person.external_id.clone()).or_default();
                    if let Some(keys) = &person.groups {
                        *groups = keys.iter().cloned().collect();
                    }
                }
            }
            5 => {
                let known = models[w].groups.contains_key(&name);
                assert_eq!(t.store.cancel_member(ws, &name).await.is_ok(), known);
                if known {
                    models[w].active.remove(&name);
                    models[w].groups.insert(name.clone(), BTreeSet::new());
                    models[w].devices.retain(|_, owner| *owner != name);
                }
            }
            6 => {
                let known = ordinals.remove(&name);
                assert_eq!(t.store.delete_user(t.first.scope, &name).await.ok(), known);
                for model in &mut models {
                    model.active.remove(&name);
                    model.groups.remove(&name);
                    model.devices.retain(|_, owner| *owner != name);
                }
            }
            7 | 8 => {
                let endpoint = format!("e{}", pick(8));
                let ordinal = ordinals.get(&name).copied().unwrap_or(9_999);
                match t.store.register_device(ws, ordinal, device(&endpoint)).await {
                    Ok(_) => {
                        assert!(models[w].active.contains(&name));
                        models.iter_mut().for_each(|model| drop(model.devices.remove(&endpoint)));
                        models[w].devices.insert(endpoint, name);
                    }
                    Err(Error::NotFound) => assert!(!models[w].active.contains(&name)),
                    Err(error) => panic!("{error}"),
                }
            }
            _ => {
                let key = GROUPS[usize::try_from(pick(4)).unwrap()];
                match t.store.delete_group(ws, key).await {
                    Ok(()) | Err(Error::NotFound) => {}
                    Err(error) => panic!("{error}"),
                }
                for groups in models[w].groups.values_mut() {
                    groups.remove(key);
                }
            }
        }
        if step % 10 == 9 {
            compare(t, &scopes, &models, &ordinals).await;
        }
    }
    compare(t, &scopes, &models, &ordinals).await;
}

async fn compare(
    t: &Fixture,
    scopes: &[belfry_types::scope::WorkspaceScope; 2],
    models: &[Model; 2],
    ordinals: &BTreeMap<String, Ordinal>,
) {
    let wrong = t.store.check_counters().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (ws, model) in scopes.iter().zip(models) {
        let active: BTreeSet<Ordinal> = model.active.iter().map(|name| ordinals[name]).collect();
        assert_eq!(t.store.active_members(*ws).await.unwrap().iter().collect::<BTreeSet<_>>(), active);
        for key in GROUPS {
            let expected: BTreeSet<Ordinal> = model
                .groups
                .iter()
                .filter(|(_, groups)| groups.contains(key))
                .map(|(name, _)| ordinals[name])
                .collect();
            let set = t.store.group_set(*ws, key).await.unwrap().unwrap_or_default();
            assert_eq!(set.iter().collect::<BTreeSet<_>>(), expected, "{key}");
        }
        let workspace = t.store.workspace(*ws).await.unwrap();
        assert_eq!(usize::try_from(workspace.members).unwrap(), model.active.len());
        assert_eq!(usize::try_from(workspace.devices).unwrap(), model.devices.len());
    }
}

both! {
    async fn counters_and_sets_agree_after_anything(t: &Fixture) {
        play(t, 7, 300).await;
    }

    async fn and_again_with_another_seed(t: &Fixture) {
        play(t, 1_234_567, 300).await;
    }
}
