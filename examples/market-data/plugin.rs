//! The plugin: invents prices, the same ones each time.

mod contract;

use std::error::Error;
use std::io::Write;

use contract::{
    DataFormat, Level, MarketDataRequest, MarketDataResponse, MarketDataService, MarketDataServiceServer,
    OrderBook, cookie,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use rpcplugin::{BinaryMessage, PluginServer, Status, Streaming};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    PluginServer::new(cookie()?).service(MarketDataServiceServer::new(Market)).serve().await?;
    Ok(())
}

struct Market;

impl MarketDataService for Market {
    async fn get_market_data(
        &self,
        request: MarketDataRequest,
    ) -> Result<Streaming<MarketDataResponse>, Status> {
        if request.symbols.is_empty() {
            return Err(Status::invalid_argument("no symbols; name one at least"));
        }
        let MarketDataRequest { symbols, start_time, end_time, format } = request;
        // Made while they are sent: nobody keeps them all.
        let responses = (start_time..end_time).flat_map(move |second| {
            let second_of = |symbol: &String| response(symbol.clone(), second, format);
            symbols.iter().map(second_of).collect::<Vec<_>>()
        });
        Ok(Streaming::new(futures_util::stream::iter(responses)))
    }
}

fn response(symbol: String, timestamp: i64, format: DataFormat) -> Result<MarketDataResponse, Status> {
    let name = symbol.bytes().fold(0, |sum, byte| sum + i32::from(byte));
    let second = i32::try_from(timestamp.rem_euclid(60)).unwrap_or_default();
    let price = f64::from(name) + f64::from(second) / 4.0;
    let custom_data =
        custom_data(price, format).map_err(|error| Status::internal(format!("custom data: {error}")))?;
    Ok(MarketDataResponse { symbol, price, volume: (timestamp % 7 + 1) * 100, timestamp, custom_data })
}

fn custom_data(price: f64, format: DataFormat) -> Result<Vec<u8>, Box<dyn Error>> {
    let level = |cents: i32| Level { price: price + f64::from(cents) / 100.0, size: 500 };
    let book = OrderBook { bids: [-1, -2, -3, -4, -5].map(level), asks: [1, 2, 3, 4, 5].map(level) };
    match format {
        DataFormat::Standard => Ok(Vec::new()),
        DataFormat::Binary => Ok(book.encode_to_vec()?),
        DataFormat::Compressed => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&book.encode_to_vec()?)?;
            Ok(encoder.finish()?)
        }
    }
}
