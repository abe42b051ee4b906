//! A plugin with several versions of its contract, started by a host: `versions_plugin 1,2 [1.0,1.1]`. The second list is what it
//! says of the contract to whoever asks.

use std::error::Error;
use std::str::FromStr;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let versions = list(arguments.first())?;
    let of_contract = list(arguments.get(1))?;
    rpcplugin_tests::versions::serve(&versions, &of_contract).await
}

fn list<T: FromStr<Err: Error + 'static>>(text: Option<&String>) -> Result<Vec<T>, Box<dyn Error>> {
    let items = text.into_iter().flat_map(|text| text.split(','));
    Ok(items.map(str::parse).collect::<Result<_, _>>()?)
}
