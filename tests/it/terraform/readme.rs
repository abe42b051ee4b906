//! What the README of the example shows.

use std::path::Path;

use super::tool::program;
use crate::examples::shown;
use crate::root;

#[tokio::test]
async fn the_provider_does_what_its_readme_shows() {
    let mut all = shown("terraform-provider").into_iter();
    let build = all.next().unwrap();
    build.holds().await;
    let Some(terraform) = program() else { return };
    // Elsewhere: a run leaves files beside the configuration.
    let copy = tempfile::tempdir().unwrap();
    let demo = root().join("examples/terraform-provider/demo");
    std::fs::copy(demo.join("main.tf"), copy.path().join("main.tf")).unwrap();
    let settings = std::fs::read_to_string(demo.join("demo.tfrc")).unwrap();
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("debug");
    let seen = settings.replace("../../../target/debug", &built.display().to_string());
    assert_ne!(settings, seen);
    std::fs::write(copy.path().join("demo.tfrc"), seen).unwrap();
    assert_eq!(all.len(), 2);
    for shown in all {
        let shown = shown.with("examples/terraform-provider/demo", copy.path());
        shown.with(" terraform ", Path::new(&format!(" {terraform} "))).holds().await;
    }
}
