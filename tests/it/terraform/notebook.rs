//! The file that the provider keeps: what a change does with it, and what a change leaves alone.

use std::fs::Permissions;
use std::future::poll_fn;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use rpcplugin_notebook_provider::notebook::{Notebook, NotebookError, Page};
use rustix::fs::{CWD, Mode, mkfifoat};

/// What has not been done by then is never done.
const ELSE_TIMEOUT: Duration = Duration::from_secs(60);

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
    let notebook = Notebook::open(&path).await.unwrap();
    note(&notebook, 100).await.unwrap();
    let error = note(&notebook, 16 << 20).await.unwrap_err();
    assert!(matches!(&error, NotebookError::TooLarge { path: named } if *named == path), "{error}");
    assert!(error.to_string().contains("16777216 bytes"), "{error}");
    assert_eq!(notebook.read().await.unwrap().notes["note-1"].text.len(), 100);
    // The notebook and its lock.
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2);
    // What just fits can be read.
    let around = std::fs::metadata(&path).unwrap().len() - 100;
    let most = (16 << 20) - usize::try_from(around).unwrap();
    note(&notebook, most).await.unwrap();
    assert_eq!(notebook.read().await.unwrap().notes["note-1"].text.len(), most);
    assert!(matches!(note(&notebook, most + 1).await, Err(NotebookError::TooLarge { .. })));
}

#[tokio::test]
async fn whoever_may_read_a_notebook_may_do_so_after_a_change() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.json");
    let notebook = Notebook::open(&path).await.unwrap();
    note(&notebook, 1).await.unwrap();
    assert_eq!(mode(&path), 0o600, "a new one is for its user alone");
    for shared in [0o644, 0o660] {
        std::fs::set_permissions(&path, Permissions::from_mode(shared)).unwrap();
        note(&notebook, 2).await.unwrap();
        assert_eq!(mode(&path), shared);
    }
}

#[test]
fn a_notebook_that_keeps_its_reader_waiting_keeps_nobody_else() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.json");
    // Whoever opens it to read waits until somebody writes.
    mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).unwrap();
    let (other, others) = mpsc::channel();
    let to_read = path.clone();
    let reader = std::thread::spawn(move || {
        // One thread for all that there is to do, and no time that passes.
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let notebook = Notebook::open(&to_read).await.unwrap();
            let mut read = std::pin::pin!(notebook.read());
            let waits = poll_fn(|context| Poll::Ready(read.as_mut().poll(context).is_pending()));
            assert!(waits.await);
            other.send(()).unwrap();
            read.await.unwrap()
        })
    });
    let other = others.recv_timeout(ELSE_TIMEOUT);
    // A reader that is gone has failed, and nobody would ever read this.
    if other != Err(mpsc::RecvTimeoutError::Disconnected) {
        std::fs::write(&path, r#"{"written": 7}"#).unwrap();
    }
    other.expect("what else there is to do is done meanwhile");
    assert_eq!(reader.join().unwrap().written, 7);
}
