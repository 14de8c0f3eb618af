//! The arrays at the end of the file, one after another in pages, so that its memory does not grow with it.

use belfry_store::{EntryPlace, UserGrant};
use serde::Serialize;

use super::{device, entry};
use crate::state::AppState;

/// Rows of one page.
const ROWS: usize = 2_000;

/// How a file ends in which the arrays are empty.
pub(super) const EMPTY: &str = r#""devices":[],"tokens":[],"links":[],"items":[]}"#;

/// An array, and after what its next page begins.
enum Array {
    Devices(i64),
    Tokens(EntryPlace),
    Links(EntryPlace),
    Items(i64),
}

/// How far the file was written.
pub(super) struct Place {
    array: Array,
    /// The array was begun, and has rows.
    begun: bool,
    filled: bool,
}

/// The rows of a page with commas between them, and where the array goes on.
type Page = (String, Option<Array>);

fn rows<T: Serialize>(rows: &[T]) -> belfry_store::Result<String> {
    let text = serde_json::to_string(rows)?;
    Ok(text[1..text.len() - 1].to_owned())
}

impl Array {
    fn opening(&self) -> &'static str {
        match self {
            Self::Devices(_) => r#""devices":["#,
            Self::Tokens(_) => r#"],"tokens":["#,
            Self::Links(_) => r#"],"links":["#,
            Self::Items(_) => r#"],"items":["#,
        }
    }

    /// What follows when this one is whole; after the last nothing does.
    fn following(&self) -> Option<Self> {
        match self {
            Self::Devices(_) => Some(Self::Tokens(EntryPlace::START)),
            Self::Tokens(_) => Some(Self::Links(EntryPlace::START)),
            Self::Links(_) => Some(Self::Items(0)),
            Self::Items(_) => None,
        }
    }

    /// Items that came later than `until` are not waited for.
    async fn page(self, app: &AppState, grant: UserGrant, until: i64) -> belfry_store::Result<Page> {
        let (store, scope, ordinal) = (app.store(), grant.scope.scope(), grant.ordinal);
        match self {
            Self::Devices(after) => {
                let (devices, next) = store.personal_devices(scope, ordinal, after, ROWS).await?;
                let devices: Vec<_> = devices.into_iter().map(device).collect();
                Ok((rows(&devices)?, next.map(Self::Devices)))
            }
            Self::Tokens(after) => {
                let (tokens, next) = store.personal_tokens(scope, ordinal, after, ROWS).await?;
                let tokens: Vec<_> = tokens.into_iter().map(entry).collect();
                Ok((rows(&tokens)?, next.map(Self::Tokens)))
            }
            Self::Links(after) => {
                let (links, next) = store.personal_links(scope, ordinal, after, ROWS).await?;
                let links: Vec<_> = links.into_iter().map(entry).collect();
                Ok((rows(&links)?, next.map(Self::Links)))
            }
            Self::Items(after) => {
                let page = app.engine().personal_items(scope, ordinal, after, until).await?;
                Ok((page.items, page.next.map(Self::Items)))
            }
        }
    }
}

impl Place {
    /// Nothing of them was written.
    pub(super) const START: Self = Self { array: Array::Devices(0), begun: false, filled: false };

    /// The next piece of the file, and where it goes on; `None` when it is whole.
    pub(super) async fn write(
        self,
        app: &AppState,
        grant: UserGrant,
        until: i64,
    ) -> belfry_store::Result<(String, Option<Self>)> {
        let Self { array, begun, filled } = self;
        let mut text = String::new();
        if !begun {
            text.push_str(array.opening());
        }
        let following = array.following();
        let (rows, next) = array.page(app, grant, until).await?;
        if filled && !rows.is_empty() {
            text.push(',');
        }
        text.push_str(&rows);
        let next = match (next, following) {
            (Some(array), _) => Some(Self { array, begun: true, filled: filled || !rows.is_empty() }),
            (None, Some(array)) => Some(Self { array, begun: false, filled: false }),
            (None, None) => {
                text.push_str("]}");
                None
            }
        };
        Ok((text, next))
    }
}
