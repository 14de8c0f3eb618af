//! Sessions of operators: bearer secrets of which only a hash is kept, and what they open. How a secret travels and
//! which requests may carry one is not decided here.

use std::time::Duration;

use belfry_types::id::{OperatorId, SessionId};
use belfry_types::limits::{SESSION_S, SESSION_SLIDE_S};
use belfry_types::rights::{Role, RoleGrant};
use belfry_types::secret::{SESSION, Secret, SecretHash};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    INSERT = "INSERT INTO operator_sessions (id, hash, operator, user_agent, created_at, seen_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $5, $6)";
    BY_HASH = "SELECT s.num, s.expires_at, o.num, o.id, o.name, o.email FROM operator_sessions s \
        JOIN operators o ON o.num = s.operator WHERE s.hash = $1 AND s.expires_at > $2";
    ROLES = "SELECT organization, workspace, role FROM operator_roles WHERE operator = $1 \
        ORDER BY organization, workspace";
    SLIDE = "UPDATE operator_sessions SET expires_at = $2 WHERE num = $1 AND expires_at < $2";
    LIST = "SELECT num, id, user_agent, created_at, seen_at FROM operator_sessions \
        WHERE operator = $1 AND expires_at > $2 ORDER BY num DESC LIMIT 200";
    TOUCH = "UPDATE operator_sessions SET seen_at = r.at FROM {rows:$1:num int,at int} AS r \
        WHERE operator_sessions.num = r.num AND operator_sessions.seen_at < r.at";
    END = "DELETE FROM operator_sessions WHERE operator = $1 AND id = $2";
    END_BY_NUM = "DELETE FROM operator_sessions WHERE num = $1";
    END_ALL_BUT = "DELETE FROM operator_sessions WHERE operator = $1 AND num <> $2";
    DROP_ENDED = "DELETE FROM operator_sessions WHERE expires_at <= $1";
}

/// What a session opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorGrant {
    /// Internal number of the operator.
    pub num: i64,
    /// Public id of the operator.
    pub id: OperatorId,
    /// The whole name.
    pub name: String,
    /// As it was given.
    pub email: String,
    /// Internal number of the session.
    pub session: i64,
    /// When the session ends, unless it is used on another day before.
    pub expires_at: Millis,
    /// Its end was moved on just now: the browser should be told.
    pub moved_on: bool,
    /// Everything that the operator is, anywhere.
    pub roles: Vec<RoleGrant>,
}

/// A session as its operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorSession {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: SessionId,
    /// What the browser said of itself.
    pub user_agent: String,
    /// When it began.
    pub created_at: Millis,
    /// When it was last used, to about half a minute.
    pub seen_at: Millis,
}

pub(crate) fn role(row: &Row) -> Result<RoleGrant> {
    let workspace = row.int(1)?;
    Ok(RoleGrant {
        organization: row.int(0)?,
        workspace: (workspace != 0).then_some(workspace),
        role: row.coded(2, Role::from_code)?,
    })
}

/// Ends every session of an operator but one (0 for none).
pub(crate) async fn end_all_but(tx: &mut Tx, operator: i64, session: i64) -> Result<()> {
    tx.run(&END_ALL_BUT, args![operator, session]).await.map(drop)
}

impl Store {
    /// Begins a session. The secret is given this once.
    pub async fn begin_session(&self, operator: i64, user_agent: &str) -> Result<(Secret, Millis)> {
        let (secret, now) = (Secret::new(SESSION, &*self.rng), self.clock.now());
        let expires_at = now.plus(Duration::from_secs(SESSION_S));
        let id = SessionId::new(now, &*self.rng);
        let values = args![id.0, secret.hash(), operator, user_agent, now, expires_at];
        self.db.run(&INSERT, values).await?;
        Ok((secret, expires_at))
    }

    /// Whom the session with this hash lets act; `None` if it is unknown or over. Once a day its end is moved on.
    pub async fn operator_by_session(&self, hash: &SecretHash) -> Result<Option<OperatorGrant>> {
        let now = self.clock.now();
        let Some(row) = self.db.one(&BY_HASH, args![*hash, now]).await? else { return Ok(None) };
        let (session, mut expires_at, num) = (row.int(0)?, row.millis(1)?, row.int(2)?);
        let end = now.plus(Duration::from_secs(SESSION_S));
        let moved_on = end.since(expires_at) >= Duration::from_secs(SESSION_SLIDE_S);
        if moved_on {
            self.db.run(&SLIDE, args![session, end]).await?;
            expires_at = end;
        }
        let roles = self.operator_roles(num).await?;
        let (id, name, email) = (OperatorId(row.bytes(3)?), row.text(4)?, row.text(5)?);
        Ok(Some(OperatorGrant { num, id, name, email, session, expires_at, moved_on, roles }))
    }

    /// Everything that an operator is, anywhere.
    pub async fn operator_roles(&self, operator: i64) -> Result<Vec<RoleGrant>> {
        self.db.all(&ROLES, args![operator]).await?.iter().map(role).collect()
    }

    /// The sessions of an operator, the latest first.
    pub async fn operator_sessions(&self, operator: i64) -> Result<Vec<OperatorSession>> {
        let rows = self.db.all(&LIST, args![operator, self.clock.now()]).await?;
        let read = |row: &Row| {
            Ok(OperatorSession {
                num: row.int(0)?,
                id: SessionId(row.bytes(1)?),
                user_agent: row.text(2)?,
                created_at: row.millis(3)?,
                seen_at: row.millis(4)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Notes when sessions, by their numbers, were last used; many at once, so that reading needs no write.
    pub async fn touch_sessions(&self, used: &[(i64, Millis)]) -> Result<()> {
        let rows: Vec<(i64, i64)> = used.iter().map(|(num, at)| (*num, at.0)).collect();
        self.db.run(&TOUCH, args![serde_json::to_string(&rows)?]).await.map(drop)
    }

    /// Ends one session of an operator.
    pub async fn end_session(&self, operator: i64, id: SessionId) -> Result<()> {
        if self.db.run(&END, args![operator, id.0]).await? == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Ends the session with this internal number.
    pub async fn end_session_numbered(&self, session: i64) -> Result<()> {
        self.db.run(&END_BY_NUM, args![session]).await.map(drop)
    }

    /// Ends every session of an operator but the one with this internal number.
    pub async fn end_other_sessions(&self, operator: i64, session: i64) -> Result<()> {
        let mut tx = self.db.begin().await?;
        end_all_but(&mut tx, operator, session).await?;
        tx.commit().await
    }

    /// Deletes sessions that are over.
    pub async fn drop_ended_sessions(&self) -> Result<u64> {
        self.db.run(&DROP_ENDED, args![self.clock.now()]).await
    }
}
