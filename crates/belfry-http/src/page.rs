//! Lists: `{items, next}` with opaque cursors. A cursor is the position of the last row that was given, so that rows
//! which come and go in between move nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belfry_types::limits::{PAGE_DEFAULT, PAGE_MAX};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the following page; null on the last one.
    #[schema(example = "MTI")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of rows of which one more than `limit` was asked for, and what names a row's position.
    pub fn of<R>(
        mut rows: Vec<R>,
        limit: usize,
        position: impl Fn(&R) -> Cursor,
        show: impl Fn(R) -> T,
    ) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(|row| position(row).to_text()) } else { None };
        Self { items: rows.into_iter().map(show).collect(), next }
    }
}

/// A position in a list: up to three numbers, written as base64url.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(Vec<i64>);

impl Cursor {
    /// A position that one number names.
    pub fn one(number: i64) -> Self {
        Self(vec![number])
    }

    /// A position that two numbers name.
    pub fn two(a: i64, b: i64) -> Self {
        Self(vec![a, b])
    }

    /// A position that three numbers name.
    pub fn three(a: i64, b: i64, c: i64) -> Self {
        Self(vec![a, b, c])
    }

    /// As clients get it.
    pub fn to_text(&self) -> String {
        let text: Vec<String> = self.0.iter().map(i64::to_string).collect();
        URL_SAFE_NO_PAD.encode(text.join("."))
    }

    fn parse(text: &str) -> Option<Self> {
        if text.len() > 100 {
            return None;
        }
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        text.split('.').map(|number| number.parse().ok()).collect::<Option<Vec<i64>>>().map(Self)
    }

    /// The one number.
    pub fn number(&self) -> Result<i64, Problem> {
        match self.0.as_slice() {
            [number] => Ok(*number),
            _ => Err(foreign()),
        }
    }

    /// The two or three numbers.
    pub fn numbers<const N: usize>(&self) -> Result<[i64; N], Problem> {
        self.0.as_slice().try_into().map_err(|_| foreign())
    }
}

fn foreign() -> Problem {
    Problem::query("cursor: it is not one that this list gave")
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("it is not a cursor that a list gave"))
    }
}

/// How many rows a client wants: 50 unless it says otherwise, 500 at most.
#[derive(Debug, Clone, Copy)]
pub struct Limit(usize);

impl Limit {
    /// Rows to show.
    pub fn rows(self) -> usize {
        self.0
    }

    /// Rows to ask for, so that it shows whether there are more.
    pub fn and_one(self) -> usize {
        self.0 + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(PAGE_DEFAULT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse()
            .ok()
            .filter(|n| (1..=PAGE_MAX).contains(n))
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom(format!("it is a number from 1 to {PAGE_MAX}")))
    }
}

/// Where a page begins and how long it is.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// Rows of the page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500, example = 50)]
    pub limit: Limit,
    /// `next` of the page before.
    #[param(value_type = Option<String>, max_length = 100)]
    pub cursor: Option<Cursor>,
}

impl Paging {
    /// The number after (or before) which the page begins.
    pub fn position(&self) -> Result<Option<i64>, Problem> {
        self.cursor.as_ref().map(Cursor::number).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_and_strangers_are_refused() {
        for cursor in [Cursor::one(-1), Cursor::one(i64::MAX), Cursor::three(1, 2, 3)] {
            assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
        }
        assert_eq!(Cursor::one(7).number(), Ok(7));
        assert!(Cursor::three(1, 2, 3).number().is_err() && Cursor::one(7).numbers::<3>().is_err());
        for bad in ["", "7", "!", "MTI=", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", &"A".repeat(5_000)] {
            assert_eq!(Cursor::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_last_page_has_no_next() {
        let page = |rows: Vec<i64>| Page::of(rows, 2, |n| Cursor::one(*n), |n| n);
        assert_eq!(page(vec![1, 2]).next, None);
        let first = page(vec![1, 2, 3]);
        assert_eq!((first.items, first.next), (vec![1, 2], Some(Cursor::one(2).to_text())));
    }

    proptest::proptest! {
        #[test]
        fn a_strangers_cursor_never_panics(text in "\\PC{0,120}") {
            let _ = Cursor::parse(&text);
        }
    }
}
