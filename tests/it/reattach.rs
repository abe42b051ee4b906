//! Hosts and plugins that did not start each other.

use std::collections::BTreeMap;

use rpcplugin::{PluginProtocol, ReattachConfig, ReattachProviders};
use serde_json::{Value, json};

/// What a vector says of a plugin.
fn told(config: &ReattachConfig) -> Value {
    json!({
        "protocol": if config.protocol == PluginProtocol::Grpc { "grpc" } else { "netrpc" },
        "version": config.protocol_version,
        "terraform": config.terraform_version(),
        "process": config.process_id,
        "test": config.test,
        "address": config.address.to_string(),
    })
}

#[test]
fn the_vectors_of_the_variable_are_read_and_written() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/reattach.json")).unwrap();
    for vector in vectors["good"].as_array().unwrap() {
        let text = vector["text"].as_str().unwrap();
        let providers: ReattachProviders = text.parse().unwrap();
        let found: BTreeMap<_, _> = providers.iter().map(|(name, config)| (name, told(config))).collect();
        assert_eq!(json!(found), vector["plugins"], "{text}");
        let written = providers.to_json().unwrap();
        assert_eq!(written == text, vector["same"].as_bool().unwrap(), "{written}");
        assert_eq!(written.parse::<ReattachProviders>().unwrap(), providers);
    }
    for vector in vectors["bad"].as_array().unwrap() {
        let text = vector["text"].as_str().unwrap();
        let error = text.parse::<ReattachProviders>().unwrap_err().to_string();
        assert!(error.contains(vector["says"].as_str().unwrap()), "{text}: {error}");
    }
}
