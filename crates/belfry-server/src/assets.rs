//! The web pages inside the binary: what `web/` was built to.

/// The files of `web/dist`.
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
struct Files;

/// One file by its path below `web/dist`.
pub fn file(path: &str) -> Option<std::borrow::Cow<'static, [u8]>> {
    Files::get(path).map(|file| file.data)
}
