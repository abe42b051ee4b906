//! The key-value store: with itself, and opposite the peers in Go and Python.

use crate::examples::{Shown, built, shown};
use crate::{interop_go, python};

/// The commands in which this is said.
fn saying(word: &str) -> Vec<Shown> {
    let all = shown("kv");
    let found: Vec<_> = all.into_iter().filter(|shown| shown.command.contains(word)).collect();
    assert!(!found.is_empty(), "the README shows no command with {word}");
    found
}

#[tokio::test]
async fn kv_does_what_its_readme_shows() {
    shown("kv").first().unwrap().holds().await;
}

#[tokio::test]
async fn kv_speaks_with_go_as_its_readme_shows() {
    let Some(programs) = interop_go::programs() else { return };
    for shown in saying("tests/interop/bin/kv-") {
        shown.with("tests/interop/bin", &programs).with("target/debug", &built()).holds().await;
    }
}

#[tokio::test]
async fn kv_speaks_with_python_as_its_readme_shows() {
    let Some(python) = python::python() else { return };
    let environment = python.interpreter.parent().unwrap().parent().unwrap();
    for shown in saying("tests/interop/python/kv_") {
        let shown = shown.with("tests/interop/.venv", environment);
        let shown = shown.with("tests/interop/bin/python", &python.modules);
        shown.with("target/debug", &built()).holds().await;
    }
}
