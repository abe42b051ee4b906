use std::collections::{BTreeMap, btree_map};
use std::str::FromStr;

use super::{ReattachConfig, ReattachError, json};

/// Plugins that run already, by their names: the value of [`VARIABLE`](Self::VARIABLE), by which Terraform and OpenTofu are told
/// to attach to providers instead of starting them.
///
/// The names are the addresses of providers in Terraform; here they may be any.
///
/// # Examples
///
/// ```
/// use rpcplugin::ReattachProviders;
///
/// // What the variable holds.
/// let text = r#"{"example.com/demo/greeter":{"Protocol":"grpc","ProtocolVersion":6,"Pid":4711,"Test":true,"Addr":{"Network":"unix","String":"/tmp/plugin-1/socket"}}}"#;
/// let providers: ReattachProviders = text.parse()?;
/// let greeter = providers.get("example.com/demo/greeter").unwrap();
/// assert_eq!(greeter.process_id, Some(4711));
/// assert!(greeter.test);
/// assert_eq!(providers.to_json()?, text);
/// # Ok::<(), rpcplugin::ReattachError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReattachProviders {
    configs: BTreeMap<String, ReattachConfig>,
}

impl ReattachProviders {
    /// The name of the variable that Terraform and OpenTofu read.
    pub const VARIABLE: &'static str = "TF_REATTACH_PROVIDERS";

    /// No plugin.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a plugin under a name, in the place of one with the same name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, config: ReattachConfig) -> Self {
        self.configs.insert(name.into(), config);
        self
    }

    /// The plugin with this name, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ReattachConfig> {
        self.configs.get(name)
    }

    /// All of them, in the order of their names.
    #[must_use]
    pub fn iter(&self) -> ReattachIter<'_> {
        ReattachIter(self.configs.iter())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.configs.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.configs.is_empty()
    }

    /// The value of the variable, on one line.
    ///
    /// # Errors
    ///
    /// [`ReattachError::Unprintable`] where the path of a socket is no UTF-8.
    pub fn to_json(&self) -> Result<String, ReattachError> {
        json::write_providers(self.iter())
    }
}

impl FromStr for ReattachProviders {
    type Err = ReattachError;

    /// Reads the value of the variable. One that is empty names no plugin.
    fn from_str(text: &str) -> Result<Self, ReattachError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        Ok(Self { configs: json::read_providers(&json::parse(text)?)? })
    }
}

impl<'a> IntoIterator for &'a ReattachProviders {
    type Item = (&'a str, &'a ReattachConfig);
    type IntoIter = ReattachIter<'a>;

    fn into_iter(self) -> ReattachIter<'a> {
        self.iter()
    }
}

/// Goes through the plugins of [`ReattachProviders`] in the order of their names.
#[derive(Clone, Debug)]
pub struct ReattachIter<'a>(btree_map::Iter<'a, String, ReattachConfig>);

impl<'a> Iterator for ReattachIter<'a> {
    type Item = (&'a str, &'a ReattachConfig);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, config)| (name.as_str(), config))
    }
}
