//! Makes sure that the folder of the built pages exists, so that the server compiles before the web part was built.
//! Such a server says at `/` that its pages are missing.

fn main() {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    std::fs::create_dir_all(&dist).expect("the folder of the pages can be made");
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-changed=build.rs");
}
