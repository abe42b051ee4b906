use std::fmt;
use std::sync::Arc;

use super::ask::{Said, ask};
use super::files::Files;
use super::{DescribeError, read};
use crate::call::Messages;
use crate::contract::{MethodKind, Status};
use crate::message::file_text;
use crate::quote::quote;
use crate::rpc::{Channel, Untyped};

/// What a plugin says that it has: its services, with their methods, and the messages of these.
///
/// It is made by [`PluginClient::describe`](crate::PluginClient::describe), or by [`Channel::describe`] for any channel. All of
/// it is the plugin's word: a service may be left out, and one that is there may still refuse a call.
///
/// # Examples
///
/// ```no_run
/// use rpcplugin::PluginClient;
///
/// # async fn host(plugin: PluginClient) -> Result<(), Box<dyn std::error::Error>> {
/// let description = plugin.describe().await?;
/// for service in description.services().iter().filter(|service| !service.is_of_every_plugin) {
///     println!("{}: {}", service.name, service.documentation);
///     for method in &service.methods {
///         println!("  {} {}({}) -> {}", method.kind, method.name, method.request, method.response);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PluginDescription {
    services: Vec<ServiceDescription>,
    pub(super) files: Arc<Files>,
    pub(super) channel: Channel,
    #[cfg(feature = "json")]
    pub(super) pools: super::json::Pools,
}

/// A service of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceDescription {
    /// The full name, package included, such as `example.Kv`.
    pub name: String,
    /// What is said of it, without the marks of a comment; empty where there is nothing, as always with a server that keeps no
    /// comments, which those of Go, C++ and Python do not.
    pub documentation: String,
    /// The methods, in the order of the description; none where the plugin only names the service.
    pub methods: Vec<MethodDescription>,
    /// The path of the file in which the service stands, for [`PluginDescription::to_proto`]; `None` where the plugin only names
    /// the service.
    pub file: Option<String>,
    /// Whether plugins have it without a word of their author's: health, the controller, reflection itself.
    pub is_of_every_plugin: bool,
}

/// A method of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MethodDescription {
    /// The full name of its service.
    pub service: String,
    /// Its name, such as `Get`.
    pub name: String,
    /// Its path, such as `/example.Kv/Get`.
    pub path: String,
    /// Which sides of the call are streams.
    pub kind: MethodKind,
    /// What is said of it; empty where there is nothing.
    pub documentation: String,
    /// Whether a call that is made twice does what it does once.
    pub idempotent: bool,
    /// What it takes: a message, or each message of a stream.
    pub request: MessageDescription,
    /// What it answers with: a message, or each message of a stream.
    pub response: MessageDescription,
}

/// A message of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageDescription {
    /// Its name: the full one for a message of protobuf, such as `example.Pair`, and otherwise that of the type.
    pub name: String,
    /// Whether it is a message of protobuf. Others travel as bytes of their own.
    pub is_protobuf: bool,
    /// The [canonical layout](crate::MessageSchema::canonical_layout) of a packed message; its first 4 KiB where it is longer.
    pub layout: Option<String>,
}

impl fmt::Display for MessageDescription {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)?;
        self.layout.as_ref().map_or(Ok(()), |layout| write!(formatter, " {layout}"))
    }
}

impl Channel {
    /// Asks the plugin at the other end which services, methods and messages it has, by gRPC's reflection, on either wire. It is
    /// one call, through the interceptors of the channel.
    ///
    /// # Errors
    ///
    /// [`DescribeError::NotOffered`] from a plugin that does not answer that; others if it answers badly, with too much, or not
    /// within twenty seconds.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: nothing changes by asking.
    pub async fn describe(&self) -> Result<PluginDescription, DescribeError> {
        Ok(PluginDescription::of(ask(self).await?, self.clone()))
    }
}

impl PluginDescription {
    /// What comes of what was said. Calls of it go over the channel.
    pub(super) fn of(said: Said, channel: Channel) -> Self {
        let services = read::services(&said);
        Self {
            services,
            files: Arc::new(said.files),
            channel,
            #[cfg(feature = "json")]
            pools: super::json::Pools::default(),
        }
    }

