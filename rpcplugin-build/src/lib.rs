//! Makes contracts of `.proto` files: prost messages, and for each service a trait with `#[rpc_protocol]`, documentation
//! included.
//!
//! It is for contracts that begin with a `.proto`; one that begins in Rust needs no build script.
//! The files are compiled by protox: nobody needs `protoc`.
//!
//! In `build.rs`, with `rpcplugin-build` as a build dependency:
//!
//! ```no_run
//! fn main() -> Result<(), rpcplugin_build::BuildError> {
//!     rpcplugin_build::compile(&["proto/kv.proto"], &["proto"])
//! }
//! ```
//!
//! And in the crate, which depends on `rpcplugin` and on `prost`, a module for each package:
//!
//! ```ignore
//! pub mod kvtest {
//!     include!(concat!(env!("OUT_DIR"), "/kvtest.rs"));
//! }
//!
//! // A service `KV` is the trait `Kv`, with `KvClient` and `KvServer`.
//! use kvtest::{Kv, KvClient, KvServer, Pair};
//! ```
//!
//! What is generated:
//!
//! - Messages are prost's. They know their names (`prost::Name`), so a contract of your own may use them as well.
//! - A method takes its message, or `rpcplugin::Streaming` of it, and nothing where that is `google.protobuf.Empty`.
//!   Its name in Rust is in snake case, and the one on the wire that of the file.
//! - `option idempotency_level = IDEMPOTENT` is `#[rpc(idempotent)]`, and so is `NO_SIDE_EFFECTS`.
//! - The files stand beside it as `FILE_DESCRIPTOR_SET`, which the table of each contract has
//!   (`ServiceSpec::descriptors`), so that `to_descriptor_set` gives the files as they were written.
//!
//! A message that is called `Context` and is the request of a method is refused: in the trait it would be the context of the
//! call.

mod documentation;
mod error;
mod service;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use prost::Message as _;
pub use prost_build;
use protox::prost_reflect::prost_types::FileDescriptorSet;

pub use error::BuildError;
use service::Contracts;

/// Compiles `.proto` files into the directory of the build script's output, `OUT_DIR`.
///
/// Other calls may write into the same directory, if each package has all of its files in one of them: its code is one file.
///
/// `includes` are the directories in which the files and what they import are found. Cargo is told to run the build script
/// again when one of the files has changed.
///
/// # Errors
///
/// [`BuildError`], which names the file and the line where a file is wrong.
pub fn compile(protos: &[impl AsRef<Path>], includes: &[impl AsRef<Path>]) -> Result<(), BuildError> {
    Builder::new().compile(protos, includes)
}

/// Compiles with options: see [`compile`].
///
/// # Examples
///
/// ```no_run
/// fn main() -> Result<(), rpcplugin_build::BuildError> {
///     rpcplugin_build::Builder::new()
///         .prost(|config| {
///             config.bytes(["kvtest.Pair.value"]);
///         })
///         .compile(&["proto/kv.proto"], &["proto"])
/// }
/// ```
#[must_use = "nothing is compiled before `compile`"]
pub struct Builder {
    config: prost_build::Config,
    out: Option<PathBuf>,
}

impl Builder {
    /// Without options.
    pub fn new() -> Self {
        let mut config = prost_build::Config::new();
        config.enable_type_names();
        Self { config, out: None }
    }

