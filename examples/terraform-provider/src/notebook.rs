//! The notebook: a file in JSON, which several processes may change, one after the other.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use fs4::{FileExt, TryLockError};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

/// Bytes of a notebook. More is no notebook, and would be held in memory as a whole.
const NOTEBOOK_BYTES_MAX: u64 = 16 << 20;

/// How long the notebook may be somebody else's. Who holds it writes a small file.
const LOCK_WAIT_MAX: Duration = Duration::from_secs(300);

/// How often it is tried again. The system tells nobody that a lock is free who could be interrupted meanwhile.
const LOCK_RETRY: Duration = Duration::from_millis(20);

/// A note, as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// No other note has it.
    pub title: String,
    /// What it says.
    pub text: String,
    /// What it is about. None is not the same as an empty list: Terraform knows the difference.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// How often it was written.
    #[serde(default)]
    pub revision: u64,
}

/// What stands in the file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Pages {
    /// How many notes were ever written: an id is never given again.
    #[serde(default)]
    pub written: u64,
    /// The notes by their ids.
    #[serde(default)]
    pub notes: BTreeMap<String, Page>,
}

impl Pages {
    /// Finds a note by its title.
    pub fn titled(&self, title: &str) -> Option<(&String, &Page)> {
        self.notes.iter().find(|(_, page)| page.title == title)
    }
}

/// Why the notebook was not read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotebookError {
    /// The directory of the file is not there.
    #[error("there is no directory `{}` for the notebook; create it, or correct `path`", path.display())]
    NoDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// The system refused.
    #[error("the system refuses to {what} `{}`: {source}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is something else.
    #[error("`{}` is no notebook: {source}; correct or remove it", path.display())]
    NotOne {
        /// The file.
        path: PathBuf,
        /// Where it is wrong.
        source: serde_json::Error,
    },
    /// The file is too large, or would be.
    #[error("`{}` has more than {NOTEBOOK_BYTES_MAX} bytes, or would have; divide it into several notebooks", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// Somebody else does not let go of it.
    #[error("`{}` is locked by another process for more than {LOCK_WAIT_MAX:?}; end that one", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The host has asked for an early end.
    #[error("the change was not begun, because Terraform is being stopped; apply again")]
    Stopped,
    /// The title is another note's.
    #[error("the note `{id}` has the title `{title}` already; choose another, or import that note")]
    TitleTaken {
        /// The title.
        title: String,
        /// Whose it is.
        id: String,
    },
    /// The note is not there.
    #[error("there is no note `{id}` any more; plan again")]
    Gone {
        /// Its id.
        id: String,
    },
}

/// A notebook that is in use.
///
/// A file may be slow, on a busy disk or behind a network, and keeps the thread that wants it. So it is read and written on
/// threads that are there for this, see [`spawn_blocking`], not on those by which calls are answered.
#[derive(Debug)]
pub struct Notebook {
    place: Place,
    stopped: watch::Sender<bool>,
}

impl Notebook {
    /// Begins to use a notebook. The file need not be there.
    ///
    /// # Errors
    ///
    /// [`NotebookError::NoDirectory`] when it could not be made either.
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self, NotebookError> {
        let place = Place::of(path.into());
        place.aside("look for", Place::check_directory).await?;
        Ok(Self { place, stopped: watch::Sender::new(false) })
    }

    /// Has everything that waits for the notebook give up.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Reads what there is.
    ///
    /// A file is replaced as a whole, so that no lock is needed for it.
    ///
    /// # Errors
    ///
    /// [`NotebookError`] when the file is no notebook, or cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves everything as it is.
    pub async fn read(&self) -> Result<Pages, NotebookError> {
        self.place.aside("read", Place::read).await
    }

    /// Changes what there is, while nobody else does.
    ///
    /// # Errors
    ///
    /// [`NotebookError`] of the change, and when the file cannot be had, read or written. Nothing is changed then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future while it waits for others, or reads, leaves everything as it is. A change that is being written is
    /// written to its end, with the lock.
    pub async fn change<T>(
        &self,
        change: impl FnOnce(&mut Pages) -> Result<T, NotebookError>,
    ) -> Result<T, NotebookError> {
        let lock = self.lock().await?;
        let mut pages = self.read().await?;
        let changed = change(&mut pages)?;
        let written = self.place.aside("write", move |place| {
            let written = place.write(&pages);
            // The lock ends with its file, and with the process. It goes with the work, which goes on without this future.
            drop(lock);
            written
        });
        written.await?;
        Ok(changed)
    }

