use std::sync::Arc;
use belfry_store::*;
use belfry_types::{rng::TestRng, people::*, time::*, scope::Scope};
use belfry_testkit::database::FreshDatabase;
async fn go(src: Source, n: usize) {
    let s = Store::open(&src, OpenOptions{installation_key:[1;32]}, Arc::new(TestClock::at(Millis(1))), Arc::new(TestRng::seeded(3))).await.unwrap();
    let o = s.create_organization(NewOrganization{name:"a".into(),slug_hint:None,default_locale:"en".into()}).await.unwrap();
    let sc=Scope::granted(o.num);
    let w = s.create_workspace(sc, NewWorkspace{name:"a".into(),slug_hint:None,time_zone:"UTC".into(),default_locale:"en".into()}).await.unwrap();
    let ws=sc.in_workspace(w.num);
    let people: Vec<Person> = (0..n).map(|i| Person{external_id:format!("ext-{i}"),name:format!("Person Number {i}"),email:Some(format!("p{i}@example.com")),locale:Some("de".into()),time_zone:Some("Europe/Berlin".into()),groups:Some(vec![format!("g{}",i%5)]),kind:None}).collect();
    let groups: Vec<GroupRef> = (0..5).map(|i| GroupRef{key:format!("g{i}"),name:"x".into()}).collect();
    for round in 0..2 {
        let t = std::time::Instant::now();
        for c in people.chunks(1000) { s.upsert_users(ws, c, &groups, false).await.unwrap(); }
        let d = t.elapsed().as_secs_f64();
        println!("{:?} round {round}: {:.0} rows/s", s.dialect(), n as f64/d);
    }
    let t = std::time::Instant::now(); let m = s.active_members(ws).await.unwrap(); println!("active {} {:?}", m.len(), t.elapsed());
    let t = std::time::Instant::now(); let m = s.members(ws, MemberFilter{q:Some("number 49999"),..Default::default()},None,50).await.unwrap(); println!("search {} {:?}", m.len(), t.elapsed());
    assert!(s.check_counters().await.unwrap().is_empty());
}
#[tokio::test(flavor="multi_thread", worker_threads=2)] async fn lite(){ let d=FreshDatabase::lite(); go(Source::Lite(d.path().unwrap()), 100_000).await }
#[tokio::test(flavor="multi_thread", worker_threads=2)] async fn pg(){ let d=FreshDatabase::pg(); let s=Source::Pg(d.url().unwrap()); go(s, 50_000).await }
