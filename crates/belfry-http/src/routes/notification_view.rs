//! A notification as it is shown: in lists, alone, with what became of it.

use std::collections::BTreeMap;

use belfry_store::{Counts, NotificationRow};
use belfry_types::channel::DeliveryState;
use belfry_types::id::{EventId, NotificationId, PhotoId};
use belfry_types::notification::Status;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::audience::{AudienceIn, DraftAudience};
use crate::content::{ActorIn, DestinationIn, SubjectIn};
use crate::pace::per_second;
use crate::page::{Cursor, Page};
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::{MessageFormat, NotificationOrigin, NotificationStatus, PushUrgency, ReasonWord};

/// Characters of the message that a list shows.
const EXCERPT: usize = 140;

/// How many people and deliveries a notification has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Targets)]
pub struct TargetsOut {
    /// People.
    people: i64,
    /// Deliveries per channel.
    #[schema(example = json!({"inbox": 1204, "web_push": 811}))]
    deliveries: BTreeMap<&'static str, i64>,
}

/// Someone who works in the console.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperatorRef)]
pub struct OperatorRef {
    /// The name.
    pub name: String,
}

/// A notification as it was set, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub struct NotificationOut {
    /// Its id.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: NotificationId,
    /// Where it stands.
    status: NotificationStatus,
    /// Where it came from.
    origin: NotificationOrigin,
    /// The event that it was made from.
    #[schema(value_type = Option<String>)]
    event_id: Option<EventId>,
    /// The content as it was set.
    #[serde(flatten)]
    content: ContentOut,
    /// The message without any markup; its first 140 characters in a list.
    plain: String,
    /// The audience as it was set; null where an event named the recipients, and in a draft that has none yet.
    #[schema(value_type = Option<DraftAudience>)]
    audience: Option<AudienceIn>,
    /// Seconds after which what is not delivered is discarded.
    run_time: u32,
    /// When it was accepted, or begun as a draft.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// The operator who made it.
    created_by: Option<OperatorRef>,
    /// When its sending began or will begin; null for a draft.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Millis>,
    /// When its run-time is over.
    #[schema(value_type = String, format = DateTime)]
    run_until: Millis,
    /// When nothing more was left to do.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Millis>,
    /// People whom it was published to.
    people: i64,
    /// People and deliveries.
    targets: TargetsOut,
    /// Deliveries per channel and state; the states of a channel add up to its deliveries.
    #[schema(example = json!({"inbox": {"success": 1204}, "web_push": {"success": 790, "failed": 3, "pending": 18}}))]
    counts: BTreeMap<&'static str, BTreeMap<&'static str, i64>>,
    /// Why people got nothing by a channel: how many people per code.
    #[schema(example = json!({"no_device": 393}))]
    reasons: BTreeMap<String, i64>,
    /// Deliveries that ended per second, on average since its sending began; null before.
    rate: Option<f64>,
}

/// The content of a notification or event as it was set.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Content)]
pub struct ContentOut {
    /// The title.
    title: Option<String>,
    /// The text, in `format`.
    message: String,
    /// How it is written.
    #[serde(default)]
    format: MessageFormat,
    /// Who it is from.
    sender: Option<String>,
    /// Id of the sender's photo.
    #[schema(value_type = Option<String>)]
    photo: Option<PhotoId>,
    /// Where opening it leads.
    destination: Option<DestinationIn>,
    /// The event's type.
    r#type: Option<String>,
    /// Who did what the event tells about.
    actor: Option<ActorIn>,
    /// What the event is about.
    subject: Option<SubjectIn>,
    /// The product's own data.
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
    /// How soon a push has to arrive.
    #[serde(default)]
    urgency: PushUrgency,
    /// Replaces an earlier push with the same key.
    collapse_key: Option<String>,
}

/// How far the sending of a notification has come.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Progress)]
pub struct ProgressOut {
    /// Deliveries that ended.
    done: i64,
    /// Deliveries that are known so far.
    of: i64,
    /// Deliveries that ended per second: in the last seconds if it was asked for before, else since it began.
    rate_per_s: f64,
    /// Seconds until the rest has ended at this rate; null while nothing ends.
    left_s: Option<i64>,
}

/// Deliveries that ended alike, without success.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Failure)]
pub struct FailureOut {
    /// Why.
    reason: ReasonWord,
    /// What was answered, in words.
    detail: String,
    /// How many.
    count: i64,
}

/// A notification alone: with its text as it was sent and what went wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationDetail)]
pub struct DetailOut {
    #[serde(flatten)]
    notification: NotificationOut,
    /// The message as clean HTML.
    html: String,
    /// How far it has come; null when it is not being sent.
    progress: Option<ProgressOut>,
    /// What failed or came too late, the most frequent first.
    failures: Vec<FailureOut>,
}

/// Reads what the store keeps as JSON.
pub(crate) fn stored<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| Problem::internal(&format_args!("stored JSON: {error}")))
}

/// The member `html` of the stored part of an item, or what a draft's message becomes.
fn html(row: &NotificationRow) -> Result<String, Problem> {
    #[derive(Deserialize)]
    struct Item {
        html: String,
    }
    if row.item.is_empty() {
        let content: belfry_types::notification::Content = stored(&row.content)?;
        return Ok(belfry_catalog::render(&content.message, content.format).html);
    }
    Ok(stored::<Item>(&format!("{{{}}}", row.item))?.html)
}

