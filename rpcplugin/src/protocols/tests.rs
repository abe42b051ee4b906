use std::sync::{Arc, Mutex};

use bytes::Bytes;
use rpcplugin::{
    Channel, Code, Config, Message, Protocol, ProtocolError, ProtocolRegistry, Status, rpc_protocol,
};

use crate::interceptors::{CallInfo, Hooks, RequireToken, SendToken};

#[rpc_protocol(service = "test.Trading")]
trait Trading {
    async fn last_price(&self, symbol: String) -> Result<String, Status>;
}

#[rpc_protocol(service = "test.Other")]
trait Other {
    async fn ask(&self, question: String) -> Result<String, Status>;
}

/// Answers with its name, and with an error to the one who asks for one.
#[derive(Clone, Copy)]
struct Market(&'static str);

impl Trading for Market {
    async fn last_price(&self, symbol: String) -> Result<String, Status> {
        if symbol.is_empty() { Err(Status::not_found("nobody trades it")) } else { Ok(self.0.to_owned()) }
    }
}

impl Other for Market {
    async fn ask(&self, question: String) -> Result<String, Status> {
        Ok(question)
    }
}

fn protocol(name: &'static str) -> Protocol {
    Protocol::new(name, TradingServer::new(Market(name)))
}

fn client(protocol: &Protocol) -> TradingClient {
    TradingClient::new(Channel::local(protocol.router().unwrap()))
}

async fn ask(client: &TradingClient, symbol: &str) -> Result<String, Code> {
    client.last_price(symbol.to_owned()).await.map_err(|status| status.code())
}

fn named(name: &str) -> Config {
    Config::for_plugin().protocol_type(name).build().unwrap()
}

#[tokio::test]
async fn what_is_put_around_a_protocol_stands_around_all_that_is_there() {
    let tokens = || RequireToken::new("desk", "open-sesame").unwrap();
    let token = || SendToken::new("open-sesame").unwrap();
    for is_monitored_outside in [true, false] {
        let protocol = match is_monitored_outside {
            true => protocol("trading").authenticated(tokens()).monitored(),
            false => protocol("trading").monitored().authenticated(tokens()),
        };
        assert_eq!(protocol.name(), "trading", "what stands around it has no name");
        let channel = Channel::local(protocol.router().unwrap());
        let stranger = TradingClient::new(channel.clone());
        let desk = TradingClient::new(channel.intercepted(token()));
        assert_eq!(ask(&stranger, "A").await, Err(Code::Unauthenticated));
        assert_eq!(ask(&desk, "A").await, Ok("trading".to_owned()));
        assert_eq!(ask(&desk, "").await, Err(Code::NotFound));
        let total = protocol.metrics().unwrap().snapshot().total;
        let expected = if is_monitored_outside { (3, 2) } else { (2, 1) };
        assert_eq!((total.call_count, total.error_count), expected);
        // Of a request and an answer each, where the handler was reached.
        assert!(total.message_count >= 3, "{total:?}");
    }
}

#[tokio::test]
async fn a_service_that_is_added_later_is_not_behind_what_was_around_the_others() {
    let protocol = protocol("both").monitored().service(OtherServer::new(Market("other")));
    let channel = Channel::local(protocol.router().unwrap());
    OtherClient::new(channel.clone()).ask("why".to_owned()).await.unwrap();
    assert_eq!(protocol.metrics().unwrap().snapshot().total.call_count, 0);
    let around_both = protocol.clone().monitored();
    let channel_of_both = Channel::local(around_both.router().unwrap());
    OtherClient::new(channel_of_both.clone()).ask("why".to_owned()).await.unwrap();
    ask(&TradingClient::new(channel_of_both), "A").await.unwrap();
    assert_eq!(around_both.metrics().unwrap().snapshot().total.call_count, 2);
    // The inner figures are there as well, and clones share them.
    assert_eq!(protocol.metrics().unwrap().snapshot().total.call_count, 1);
    assert_eq!(format!("{around_both:?}").matches("test.").count(), 2, "{around_both:?}");
}

#[tokio::test]
async fn a_middleware_sees_requests_and_answers() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = |side: &'static str| {
        let seen = Arc::clone(&seen);
        move |call: CallInfo, message: Bytes| {
            let text = String::decode(message.clone()).unwrap();
            seen.lock().unwrap().push(format!("{side} {} {text}", call.method().name));
            std::future::ready(Ok(message))
        }
    };
    let hooks = Hooks::new().before_request(note("request")).after_response(note("response"));
    let noted = client(&protocol("trading").intercepted(hooks));
    assert_eq!(ask(&noted, "A").await, Ok("trading".to_owned()));
    assert_eq!(*seen.lock().unwrap(), ["request LastPrice A", "response LastPrice trading"]);
    // An error is no message.
    assert_eq!(ask(&noted, "").await, Err(Code::NotFound));
    assert_eq!(seen.lock().unwrap()[2..], ["request LastPrice "]);

    let closed = |_call, _request| async { Err(Status::permission_denied("closed")) };
    let hooks = Hooks::new().before_request(closed).after_response(note("response"));
    let refused = ask(&client(&protocol("trading").intercepted(hooks)), "A").await;
    assert_eq!(refused, Err(Code::PermissionDenied));
    assert_eq!(seen.lock().unwrap().len(), 3, "nobody answers what is refused");
}

