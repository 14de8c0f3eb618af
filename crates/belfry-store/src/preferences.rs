//! What a person chose for themselves: push on or off in a workspace, their language and their zone. Who has push off has no
//! active device there and is in set -1 of the workspace; both change in the transaction that writes the choice. Pages say
//! again what they know already: it is looked at first, and where nothing differs nothing is locked or written.

use belfry_types::people::{MemberStatus, Ordinal};
use belfry_types::scope::{Scope, WorkspaceScope};

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::member_sets::{PUSH_OFF, SetChanges};
use crate::store::Store;
use crate::value::{Row, args};
use crate::{devices, organizations};

statements! {
    GET = "SELECT push_off, status FROM memberships WHERE workspace = $1 AND ordinal = $2 AND organization = $3";
    LOCKED = "SELECT push_off, status FROM memberships WHERE workspace = $1 AND ordinal = $2 AND organization = $3 {lock}";
    SET = "UPDATE memberships SET push_off = $3 WHERE workspace = $1 AND ordinal = $2";
    PROFILE = "SELECT locale, time_zone FROM users WHERE organization = $1 AND ordinal = $2";
    SET_PROFILE = "UPDATE users SET locale = $3, time_zone = $4, updated_at = $5 WHERE organization = $1 AND ordinal = $2";
}

/// Writes the choice. The caller holds the organization's lock and the membership's.
async fn write(tx: &mut Tx, ws: WorkspaceScope, ordinal: Ordinal, off: bool) -> Result<()> {
    tx.run(&SET, args![ws.workspace(), ordinal, off]).await?;
    let mut sets = SetChanges::default();
    if off {
        sets.add(PUSH_OFF, ordinal)
    } else {
        sets.remove(PUSH_OFF, ordinal)
    }
    sets.write(tx, ws.workspace()).await
}

/// A device registers: push is on again. The caller holds the organization's lock and the membership's.
pub(crate) async fn turn_push_on(tx: &mut Tx, ws: WorkspaceScope, ordinal: Ordinal) -> Result<()> {
    write(tx, ws, ordinal, false).await
}

/// Whether an active member ([`Error::NotFound`] for anyone else) has something else than this.
fn differs(row: Option<Row>, on: bool) -> Result<bool> {
    let row = row.ok_or(Error::NotFound)?;
    if row.int(1)? != MemberStatus::Active.code() {
        return Err(Error::NotFound);
    }
    Ok(row.flag(0)? == on)
}

/// What of a profile is to be set or taken away.
struct Profile {
    locale: Option<Option<String>>,
    time_zone: Option<Option<String>>,
}

impl Profile {
    /// What the person's row has afterwards; `None` where that is what it has.
    fn applied_to(&self, row: Option<Row>) -> Result<Option<(Option<String>, Option<String>)>> {
        let row = row.ok_or(Error::NotFound)?;
        let before = (row.text_opt(0)?, row.text_opt(1)?);
        let locale = self.locale.clone().unwrap_or_else(|| before.0.clone());
        let time_zone = self.time_zone.clone().unwrap_or_else(|| before.1.clone());
        let after = (locale, time_zone);
        Ok((after != before).then_some(after))
    }
}

impl Store {
    /// Whether a member has push on.
    pub async fn push_on(&self, ws: WorkspaceScope, ordinal: Ordinal) -> Result<bool> {
        let row = self.db.one(&GET, args![ws.workspace(), ordinal, ws.organization()]).await?;
        Ok(!row.ok_or(Error::NotFound)?.flag(0)?)
    }

    /// Switches push on or off for an active member ([`Error::NotFound`] for anyone else). Off makes all of their
    /// devices in the workspace inactive.
    pub async fn set_push(&self, ws: WorkspaceScope, ordinal: Ordinal, on: bool) -> Result<()> {
        let who = || args![ws.workspace(), ordinal, ws.organization()];
        if !differs(self.db.one(&GET, who()).await?, on)? {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        organizations::lock(&mut tx, ws.scope()).await?;
        if !differs(tx.one(&LOCKED, who()).await?, on)? {
            return Ok(());
        }
        write(&mut tx, ws, ordinal, !on).await?;
        if !on {
            devices::deactivate_member(&mut tx, ws, ordinal, self.clock.now()).await?;
        }
        tx.commit().await
    }

    /// Sets or takes away (`Some(None)`) a person's language and zone; `None` leaves one as it is.
    pub async fn set_language_and_zone(
        &self,
        scope: Scope,
        ordinal: Ordinal,
        locale: Option<Option<String>>,
        time_zone: Option<Option<String>>,
    ) -> Result<()> {
        let who = || args![scope.organization(), ordinal];
        let change = Profile { locale, time_zone };
        if change.applied_to(self.db.one(&PROFILE, who()).await?)?.is_none() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        // Whoever changes people in bulk reads them first and writes them whole.
        organizations::lock(&mut tx, scope).await?;
        let Some((locale, time_zone)) = change.applied_to(tx.one(&PROFILE, who()).await?)? else {
            return Ok(());
        };
        let values = args![scope.organization(), ordinal, locale, time_zone, self.clock.now()];
        tx.run(&SET_PROFILE, values).await?;
        tx.commit().await
    }
}
