//! The checked-in protobuf code, and the description of the services of every plugin, are what the texts in `proto/` give.
//! `RPCPLUGIN_BLESS=1` writes them anew.

use std::path::Path;

use crate::root;

#[test]
fn the_generated_messages_are_fresh() {
    let proto = root().join("proto");
    let files = protox::compile(
        ["plugin.proto", "health.proto", "reflection.proto", "versions.proto"].map(|name| proto.join(name)),
        [&proto],
    )
    .expect("the contracts compile");
    let fresh = tempfile::tempdir().unwrap();
    prost_build::Config::new().out_dir(fresh.path()).compile_fds(files).expect("the messages are generated");

    let checked_in = root().join("rpcplugin/src/services/generated");
    for name in ["plugin.rs", "grpc.health.v1.rs", "grpc.reflection.v1.rs", "rpcplugin.rs"] {
        compare(&fresh.path().join(name), &checked_in.join(name));
    }
}

/// What is written in the place of what.
type Change = (&'static str, &'static str);

/// Where each text stands for those who are told of it, and in which other package it stands as well.
const PATHS: [(&str, &str, Option<Change>); 5] = [
    ("plugin.proto", "rpcplugin/plugin.proto", None),
    ("versions.proto", "rpcplugin/versions.proto", None),
    ("health.proto", "grpc/health/v1/health.proto", None),
    ("reflection.proto", "grpc/reflection/v1/reflection.proto", None),
    (
        "reflection.proto",
        "grpc/reflection/v1alpha/reflection.proto",
        Some(("package grpc.reflection.v1;", "package grpc.reflection.v1alpha;")),
    ),
];

#[test]
fn the_description_of_the_services_of_every_plugin_is_fresh() {
    let texts = tempfile::tempdir().unwrap();
    for (name, path, change) in PATHS {
        let text = std::fs::read_to_string(root().join("proto").join(name)).unwrap();
        let text = change.map_or(text.clone(), |(from, to)| text.replace(from, to));
        let path = texts.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut compiler = protox::Compiler::new([texts.path()]).unwrap();
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(PATHS.map(|(_, path, _)| path)).expect("the contracts compile");
    let name = "services.binpb";
    std::fs::write(texts.path().join(name), compiler.encode_file_descriptor_set()).unwrap();
    compare(&texts.path().join(name), &root().join("rpcplugin/src/services/generated").join(name));
}

fn compare(fresh: &Path, checked_in: &Path) {
    let expected = std::fs::read(fresh).unwrap();
    if std::env::var_os("RPCPLUGIN_BLESS").is_some() {
        std::fs::write(checked_in, expected).unwrap();
        return;
    }
    let found = std::fs::read(checked_in).unwrap_or_default();
    assert!(
        found == expected,
        "{} is not what `proto/` gives; run the test with RPCPLUGIN_BLESS=1",
        checked_in.display()
    );
}
