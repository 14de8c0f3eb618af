//! Checks and imports uploaded files of people in the background: one worker of one node leases a file, reads it from
//! its beginning and goes on where the last page was committed. What a file's rows mean is `belfry-import`'s; what
//! becomes of people is the store's.

use std::collections::BTreeMap;
use std::time::Duration;

use belfry_import::{Cause, Field, Options, Row, Sheet, read};
use belfry_store::{Error, ImportLease, ImportPage, ImportReject, Result};
use belfry_types::limits;
use belfry_types::people::{Cleared, Person};
use tokio_util::sync::CancellationToken;

use crate::{Engine, fault};

const LEASE: Duration = Duration::from_secs(limits::LEASE_S);
/// Characters of a rejected row's cell that are kept.
const CELL_CHARS: usize = 10_000;

/// Runs until it is told to stop.
pub async fn run(engine: Engine, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let woken = engine.wake.import.notified();
        match engine.store.lease_import(LEASE).await {
            Ok(Some(lease)) => {
                // Reading a file takes the processor for a while: not on a thread that answers requests.
                let (engine, stop, handle) =
                    (engine.clone(), stop.clone(), tokio::runtime::Handle::current());
                let job = move || handle.block_on(work(&engine, &lease, &stop));
                match tokio::task::spawn_blocking(job).await {
                    Ok(Ok(())) => {}
                    Ok(Err(Error::LeaseLost)) => {
                        tracing::warn!(
                            "an import's lease was lost: another worker goes on, or it was deleted"
                        );
                    }
                    Ok(Err(error)) => {
                        tracing::error!(%error, "an import stopped; its lease will run out and it goes on");
                        tokio::time::sleep(crate::AFTER_ERROR).await;
                    }
                    Err(panic) => {
                        tracing::error!(%panic, "an import stopped; its lease will run out and it goes on")
                    }
                }
            }
            Ok(None) => {
                tokio::select! {
                    () = woken => {}
                    () = tokio::time::sleep(crate::POLL) => {}
                    () = stop.cancelled() => return,
                }
            }
            Err(error) => {
                tracing::error!(%error, "no import could be leased; they wait");
                tokio::time::sleep(crate::AFTER_ERROR).await;
            }
        }
    }
}

impl Engine {
    /// An import is waiting.
    pub fn wake_imports(&self) {
        self.wake.import.notify_one();
    }
}

async fn work(engine: &Engine, lease: &ImportLease, stop: &CancellationToken) -> Result<()> {
    let bytes = engine.store.import_bytes(lease).await?;
    let mapping: BTreeMap<Field, usize> = serde_json::from_str(&lease.mapping)?;
    let columns = mapping.into_iter().map(|(field, column)| (column, field)).collect();
    let sheet = match read(&bytes, &Options { columns: Some(columns), mapping: None }) {
        Ok(sheet) => sheet,
        Err(error) => return engine.store.finish_import(lease, Some(&error.to_string())).await,
    };
    let mut people = sheet.people();
    // They are read again because a later row may repeat one of them.
    let done = usize::try_from(lease.done).unwrap_or(usize::MAX);
    people.by_ref().take(done).for_each(drop);
    loop {
        let rows: Vec<Row> = people.by_ref().take(limits::IMPORT_PAGE).collect();
        if rows.is_empty() {
            return engine.store.finish_import(lease, None).await;
        }
        if stop.is_cancelled() {
            return engine.store.release_import(lease).await;
        }
        fault::point("import");
        engine.store.import_page(lease, page_of(&sheet, rows), LEASE).await?;
    }
}

fn page_of(sheet: &Sheet<'_>, rows: Vec<Row>) -> ImportPage {
    let with_groups = sheet.has(Field::Groups);
    let mut page = ImportPage { rows: rows.len(), ..ImportPage::default() };
    let mut groups = BTreeMap::new();
    for Row { number, cells, result } in rows {
        let row = i64::try_from(number).unwrap_or(i64::MAX);
        match result {
            Ok(it) => {
                let keys = it.groups.iter().map(|group| group.key.clone()).collect();
                for group in it.groups {
                    groups.entry(group.key.clone()).or_insert(group);
                }
                page.people.push(Person {
                    external_id: it.external_id,
                    name: it.name,
                    email: it.email,
                    locale: it.locale,
                    time_zone: it.time_zone,
                    groups: with_groups.then_some(keys),
                    kind: it.kind,
                    cleared: Cleared::default(),
                });
                page.origins.push((row, shortened(cells)));
            }
            Err(rejected) => {
                let (code, field) = match rejected.cause {
                    Cause::Invalid => ("invalid", None),
                    Cause::SameId { .. } => ("same_id", Some("external_id")),
                    Cause::SameEmail { .. } => ("same_email", Some("email")),
                    Cause::Duplicate { .. } => ("duplicate", None),
                };
                page.rejects.push(ImportReject {
                    row,
                    code: code.to_owned(),
                    detail: rejected.reason,
                    field: field.map(str::to_owned),
                    cells: shortened(rejected.cells),
                });
            }
        }
    }
    page.groups = groups.into_values().collect();
    page
}

/// Rejected rows are kept; a cell of a megabyte is not.
fn shortened(cells: Vec<String>) -> Vec<String> {
    let short = |cell: String| {
        if cell.len() > CELL_CHARS { cell.chars().take(CELL_CHARS).collect() } else { cell }
    };
    cells.into_iter().map(short).collect()
}
