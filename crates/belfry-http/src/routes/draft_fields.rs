//! What a draft holds and how it is given, changed and shown. It may be incomplete and not fit to be sent: that is
//! checked when it is.

use belfry_store::{DraftFields, NotificationRow};
use belfry_types::id::{NotificationId, PhotoId};
use belfry_types::limits::{RUN_TIME_DEFAULT_S, RUN_TIME_MAX_S};
use belfry_types::notification::Content;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::notification_view::{OperatorRef, stored};
use crate::audience::{AudienceIn, DraftAudience};
use crate::content::DestinationIn;
use crate::faults::Faults;
use crate::given::{Given, given};
use crate::problem::Problem;
use crate::words::{MessageFormat, NotificationStatus};

/// What is being written may be too long for a while; this much is kept of it.
const TITLE_CHARS: usize = 1_000;
const MESSAGE_CHARS: usize = 50_000;
const URL_CHARS: usize = 2_048;

/// What a draft holds. All of it may be missing, and wrong until it is sent.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDraft, example = json!({"title": "Doors open", "message": "The doors open at **nine**."}))]
pub struct DraftIn {
    /// The text, in `format`.
    message: Option<String>,
    /// The title.
    title: Option<String>,
    /// How the message is written.
    format: Option<MessageFormat>,
    /// Who it is from.
    sender: Option<String>,
    /// Id of the sender's photo.
    #[schema(value_type = Option<String>)]
    photo: Option<PhotoId>,
    /// Where opening it leads.
    destination: Option<DestinationIn>,
    /// Seconds after which what was not delivered is discarded; a day if it is missing.
    run_time: Option<u32>,
    /// Whom it is for.
    #[schema(value_type = Option<DraftAudience>)]
    audience: Option<AudienceIn>,
}

impl DraftIn {
    /// The content alone, as far as it is written.
    pub(crate) fn into_content(self) -> Result<Content, Problem> {
        let mut holding = Holding::default();
        holding.change(self.into());
        holding.fields()?;
        Ok(holding.content)
    }
}

/// What to change of a draft: what is missing stays, null takes it away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DraftPatch, example = json!({"revision": 1, "title": "Doors open at nine"}))]
pub struct DraftPatchIn {
    /// The revision that is changed.
    #[schema(minimum = 1)]
    pub(crate) revision: i64,
    /// The text, in `format`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    message: Given<String>,
    /// The title.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    title: Given<String>,
    /// How the message is written.
    format: Option<MessageFormat>,
    /// Who it is from.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    sender: Given<String>,
    /// Id of the sender's photo.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    photo: Given<PhotoId>,
    /// Where opening it leads.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DestinationIn>)]
    destination: Given<DestinationIn>,
    /// Seconds after which what was not delivered is discarded.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    run_time: Given<u32>,
    /// Whom it is for.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DraftAudience>)]
    audience: Given<AudienceIn>,
}

impl From<DraftIn> for DraftPatchIn {
    fn from(it: DraftIn) -> Self {
        Self {
            revision: 0,
            message: Some(it.message),
            title: Some(it.title),
            format: it.format,
            sender: Some(it.sender),
            photo: Some(it.photo),
            destination: Some(it.destination),
            run_time: Some(it.run_time),
            audience: Some(it.audience),
        }
    }
}

/// A draft as it is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Draft)]
pub struct DraftOut {
    /// Its id, which it keeps when it is sent.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: NotificationId,
    /// Always `draft`.
    status: NotificationStatus,
    /// Goes up with every change.
    revision: i64,
    /// The text, in `format`.
    message: String,
    /// The title.
    title: Option<String>,
    /// How the message is written.
    format: MessageFormat,
    /// Who it is from.
    sender: Option<String>,
    /// Id of the sender's photo.
    #[schema(value_type = Option<String>)]
    photo: Option<PhotoId>,
    /// Where opening it leads.
    destination: Option<DestinationIn>,
    /// Seconds after which what was not delivered is discarded.
    run_time: u32,
    /// Whom it is for.
    #[schema(value_type = Option<DraftAudience>)]
    audience: Option<AudienceIn>,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Millis,
    /// The operator who changed it last.
    updated_by: Option<OperatorRef>,
}

