//! What people are found by: the words of their names, email addresses and external ids in lower case, looked up by
//! prefix. They are written by the transactions that change people. Owns what a word is; refuses to know who may see
//! whom.

use std::collections::BTreeSet;

use belfry_types::Ordinals;
use belfry_types::people::Ordinal;
use belfry_types::scope::Scope;

use crate::db::{Db, Tx};
use crate::dialect::{hex, json_ints, statements};
use crate::error::{Error, Result};
use crate::value::args;

statements! {
    ADD = "INSERT INTO user_words (organization, chunk, word, ordinal) \
        SELECT $1, r.chunk, r.word, r.ordinal FROM {rows:$2:chunk int,word blob,ordinal int} AS r WHERE true \
        ON CONFLICT (organization, chunk, word, ordinal) DO NOTHING";
    REMOVE = "DELETE FROM user_words WHERE organization = $1 \
        AND (chunk, word, ordinal) IN (SELECT r.chunk, r.word, r.ordinal FROM {rows:$2:chunk int,word blob,ordinal int} AS r)";
    FIND = "SELECT w.ordinal FROM user_words w WHERE w.organization = $1 AND w.chunk IN {ints:$2} AND w.word >= $3 \
        AND w.word < $4";
    END = "SELECT next_ordinal FROM organizations WHERE num = $1";
}

/// People of one chunk, as a shift: 4,096.
const CHUNK: u32 = 12;
/// Bytes of a word that are kept and compared.
const BYTES: usize = 96;
/// Words of one person at most.
const WORDS: usize = 64;
/// Words of a search that count.
const ASKED: usize = 8;
/// Chunks that are searched at once at most: 262,144 people.
const WIDTH: u32 = 64;

/// A word of a person.
pub(crate) type Word = (Ordinal, String);

/// The words by which a person is found.
pub(crate) fn words(name: &str, email: Option<&str>, external_id: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in [Some(name), email, Some(external_id)].into_iter().flatten() {
        add_words(&mut words, &text.to_lowercase());
        if !text.is_ascii() {
            // Whoever has no ü on the keyboard finds Müller as well.
            add_words(&mut words, &deunicode::deunicode(text).to_lowercase());
        }
    }
    while words.len() > WORDS {
        words.pop_last();
    }
    words
}

fn add_words(words: &mut BTreeSet<String>, text: &str) {
    for token in text.split_whitespace() {
        let token = token.trim_start_matches(|c: char| !c.is_alphanumeric());
        if token.is_empty() {
            continue;
        }
        words.insert(cut(token).to_owned());
        for (i, _) in token.match_indices(|c: char| !c.is_alphanumeric()) {
            // The rest of an address from its domain on, and each part of a name with a hyphen.
            let rest = token[i..].trim_start_matches(|c: char| !c.is_alphanumeric());
            if token[i..].starts_with('@') && !rest.is_empty() {
                words.insert(cut(rest).to_owned());
            }
        }
        let local = token.rsplit_once('@').map_or(token, |(local, _)| local);
        for part in local.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
            words.insert(cut(part).to_owned());
            // Family and given names are not parted where no blanks are written.
            for (i, _) in part.char_indices().skip(1).take(8).filter(|(_, c)| is_unspaced(*c)) {
                words.insert(cut(&part[i..]).to_owned());
            }
        }
    }
}

/// Chinese, Japanese and Korean letters.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
}

fn cut(word: &str) -> &str {
    &word[..word.floor_char_boundary(BYTES)]
}

