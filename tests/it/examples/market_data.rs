//! Packed bytes within protobuf, over either wire: what the README shows, and that the bytes are what Python's `struct` has.

#[path = "../../../examples/market-data/contract.rs"]
mod contract;

use contract::{
    DataFormat, Level, MarketDataRequest, MarketDataService, MarketDataServiceClient, OrderBook, cookie,
};
use rpcplugin::{BinaryMessage, FixedMessage, PluginClient};
use serde_json::json;

use crate::examples::{build_all, built, shown};
use crate::python::{hex, python};

#[tokio::test]
async fn market_data_does_what_its_readme_shows() {
    for shown in shown("market-data") {
        shown.holds().await;
    }
}

#[test]
fn an_order_book_is_what_struct_pack_writes() {
    let book = OrderBook {
        bids: [(317.74, 500), (317.73, 400), (317.5, 300), (-0.25, 2), (1e-300, 1)]
            .map(|(price, size)| Level { price, size }),
        asks: [(317.76, 501), (317.77, 65_536), (318.0, 303), (1e300, u32::MAX), (0.0, 0)]
            .map(|(price, size)| Level { price, size }),
    };
    // struct.pack("<" + "dI" * 10, 317.74, 500, 317.73, 400, 317.5, 300, -0.25, 2, 1e-300, 1,
    //             317.76, 501, 317.77, 65536, 318.0, 303, 1e300, 2**32 - 1, 0.0, 0).hex(" ", 12)
    let expected = "\
         a4703d0ad7db7340f4010000 48e17a14aedb734090010000 0000000000d873402c010000 \
         000000000000d0bf02000000 59f3f8c21f6ea50101000000 5c8fc2f528dc7340f5010000 \
         b81e85eb51dc734000000100 0000000000e073402f010000 9c7500883ce4377effffffff \
         000000000000000000000000";
    let bytes = book.encode_to_vec().unwrap();
    assert_eq!((hex(&bytes), bytes.len()), (expected.replace(' ', ""), OrderBook::BYTES));
    assert_eq!(OrderBook::decode_slice(&bytes).unwrap(), book);
}

/// Unpacks each of its arguments as the contract says, the second one behind its gzip.
const UNPACK: &str = r#"
import gzip, json, struct, sys
binary, compressed = (bytes.fromhex(argument) for argument in sys.argv[1:])
books = [struct.unpack("<" + "dI" * 10, custom_data) for custom_data in (binary, gzip.decompress(compressed))]
print(json.dumps(books))
"#;

#[tokio::test]
async fn python_unpacks_the_custom_data_of_the_plugin() {
    let Some(python) = python() else { return };
    build_all();
    let program = built().join("market-data-plugin");
    let plugin = PluginClient::builder(program, cookie().unwrap()).start().await.unwrap();
    let market = MarketDataServiceClient::new(plugin.channel());
    let mut command = tokio::process::Command::new(python.interpreter);
    command.args(["-c", UNPACK]);
    for format in [DataFormat::Binary, DataFormat::Compressed] {
        let request =
            MarketDataRequest { symbols: vec!["INIT".to_owned()], start_time: 39, end_time: 40, format };
        let responses = market.get_market_data(request).await.unwrap().collect::<Vec<_>>().await.unwrap();
        assert_eq!((responses.len(), responses[0].price), (1, 317.75));
        command.arg(hex(&responses[0].custom_data));
    }
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Who buys, the best first, then who sells: a price and how many are wanted for it.
    let cents = [-1, -2, -3, -4, -5, 1, 2, 3, 4, 5];
    let book: Vec<_> =
        cents.iter().flat_map(|cents| [json!(317.75 + f64::from(*cents) / 100.0), json!(500)]).collect();
    let unpacked: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(unpacked, json!([book, book]));
    plugin.stop().await;
}
