//! What the README of the example shows.

use std::path::Path;

use super::tool::{program, settings_of_the_person};
use crate::examples::{built, shown};
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
    let seen = settings.replace("../../../target/debug", &built().display().to_string());
    assert_ne!(settings, seen);
    std::fs::write(copy.path().join("demo.tfrc"), seen).unwrap();
    assert_eq!(all.len(), 3);
    let unset: Vec<_> = settings_of_the_person().map(|name| format!("unset {name}; ")).collect();
    for shown in all {
        let shown = shown.with("examples/terraform-provider/demo", copy.path());
        let mut shown = shown.with(" terraform ", Path::new(&format!(" {terraform} ")));
        shown.command = format!("{}export CHECKPOINT_DISABLE=1; {}", unset.concat(), shown.command);
        shown.holds().await;
    }
    let left = std::fs::read_dir(copy.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut left: Vec<_> = left.collect();
    left.sort();
    assert_eq!(left, ["demo.tfrc", "main.tf"], "what a run leaves is removed by the last command");
}
