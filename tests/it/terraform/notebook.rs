//! The file that the provider keeps: what a change does with it, and what a change leaves alone.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rpcplugin_notebook_provider::notebook::{Notebook, NotebookError, Page};

/// Writes a note with a text of so many bytes.
async fn note(notebook: &Notebook, bytes: usize) -> Result<(), NotebookError> {
    let page = Page { title: "milk".to_owned(), text: "x".repeat(bytes), tags: None, revision: 1 };
    let write = notebook.change(|pages| {
        pages.notes.insert("note-1".to_owned(), page);
        Ok(())
    });
    write.await
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_change_that_could_never_be_read_again_is_refused_and_leaves_the_notebook() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.json");
    let notebook = Notebook::open(&path).unwrap();
    note(&notebook, 100).await.unwrap();
    let error = note(&notebook, 16 << 20).await.unwrap_err();
    assert!(matches!(&error, NotebookError::TooLarge { path: named } if *named == path), "{error}");
    assert!(error.to_string().contains("16777216 bytes"), "{error}");
    assert_eq!(notebook.read().unwrap().notes["note-1"].text.len(), 100);
    // The notebook and its lock.
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2);
    // What just fits can be read.
    let around = std::fs::metadata(&path).unwrap().len() - 100;
    let most = (16 << 20) - usize::try_from(around).unwrap();
    note(&notebook, most).await.unwrap();
    assert_eq!(notebook.read().unwrap().notes["note-1"].text.len(), most);
    assert!(matches!(note(&notebook, most + 1).await, Err(NotebookError::TooLarge { .. })));
}

#[tokio::test]
async fn whoever_may_read_a_notebook_may_do_so_after_a_change() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.json");
    let notebook = Notebook::open(&path).unwrap();
    note(&notebook, 1).await.unwrap();
    assert_eq!(mode(&path), 0o600, "a new one is for its user alone");
    for shared in [0o644, 0o660] {
        std::fs::set_permissions(&path, Permissions::from_mode(shared)).unwrap();
        note(&notebook, 2).await.unwrap();
        assert_eq!(mode(&path), shared);
    }
}