    async fn lock(&self) -> Result<File, NotebookError> {
        let path = self.place.path_of_lock();
        let failed = |source| NotebookError::File { what: "lock", path: path.clone(), source };
        let file = self.place.aside("lock", Place::open_lock).await?;
        let free = async {
            let mut told = false;
            loop {
                // This asks, and does not wait.
                match FileExt::try_lock(&file) {
                    Ok(()) => return Ok(()),
                    Err(TryLockError::WouldBlock) => {
                        if !std::mem::replace(&mut told, true) {
                            let process = std::process::id();
                            tracing::info!(path = %path.display(), process, "waiting for another process");
                        }
                        sleep(LOCK_RETRY).await;
                    }
                    Err(TryLockError::Error(error)) => return Err(failed(error)),
                }
            }
        };
        let mut stopped = self.stopped.subscribe();
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => return Err(NotebookError::Stopped),
            free = timeout(LOCK_WAIT_MAX, free) => {
                free.map_err(|_| NotebookError::Locked { path: self.place.path.clone() })??;
            }
        }
        Ok(file)
    }
}

/// Where a notebook lies. What it does, the system may take its time for.
#[derive(Clone, Debug)]
struct Place {
    path: PathBuf,
    /// The directory of the file.
    directory: PathBuf,
}

impl Place {
    fn of(path: PathBuf) -> Self {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Self { path, directory }
    }

    /// Does this on a thread that may wait. It is done even where nobody waits for it any more.
    async fn aside<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Self) -> Result<T, NotebookError> + Send + 'static,
    ) -> Result<T, NotebookError> {
        let place = self.clone();
        let done = spawn_blocking(move || work(&place)).await;
        done.unwrap_or_else(|error| Err(self.failed(what, error.into())))
    }

    fn check_directory(&self) -> Result<(), NotebookError> {
        match self.directory.is_dir() {
            true => Ok(()),
            false => Err(NotebookError::NoDirectory { path: self.directory.clone() }),
        }
    }

    fn read(&self) -> Result<Pages, NotebookError> {
        let failed = |source| self.failed("read", source);
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Pages::default()),
            Err(error) => return Err(failed(error)),
        };
        let mut text = Vec::new();
        file.take(NOTEBOOK_BYTES_MAX.saturating_add(1)).read_to_end(&mut text).map_err(failed)?;
        self.check_length(&text)?;
        serde_json::from_slice(&text)
            .map_err(|source| NotebookError::NotOne { path: self.path.clone(), source })
    }

    /// Replaces the file: who reads it sees all of the change or nothing, even where the machine stops meanwhile.
    fn write(&self, pages: &Pages) -> Result<(), NotebookError> {
        let failed = |source| self.failed("write", source);
        let mut text = serde_json::to_vec_pretty(pages).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        // What would never be read again.
        self.check_length(&text)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.directory).map_err(failed)?;
        file.write_all(&text).map_err(failed)?;
        // Who may read the notebook may do so afterwards. A new one is for its user alone.
        match std::fs::metadata(&self.path) {
            Ok(old) => file.as_file().set_permissions(old.permissions()).map_err(failed)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    fn check_length(&self, text: &[u8]) -> Result<(), NotebookError> {
        match u64::try_from(text.len()) {
            Ok(length) if length <= NOTEBOOK_BYTES_MAX => Ok(()),
            _ => Err(NotebookError::TooLarge { path: self.path.clone() }),
        }
    }

    fn failed(&self, what: &'static str, source: io::Error) -> NotebookError {
        NotebookError::File { what, path: self.path.clone(), source }
    }

    /// The file that is locked: the notebook itself is replaced, and a lock of what it was would be worth nothing.
    fn path_of_lock(&self) -> PathBuf {
        let mut path = OsString::from(&self.path);
        path.push(".lock");
        path.into()
    }

    fn open_lock(&self) -> Result<File, NotebookError> {
        let path = self.path_of_lock();
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        file.map_err(|source| NotebookError::File { what: "lock", path, source })
    }
}