    /// The services, in the order of their names, with those that every plugin has.
    #[must_use]
    pub fn services(&self) -> &[ServiceDescription] {
        &self.services
    }

    /// The service with this full name.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&ServiceDescription> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The method with this full name: `example.Kv/Get`, `example.Kv.Get`, or the path `/example.Kv/Get`.
    #[must_use]
    pub fn method(&self, name: &str) -> Option<&MethodDescription> {
        let name = name.strip_prefix('/').unwrap_or(name);
        let (service, name) = name.split_once('/').or_else(|| name.rsplit_once('.'))?;
        self.service(service)?.methods.iter().find(|method| method.name == name)
    }

    /// The paths of the files that describe the plugin, in ascending order: `example/kv.proto`.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.paths()
    }

    /// A file as text, for people: what a `.proto` says, with its comments where the plugin has them. Of a packed message there
    /// is an empty one, with its layout in the comment. A text that would be longer than 4 MiB is cut.
    ///
    /// Left out are defaults and names in JSON, all options but whether a method is idempotent, the ranges that a message keeps
    /// for extensions, reserved names, and comments that stand behind what they are about. A group is written as a
    /// field, and a file of an edition as one of proto3: such a text is none to compile. [`descriptor_set`](Self::descriptor_set)
    /// is the same for programs, with everything.
    #[must_use]
    pub fn to_proto(&self, file: &str) -> Option<String> {
        self.files.get(file).map(|file| file_text(&file.described))
    }

    /// All files as a serialized `google.protobuf.FileDescriptorSet`, each behind those that it imports.
    #[must_use]
    pub fn descriptor_set(&self) -> Vec<u8> {
        self.files.set()
    }

    /// Calls a method with messages that are bytes already: [`Channel::call_bytes`], with the path and the kind as the plugin
    /// describes them. `method` is what [`method`](Self::method) takes.
    ///
    /// # Errors
    ///
    /// The [`Status`] of the call; UNIMPLEMENTED, before anything is sent, for a method that is not described.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future, or later the stream, gives the call up, and the handler is dropped.
    pub async fn call_bytes(&self, method: &str, requests: Messages) -> Result<Messages, Status> {
        let Some(found) = self.method(method) else {
            let named = quote(method);
            return Err(Status::unimplemented(format!(
                "the plugin describes no method {named}; it has {}",
                self.methods_like(method)
            )));
        };
        self.channel.call_untyped(&found.untyped(), requests).await
    }

    /// What somebody may have meant, for an error.
    pub(super) fn methods_like(&self, name: &str) -> String {
        let name = name.strip_prefix('/').unwrap_or(name);
        let service = name.split_once('/').or_else(|| name.rsplit_once('.')).map(|(service, _)| service);
        let service = service.and_then(|service| self.service(service));
        let names: Vec<_> = match service {
            Some(service) => service.methods.iter().map(|method| quote(&method.name)).collect(),
            None => {
                let own = self.services.iter().filter(|service| !service.is_of_every_plugin);
                own.map(|service| quote(&service.name)).collect()
            }
        };
        let left = names.len().saturating_sub(SHOWN_MAX);
        let shown = names.into_iter().take(SHOWN_MAX).collect::<Vec<_>>().join(", ");
        match (shown.is_empty(), left) {
            (true, _) => "none".to_owned(),
            (false, 0) => shown,
            (false, left) => format!("{shown} and {left} more"),
        }
    }
}

impl MethodDescription {
    pub(super) fn untyped(&self) -> Untyped<'_> {
        Untyped { path: &self.path, kind: self.kind, idempotent: self.idempotent }
    }
}

impl fmt::Debug for PluginDescription {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PluginDescription").field("services", &self.services).finish_non_exhaustive()
    }
}

/// Names in an error: enough to see what is meant.
const SHOWN_MAX: usize = 10;
