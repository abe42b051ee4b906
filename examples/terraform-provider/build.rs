//! Makes the contract of its `.proto`.

fn main() -> Result<(), rpcplugin_build::BuildError> {
    rpcplugin_build::compile(&["proto/tfplugin6.proto"], &["proto"])
}