    /// Changes how prost generates the messages.
    pub fn prost(mut self, change: impl FnOnce(&mut prost_build::Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Writes into this directory instead of `OUT_DIR`, for code that is checked in.
    pub fn out_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.out = Some(directory.into());
        self
    }

    /// Compiles the files.
    ///
    /// # Errors
    ///
    /// As [`compile`].
    pub fn compile(
        self,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> Result<(), BuildError> {
        self.compile_telling(protos, includes, |line| println!("{line}"))
    }

    /// The same, where cargo is told its lines by this.
    fn compile_telling(
        mut self,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
        mut tell_cargo: impl FnMut(&str),
    ) -> Result<(), BuildError> {
        let out = self.out.take().or_else(|| std::env::var_os("OUT_DIR").map(PathBuf::from));
        let out = out.ok_or(BuildError::NoOutput)?;
        let mut compiler = protox::Compiler::new(includes).map_err(BuildError::compile)?;
        compiler.include_imports(true).include_source_info(true);
        compiler.open_files(protos).map_err(BuildError::compile)?;
        for path in compiler.files().filter_map(|file| file.path().map(Path::to_owned)) {
            tell_cargo(&format!("cargo:rerun-if-changed={}", path.display()));
        }
        let files = compiler.file_descriptor_set();
        let contracts = Contracts::new(&files);
        contracts.check()?;
        let descriptors = files.encode_to_vec();
        for package in packages_with_services(&files) {
            let path = out.join(descriptors_of(package));
            let written = std::fs::write(&path, &descriptors);
            written.map_err(|source| BuildError::Write { path, source })?;
        }
        self.config.out_dir(out).service_generator(Box::new(contracts));
        self.config.compile_fds(files).map_err(|source| BuildError::Generate { source })
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Builder").field("out", &self.out).finish_non_exhaustive()
    }
}

/// The name of the file with the descriptors that stands beside the code of a package. Code of another package may be compiled
/// into the same directory by another call.
fn descriptors_of(package: &str) -> String {
    format!("{}.binpb", if package.is_empty() { "_" } else { package })
}

/// Those whose code has `FILE_DESCRIPTOR_SET`.
fn packages_with_services(files: &FileDescriptorSet) -> BTreeSet<&str> {
    files.file.iter().filter(|file| !file.service.is_empty()).map(|file| file.package()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compiles a file of this text, and gives what was written for the package `test`.
    fn compiled(text: &str) -> Result<String, BuildError> {
        let directory = tempfile::tempdir().unwrap();
        let proto = directory.path().join("test.proto");
        std::fs::write(&proto, text).unwrap();
        let compiled = Builder::new().out_dir(directory.path()).compile(&[proto], &[directory.path()]);
        compiled.map(|()| std::fs::read_to_string(directory.path().join("test.rs")).unwrap())
    }

    #[test]
    fn a_service_is_a_trait_with_the_words_of_the_file() {
        let text = "syntax = \"proto3\"; package test; message A {}\n// Says it.\nservice S {\n  // Once.\n  rpc DoIt(A) returns (stream A);\n}";
        let code = compiled(text).unwrap();
        let expected = "\
/// Says it.
#[::rpcplugin::rpc_protocol(
    service = \"test.S\",
    name = \"S\",
    descriptors = FILE_DESCRIPTOR_SET
)]
pub trait S {
    /// Once.
    #[rpc(name = \"DoIt\")]
    async fn do_it(
        &self,
        request: A,
    ) -> ::core::result::Result<::rpcplugin::Streaming<A>, ::rpcplugin::Status>;
}
";
        assert!(code.contains(expected), "{code}");
    }

    #[test]
    fn a_file_that_is_wrong_is_named_with_its_line() {
        let error =
            compiled("syntax = \"proto3\";\npackage test;\nmessage A { Missing b = 1; }").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("test.proto:3:") && text.contains("Missing"), "{text}");
        let error = Builder::new().out_dir("none").compile(&["none.proto"], &["."]).unwrap_err();
        assert!(error.to_string().contains("none.proto"), "{error}");
    }

    #[test]
    fn a_request_that_a_contract_would_take_for_its_context_is_refused() {
        let text = "syntax = \"proto3\"; package test; message Context {} service S { rpc Go(Context) returns (Context); }";
        let expected = "the request of `test.S.Go` is called `test.Context`, which in a contract is the context of \
                        the call; rename the message";
        assert_eq!(compiled(text).unwrap_err().to_string(), expected);
    }

