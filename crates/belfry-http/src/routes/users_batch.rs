//! Many people at once: a JSON array or NDJSON of up to 10,000, each answered by itself. An item that cannot be accepted
//! stops no other.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use belfry_store::UpsertStatus;
use belfry_types::limits::{BULK_ITEMS, NAME_CHARS};
use belfry_types::people::{Cleared, GroupRef, Person};
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::users::check;
use crate::extract::{Media, Query, bulk_body, media_type, unsupported};
use crate::faults::Faults;
use crate::json;
use crate::openapi::Writes;
use crate::page::Page;
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::{Fault, Problem};
use crate::state::AppState;
use crate::words::MemberKindWord;

/// People of one transaction.
const CHUNK: usize = 1_000;

/// A group of a person: its key, or its key and the name that it gets if it is made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = BatchGroup)]
pub enum GroupIn {
    /// The key.
    Key(String),
    /// The key and the name.
    Named {
        /// Unique in the workspace.
        key: String,
        /// The name that people see.
        name: String,
    },
}

/// One person of a batch. What is missing stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BatchUser, example = json!({"external_id": "attendee-1042", "name": "Ann Example", "email": "ann@example.com"}))]
pub struct BatchUserIn {
    /// The host product's id, unique in the organization.
    #[schema(min_length = 1, max_length = 255)]
    external_id: String,
    /// The whole name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Where mail goes.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// BCP 47 tag.
    locale: Option<String>,
    /// IANA time zone.
    time_zone: Option<String>,
    /// The groups that they are in, all of them.
    groups: Option<Vec<GroupIn>>,
    /// What they are to the workspace.
    kind: Option<MemberKindWord>,
}

/// Why a person was rejected.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchError)]
pub struct BatchErrorOut {
    /// Stable code.
    #[schema(value_type = String, example = "email_taken")]
    code: &'static str,
    /// What is wrong, for people.
    detail: String,
    /// Where in the item, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
}

/// What was done with a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BatchStatus)]
pub enum BatchStatusOut {
    /// They are a member now and were none.
    Created,
    /// Something changed.
    Updated,
    /// Nothing differed.
    Unchanged,
    /// Nothing was written.
    Rejected,
}

/// What became of one person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchItem)]
pub struct BatchItemOut {
    /// As it was given; null where it could not be read.
    external_id: Option<String>,
    /// What was done.
    status: BatchStatusOut,
    /// Why not, for the rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<BatchErrorOut>,
}

impl BatchItemOut {
    fn rejected(external_id: Option<String>, fault: Fault) -> Self {
        let pointer = (!fault.pointer.is_empty()).then_some(fault.pointer);
        let error = BatchErrorOut { code: fault.code, detail: fault.detail, pointer };
        Self { external_id, status: BatchStatusOut::Rejected, error: Some(error) }
    }
}

/// How a batch is treated.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BatchQuery {
    /// Answers as if it were done, and changes nothing.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    dry_run: bool,
    /// Makes groups that do not exist yet; otherwise whoever is in one is rejected.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    create_groups: bool,
}

/// Add or change many people
///
/// Up to 10,000 as a JSON array (answered with `{items, next}` in the same order) or as NDJSON, one person a line (answered
/// with NDJSON). Done in transactions of 1,000; sent again it changes nothing. Needs `users:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/users/batch", operation_id = "batchUsers", tag = "users",
    params(WorkspacePath, BatchQuery),
    request_body(content((Vec<BatchUserIn> = "application/json"), (String = "application/x-ndjson"))),
    responses(
        (status = 200, description = "What became of each.", content(
            (Page<BatchItemOut> = "application/json"), (String = "application/x-ndjson"))),
        Writes,
    ),
    security(("api_key" = ["users:write"])),
)]
pub async fn batch(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(query): Query<BatchQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let media = media_type(request.headers());
    if !matches!(media, Media::Json | Media::Lines) {
        return Err(unsupported("application/json or application/x-ndjson"));
    }
    let body = bulk_body(request).await?;
    let items = if media == Media::Lines { lines(&body)? } else { array(&body)? };
    let mut answers = Vec::with_capacity(items.len());
    for chunk in items.chunks(CHUNK) {
        answers.extend(upsert(&app, scope, chunk, &query).await?);
    }
    if media == Media::Json {
        return Ok(axum::Json(Page { items: answers, next: None }).into_response());
    }
    let mut text = Vec::with_capacity(answers.len() * 64);
    for answer in &answers {
        serde_json::to_writer(&mut text, answer).map_err(|e| Problem::internal(&e))?;
        text.push(b'\n');
    }
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"))];
    Ok((StatusCode::OK, kind, text).into_response())
}

fn too_many() -> Problem {
    Problem::invalid(vec![Fault::at("", "too_many", format!("a batch has at most {BULK_ITEMS} people"))])
}

/// The items of an array, each read by itself later.
fn array(body: &Bytes) -> Result<Vec<Bytes>, Problem> {
    let items: Vec<&RawValue> = match serde_json::from_slice(body) {
        Ok(items) => items,
        // Says in the usual words what is wrong.
        Err(_) => {
            return Err(json::read_any::<Vec<serde_json::Value>>(body).map_or_else(|p| p, |_| too_many()));
        }
    };
    if items.len() > BULK_ITEMS {
        return Err(too_many());
    }
    Ok(items.into_iter().map(|item| body.slice_ref(item.get().as_bytes())).collect())
}

