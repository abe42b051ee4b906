//! Makes the contract of the interop tests of its `.proto`, as somebody does whose contract began there, and what tonic's
//! generator makes of the same file.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    rpcplugin_build::compile(&["../interop/kv.proto", "proto/every.proto"], &["../interop", "proto"])?;

    let directory = std::path::Path::new(&std::env::var("OUT_DIR")?).join("tonic");
    std::fs::create_dir_all(&directory)?;
    let files = protox::compile(["../interop/kv.proto"], ["../interop"])?;
    tonic_prost_build::configure().build_transport(false).out_dir(directory).compile_fds(files)?;
    Ok(())
}
