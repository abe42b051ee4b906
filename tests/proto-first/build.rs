//! Makes the contract of the interop tests of its `.proto`, as somebody does whose contract began there.

fn main() -> Result<(), rpcplugin_build::BuildError> {
    rpcplugin_build::compile(&["../interop/kv.proto", "proto/every.proto"], &["../interop", "proto"])
}
