//! Turns what a stranger uploaded into a small picture of our own: only PNG, JPEG and WebP, measured by the header
//! before anything is decoded, decoded within bounds, turned upright, made small and encoded again, so that nothing of
//! the file but its pixels is kept. Refuses SVG, and files that go on after the picture ended. An animation is its
//! first picture.

use std::io::Cursor;

use belfry_types::limits::{PHOTO_PIXELS, PHOTO_SIDE};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

/// Bytes that decoding may take: the most pixels with four bytes each, and a little.
const MEMORY: u64 = PHOTO_PIXELS * 4 + (32 << 20);
/// Of 100; what is lost cannot be seen at this size.
const QUALITY: u8 = 88;

/// A picture as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its media type.
    pub kind: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why a picture was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureProblem {
    /// It is something else than its type says, or broken.
    #[error("it is no picture of that type, or it is damaged")]
    Invalid,
    /// It has more pixels than anybody needs.
    #[error("it has {width} × {height} pixels; at most {} million", PHOTO_PIXELS / 1_000_000)]
    TooManyPixels {
        /// Of the header.
        width: u32,
        /// Of the header.
        height: u32,
    },
    /// Something else is behind the picture.
    #[error("something else follows in the file after the picture")]
    Trailing,
}

/// The format that a media type names, if it is one that is taken.
pub fn format_of(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/png" => Some(ImageFormat::Png),
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// Makes a picture of at most 512 × 512 pixels: a JPEG, or a PNG where it is transparent.
pub fn make(file: &[u8], format: ImageFormat) -> Result<Picture, PictureProblem> {
    if image::guess_format(file).ok() != Some(format) {
        return Err(PictureProblem::Invalid);
    }
    if !ends_with_the_picture(file, format) {
        return Err(PictureProblem::Trailing);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PictureProblem::Invalid)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PHOTO_PIXELS || decoder.total_bytes() > MEMORY {
        return Err(PictureProblem::TooManyPixels { width, height });
    }
    let upright = decoder.orientation().map_err(|_| PictureProblem::Invalid)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureProblem::Invalid)?;
    if width > PHOTO_SIDE || height > PHOTO_SIDE {
        // Averages over all pixels that fall together, in one pass.
        picture = picture.thumbnail(PHOTO_SIDE, PHOTO_SIDE);
    }
    picture.apply_orientation(upright);
    encode(&picture)
}

fn encode(picture: &DynamicImage) -> Result<Picture, PictureProblem> {
    let mut bytes = Vec::new();
    let rgba = picture.to_rgba8();
    let kind = if rgba.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        picture.to_rgb8().write_with_encoder(encoder).map_err(|_| PictureProblem::Invalid)?;
        "image/jpeg"
    } else {
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
        rgba.write_with_encoder(encoder).map_err(|_| PictureProblem::Invalid)?;
        "image/png"
    };
    Ok(Picture { kind, bytes })
}

/// Cameras write what they like behind a JPEG, and none of it is kept; the other formats say where they end.
fn ends_with_the_picture(file: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Png => png_end(file) == Some(file.len()),
        ImageFormat::WebP => {
            let size = file.get(4..8).and_then(|size| size.try_into().ok()).map(u32::from_le_bytes);
            // A chunk of odd length is followed by a zero that not every writer counts.
            size.is_some_and(|size| {
                let end = size as usize + 8;
                end == file.len() || (end + 1 == file.len() && end % 2 == 1)
            })
        }
        _ => true,
    }
}

/// Where a PNG ends: behind its `IEND` (PNG, third edition, §11.2.5).
fn png_end(file: &[u8]) -> Option<usize> {
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?) as usize;
        let kind = file.get(at + 4..at + 8)?;
        at = at.checked_add(12)?.checked_add(length)?;
        if kind == b"IEND" {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("it is written");
        bytes.into_inner()
    }

    fn opaque(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 90])).into()
    }

    /// A PNG that is nothing but a header.
    fn header(width: u32, height: u32) -> Vec<u8> {
        let mut png = file(&opaque(1, 1), ImageFormat::Png);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        png
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8)
                .fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 })
        })
    }

    #[test]
    fn every_format_is_made_small_and_encoded_again() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let made = make(&file(&opaque(1200, 600), format), format).expect("a picture");
            assert_eq!(made.kind, "image/jpeg", "{format:?}");
            let read = image::load_from_memory(&made.bytes).expect("it can be read");
            assert_eq!((read.width(), read.height()), (512, 256), "{format:?}");
        }
        let glass: DynamicImage = RgbaImage::from_pixel(20, 30, Rgba([9, 9, 9, 100])).into();
        let made = make(&file(&glass, ImageFormat::Png), ImageFormat::Png).expect("a picture");
        let read = image::load_from_memory(&made.bytes).expect("it can be read");
        assert_eq!((made.kind, read.width(), read.height()), ("image/png", 20, 30));
    }

    #[test]
    fn the_header_is_measured_before_anything_is_decoded() {
        let huge = make(&header(60_000, 60_000), ImageFormat::Png);
        assert_eq!(huge, Err(PictureProblem::TooManyPixels { width: 60_000, height: 60_000 }));
        let allowed = make(&header(6_000, 6_000), ImageFormat::Png);
        assert_eq!(allowed, Err(PictureProblem::Invalid), "its pixels are missing");
        assert_eq!(make(&header(0, 5), ImageFormat::Png), Err(PictureProblem::Invalid));
    }

    #[test]
    fn what_is_something_else_is_refused() {
        let png = file(&opaque(10, 10), ImageFormat::Png);
        let page = b"<script>alert(1)</script>";
        assert_eq!(make(&[&png[..], page].concat(), ImageFormat::Png), Err(PictureProblem::Trailing));
        let webp = file(&opaque(10, 10), ImageFormat::WebP);
        assert_eq!(make(&[&webp[..], page].concat(), ImageFormat::WebP), Err(PictureProblem::Trailing));
        assert_eq!(make(&png, ImageFormat::Jpeg), Err(PictureProblem::Invalid));
        for bad in [&b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..], b"", b"GIF89a\x01\x00", &png[..40]] {
            assert!(make(bad, ImageFormat::Png).is_err());
        }
        // What is behind a JPEG is not kept.
        let jpeg = [&file(&opaque(10, 10), ImageFormat::Jpeg)[..], page].concat();
        let made = make(&jpeg, ImageFormat::Jpeg).expect("a picture");
        assert!(!made.bytes.windows(page.len()).any(|window| window == page));
    }

    proptest::proptest! {
        #[test]
        fn a_strangers_bytes_never_panic(bytes: Vec<u8>) {
            for (magic, format) in [
                (&b"\x89PNG\r\n\x1a\n"[..], ImageFormat::Png),
                (b"\xff\xd8\xff", ImageFormat::Jpeg),
                (b"RIFF\x20\0\0\0WEBPVP8L", ImageFormat::WebP),
            ] {
                let _ = make(&[magic, &bytes].concat(), format);
            }
        }
    }
}
