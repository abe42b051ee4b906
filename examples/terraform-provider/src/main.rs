//! The provider's program: `terraform-provider-notebook`, started by Terraform or OpenTofu.
//!
//! With `--debug` it is started by a person, in a debugger perhaps, and says how Terraform attaches to it.

use std::error::Error;

use rpcplugin_notebook_provider::{ADDRESS, server};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // What is logged, and a panic, reach Terraform's log in the form that it reads.
    rpcplugin::logging::init()?;
    match std::env::args().any(|argument| argument == "--debug") {
        true => server()?.serve_for_debugging(ADDRESS).await?,
        false => server()?.serve().await?,
    }
    Ok(())
}
