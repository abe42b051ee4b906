//! What the attributes say stands in the table, which is a constant.

use std::time::Duration;

use rpcplugin::{MethodSpec, ServiceSpec, Status, rpc_protocol};

const BYTES_MAX: usize = 4096;

/// Prices.
#[rpc_protocol(name = "trading-data", service = "exchange.Prices", version = "2.1.0-rc.1+build")]
trait Prices {
    #[rpc(
        name = "GetPrice",
        aliases = ["Price", "/exchange.v1.Prices/Get"],
        timeout = "1500ms",
        idempotent,
        max_len = 64 * 1024,
        unary_unary
    )]
    async fn get(&self, symbol: String) -> Result<u64, Status>;

    #[rpc(timeout = "2h", max_len = BYTES_MAX)]
    #[rpc(idempotent)]
    async fn put(&self, price: u64) -> Result<(), Status>;

    #[rpc(timeout = "3m", max_len = (BYTES_MAX + 1) * 2)]
    async fn history(&self) -> Result<(), Status>;

    async fn plain(&self) -> Result<(), Status>;
}

const SPEC: &ServiceSpec = PricesClient::SPEC;
const GET: &MethodSpec = &SPEC.methods[0];

#[rpc_protocol]
trait Plain {
    async fn get(&self) -> Result<(), Status>;
}

fn main() {
    assert_eq!((SPEC.protocol, SPEC.name, SPEC.version), ("trading-data", "exchange.Prices", "2.1.0-rc.1+build"));
    assert_eq!((GET.service, GET.name, GET.path), ("exchange.Prices", "GetPrice", "/exchange.Prices/GetPrice"));
    assert_eq!(GET.aliases, ["/exchange.Prices/Price", "/exchange.v1.Prices/Get"]);
    assert_eq!(SPEC.method("Price"), Some(GET));
    assert!(SPEC.methods.iter().map(|method| method.idempotent).eq([true, true, false, false]));
    let timeouts: Vec<_> = SPEC.methods.iter().map(|method| method.timeout).collect();
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(timeouts, [Some(Duration::from_millis(1500)), seconds(7200), seconds(180), None]);
    let bounds: Vec<_> = SPEC.methods.iter().map(|method| method.message_bytes_max).collect();
    assert_eq!(bounds, [Some(65536), Some(4096), Some(8194), None]);
    let plain = PlainClient::SPEC;
    assert_eq!((plain.protocol, plain.name, plain.version), ("Plain", "Plain", ""));
}