fn lines(body: &Bytes) -> Result<Vec<Bytes>, Problem> {
    let lines: Vec<Bytes> = body
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty())
        .take(BULK_ITEMS + 1)
        .map(|line| body.slice_ref(line))
        .collect();
    if lines.len() > BULK_ITEMS { Err(too_many()) } else { Ok(lines) }
}

/// Reads and checks one item.
fn read(item: &[u8], groups: &mut BTreeMap<String, String>) -> Result<Person, BatchItemOut> {
    let it: BatchUserIn = json::read(item).map_err(|problem| {
        #[derive(Deserialize)]
        struct Named {
            external_id: String,
        }
        let name = serde_json::from_slice::<Named>(item).ok().map(|named| named.external_id);
        let fault = problem.errors().first().cloned();
        BatchItemOut::rejected(name, fault.unwrap_or_else(|| Fault::at("", problem.code(), problem.detail())))
    })?;
    let mut faults = Faults::default();
    let mut keys = Vec::new();
    for (i, group) in it.groups.iter().flatten().enumerate() {
        let (key, name) = match group {
            GroupIn::Key(key) => (key, key),
            GroupIn::Named { key, name } => (key, name),
        };
        faults.line(&format!("/groups/{i}/name"), name, NAME_CHARS.max(key.chars().count()));
        keys.push((key.clone(), name.clone()));
    }
    let person = Person {
        external_id: it.external_id,
        name: it.name,
        email: it.email,
        locale: it.locale,
        time_zone: it.time_zone,
        groups: it.groups.is_some().then(|| keys.iter().map(|(key, _)| key.clone()).collect()),
        kind: it.kind.map(|word| word.0),
        cleared: Cleared::default(),
    };
    check(&person, &mut faults);
    if let Some(fault) = faults.into_vec().into_iter().next() {
        return Err(BatchItemOut::rejected(Some(person.external_id), fault));
    }
    groups.extend(keys);
    Ok(person)
}

async fn upsert(
    app: &AppState,
    scope: WorkspaceScope,
    items: &[Bytes],
    query: &BatchQuery,
) -> Result<Vec<BatchItemOut>, Problem> {
    let (mut people, mut groups) = (Vec::with_capacity(items.len()), BTreeMap::new());
    let mut answers: Vec<Option<BatchItemOut>> = Vec::with_capacity(items.len());
    for item in items {
        match read(item, &mut groups) {
            Ok(person) => {
                people.push(person);
                answers.push(None);
            }
            Err(rejected) => answers.push(Some(rejected)),
        }
    }
    let groups: Vec<GroupRef> = if query.create_groups {
        groups.into_iter().map(|(key, name)| GroupRef { key, name }).collect()
    } else {
        Vec::new()
    };
    let mut done = app.store().upsert_users(scope, &people, &groups, query.dry_run).await?.into_iter();
    let mut out = Vec::with_capacity(answers.len());
    for answer in answers {
        out.push(match answer {
            Some(rejected) => rejected,
            None => {
                let done =
                    done.next().ok_or_else(|| Problem::internal(&"the store answered for too few people"))?;
                let status = match done.status {
                    UpsertStatus::Created => BatchStatusOut::Created,
                    UpsertStatus::Updated => BatchStatusOut::Updated,
                    UpsertStatus::Unchanged => BatchStatusOut::Unchanged,
                    UpsertStatus::Rejected(detail, code) => {
                        out.push(BatchItemOut::rejected(Some(done.external_id), Fault::at("", code, detail)));
                        continue;
                    }
                };
                BatchItemOut { external_id: Some(done.external_id), status, error: None }
            }
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_split_without_being_read() {
        let body = Bytes::from_static(b" [ {\"a\":[1,2]} , 7 ]");
        assert_eq!(array(&body).unwrap(), [&b"{\"a\":[1,2]}"[..], b"7"]);
        assert_eq!(array(&Bytes::from_static(b"[1")).unwrap_err().status(), 400);
        assert_eq!(array(&Bytes::from_static(b"{}")).unwrap_err().status(), 422);
        assert_eq!(lines(&Bytes::from_static(b"1\r\n\n 2")).unwrap(), [&b"1\r"[..], b" 2"]);
        let many = Bytes::from("1\n".repeat(BULK_ITEMS + 1));
        assert_eq!(lines(&many).unwrap_err().errors()[0].code, "too_many");
        assert_eq!(lines(&many.slice(2..)).unwrap().len(), BULK_ITEMS);
    }

    #[test]
    fn a_bad_item_says_why() {
        let mut groups = BTreeMap::new();
        let mut code = |text: &str| {
            let rejected = read(text.as_bytes(), &mut groups).unwrap_err();
            let error = rejected.error.unwrap();
            (rejected.external_id, error.code, error.pointer)
        };
        assert_eq!(code("{"), (None, "json_invalid", None));
        assert_eq!(code(r#"{"external_id":"a"}"#), (Some("a".into()), "required", Some("/name".into())));
        let bad = r#"{"external_id":"a","name":"A","email":"x"}"#;
        assert_eq!(code(bad), (Some("a".into()), "email_invalid", Some("/email".into())));
        let good = r#"{"external_id":"a","name":"A","groups":["crew",{"key":"vip","name":"VIP"}]}"#;
        let person = read(good.as_bytes(), &mut groups).unwrap();
        assert_eq!(person.groups, Some(vec!["crew".into(), "vip".into()]));
        assert_eq!(groups["vip"], "VIP");
    }
}
