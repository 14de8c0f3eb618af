//! `belfry openapi` and `belfry settings`: generated documents, for the files that are checked in.

use belfry_config::Settings;

/// The OpenAPI document.
pub fn openapi() -> anyhow::Result<()> {
    println!("{}", belfry_http::openapi().to_pretty_json()?);
    Ok(())
}

/// The reference of all settings.
pub fn settings() {
    print!("{}", Settings::reference_page());
}
