//! Accepts what is to be sent: checks that everyone who is named exists, renders once, and commits. What was answered
//! with an id is durable.

use std::time::Duration;

use belfry_store::{
    AcceptedEvent, AcceptedNotification, Cancelled, DraftEnd, DraftFields, DraftSend, Error, IdempotencyKey,
    NewNotification, Quota, lane_of,
};
use belfry_types::audience::Audience;
use belfry_types::id::{EventId, NotificationId};
use belfry_types::notification::{Content, Origin, Status};
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::item::render_content;
use crate::resolve::{Resolved, resolve};
use crate::{Engine, fault};

/// People that a preview names as examples.
const SAMPLE: usize = 5;

/// A notification to send now.
#[derive(Debug, Clone)]
pub struct Composed {
    /// As it was set.
    pub content: Content,
    /// Whom it is for.
    pub audience: Audience,
    /// The audience's JSON as it was set.
    pub audience_json: String,
    /// Seconds.
    pub run_time_s: u32,
    /// Who sends it.
    pub origin: Origin,
    /// The number of the operator who sends it, 0 for an API key.
    pub operator: i64,
    /// The number of the only device that it is pushed to; all of them if it is missing.
    pub only_device: Option<i64>,
}

/// A draft to send, which was checked at a revision.
#[derive(Debug, Clone)]
pub struct DraftToSend {
    /// Its id, which the notification keeps.
    pub id: NotificationId,
    /// The revision that was checked.
    pub revision: i64,
    /// What it holds.
    pub composed: Composed,
    /// How long it can be taken back.
    pub undo: Duration,
}

/// An event to raise.
#[derive(Debug, Clone)]
pub struct Raised {
    /// As it was raised.
    pub content: Content,
    /// External ids or emails.
    pub recipients: Vec<String>,
    /// Unknown recipients are left out instead of refused.
    pub ignore_unknown: bool,
    /// Seconds.
    pub run_time_s: u32,
}

/// An accepted notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub id: NotificationId,
    /// Its status when it was accepted.
    pub status: Status,
    /// It had been accepted before under the same key.
    pub replayed: bool,
}

/// An audience as it would be resolved now.
#[derive(Debug, Clone)]
pub struct Preview {
    /// People.
    pub count: u64,
    /// People with at least one device that push can reach.
    pub reachable: u64,
    /// Some of them: external id and name.
    pub sample: Vec<(String, String)>,
}

