//! What a person archived: rows alone, because whoever archives a wide one has a row of their own from then on.

use belfry_types::scope::Scope;

use crate::dialect::statements;
use crate::error::Result;
use crate::inbox::InboxRow;
use crate::store::Store;
use crate::value::args;

statements! {
    PAGE = "SELECT 0, COALESCE(m.seq, 0), m.read_at, i.seq, i.count, i.wide, i.mark, i.read_at, i.hidden, \
        i.created_at, i.workspace, f.id, n.item FROM inbox_items i \
        LEFT JOIN inbox_marks m ON m.organization = i.organization AND m.ordinal = i.ordinal \
        JOIN notifications n ON n.num = i.notification JOIN notifications f ON f.num = i.first \
        WHERE i.organization = $1 AND i.ordinal = $2 AND i.seq < $3 AND i.hidden = 1 ORDER BY i.seq DESC LIMIT $4";
}

impl Store {
    /// A person's archived rows before `before`, newest first.
    pub async fn archived_rows(
        &self,
        scope: Scope,
        ordinal: u32,
        before: i64,
        limit: usize,
    ) -> Result<Vec<InboxRow>> {
        let values = args![scope.organization(), ordinal, before, limit];
        self.db.all(&PAGE, values).await?.iter().map(InboxRow::read).collect()
    }
}
