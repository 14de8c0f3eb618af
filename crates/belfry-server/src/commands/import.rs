//! `belfry import`: people from a spreadsheet. The file is read here and goes to the server in batches; what was added,
//! changed and rejected is said at the end, with the reasons and the rows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;
use belfry_import::{Field, Options, Rejected, read, write_rejects};
use belfry_types::limits::BULK_ITEMS;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::client::{Client, Connection};

/// People of one request: large enough to be quick, small enough for a smooth progress bar.
const BATCH: usize = 2_000;
const _: () = assert!(BATCH <= BULK_ITEMS);
/// Rejected rows that are shown one by one.
const SHOWN: usize = 20;

/// Imports people from a CSV file
#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    connection: Connection,
    /// The file: CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Latin-1
    file: PathBuf,
    /// Workspace, by slug or id
    #[arg(long, short, env = "BELFRY_WORKSPACE")]
    workspace: String,
    /// Say what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Which heading means what, for instance --map "Badge=external_id"; guessed where it is not given
    #[arg(long, value_name = "HEADING=FIELD")]
    map: Vec<String>,
    /// Write the rejected rows with their reasons to this file
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Print one line of JSON at the end
    #[arg(long)]
    json: bool,
}

/// What was done so far.
#[derive(Default)]
struct Outcome {
    counts: BTreeMap<String, u64>,
    rejects: Vec<(u64, Rejected)>,
}

/// Runs it.
pub async fn run(args: Import) -> anyhow::Result<()> {
    let client = args.connection.client()?;
    let bytes =
        std::fs::read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let mapping = (!args.map.is_empty()).then(|| mapping(&args.map)).transpose()?;
    let sheet = read(&bytes, &Options { mapping, columns: None })
        .with_context(|| format!("{}", args.file.display()))?;
    if !args.json {
        println!(
            "{}: {} rows, {}, separated by {:?}",
            args.file.display(),
            sheet.rows,
            sheet.encoding,
            sheet.separator
        );
        for (heading, field) in sheet.headings.iter().zip(&sheet.mapping) {
            println!("  {heading:<24} → {}", field.map_or("(left out)", |f| f.as_str()));
        }
    }
    let bar = if args.json { ProgressBar::hidden() } else { ProgressBar::new(sheet.rows) };
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {human_pos} of {human_len}, {per_sec}, {eta} left",
    )?);
    let mut outcome = Outcome::default();
    let mut batch: Vec<(u64, Vec<String>, Value)> = Vec::with_capacity(BATCH);
    let with_groups = sheet.has(Field::Groups);
    for row in sheet.people() {
        match row.result {
            Ok(person) => {
                let mut item = serde_json::to_value(&person)?;
                let keys: Vec<_> =
                    person.groups.iter().map(|g| json!({"key": g.key, "name": g.name})).collect();
                item["groups"] = if with_groups { Value::from(keys) } else { Value::Null };
                let item = without_nulls(item);
                batch.push((row.number, vec![person.external_id.clone(), person.name.clone()], item));
            }
            Err(rejected) => outcome.rejects.push((row.number, rejected)),
        }
        bar.inc(1);
        if batch.len() == BATCH {
            send(&client, &args, &mut batch, &mut outcome).await?;
        }
    }
    send(&client, &args, &mut batch, &mut outcome).await?;
    bar.finish_and_clear();
    outcome.rejects.sort_by_key(|(row, _)| *row);
    report(&args, &sheet.headings, sheet.separator, &outcome)
}

fn without_nulls(mut item: Value) -> Value {
    if let Some(members) = item.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    item
}

fn mapping(pairs: &[String]) -> anyhow::Result<Vec<(String, Field)>> {
    pairs
        .iter()
        .map(|pair| {
            let (heading, field) =
                pair.rsplit_once('=').with_context(|| format!("{pair:?} is not HEADING=FIELD"))?;
            let known = Field::ALL.iter().map(|f| f.as_str()).collect::<Vec<_>>().join(", ");
            let field = Field::parse(field).with_context(|| format!("{field:?} is none of {known}"))?;
            Ok((heading.to_owned(), field))
        })
        .collect()
}

async fn send(
    client: &Client,
    args: &Import,
    batch: &mut Vec<(u64, Vec<String>, Value)>,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    let path =
        format!("/v1/workspaces/{}/users/batch?create_groups=true&dry_run={}", args.workspace, args.dry_run);
    let body = Value::Array(batch.iter().map(|(_, _, item)| item.clone()).collect());
    let answer = client.post(&path, &body).await?;
    let items = answer["items"].as_array().context("the server's answer is not a list")?;
    anyhow::ensure!(
        items.len() == batch.len(),
        "the server answered for {} of {} people",
        items.len(),
        batch.len()
    );
    for ((row, cells, _), item) in batch.drain(..).zip(items) {
        let status = item["status"].as_str().unwrap_or("rejected");
        *outcome.counts.entry(status.to_owned()).or_default() += 1;
        if status == "rejected" {
            let error = &item["error"];
            let reason =
                error["detail"].as_str().or(error.as_str()).unwrap_or("rejected by the server").to_owned();
            outcome.rejects.push((row, Rejected { reason, cause: belfry_import::Cause::Invalid, cells }));
        }
    }
    Ok(())
}

fn report(args: &Import, headings: &[String], separator: char, outcome: &Outcome) -> anyhow::Result<()> {
    let n = |name: &str| outcome.counts.get(name).copied().unwrap_or(0);
    let rejected = outcome.rejects.len();
    if let Some(path) = &args.rejects {
        let file =
            std::fs::File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        write_rejects(file, headings, separator, outcome.rejects.iter().map(|(row, r)| (*row, r)))?;
    }
    if args.json {
        let line = json!({
            "dry_run": args.dry_run, "created": n("created"), "updated": n("updated"), "unchanged": n("unchanged"),
            "rejected": rejected,
            "rejects": outcome.rejects.iter().map(|(row, r)| json!({"row": row, "reason": r.reason})).collect::<Vec<_>>(),
        });
        println!("{line}");
        return Ok(());
    }
    for (row, reject) in outcome.rejects.iter().take(SHOWN) {
        println!("  row {row}: {}", reject.reason);
    }
    if rejected > SHOWN {
        println!("  … and {} more", rejected - SHOWN);
    }
    let (added, changed) =
        if args.dry_run { ("would be added", "would be changed") } else { ("added", "changed") };
    println!(
        "{} {added}, {} {changed}, {} unchanged, {rejected} rejected.",
        n("created"),
        n("updated"),
        n("unchanged")
    );
    if rejected > 0 && args.rejects.is_none() {
        println!("Give --rejects FILE to get the rejected rows with their reasons.");
    }
    Ok(())
}
