//! The compilers that people use: protoc, as grpcio-tools brings it, and buf.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use protox::prost_reflect::prost::Message as _;
use protox::prost_reflect::prost_types::FileDescriptorSet;

use super::{CONTRACTS, comments, own_file, without_comments};
use crate::interop::{answers, build, built};
use crate::python::python;
use crate::support::absent;

/// buf, as npm brings it; built by Go where there is no npm, which takes minutes; `None` where there is neither.
fn buf() -> Option<PathBuf> {
    static BUF: OnceLock<Option<PathBuf>> = OnceLock::new();
    let buf = BUF.get_or_init(|| {
        let directory = built("buf");
        let (of_npm, of_go) = (directory.join("node_modules/.bin/buf"), directory.join("buf"));
        if let Some(program) = [&of_npm, &of_go].into_iter().find(|program| program.exists()) {
            return Some(program.clone());
        }
        if answers("npm", "--version") {
            let package = format!("@bufbuild/buf@{BUF_VERSION}");
            build(Command::new("npm").args(["install", "--silent", "--prefix"]).arg(&directory).arg(package));
            return Some(of_npm);
        }
        let package = format!("github.com/bufbuild/buf/cmd/buf@v{BUF_VERSION}");
        answers("go", "version").then(|| {
            build(Command::new("go").env("GOBIN", &directory).args(["install", &package]));
            of_go
        })
    });
    if buf.is_none() {
        absent("npm, or Go, one of which brings buf");
    }
    buf.clone()
}

const BUF_VERSION: &str = "1.60.0";

/// The text of each contract as a file at the path that its description has, compiled by `compile(directory, path, output)`,
/// is what the contract says of itself.
fn assert_compiled(compile: impl Fn(&Path, &str, &Path)) {
    for spec in CONTRACTS {
        let directory = tempfile::tempdir().unwrap();
        let (ours, _) = own_file(&spec.to_descriptor_set().unwrap());
        let file = directory.path().join(ours.name());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, spec.to_proto().unwrap()).unwrap();
        let output = directory.path().join("set.binpb");
        compile(directory.path(), ours.name(), &output);
        let set = FileDescriptorSet::decode(std::fs::read(&output).unwrap().as_slice()).unwrap();
        let theirs = set.file.iter().find(|file| file.name() == ours.name()).unwrap();
        assert_eq!(without_comments(&ours), without_comments(theirs));
        assert_eq!(comments(&ours), comments(theirs));
    }
}

#[test]
fn protoc_reads_the_text_of_a_contract_as_it_describes_itself() {
    let Some(python) = python() else { return };
    assert_compiled(|directory, path, output| {
        build(
            Command::new(&python.interpreter)
                .current_dir(directory)
                .args(["-m", "grpc_tools.protoc", "-I.", "--include_source_info"])
                .arg(format!("--descriptor_set_out={}", output.display()))
                .arg(path),
        );
    });
}

#[test]
fn buf_reads_the_text_of_a_contract_as_it_describes_itself() {
    let Some(buf) = buf() else { return };
    assert_compiled(|directory, _, output| {
        build(
            Command::new(&buf)
                .current_dir(directory)
                .env("HOME", directory)
                .args(["build", ".", "-o"])
                .arg(output),
        );
    });
}
