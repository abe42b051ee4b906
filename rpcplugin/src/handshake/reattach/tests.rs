use std::os::unix::ffi::OsStrExt;

use proptest::prelude::*;

use super::*;
use crate::handshake::PluginProtocol;
use crate::limits::REATTACH_TEXT_BYTES_MAX;
use crate::transport::Address;

fn refused(text: &str) -> String {
    text.parse::<ReattachProviders>().unwrap_err().to_string()
}

#[test]
fn a_field_that_is_not_there_is_what_go_makes_of_it() {
    let config: ReattachConfig = r#"{"Addr":{"Network":"tcp","String":":1234"}}"#.parse().unwrap();
    let expected = ReattachConfig::new(Address::Tcp("127.0.0.1:1234".parse().unwrap()));
    assert_eq!(config, ReattachConfig { protocol: PluginProtocol::NetRpc, ..expected });
    let text =
        r#"{"Pid":null,"Test":null,"Protocol":"grpc","Addr":{"Network":"unix","String":"/s"},"More":[1]}"#;
    assert_eq!(text.parse::<ReattachConfig>().unwrap(), ReattachConfig::new(Address::Unix("/s".into())));
}

#[test]
fn an_error_names_the_plugin_and_the_field() {
    let error = refused(r#"{"a/b":{"Protocol":"grpc","Pid":-1,"Addr":{"Network":"unix","String":"/s"}}}"#);
    assert_eq!(error, "the plugin `a/b`: Pid is `-1`; expected the number of a process, or 0");
    let error = refused(r#"{"a":{"Protocol":"grpc"}}"#);
    assert_eq!(error, "the plugin `a`: Addr is `null`; expected an object");
}

#[test]
fn a_plugin_on_another_machine_is_refused() {
    for address in ["192.0.2.7:80", "0.0.0.0:80", "[2001:db8::1]:80"] {
        let text = format!(r#"{{"Protocol":"grpc","Addr":{{"Network":"tcp","String":"{address}"}}}}"#);
        let error = text.parse::<ReattachConfig>().unwrap_err().to_string();
        assert!(error.contains("expected a loopback address"), "{error}");
        assert!(error.contains(address), "{error}");
    }
}

#[test]
fn a_text_that_is_too_long_is_not_looked_at() {
    let text = " ".repeat(REATTACH_TEXT_BYTES_MAX) + "{}";
    assert!(matches!(text.parse::<ReattachConfig>(), Err(ReattachError::TooLong { .. })));
    let text = "[".repeat(REATTACH_TEXT_BYTES_MAX);
    assert!(matches!(text.parse::<ReattachProviders>(), Err(ReattachError::Json { .. })));
}

#[test]
fn a_path_that_is_no_text_is_not_written() {
    let path = std::ffi::OsStr::from_bytes(b"/tmp/\xff");
    let config = ReattachConfig::new(Address::Unix(path.into()));
    assert!(matches!(config.to_json(), Err(ReattachError::Unprintable { .. })));
    let providers = ReattachProviders::new().with("a", config);
    assert!(matches!(providers.to_json(), Err(ReattachError::Unprintable { .. })));
}

fn any_config() -> impl Strategy<Value = ReattachConfig> {
    let unix = "[^\0]{1,40}".prop_map(|path: String| Address::Unix(path.into()));
    let tcp = (1..=u16::MAX).prop_map(|port| Address::Tcp(([127, 0, 0, 1], port).into()));
    let protocol = prop_oneof![Just(PluginProtocol::Grpc), Just(PluginProtocol::NetRpc)];
    let process = prop::option::of(1..=u32::MAX);
    (protocol, any::<u32>(), prop_oneof![unix, tcp], process, any::<bool>()).prop_map(
        |(protocol, protocol_version, address, process_id, test)| ReattachConfig {
            protocol,
            protocol_version,
            address,
            process_id,
            test,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(configs in prop::collection::btree_map(any::<String>(), any_config(), 0..4)) {
        let providers = configs.into_iter().fold(ReattachProviders::new(), |all, (name, config)| all.with(name, config));
        let text = providers.to_json().unwrap();
        prop_assert!(!text.contains('\n'));
        prop_assert_eq!(text.parse::<ReattachProviders>().unwrap(), providers);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = text.parse::<ReattachProviders>();
        let _ = text.parse::<ReattachConfig>();
    }

    #[test]
    fn a_text_with_one_byte_changed_is_read_or_refused(config in any_config(), at in any::<prop::sample::Index>(), byte in 0_u8..128) {
        let mut text = config.to_json().unwrap().into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        if let Ok(text) = String::from_utf8(text) {
            let _ = text.parse::<ReattachConfig>();
        }
    }
}
