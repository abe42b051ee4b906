//! The host: asks for the same prices on either wire and in each format. `market-data-host --proto` prints the contract.

mod contract;

use std::error::Error;
use std::io::Read;
use std::time::Instant;

use contract::{
    DataFormat, MarketDataRequest, MarketDataResponse, MarketDataService, MarketDataServiceClient, OrderBook,
    cookie,
};
use flate2::read::GzDecoder;
use rpcplugin::{BinaryMessage, FixedMessage, PluginClient, Wire};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).is_some_and(|argument| argument == "--proto") {
        print!("{}", MarketDataServiceClient::SPEC.to_proto()?);
        return Ok(());
    }
    let over_grpc = run("gRPC", Wire::Grpc).await?;
    let over_binary = run("binary wire", Wire::Binary).await?;
    println!("both wires brought the same: {}", over_grpc == over_binary);
    Ok(())
}

async fn run(name: &str, wire: Wire) -> Result<Vec<MarketDataResponse>, Box<dyn Error>> {
    let program = std::env::current_exe()?.with_file_name("market-data-plugin");
    // The contract does not change with the wire, and neither does a line of the plugin.
    let plugin = PluginClient::builder(program, cookie()?).wire(wire).start().await?;
    let market = MarketDataServiceClient::new(plugin.channel());
    let mut all = Vec::new();
    for format in [DataFormat::Standard, DataFormat::Binary, DataFormat::Compressed] {
        let clock = Instant::now();
        let symbols = vec!["ACME".to_owned(), "INIT".to_owned()];
        let request = MarketDataRequest { symbols, start_time: 0, end_time: 1000, format };
        let responses: Vec<_> = market.get_market_data(request).await?.collect().await?;
        let took = clock.elapsed().as_millis();

        let last = responses.last().ok_or("no response")?;
        let spread = match order_book(last, format)? {
            Some(OrderBook { bids: [bid, ..], asks: [ask, ..] }) => {
                format!("{} at {:.2} to {:.2}", last.symbol, bid.price, ask.price)
            }
            None => format!("{} at {}", last.symbol, last.price),
        };
        println!(
            "{name:<11}  {:<11} {} responses in {took} ms, {spread}",
            format!("{format:?}"),
            responses.len()
        );
        all.extend(responses);
    }
    plugin.stop().await;
    Ok(all)
}

/// What the custom data of a response say.
fn order_book(
    response: &MarketDataResponse,
    format: DataFormat,
) -> Result<Option<OrderBook>, Box<dyn Error>> {
    let bytes: &[u8] = &response.custom_data;
    match format {
        DataFormat::Standard => Ok(None),
        DataFormat::Binary => Ok(Some(OrderBook::decode_slice(bytes)?)),
        DataFormat::Compressed => {
            // One byte more than an order book has, and no further: a few bytes of gzip can become any number.
            let bytes_max = u64::try_from(OrderBook::BYTES)? + 1;
            let mut book = Vec::new();
            GzDecoder::new(bytes).take(bytes_max).read_to_end(&mut book)?;
            Ok(Some(OrderBook::decode_slice(&book)?))
        }
    }
}
