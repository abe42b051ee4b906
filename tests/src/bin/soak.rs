//! Many plugins that are killed under load, for as long as wanted: `cargo run --release --bin soak -- --minutes 10`.

use std::error::Error;
use std::process::ExitCode;

use rpcplugin_tests::soak::{Options, PLUGIN, run};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == PLUGIN) {
        rpcplugin_tests::supervised::serve().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let options = match Options::parse(arguments.into_iter()) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n{}", Options::USAGE);
            return Ok(ExitCode::from(2));
        }
    };
    // The runtime must be idle for the count of its tasks: this one is none of them.
    Ok(if run(options).await? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