/// The words of a search, the longest first; all of them must be found.
pub(crate) fn asked(q: &str) -> Vec<String> {
    let mut words: Vec<String> = q
        .to_lowercase()
        .split_whitespace()
        .map(|token| {
            let token = token.trim_end_matches([',', ';']);
            let word = token.trim_start_matches(|c: char| !c.is_alphanumeric());
            cut(if word.is_empty() { token } else { word }).to_owned()
        })
        .filter(|word| !word.is_empty())
        .take(ASKED)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

fn rows_of(words: &[Word]) -> Result<String> {
    // In the order of the key, so that the pages of the table are written one after the other.
    let rows: BTreeSet<_> =
        words.iter().map(|(ordinal, word)| (ordinal >> CHUNK, hex(word.as_bytes()), *ordinal)).collect();
    Ok(serde_json::to_string(&rows)?)
}

/// Writes words. The caller holds the organization's lock.
pub(crate) async fn add(tx: &mut Tx, organization: i64, words: &[Word]) -> Result<()> {
    if words.is_empty() { Ok(()) } else { tx.run(&ADD, args![organization, rows_of(words)?]).await.map(drop) }
}

/// Takes words away. The caller holds the organization's lock.
pub(crate) async fn remove(tx: &mut Tx, organization: i64, words: &[Word]) -> Result<()> {
    if words.is_empty() {
        Ok(())
    } else {
        tx.run(&REMOVE, args![organization, rows_of(words)?]).await.map(drop)
    }
}

/// A word of a search, and how many people of the first step have it.
struct Asked {
    text: String,
    seen: u64,
}

/// A search on its way through the people of an organization, in the order of their ordinals.
pub(crate) struct Walk {
    words: Vec<Asked>,
    /// Nobody else is wanted.
    within: Option<Ordinals>,
    after: i64,
    chunk: u32,
    end: u32,
    width: u32,
}

impl Walk {
    /// Begins after an ordinal. Without words everyone of `within` is found.
    pub(crate) async fn begin(
        db: &Db,
        scope: Scope,
        words: Vec<String>,
        within: Option<Ordinals>,
        after: i64,
    ) -> Result<Self> {
        let row = db.one(&END, args![scope.organization()]).await?.ok_or(Error::NotFound)?;
        let end = within.as_ref().map_or(row.int(0)?, |set| set.max().map_or(0, |max| i64::from(max) + 1));
        let chunk_of = |ordinal: i64| u32::try_from(ordinal.max(0) >> CHUNK).unwrap_or(u32::MAX);
        let words = words.into_iter().map(|text| Asked { text, seen: 0 }).collect();
        Ok(Self {
            words,
            within,
            after,
            chunk: chunk_of(after + 1),
            end: chunk_of(end + (1 << CHUNK) - 1),
            width: 1,
        })
    }

    /// The next ones that were found, `None` at the end. Goes on in larger steps the fewer are found.
    pub(crate) async fn next(&mut self, db: &Db, scope: Scope) -> Result<Option<Ordinals>> {
        if self.chunk >= self.end {
            return Ok(None);
        }
        if self.words.is_empty() {
            self.chunk = self.end;
            let mut all = self.within.take().unwrap_or_default();
            self.cut(&mut all);
            return Ok(Some(all));
        }
        let until = self.chunk.saturating_add(self.width).min(self.end);
        let mut chunks: BTreeSet<u32> = (self.chunk..until).collect();
        let mut found: Option<Ordinals> = self.within.clone();
        // All words are looked up in the first step, to know which are rare; from then on the rarest goes first, and
        // the others are looked up only where it was found.
        let first = self.width == 1;
        for word in &mut self.words {
            if chunks.is_empty() {
                break;
            }
            let mut above = word.text.clone().into_bytes();
            // No byte of UTF-8 is 255.
            if let Some(last) = above.last_mut() {
                *last += 1;
            }
            let values = args![scope.organization(), json_ints(&chunks), word.text.as_bytes(), above];
            let mut with: Ordinals =
                db.all(&FIND, values).await?.iter().map(|row| row.ordinal(0)).collect::<Result<_>>()?;
            if first {
                word.seen = with.len();
            }
            if let Some(found) = &found {
                with &= found;
            }
            if !first {
                chunks = with.iter().map(|ordinal| ordinal >> CHUNK).collect();
            }
            found = Some(with);
        }
        self.words.sort_by_key(|word| word.seen);
        (self.chunk, self.width) = (until, (self.width * 2).min(WIDTH));
        let mut found = found.unwrap_or_default();
        self.cut(&mut found);
        Ok(Some(found))
    }

    fn cut(&self, found: &mut Ordinals) {
        found.remove_range(..u32::try_from(self.after + 1).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, email: Option<&str>, id: &str) -> Vec<String> {
        words(name, email, id).into_iter().collect()
    }

    #[test]
    fn names_addresses_and_ids_become_words() {
        assert_eq!(
            of("Ann-Lee O'Brien", Some("Ann.Lee@Mail.Example.com"), "CF26-1001"),
            [
                "1001",
                "ann",
                "ann-lee",
                "ann.lee@mail.example.com",
                "brien",
                "cf26",
                "cf26-1001",
                "lee",
                "mail.example.com",
                "o",
                "o'brien"
            ]
        );
        assert_eq!(of("Jürgen Ärzte", None, "7"), ["7", "arzte", "jurgen", "jürgen", "ärzte"]);
        assert!(of("山田太郎", None, "x").contains(&"太郎".to_owned()));
        assert_eq!(of("Bob 100% (off)", None, "_"), ["100", "100%", "bob", "off", "off)"]);
        assert!(
            words(&"a b c d ".repeat(100), None, &"ü".repeat(200)).iter().all(|word| word.len() <= BYTES)
        );
    }

    #[test]
    fn searches_become_words() {
        assert_eq!(asked(" Keller,  ANN @example.com "), ["example.com", "keller", "ann"]);
        assert_eq!(asked("_ ("), ["_", "("]);
        assert_eq!(asked("  "), Vec::<String>::new());
        assert_eq!(asked(&"x ".repeat(100)).len(), ASKED);
    }
}
