//! A service of a file as a trait with `#[rpc_protocol]`.

use std::fmt::Write as _;

use prost_build::{Method, Service, ServiceGenerator};
use protox::prost_reflect::prost_types::FileDescriptorSet;

use crate::documentation::documentation;
use crate::{BuildError, descriptors_of};

/// Writes the traits.
pub(crate) struct Contracts {
    /// Each method with the name of its request, both in full.
    requests: Vec<(String, String)>,
}

impl Contracts {
    pub(crate) fn new(files: &FileDescriptorSet) -> Self {
        let mut requests = Vec::new();
        for file in &files.file {
            for service in &file.service {
                let scope = match file.package() {
                    "" => service.name().to_owned(),
                    package => format!("{package}.{}", service.name()),
                };
                requests.extend(service.method.iter().map(|method| {
                    (
                        format!("{scope}.{}", method.name()),
                        method.input_type().trim_start_matches('.').to_owned(),
                    )
                }));
            }
        }
        Self { requests }
    }

    /// Looks whether a trait can say every method.
    pub(crate) fn check(&self) -> Result<(), BuildError> {
        let is_context = |request: &str| request.rsplit('.').next() == Some("Context");
        match self.requests.iter().find(|(_, request)| is_context(request)) {
            Some((method, message)) => {
                Err(BuildError::Reserved { method: method.clone(), message: message.clone() })
            }
            None => Ok(()),
        }
    }
}

impl ServiceGenerator for Contracts {
    fn generate(&mut self, service: Service, text: &mut String) {
        let full = if service.package.is_empty() {
            service.proto_name.clone()
        } else {
            format!("{}.{}", service.package, service.proto_name)
        };
        let mut write = || -> std::fmt::Result {
            documentation(&service.comments, "", text)?;
            writeln!(
                text,
                "#[::rpcplugin::rpc_protocol(service = \"{full}\", name = \"{}\", descriptors = FILE_DESCRIPTOR_SET)]",
                service.proto_name
            )?;
            writeln!(text, "pub trait {} {{", service.name)?;
            for method in &service.methods {
                self::method(method, text)?;
            }
            writeln!(text, "}}")
        };
        // To write into a `String` cannot fail.
        let _ = write();
    }

    fn finalize_package(&mut self, package: &str, text: &mut String) {
        let _ = writeln!(
            text,
            "/// The files from which this was generated, as a serialized `google.protobuf.FileDescriptorSet`.\n\
             pub const FILE_DESCRIPTOR_SET: &[u8] = ::core::include_bytes!(\"{}\");",
            descriptors_of(package)
        );
    }
}

fn method(method: &Method, text: &mut String) -> std::fmt::Result {
    documentation(&method.comments, "    ", text)?;
    // The client has a method of this name.
    let name = if method.name == "with" { "with_" } else { &method.name };
    let idempotent = match method.options.idempotency_level {
        Some(level) if level != 0 => ", idempotent",
        _ => "",
    };
    writeln!(text, "    #[rpc(name = \"{}\"{idempotent})]", method.proto_name)?;
    let stream = |streams: bool, message: &str| {
        if streams { format!("::rpcplugin::Streaming<{message}>") } else { message.to_owned() }
    };
    let request = match (method.client_streaming, method.input_type.as_str()) {
        (false, "()") => String::new(),
        (true, message) => format!(", requests: {}", stream(true, message)),
        (false, message) => format!(", request: {message}"),
    };
    let response = stream(method.server_streaming, &method.output_type);
    writeln!(
        text,
        "    async fn {name}(&self{request}) -> ::core::result::Result<{response}, ::rpcplugin::Status>;"
    )
}
