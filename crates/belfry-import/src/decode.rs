//! Bytes to text. Owns the guess of the encoding; refuses nothing: bytes that cannot be read become U+FFFD, and the
//! rows that hold them are rejected later.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that are looked at for UTF-16.
const SAMPLE: usize = 4 << 10;
/// Bytes that the detector of legacy encodings sees.
const DETECTED: usize = 1 << 20;

/// Decodes a file. UTF-8 is borrowed; everything else is decoded once. A byte order mark is not part of the text.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static Encoding) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (encoding.decode_without_bom_handling(&bytes[mark..]).0, encoding);
    }
    if let Some(encoding) = utf_16(bytes) {
        return (encoding.decode_without_bom_handling(bytes).0, encoding);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), UTF_8);
    }
    let encoding = if is_damaged_utf_8(bytes) { UTF_8 } else { legacy(bytes) };
    (encoding.decode_without_bom_handling(bytes).0, encoding)
}

/// UTF-16 without a mark: separators, digits and line ends have a zero for their other half, always on the same side.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE) & !1];
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = (sample.len() / 2 / 20).max(1);
    if odd >= many && odd > even * 10 {
        Some(UTF_16LE)
    } else if even >= many && even > odd * 10 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// One broken cell must not turn the umlauts of all others into something else: text with far more good sequences
/// than bad bytes is UTF-8. In a legacy encoding, what looks like a sequence is a rare chance.
fn is_damaged_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 10
}

fn legacy(bytes: &[u8]) -> &'static Encoding {
    let first = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    let from = first.saturating_sub(64);
    let to = bytes.len().min(from + DETECTED);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[from..to], true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16_bytes(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    }

    #[test]
    fn encodings() {
        let text = "Vorname;E-Mail\r\nJürgen;j@example.com\r\nЮлия;y@example.com\r\n";
        assert_eq!(decode(text.as_bytes()), (Cow::Borrowed(text), UTF_8));
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()), (Cow::Borrowed(text), UTF_8));
        for (little, encoding) in [(true, UTF_16LE), (false, UTF_16BE)] {
            assert_eq!(decode(&utf_16_bytes(text, little)), (Cow::Borrowed(text), encoding));
            assert_eq!(decode(&utf_16_bytes(&format!("\u{feff}{text}"), little)).0, text);
        }
        let german = "Vorname;Straße;E-Mail\nJürgen;Große Allee;j@example.com\nZoë;Öresund;z@example.com\n";
        let (bytes, ..) = encoding_rs::WINDOWS_1252.encode(german);
        assert_eq!(decode(&bytes), (Cow::Borrowed(german), encoding_rs::WINDOWS_1252));
        let polish = "Imię;Nazwisko\nŁukasz;Wiśniewski\nMałgorzata;Dąbrowska\nŻaneta;Źdźbło\n";
        let (bytes, ..) = encoding_rs::WINDOWS_1250.encode(polish);
        assert_eq!(decode(&bytes).0, polish);
        assert_eq!(decode(b""), (Cow::Borrowed(""), UTF_8));
        assert_eq!(decode(b"a"), (Cow::Borrowed("a"), UTF_8));
    }

    #[test]
    fn one_broken_cell_keeps_the_others() {
        let mut bytes = "Jürgen;Zoë;Łukasz;Señor;Ünal;Çelik;Ömer;Gül;Été;Noël;Bjørk\n".as_bytes().to_vec();
        bytes.extend(b"Andr\xe9\n");
        let (text, encoding) = decode(&bytes);
        assert_eq!(encoding, UTF_8);
        assert!(text.contains("Łukasz") && text.ends_with("Andr\u{fffd}\n"));
    }
}
