//! The checked-in protobuf code is what the texts in `proto/` give. `RPCPLUGIN_BLESS=1` writes it anew.

use std::path::Path;

use crate::root;

#[test]
fn the_generated_messages_are_fresh() {
    let proto = root().join("proto");
    let files = protox::compile(
        ["plugin.proto", "health.proto", "versions.proto"].map(|name| proto.join(name)),
        [&proto],
    )
    .expect("the contracts compile");
    let fresh = tempfile::tempdir().unwrap();
    prost_build::Config::new().out_dir(fresh.path()).compile_fds(files).expect("the messages are generated");

    let checked_in = root().join("rpcplugin/src/services/generated");
    for name in ["plugin.rs", "grpc.health.v1.rs", "rpcplugin.rs"] {
        compare(&fresh.path().join(name), &checked_in.join(name));
    }
}

fn compare(fresh: &Path, checked_in: &Path) {
    let expected = std::fs::read_to_string(fresh).unwrap();
    if std::env::var_os("RPCPLUGIN_BLESS").is_some() {
        std::fs::write(checked_in, expected).unwrap();
        return;
    }
    let found = std::fs::read_to_string(checked_in).unwrap_or_default();
    assert!(
        found == expected,
        "{} is not what `proto/` gives; run the test with RPCPLUGIN_BLESS=1",
        checked_in.display()
    );
}