    #[test]
    fn two_calls_into_one_directory_leave_each_package_its_own_files() {
        let directory = tempfile::tempdir().unwrap();
        for package in ["one", "two"] {
            let proto = directory.path().join(format!("{package}.proto"));
            let text = format!("syntax = \"proto3\"; package {package}; message A {{}} service S {{}}");
            std::fs::write(&proto, text).unwrap();
            Builder::new().out_dir(directory.path()).compile(&[proto], &[directory.path()]).unwrap();
        }
        for package in ["one", "two"] {
            let code = std::fs::read_to_string(directory.path().join(format!("{package}.rs"))).unwrap();
            let (_, behind) = code.split_once("include_bytes!(\"").unwrap();
            let (name, _) = behind.split_once('"').unwrap();
            let bytes = std::fs::read(directory.path().join(name)).unwrap();
            let files = FileDescriptorSet::decode(bytes.as_slice()).unwrap();
            assert_eq!(files.file[0].package(), package);
        }
    }

    #[test]
    fn a_file_without_a_package_has_its_code_and_its_descriptors_under_an_underscore() {
        let directory = tempfile::tempdir().unwrap();
        let proto = directory.path().join("test.proto");
        std::fs::write(&proto, "syntax = \"proto3\"; message A {} service S { rpc Go(A) returns (A); }")
            .unwrap();
        Builder::new().out_dir(directory.path()).compile(&[proto], &[directory.path()]).unwrap();
        let code = std::fs::read_to_string(directory.path().join("_.rs")).unwrap();
        for expected in ["service = \"S\"", "request: A)", "::core::include_bytes!(\"_.binpb\")"] {
            assert!(code.contains(expected), "{code}");
        }
        let bytes = std::fs::read(directory.path().join("_.binpb")).unwrap();
        let files = FileDescriptorSet::decode(bytes.as_slice()).unwrap();
        assert_eq!((files.file[0].package(), files.file[0].service[0].name()), ("", "S"));
    }

    #[test]
    fn messages_are_generated_as_prost_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let proto = directory.path().join("test.proto");
        let text = "syntax = \"proto3\"; package test; message A { bytes some = 1; bytes other = 2; }";
        std::fs::write(&proto, text).unwrap();
        let builder = Builder::new().prost(|config| {
            config.bytes(["test.A.some"]);
        });
        builder.out_dir(directory.path()).compile(&[proto], &[directory.path()]).unwrap();
        let code = std::fs::read_to_string(directory.path().join("test.rs")).unwrap();
        for expected in ["pub some: ::prost::bytes::Bytes,", "pub other: ::prost::alloc::vec::Vec<u8>,"] {
            assert!(code.contains(expected), "{code}");
        }
        // What this crate itself asks of prost holds as before.
        assert!(code.contains("impl ::prost::Name for A"), "{code}");
    }

    #[test]
    fn cargo_is_told_of_each_file_that_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = directory.path().join(name);
            std::fs::write(&path, format!("syntax = \"proto3\"; package test; {text}")).unwrap();
            path
        };
        let imported = write("imported.proto", "message A {}");
        let first = write(
            "first.proto",
            "import \"imported.proto\"; import \"google/protobuf/empty.proto\"; message B { A a = 1; }",
        );
        let second = write("second.proto", "message C {}");
        write("other.proto", "message D {}");
        let mut told = Vec::new();
        let builder = Builder::new().out_dir(directory.path());
        builder
            .compile_telling(&[&first, &second], &[directory.path()], |line| told.push(line.to_owned()))
            .unwrap();
        // What comes with the compiler has no path.
        let mut expected =
            [first, second, imported].map(|path| format!("cargo:rerun-if-changed={}", path.display()));
        told.sort_unstable();
        expected.sort_unstable();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let proto = directory.path().join("test.proto");
        std::fs::write(&proto, "syntax = \"proto3\"; package test; service S {}").unwrap();
        let out = directory.path().join("missing");
        let error = Builder::new().out_dir(&out).compile(&[proto], &[directory.path()]).unwrap_err();
        assert!(error.to_string().contains("missing/test.binpb"), "{error}");
    }
}
