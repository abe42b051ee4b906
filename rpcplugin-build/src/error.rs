use std::error::Error;
use std::io;
use std::path::PathBuf;

/// Why files were not compiled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Nobody has said where the code goes.
    #[error(
        "`OUT_DIR` is not set; call this from a build script, or name a directory with `Builder::out_dir`"
    )]
    NoOutput,
    /// A file is wrong, or was not found.
    #[error("{message}; correct the file, or name the directory that it is in among the includes")]
    Compile {
        /// What is wrong, with file, line and column.
        message: String,
        /// What the compiler said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A method takes a message that a contract cannot take by its name.
    #[error(
        "the request of `{method}` is called `{message}`, which in a contract is the context of the call; \
         rename the message"
    )]
    Reserved {
        /// The full name of the method.
        method: String,
        /// The name of the message.
        message: String,
    },
    /// The descriptors could not be written.
    #[error("`{}` cannot be written; see that the directory is there and that you may write into it", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The code could not be generated or written.
    #[error("the code cannot be generated: {source}; see whether the directory can be written")]
    Generate {
        /// What prost said.
        source: io::Error,
    },
}

impl BuildError {
    /// With the place in the file, which the error of protox shows only to those who ask for it.
    pub(crate) fn compile(error: protox::Error) -> Self {
        Self::Compile { message: format!("{error:?}").trim().to_owned(), source: error.into() }
    }
}
