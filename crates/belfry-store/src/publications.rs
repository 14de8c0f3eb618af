//! The log of an organization in the order of its `seq`: live connections follow it, and the live wide notifications
//! are read from it. The counter's row lock makes commits come in the order of `seq`.

use std::sync::Arc;

use belfry_types::Ordinals;
use belfry_types::id::NotificationId;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::bitmaps;
use crate::db::Tx;
use crate::dialect::{hex, json_ints, statements};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    NEXT = "UPDATE organizations SET seq = seq + $2, wide_version = wide_version + $3 WHERE num = $1 RETURNING seq";
    INSERT = "INSERT INTO publications (organization, seq, notification, workspace, wide, people, published_at, expires_at) \
        SELECT organization, seq, notification, workspace, wide, people, $2, expires_at \
        FROM {rows:$1:organization int,seq int,notification int,workspace int,wide int,people blob,expires_at int} AS r";
    SEQ = "SELECT seq FROM organizations WHERE num = $1";
    SEQS = "SELECT num, seq FROM organizations WHERE num IN {ints:$1}";
    AFTER = "SELECT p.seq, p.workspace, p.wide, p.people, p.published_at, n.id, n.item, n.num FROM publications p \
        JOIN notifications n ON n.num = p.notification \
        WHERE p.organization = $1 AND p.seq > $2 ORDER BY p.seq LIMIT $3";
    WIDE_SEQS = "SELECT o.wide_version, p.seq FROM organizations o \
        LEFT JOIN publications p ON p.organization = o.num AND p.wide = 1 AND p.expires_at > $2 WHERE o.num = $1 ORDER BY p.seq";
    WIDE = "SELECT p.seq, p.workspace, p.people, p.published_at, p.expires_at, n.id, n.item, n.num FROM publications p \
        JOIN notifications n ON n.num = p.notification WHERE p.organization = $1 AND p.wide = 1 AND p.seq IN {ints:$2}";
    OF_NOTIFICATION = "SELECT people FROM publications WHERE notification = $1";
}

/// A row of the log to write.
pub(crate) struct NewPublication<'a> {
    pub(crate) seq: i64,
    pub(crate) notification: i64,
    pub(crate) scope: WorkspaceScope,
    pub(crate) wide: bool,
    pub(crate) people: &'a Ordinals,
    pub(crate) expires_at: Millis,
}

impl NewPublication<'_> {
    pub(crate) async fn insert(self, tx: &mut Tx, now: Millis) -> Result<()> {
        insert_all(tx, &[self], now).await
    }
}

pub(crate) async fn insert_all(tx: &mut Tx, publications: &[NewPublication<'_>], now: Millis) -> Result<()> {
    let rows: Vec<_> = publications
        .iter()
        .map(|p| {
            let (organization, workspace) = (p.scope.organization(), p.scope.workspace());
            let people = hex(&bitmaps::to_bytes(p.people));
            (organization, p.seq, p.notification, workspace, i64::from(p.wide), people, p.expires_at.0)
        })
        .collect();
    tx.run(&INSERT, args![serde_json::to_string(&rows)?, now]).await.map(drop)
}

/// Takes the next `n` numbers of an organization and returns the last of them. Call it late in a transaction: it holds
/// the organization's row until the commit.
pub(crate) async fn next_seq(tx: &mut Tx, organization: i64, n: usize, wide: bool) -> Result<i64> {
    tx.one(&NEXT, args![organization, n, wide]).await?.ok_or(Error::NotFound)?.int(0)
}

/// A row of the log for live connections.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Its place.
    pub seq: i64,
    /// The workspace's number.
    pub workspace: i64,
    /// One row for all of its people.
    pub wide: bool,
    /// Who gets it.
    pub people: Ordinals,
    /// When it was published.
    pub published_at: Millis,
    /// The notification.
    pub notification: NotificationId,
    /// The notification's number.
    pub notification_num: i64,
    /// The common part of its items.
    pub item: String,
    /// It may stack: what a person sees of it must be looked up.
    pub may_stack: bool,
}

/// A live wide notification.
#[derive(Debug, Clone)]
pub struct Wide {
    /// Its place.
    pub seq: i64,
    /// The workspace's number.
    pub workspace: i64,
    /// Who gets it.
    pub people: Ordinals,
    /// When it was published.
    pub published_at: Millis,
    /// When it leaves inboxes.
    pub expires_at: Millis,
    /// The notification.
    pub notification: NotificationId,
    /// The notification's number.
    pub notification_num: i64,
    /// The common part of its items.
    pub item: Arc<str>,
}

impl Store {
    /// The last number of an organization's log.
    pub async fn last_seq(&self, organization: i64) -> Result<i64> {
        self.db.one(&SEQ, args![organization]).await?.ok_or(Error::NotFound)?.int(0)
    }

    /// The last numbers of several organizations' logs.
    pub async fn last_seqs(&self, organizations: impl IntoIterator<Item = i64>) -> Result<Vec<(i64, i64)>> {
        let rows = self.db.all(&SEQS, args![json_ints(organizations)]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect()
    }

    /// What was published after `seq`, in order.
    pub async fn publications_after(
        &self,
        organization: i64,
        seq: i64,
        limit: usize,
    ) -> Result<Vec<Publication>> {
        self.db
            .all(&AFTER, args![organization, seq, limit])
            .await?
            .iter()
            .map(|row| {
                Ok(Publication {
                    seq: row.int(0)?,
                    workspace: row.int(1)?,
                    wide: row.flag(2)?,
                    people: bitmaps::from_bytes(&row.blob(3)?)?,
                    published_at: row.millis(4)?,
                    notification: NotificationId(row.bytes(5)?),
                    item: row.text(6)?,
                    notification_num: row.int(7)?,
                    may_stack: !row.flag(2)?,
                })
            })
            .collect()
    }

    /// The version of the set of live wide notifications and their places, oldest first.
    pub async fn wide_seqs(&self, organization: i64, now: Millis) -> Result<(i64, Vec<i64>)> {
        let rows = self.db.all(&WIDE_SEQS, args![organization, now]).await?;
        let version = rows.first().ok_or(Error::NotFound)?.int(0)?;
        Ok((version, rows.iter().filter_map(|row| row.int_opt(1).transpose()).collect::<Result<_>>()?))
    }

    /// The wide notifications at these places.
    pub async fn wide(&self, organization: i64, seqs: &[i64]) -> Result<Vec<Wide>> {
        self.db
            .all(&WIDE, args![organization, json_ints(seqs)])
            .await?
            .iter()
            .map(|row| {
                Ok(Wide {
                    seq: row.int(0)?,
                    workspace: row.int(1)?,
                    people: bitmaps::from_bytes(&row.blob(2)?)?,
                    published_at: row.millis(3)?,
                    expires_at: row.millis(4)?,
                    notification: NotificationId(row.bytes(5)?),
                    item: row.text(6)?.into(),
                    notification_num: row.int(7)?,
                })
            })
            .collect()
    }

    /// Everyone a notification was published to, for the list of its deliveries.
    pub async fn people_of(&self, notification: i64) -> Result<Ordinals> {
        let mut people = Ordinals::new();
        for row in self.db.all(&OF_NOTIFICATION, args![notification]).await? {
            people |= bitmaps::from_bytes(&row.blob(0)?)?;
        }
        Ok(people)
    }
}
