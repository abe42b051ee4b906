//! The variables that a plugin has, as its process was given them.

use std::collections::BTreeMap;

use rpcplugin::Environment;

use crate::support::builder;

/// The variables of a process, by their names.
fn variables_of(process: u32) -> BTreeMap<String, String> {
    let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap();
    let variables = environment.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    variables
        .filter_map(|pair| pair.split_once('=').map(|(name, value)| (name.into(), value.into())))
        .collect()
}

/// Whether a plugin is given a variable of the host unless it is told otherwise.
fn is_listed(name: &str) -> bool {
    Environment::LISTED.contains(&name) || name.starts_with("LC_")
}

#[tokio::test]
async fn a_plugin_has_the_hosts_own_variables_below_those_that_are_set_and_the_handshake_above_them() {
    let mut own = variables_of(std::process::id());
    // What a host says to its plugin is never what was said to itself.
    own.retain(|name, _value| !name.contains("PLUGIN_") && name != "PATH");
    let unlisted = own.keys().find(|name| !is_listed(name)).expect("cargo sets some").clone();
    for environment in [Environment::Listed, Environment::Whole, Environment::Empty] {
        let builder = builder().environment(environment).inherit_env(&unlisted);
        let builder = builder.env("PATH", "/mine").env("PLUGIN_MIN_PORT", "1").env("PLUGIN_MAX_PORT", "2");
        let plugin = builder.ports(10_000..=10_009).start().await.unwrap();
        let has = variables_of(plugin.id().unwrap());
        plugin.stop().await;
        let set = ["PATH", "PLUGIN_MIN_PORT", "PLUGIN_MAX_PORT"].map(|name| has[name].as_str());
        assert_eq!(set, ["/mine", "10000", "10009"], "{environment:?}");
        for (name, value) in &own {
            let is_given = match environment {
                Environment::Whole => true,
                Environment::Listed => is_listed(name) || *name == unlisted,
                _ => *name == unlisted,
            };
            assert_eq!(has.get(name), is_given.then_some(value), "{name}, {environment:?}");
        }
    }
}
