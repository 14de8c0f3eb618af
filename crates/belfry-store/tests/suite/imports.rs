//! Uploaded files: kept, leased, moved on page by page by one worker at a time.

use std::time::Duration;

use belfry_store::{Error, ImportLease, ImportPage, ImportReject, NewImport, UpsertStatus};
use belfry_types::people::{ImportStatus, Person};
use belfry_types::time::Clock as _;

use crate::harness::{Fixture, both, group, in_groups, person, with_email};

const LEASE: Duration = Duration::from_secs(30);

async fn upload(t: &Fixture) -> (i64, belfry_types::id::ImportId) {
    let new = NewImport {
        filename: "people.csv".into(),
        bytes: 6,
        encoding: "UTF-8".into(),
        separator: ";".into(),
        rows: 4,
        columns: "[]".into(),
        mapping: r#"{"email":0}"#.into(),
    };
    let (num, id) = t.store.begin_upload(t.first.ws, new).await.unwrap();
    assert!(matches!(t.store.import(t.first.ws, id).await, Err(Error::NotFound)), "its bytes are not there");
    t.store.add_upload(num, 0, b"abc").await.unwrap();
    t.store.add_upload(num, 1, b"\0\xff;").await.unwrap();
    t.store.finish_upload(num).await.unwrap();
    (num, id)
}

fn page(people: Vec<Person>, rejects: Vec<ImportReject>) -> ImportPage {
    let origins = (0..).map(|n| (10 + n, vec!["=cell".to_owned()])).take(people.len()).collect();
    ImportPage { rows: people.len() + rejects.len(), people, origins, groups: vec![group("new")], rejects }
}

fn reject(row: i64) -> ImportReject {
    ImportReject {
        row,
        code: "invalid".into(),
        detail: "a\0b".into(),
        field: None,
        cells: vec!["x\0y".into()],
    }
}

async fn leased(t: &Fixture) -> ImportLease {
    t.store.lease_import(LEASE).await.unwrap().expect("one is waiting")
}

both! {
    async fn a_file_is_checked_and_run(t: &Fixture) {
        let (num, id) = upload(t).await;
        assert!(t.store.lease_import(LEASE).await.unwrap().is_none(), "nobody asked for anything yet");
        assert!(t.store.restart_import(t.first.ws, id, ImportStatus::Checking, None, true).await.unwrap());
        assert!(!t.store.restart_import(t.first.ws, id, ImportStatus::Running, None, true).await.unwrap());
        let lease = leased(t).await;
        assert!(lease.dry_run && lease.done == 0 && lease.num == num);
        assert!(t.store.lease_import(LEASE).await.unwrap().is_none(), "one at a time");
        assert_eq!(t.store.import_bytes(&lease).await.unwrap(), b"abc\0\xff;");
        let people = vec![in_groups("a", &["new"]), with_email("b", "b@example.com"), with_email("c", "B@example.com")];
        t.store.import_page(&lease, page(people.clone(), vec![reject(3)]), LEASE).await.unwrap();
        t.store.finish_import(&lease, None).await.unwrap();
        let it = t.store.import(t.first.ws, id).await.unwrap();
        assert_eq!((it.status, it.done, it.added, it.rejected), (ImportStatus::Checked, 4, 2, 2));
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().members, 0, "nothing was written");
        let rejects = t.store.import_rejects(num, -1, 10).await.unwrap();
        assert_eq!((rejects[0].row, rejects[0].cells[0].as_str()), (3, "x\0y"));
        assert_eq!((rejects[1].row, rejects[1].code.as_str(), rejects[1].field.as_deref()), (12, "email_taken", Some("email")));
        assert_eq!(t.store.import_rejects(num, 3, 10).await.unwrap().len(), 1);

        // Run without making groups, and again with it.
        assert!(t.store.restart_import(t.first.ws, id, ImportStatus::Running, None, false).await.unwrap());
        let lease = leased(t).await;
        t.store.import_page(&lease, page(people.clone(), vec![]), LEASE).await.unwrap();
        t.store.finish_import(&lease, None).await.unwrap();
        let it = t.store.import(t.first.ws, id).await.unwrap();
        assert_eq!((it.status, it.added, it.rejected), (ImportStatus::Done, 1, 2));
        assert!(t.store.restart_import(t.first.ws, id, ImportStatus::Running, None, true).await.unwrap());
        let lease = leased(t).await;
        t.store.import_page(&lease, page(people, vec![]), LEASE).await.unwrap();
        t.store.finish_import(&lease, None).await.unwrap();
        let it = t.store.import(t.first.ws, id).await.unwrap();
        assert_eq!((it.added, it.unchanged, it.rejected), (1, 1, 1));
        let other = t.tenant("Other").await;
        assert!(matches!(t.store.import(other.ws, id).await, Err(Error::NotFound)));
        assert!(matches!(t.store.delete_import(other.ws, id).await, Err(Error::NotFound)));
        assert!(t.store.imports(other.ws, None, 10).await.unwrap().is_empty());
        assert_eq!(t.store.imports(t.first.ws, None, 10).await.unwrap().len(), 1);
    }

    /// Whoever lost the lease, or works on what was deleted, changes nothing.
    async fn a_lost_lease_writes_nothing(t: &Fixture) {
        let (_, id) = upload(t).await;
        assert!(t.store.restart_import(t.first.ws, id, ImportStatus::Running, None, true).await.unwrap());
        let first = t.store.lease_import(Duration::ZERO).await.unwrap().expect("one is waiting");
        let second = loop {
            // The lease ends with the millisecond.
            if let Some(lease) = t.store.lease_import(LEASE).await.unwrap() {
                break lease;
            }
        };
        assert!(matches!(t.store.import_page(&first, page(vec![person("a")], vec![]), LEASE).await, Err(Error::LeaseLost)));
        assert!(matches!(t.store.finish_import(&first, None).await, Err(Error::LeaseLost)));
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().members, 0);
        t.store.import_page(&second, page(vec![person("a")], vec![reject(2)]), LEASE).await.unwrap();
        t.store.release_import(&second).await.unwrap();
        let third = leased(t).await;
        assert_eq!(third.done, 2, "it goes on where it was");
        t.store.delete_import(t.first.ws, id).await.unwrap();
        assert!(matches!(t.store.import_page(&third, page(vec![person("b")], vec![]), LEASE).await, Err(Error::LeaseLost)));
        assert_eq!(t.store.workspace(t.first.ws).await.unwrap().members, 1, "who was added stays");
        assert!(t.store.import_bytes(&third).await.unwrap().is_empty());
        assert_eq!(t.upsert(&[person("a")]).await, [UpsertStatus::Unchanged]);
    }

    async fn old_files_are_deleted(t: &Fixture) {
        let (num, id) = upload(t).await;
        t.store.sweep_imports(t.clock.now()).await.unwrap();
        t.store.import(t.first.ws, id).await.unwrap();
        t.clock.advance(Duration::from_secs(1));
        t.store.sweep_imports(t.clock.now()).await.unwrap();
        assert!(matches!(t.store.import(t.first.ws, id).await, Err(Error::NotFound)));
        assert!(t.store.import_rejects(num, -1, 10).await.unwrap().is_empty());
    }
}