fn plain(row: &NotificationRow) -> Result<String, Problem> {
    if row.status == Status::Draft {
        let content: belfry_types::notification::Content = stored(&row.content)?;
        return Ok(belfry_catalog::render(&content.message, content.format).text);
    }
    Ok(row.plain.clone())
}

/// Deliveries that ended, and all of them.
fn ended(counts: &Counts) -> (i64, i64) {
    let of = counts.values().sum();
    let done = counts.iter().filter(|((_, state), _)| state.is_final()).map(|(_, n)| n).sum();
    (done, of)
}

fn begun(row: &NotificationRow) -> Option<Millis> {
    (row.status != Status::Draft).then_some(row.sends_at.unwrap_or(row.created_at))
}

/// How far it has come, for one that is being sent or stopped.
fn progress(app: &AppState, row: &NotificationRow, counts: &Counts, now: Millis) -> Option<ProgressOut> {
    let runs = match row.status {
        Status::Sending => true,
        Status::Cancelled => row.finished_at.is_none(),
        _ => false,
    };
    let begun = begun(row).filter(|_| runs)?;
    let (done, of) = ended(counts);
    let rate_per_s = app.paces.per_second(row.num, begun, done, now);
    let left_s = (rate_per_s > 0.0).then(|| ((of - done) as f64 / rate_per_s).ceil() as i64);
    Some(ProgressOut { done, of, rate_per_s, left_s })
}

pub(crate) fn show(row: NotificationRow, counts: &Counts, now: Millis) -> Result<NotificationOut, Problem> {
    let mut deliveries: BTreeMap<&'static str, i64> = BTreeMap::new();
    let mut states: BTreeMap<&'static str, BTreeMap<&'static str, i64>> = BTreeMap::new();
    for ((channel, state), n) in counts {
        *deliveries.entry(channel.as_str()).or_default() += n;
        states.entry(channel.as_str()).or_default().insert(state.as_str(), *n);
    }
    let begun = begun(&row);
    let until = row.finished_at.unwrap_or(now);
    Ok(NotificationOut {
        id: row.id,
        status: NotificationStatus(row.status),
        origin: NotificationOrigin(row.origin),
        event_id: row.event,
        content: stored(&row.content)?,
        plain: plain(&row)?,
        audience: if row.event.is_none() { stored(&row.audience)? } else { None },
        run_time: row.run_time_s,
        created_at: row.created_at,
        created_by: row.created_by.map(|name| OperatorRef { name }),
        sent_at: begun,
        run_until: row.run_until,
        finished_at: row.finished_at,
        people: row.people,
        targets: TargetsOut { people: row.people, deliveries },
        counts: states,
        reasons: stored(&row.reasons)?,
        rate: begun.filter(|begun| *begun <= until).map(|begun| per_second(ended(counts).0, begun, until)),
    })
}

/// A notification alone.
pub(crate) async fn detail(app: &AppState, row: NotificationRow) -> Result<DetailOut, Problem> {
    let counts = app.store().counts(row.num).await?;
    let failures = app.store().failures(row.num).await?;
    let shown = |state| matches!(state, DeliveryState::Failed | DeliveryState::Expired);
    let failures = failures.into_iter().filter(|failure| shown(failure.state)).map(|failure| FailureOut {
        reason: ReasonWord(failure.reason),
        detail: failure.detail,
        count: failure.count,
    });
    let now = app.clock.now();
    Ok(DetailOut {
        html: html(&row)?,
        progress: progress(app, &row, &counts, now),
        failures: failures.collect(),
        notification: show(row, &counts, now)?,
    })
}

/// Rows of a list with their counts.
pub(crate) async fn rows(
    app: &AppState,
    rows: Vec<NotificationRow>,
) -> Result<Vec<NotificationOut>, Problem> {
    let numbers: Vec<i64> = rows.iter().map(|row| row.num).collect();
    let mut counts = app.store().counts_of(&numbers).await?;
    let now = app.clock.now();
    let show = |row: NotificationRow| {
        let counts = counts.remove(&row.num).unwrap_or_default();
        let mut shown = show(row, &counts, now)?;
        shown.plain = belfry_catalog::cut(&shown.plain, EXCERPT).into_owned();
        Ok(shown)
    };
    rows.into_iter().map(show).collect()
}

/// A page of rows of which one more than `limit` was asked for.
pub(crate) async fn page(
    app: &AppState,
    mut found: Vec<NotificationRow>,
    limit: usize,
) -> Result<Page<NotificationOut>, Problem> {
    let more = found.len() > limit;
    found.truncate(limit);
    let next = if more { found.last().map(|row| Cursor::one(row.num).to_text()) } else { None };
    Ok(Page { items: rows(app, found).await?, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_never_divides_by_nothing() {
        assert!((per_second(50, Millis(0), Millis(0)) - 50.0).abs() < 0.01);
        assert!((per_second(50, Millis(0), Millis(20_000)) - 2.5).abs() < 0.01);
    }
}