/// A draft as it is shown.
pub(crate) fn show(row: &NotificationRow) -> Result<DraftOut, Problem> {
    let content: Content = stored(&row.content)?;
    Ok(DraftOut {
        id: row.id,
        status: NotificationStatus(row.status),
        revision: row.revision,
        message: content.message,
        title: content.title,
        format: content.format.into(),
        sender: content.sender,
        photo: content.photo,
        destination: content.destination.map(|to| DestinationIn { url: to.url }),
        run_time: row.run_time_s,
        audience: stored(&row.audience)?,
        created_at: row.created_at,
        updated_at: row.updated_at.unwrap_or(row.created_at),
        updated_by: row.updated_by.clone().map(|name| OperatorRef { name }),
    })
}

/// What a draft holds, while it is changed.
#[derive(Default)]
pub(crate) struct Holding {
    /// As it is set.
    pub(crate) content: Content,
    /// Whom it is for.
    pub(crate) audience: Option<AudienceIn>,
    /// Seconds.
    pub(crate) run_time_s: u32,
}

impl Holding {
    /// What a kept one holds.
    pub(crate) fn of(row: &NotificationRow) -> Result<Self, Problem> {
        let (content, audience) = (stored(&row.content)?, stored(&row.audience)?);
        Ok(Self { content, audience, run_time_s: row.run_time_s })
    }

    /// Changes what is given.
    pub(crate) fn change(&mut self, patch: DraftPatchIn) {
        let content = &mut self.content;
        // A field of a form that was emptied is one that is not set.
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        set(&mut content.message, patch.message.map(Option::unwrap_or_default));
        set(&mut content.title, patch.title.map(filled));
        set(&mut content.format, patch.format.map(Into::into));
        set(&mut content.sender, patch.sender.map(filled));
        set(&mut content.photo, patch.photo);
        let destination = |to: Option<DestinationIn>| to.filter(|to| !to.url.is_empty()).map(Into::into);
        set(&mut content.destination, patch.destination.map(destination));
        set(&mut self.run_time_s, patch.run_time.map(|s| s.unwrap_or(RUN_TIME_DEFAULT_S)));
        set(&mut self.audience, patch.audience);
    }

    /// As it is kept, if that is not beyond all measure.
    pub(crate) fn fields(&self) -> Result<DraftFields, Problem> {
        let mut faults = Faults::default();
        let mut bounded = |pointer: &str, text: &str, max: usize| {
            if text.len() > max && text.chars().count() > max {
                faults.add(pointer, "too_long", format!("a draft keeps at most {max} characters of it"));
            }
        };
        bounded("/message", &self.content.message, MESSAGE_CHARS);
        bounded("/title", self.content.title.as_deref().unwrap_or_default(), TITLE_CHARS);
        bounded("/sender", self.content.sender.as_deref().unwrap_or_default(), TITLE_CHARS);
        let url = self.content.destination.as_ref().map(|to| to.url.as_str());
        bounded("/destination/url", url.unwrap_or_default(), URL_CHARS);
        if let Some(audience) = &self.audience {
            audience.check_draft("/audience", &mut faults);
        }
        if self.run_time_s > RUN_TIME_MAX_S {
            faults.add("/run_time", "out_of_range", format!("from 0 to {RUN_TIME_MAX_S} seconds (28 days)"));
        }
        faults.done()?;
        let json = |value: serde_json::Result<String>| value.map_err(|e| Problem::internal(&e));
        Ok(DraftFields {
            content: json(serde_json::to_string(&self.content))?,
            audience: json(serde_json::to_string(&self.audience))?,
            run_time_s: self.run_time_s,
        })
    }
}

fn set<T>(field: &mut T, given: Option<T>) {
    if let Some(value) = given {
        *field = value;
    }
}
