//! Why did the system not start this program? It says a number; what stands at the path says the rest.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::files::open_at_once;
use super::program_file::{ProgramFile, machine_name};
use crate::limits::PROGRAM_HEAD_BYTES_MAX;
use crate::quote::quote;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

/// Why the operating system did not start a program.
///
/// Its text says what stands in the way and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpawnCause {
    /// The path of the program is empty.
    EmptyPath,
    /// Nothing is at the path.
    Missing,
    /// The name has no `/`, and no directory of `PATH` has a program of that name.
    NotInPath,
    /// The directory in which the program should start is not there.
    MissingDirectory {
        /// That directory.
        directory: PathBuf,
    },
    /// The path is that of a directory.
    Directory,
    /// The path is that of a device, a pipe or a socket.
    NotAFile,
    /// The file has no permission to be executed by this user.
    NotExecutable,
    /// The file system is mounted so that nothing on it is executed.
    NoExecMount,
    /// A directory on the way to the program cannot be entered by this user.
    Unreachable,
    /// The program is for another kind of processor.
    WrongArchitecture {
        /// What the program is for, by Rust's name where it has one: `aarch64`.
        found: String,
        /// What this process runs on.
        expected: &'static str,
    },
    /// The file is no program that this system starts.
    NotAProgram {
        /// What it is instead.
        found: &'static str,
    },
    /// The program is a script, and the interpreter in its first line is not there.
    MissingInterpreter {
        /// That interpreter, as the line has it.
        interpreter: PathBuf,
    },
    /// The loader that the program names is not there: it was linked for another system, or another C library.
    MissingLoader {
        /// That loader.
        loader: PathBuf,
    },
    /// Somebody is writing to the program.
    Busy,
    /// This process, or the whole system, has no file descriptor left.
    TooManyDescriptors,
    /// This user, or the whole system, may have no more processes.
    TooManyProcesses,
    /// There is no memory for another process.
    OutOfMemory,
    /// Arguments and environment are together longer than the system takes.
    TooLong,
    /// Something else: the operating system's reason says it.
    Other,
}

impl SpawnCause {
    /// Whether trying again later may help, with nothing else changed.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy | Self::TooManyDescriptors | Self::TooManyProcesses | Self::OutOfMemory)
    }

    /// What is wrong at the path.
    fn at(program: &Path, directory: Option<&Path>) -> Self {
        if let Some(directory) = directory.filter(|directory| !directory.is_dir()) {
            return Self::MissingDirectory { directory: directory.to_owned() };
        }
        if program.components().count() == 1 && !program.as_os_str().as_encoded_bytes().contains(&b'/') {
            return Self::NotInPath;
        }
        // The program is looked for where it starts.
        let path = directory.map_or_else(|| program.to_owned(), |directory| directory.join(program));
        match std::fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Self::Unreachable,
            Err(_) => Self::Missing,
            Ok(found) if found.is_dir() => Self::Directory,
            Ok(found) if !found.is_file() => Self::NotAFile,
            Ok(found) => Self::forbidden(&path, &found).unwrap_or_else(|| Self::of_head(&path)),
        }
    }

    fn of_head(path: &Path) -> Self {
        head(path).map_or(Self::Other, |head| Self::of_file(&ProgramFile::of(&head)))
    }

    fn of_file(file: &ProgramFile) -> Self {
        match file {
            ProgramFile::Empty => Self::NotAProgram { found: "an empty file" },
            // What this system starts in principle.
            ProgramFile::Foreign { system: "Windows" } if cfg!(windows) => Self::Other,
            ProgramFile::Foreign { system: "macOS" } if cfg!(target_os = "macos") => Self::Other,
            ProgramFile::Foreign { system: "Windows" } => {
                Self::NotAProgram { found: "a program for Windows" }
            }
            ProgramFile::Foreign { .. } => Self::NotAProgram { found: "a program for macOS" },
            ProgramFile::Elf { .. } if cfg!(any(windows, target_vendor = "apple")) => {
                Self::NotAProgram { found: "a program for Linux" }
            }
            ProgramFile::Other | ProgramFile::Script { .. } if cfg!(windows) => {
                Self::NotAProgram { found: "no program of this system" }
            }
            ProgramFile::Other => Self::NotAProgram {
                found: "neither a program of this system nor a script with `#!` in its first line",
            },
            ProgramFile::Script { interpreter: None } => {
                Self::NotAProgram { found: "a script with nothing behind `#!`" }
            }
            ProgramFile::Script { interpreter: Some(interpreter) } if !interpreter.exists() => {
                Self::MissingInterpreter { interpreter: interpreter.clone() }
            }
            ProgramFile::Elf { machine, .. } if machine_name(*machine) != Some(std::env::consts::ARCH) => {
                let found =
                    machine_name(*machine).map_or_else(|| format!("machine {machine} of ELF"), str::to_owned);
                Self::WrongArchitecture { found, expected: std::env::consts::ARCH }
            }
            ProgramFile::Elf { loader: Some(loader), .. } if !loader.exists() => {
                Self::MissingLoader { loader: loader.clone() }
            }
            ProgramFile::Elf { .. } | ProgramFile::Script { .. } => Self::Other,
        }
    }
}

