use std::fs::Metadata;
use std::io;
use std::path::Path;

use super::SpawnCause;

const ERROR_FILE_NOT_FOUND: i32 = 2;
const ERROR_PATH_NOT_FOUND: i32 = 3;
const ERROR_TOO_MANY_OPEN_FILES: i32 = 4;
const ERROR_ACCESS_DENIED: i32 = 5;
const ERROR_NOT_ENOUGH_MEMORY: i32 = 8;
const ERROR_SHARING_VIOLATION: i32 = 32;
const ERROR_BAD_EXE_FORMAT: i32 = 193;
const ERROR_FILENAME_EXCED_RANGE: i32 = 206;
const ERROR_EXE_MACHINE_TYPE_MISMATCH: i32 = 216;
const ERROR_DIRECTORY: i32 = 267;
const ERROR_COMMITMENT_LIMIT: i32 = 1455;

impl SpawnCause {
    /// What `error` means, which the system gave for a program that should start in `directory`.
    pub(in crate::client) fn of(error: &io::Error, program: &Path, directory: Option<&Path>) -> Self {
        if program.as_os_str().is_empty() {
            return Self::EmptyPath;
        }
        match error.raw_os_error() {
            Some(ERROR_SHARING_VIOLATION) => Self::Busy,
            Some(ERROR_TOO_MANY_OPEN_FILES) => Self::TooManyDescriptors,
            Some(ERROR_NOT_ENOUGH_MEMORY | ERROR_COMMITMENT_LIMIT) => Self::OutOfMemory,
            Some(ERROR_FILENAME_EXCED_RANGE) => Self::TooLong,
            Some(
                ERROR_FILE_NOT_FOUND
                | ERROR_PATH_NOT_FOUND
                | ERROR_ACCESS_DENIED
                | ERROR_BAD_EXE_FORMAT
                | ERROR_EXE_MACHINE_TYPE_MISMATCH
                | ERROR_DIRECTORY,
            ) => Self::at(program, directory),
            // The library looks for the program itself, and has no number for it.
            _ if error.kind() == io::ErrorKind::NotFound => Self::at(program, directory),
            _ => Self::Other,
        }
    }

    /// Why a file may not be executed, if so: what its permissions say is asked of the system alone.
    pub(super) const fn forbidden(_path: &Path, _found: &Metadata) -> Option<Self> {
        None
    }
}
