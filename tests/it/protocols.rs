//! A protocol with what stands around it, served by a plugin: over each wire it is the same as within a process.

use rpcplugin::interceptors::{RequireToken, SendToken};
use rpcplugin::{Code, Cookie, PluginClient, PluginServer, Protocol, Security, Status, Wire, rpc_protocol};

#[rpc_protocol(service = "test.Prices")]
trait Prices {
    async fn last(&self, symbol: String) -> Result<String, Status>;
}

#[rpc_protocol(service = "test.Clock")]
trait Clock {
    async fn opens(&self, place: String) -> Result<String, Status>;
}

struct Market;

impl Prices for Market {
    async fn last(&self, symbol: String) -> Result<String, Status> {
        match symbol.as_str() {
            "RUST" => Ok("1.95".to_owned()),
            _ => Err(Status::not_found("nobody trades it")),
        }
    }
}

impl Clock for Market {
    async fn opens(&self, place: String) -> Result<String, Status> {
        Ok(format!("{place} opens at nine"))
    }
}

fn cookie() -> Cookie {
    Cookie::new("PROTOCOLS_PLUGIN", "77e0").unwrap()
}

/// Asks with the token and without, and what asks for none.
async fn converse(plugin: &PluginClient) {
    let code = |answer: Result<String, Status>| answer.map_err(|status| status.code());
    let ask = |prices: PricesClient, symbol: &'static str| async move {
        code(prices.last(symbol.to_owned()).await)
    };
    let stranger = PricesClient::new(plugin.channel());
    let desk = PricesClient::new(plugin.channel().intercepted(SendToken::new("open-sesame").unwrap()));
    assert_eq!(ask(stranger, "RUST").await, Err(Code::Unauthenticated));
    assert_eq!(ask(desk.clone(), "RUST").await, Ok("1.95".to_owned()));
    assert_eq!(ask(desk, "GO").await, Err(Code::NotFound));
    // A protocol without tokens stands beside it, and is neither asked for one nor counted.
    let clock = ClockClient::new(plugin.channel());
    assert_eq!(code(clock.opens("Oslo".to_owned()).await), Ok("Oslo opens at nine".to_owned()));
}

#[tokio::test]
async fn a_protocol_that_is_authenticated_and_monitored_is_so_over_each_wire() {
    for wire in [Wire::Grpc, Wire::Binary] {
        let tokens = RequireToken::new("desk", "open-sesame").unwrap();
        let prices = Protocol::new("prices", PricesServer::new(Market)).authenticated(tokens).monitored();
        let clock = Protocol::new("clock", ClockServer::new(Market));
        let server = PluginServer::new(cookie()).protocol(&prices).unwrap().protocol(&clock).unwrap();
        let plugin = server.listen().await.unwrap();
        let config = plugin.reattach_config().clone();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(plugin.serve_until(async { drop(ended.await) }));

        let builder = PluginClient::builder("attached", cookie()).security(Security::Plaintext).wire(wire);
        let host = builder.attach(&config).await.unwrap();
        assert_eq!(host.wire(), wire);
        converse(&host).await;

        // What ended for the caller has been counted when the plugin has ended.
        drop(end);
        serving.await.unwrap().unwrap();
        let total = prices.metrics().unwrap().snapshot().total;
        assert_eq!((total.call_count, total.error_count), (3, 2), "{wire:?}");
        assert!(clock.metrics().is_none());
    }
}