/// The beginning of a file. It was a file a moment ago, and what it is now must not keep anybody waiting.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    open_at_once(path)?.take(PROGRAM_HEAD_BYTES_MAX).read_to_end(&mut head)?;
    Ok(head)
}

impl fmt::Display for SpawnCause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::EmptyPath => "the path of the program is empty; give the path of the plugin",
            Self::Missing => "there is no such file; is the path right, and the plugin installed?",
            Self::NotInPath => {
                "no directory of PATH has a program of that name; give its path, or install it there"
            }
            Self::MissingDirectory { directory } => {
                return write!(
                    formatter,
                    "the directory {} in which it should start is not there; make it, or start the plugin in another one",
                    directory.display()
                );
            }
            Self::Directory => "this is a directory; give the path of the program in it",
            Self::NotAFile => "this is no file; give the path of the plugin's program",
            Self::NotExecutable => {
                "the file may not be executed by this user; make it executable with `chmod +x`"
            }
            Self::NoExecMount => {
                "its file system is mounted with `noexec`; install the plugin on another one, or mount this one anew"
            }
            Self::Unreachable => {
                "a directory on the way to it may not be entered by this user; give this user the permission, or install the plugin elsewhere"
            }
            Self::WrongArchitecture { found, expected } => {
                return write!(
                    formatter,
                    "it is a program for {found}, and this system runs {expected}; install the plugin for {expected}"
                );
            }
            Self::NotAProgram { found } => {
                return write!(
                    formatter,
                    "this is {found}; give the path of the plugin's program, or build it anew"
                );
            }
            Self::MissingInterpreter { interpreter } => {
                return write!(
                    formatter,
                    "it is a script for {}, which is not there; install that, or change the script's first line",
                    quote(&interpreter.to_string_lossy())
                );
            }
            Self::MissingLoader { loader } => {
                return write!(
                    formatter,
                    "it needs the loader {}, which is not there; build the plugin for this system, or link it statically",
                    quote(&loader.to_string_lossy())
                );
            }
            Self::Busy => "somebody is writing to the program; start it when that is done",
            Self::TooManyDescriptors => {
                "no file descriptor is left; close some, or raise the limit (`ulimit -n`), and try again"
            }
            Self::TooManyProcesses => {
                "no more processes are allowed; end some, or raise the limit (`ulimit -u`), and try again"
            }
            Self::OutOfMemory => "there is no memory for another process; free some, and try again",
            Self::TooLong => "arguments and environment are too long together; pass less of them",
            Self::Other => "the system refuses it; its reason follows",
        };
        formatter.write_str(text)
    }
}