/// Why nothing was accepted.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// These are not members of the workspace.
    #[error("unknown users")]
    UnknownUsers(Vec<String>),
    /// The workspace has no such groups.
    #[error("unknown groups")]
    UnknownGroups(Vec<String>),
    /// The idempotency key was used with another body.
    #[error("the idempotency key was used with another body")]
    IdempotencyConflict,
    /// The workspace has sent all that its operators may.
    #[error("the quota is used up")]
    QuotaExceeded(Quota),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Engine {
    /// Accepts a notification; it is planned and sent from here on by itself.
    pub async fn send_notification(
        &self,
        scope: WorkspaceScope,
        composed: Composed,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Accepted, ComposeError> {
        self.names_are_known(scope, &composed.audience).await?;
        let now = self.clock.now();
        let id = NotificationId::new(now, &*self.rng);
        let workspace = self.store.workspace(scope).await?;
        let rendered = render_content(id, &composed.content, &workspace, &self.settings);
        let new = NewNotification {
            id,
            origin: composed.origin,
            content: serde_json::to_string(&composed.content).map_err(Error::from)?,
            lane: lane_of(&composed.audience),
            audience: composed.audience_json,
            item: rendered.item,
            plain: rendered.plain,
            run_time_s: composed.run_time_s,
            created_by: composed.operator,
            only_device: composed.only_device,
        };
        fault::point("accept");
        let accepted = self.store.accept_notification(scope, new, idempotency, now).await?;
        match accepted {
            AcceptedNotification::New(id) => {
                metrics::counter!("belfry_notifications_accepted_total").increment(1);
                self.wake.plan.notify_waiters();
                Ok(Accepted { id, status: Status::Sending, replayed: false })
            }
            AcceptedNotification::Replayed(id) => {
                Ok(Accepted { id, status: Status::Sending, replayed: true })
            }
            AcceptedNotification::Conflict => Err(ComposeError::IdempotencyConflict),
            AcceptedNotification::QuotaExceeded(quota) => Err(ComposeError::QuotaExceeded(quota)),
        }
    }

    /// Schedules a draft for the end of the time in which it can be taken back. Answers when that is.
    pub async fn send_draft(
        &self,
        scope: WorkspaceScope,
        draft: DraftToSend,
    ) -> Result<(DraftEnd, Millis), ComposeError> {
        let DraftToSend { id, revision, composed, undo } = draft;
        self.names_are_known(scope, &composed.audience).await?;
        let workspace = self.store.workspace(scope).await?;
        let rendered = render_content(id, &composed.content, &workspace, &self.settings);
        let now = self.clock.now();
        let sends_at = now.plus(undo);
        let send = DraftSend {
            id,
            revision,
            origin: composed.origin,
            fields: DraftFields {
                content: serde_json::to_string(&composed.content).map_err(Error::from)?,
                audience: composed.audience_json,
                run_time_s: composed.run_time_s,
            },
            item: rendered.item,
            plain: rendered.plain,
            lane: lane_of(&composed.audience),
            sends_at,
        };
        fault::point("accept");
        let end = self.store.send_draft(scope, send, now).await?;
        if end == DraftEnd::Done {
            metrics::counter!("belfry_notifications_accepted_total").increment(1);
            self.wake.plan.notify_waiters();
        }
        Ok((end, sends_at))
    }

    /// Calls a notification off: before its time it is a draft again, after that it stops at the next batch.
    pub async fn cancel(&self, scope: WorkspaceScope, id: NotificationId) -> Result<Cancelled, Error> {
        let cancelled = self.store.cancel_notification(scope, id, self.clock.now()).await?;
        // What is queued is settled as cancelled by whoever leases it.
        self.wake.deliver.notify_one();
        Ok(cancelled)
    }

    async fn names_are_known(&self, scope: WorkspaceScope, audience: &Audience) -> Result<(), ComposeError> {
        if names_someone(audience) {
            known(resolve(&self.store, scope, audience).await?).map(drop)
        } else {
            Ok(())
        }
    }

    /// Accepts an event; `true` says that it had been accepted before under the same key.
    pub async fn raise_event(
        &self,
        scope: WorkspaceScope,
        raised: Raised,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<(EventId, bool), ComposeError> {
        let id = EventId::new(self.clock.now(), &*self.rng);
        let content = serde_json::to_string(&raised.content).map_err(Error::from)?;
        let event = belfry_store::NewEvent {
            scope,
            id,
            content,
            run_time_s: raised.run_time_s,
            recipients: raised.recipients,
            ignore_unknown: raised.ignore_unknown,
            idempotency,
        };
        match self.accept.accept(event).await? {
            AcceptedEvent::New(id) => Ok((id, false)),
            AcceptedEvent::Replayed(id) => Ok((id, true)),
            AcceptedEvent::Conflict => Err(ComposeError::IdempotencyConflict),
            AcceptedEvent::Unknown(names) => Err(ComposeError::UnknownUsers(names)),
        }
    }

    /// Who would get it now.
    pub async fn preview_audience(
        &self,
        scope: WorkspaceScope,
        audience: &Audience,
    ) -> Result<Preview, ComposeError> {
        let people = known(resolve(&self.store, scope, audience).await?)?.people;
        let sample: Vec<u32> = people.iter().take(SAMPLE).collect();
        let reachable = self.store.reachable_people(scope).await?.intersection_len(&people);
        let sample = self.store.people(scope.scope(), &sample).await?;
        Ok(Preview {
            count: people.len(),
            reachable,
            sample: sample.into_iter().map(|(_, external_id, name)| (external_id, name)).collect(),
        })
    }
}

/// Whoever is meant, if everyone who is named exists.
pub(crate) fn known(resolved: Resolved) -> Result<Resolved, ComposeError> {
    let unknown = &resolved.unknown;
    if !unknown.users.is_empty() {
        return Err(ComposeError::UnknownUsers(unknown.users.clone()));
    }
    if !unknown.groups.is_empty() {
        return Err(ComposeError::UnknownGroups(unknown.groups.clone()));
    }
    Ok(resolved)
}

fn names_someone(audience: &Audience) -> bool {
    match audience {
        Audience::Everyone => false,
        Audience::Users { .. } | Audience::Groups(_) => true,
        Audience::All(of) | Audience::Any(of) => of.iter().any(names_someone),
        Audience::Not(of) => names_someone(of),
    }
}