#[test]
fn a_path_is_claimed_once() {
    let twice = protocol("trading").service(TradingServer::new(Market("again")));
    assert!(twice.router().is_err());
}

#[tokio::test]
async fn a_configuration_names_the_protocol_and_else_the_default_is_taken() {
    let mut registry = ProtocolRegistry::new();
    let none = Config::for_plugin().build().unwrap();
    let error = registry.selected(&none).unwrap_err();
    assert!(error.to_string().ends_with("none is registered"), "{error}");
    registry.register(protocol("grpc")).unwrap();
    registry
        .register_factory("made", |config| {
            Ok(protocol("made").versioned(config.supported_protocol_versions()))
        })
        .unwrap();
    assert!(
        matches!(registry.selected(&none), Err(ProtocolError::NotChosen { known }) if known == ["grpc", "made"])
    );
    registry.default_to("grpc").unwrap();
    for (config, expected) in [(none, "grpc"), (named("made"), "made"), (named("grpc"), "grpc")] {
        let selected = registry.selected(&config).unwrap();
        assert_eq!(ask(&client(&selected), "A").await, Ok(expected.to_owned()));
    }
    assert_eq!(registry.create("made", &named("grpc")).unwrap().versions(), [1]);
    assert_eq!(registry.names().collect::<Vec<_>>(), ["grpc", "made"]);
    assert_eq!(registry.get("grpc").map(Protocol::name), Some("grpc"));
    assert!(registry.get("made").is_none() && registry.get("none").is_none());
}

#[test]
fn a_name_that_is_not_there_is_told_with_those_that_are() {
    let mut registry = ProtocolRegistry::new();
    registry.register(protocol("trading")).unwrap();
    registry.register(protocol("sensors")).unwrap();
    for error in [
        registry.selected(&named("tradign")).unwrap_err(),
        registry.create("tradign", &named("sensors")).unwrap_err(),
        registry.default_to("tradign").unwrap_err(),
    ] {
        let expected =
            "there is no protocol `tradign`, did you mean `trading`?; registered: `sensors`, `trading`";
        assert_eq!(error.to_string(), expected);
    }
    let error = registry.selected(&named("\u{1b}[31m")).unwrap_err().to_string();
    assert_eq!(error, "there is no protocol `\\u{1b}[31m`; registered: `sensors`, `trading`");
    for index in 0..100 {
        registry.register_factory(format!("p{index}"), |_config| Err("never".into())).unwrap();
    }
    let error = registry.selected(&named("unheard-of")).unwrap_err().to_string();
    assert!(error.ends_with(" and 52 more"), "{error}");
    assert!(registry.create("p7", &named("p7")).unwrap_err().to_string().ends_with("cannot be made: never"));
}

#[test]
fn a_name_is_taken_once_and_can_be_said_in_a_variable() {
    let mut registry = ProtocolRegistry::new();
    registry.register(protocol("trading")).unwrap();
    assert!(matches!(registry.register(protocol("trading")), Err(ProtocolError::Duplicate { .. })));
    let again = registry.register_factory("trading", |_config| Err("never".into()));
    assert!(matches!(again, Err(ProtocolError::Duplicate { name }) if name == "trading"));
    for name in ["", "a b", "a,b", "é", "a\n"] {
        assert!(matches!(
            registry.register(Protocol::new(name, TradingServer::new(Market("x")))),
            Err(ProtocolError::BadName { .. })
        ));
    }
}

/// What it serves then, a host is told over a connection: that is a test of the other package.
#[cfg(feature = "server")]
#[test]
fn a_plugin_takes_a_protocol_with_or_without_versions() {
    let server = || crate::server::PluginServer::new(crate::handshake::Cookie::new("KEY", "value").unwrap());
    let plain = server().protocol(&protocol("trading")).unwrap();
    assert!(format!("{plain:?}").contains("test.Trading"), "{plain:?}");
    let versioned = server().protocol(&protocol("trading").versioned([2, 3])).unwrap();
    let shown = format!("{versioned:?}");
    assert!(shown.contains("2: [") && shown.contains("3: ["), "{shown}");
}
