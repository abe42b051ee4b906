use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, Path, Result, parse_quote, parse2};

use super::names;
use crate::attributes::{Entry, Errors, Vocabulary, read_arguments};

/// What `#[rpc_protocol(..)]` says.
pub(super) struct Arguments {
    /// What people call the protocol, if it is not the name of the contract.
    pub(super) name: Option<String>,
    /// The full name of the service, if it is not the name of the contract.
    pub(super) service: Option<String>,
    /// The version of the protocol; empty without one.
    pub(super) version: String,
    /// The constant with the files that the messages were generated from.
    pub(super) descriptors: Option<Path>,
    /// Where generated code finds the runtime.
    pub(super) runtime: Path,
}

const VOCABULARY: Vocabulary = Vocabulary {
    allowed: &["name", "service", "version", "descriptors", "crate"],
    advice: &[
        ("package", "the package stands before the name of the service: write `service = \"{value}.Name\"`"),
        ("protocol", "what people call the protocol is given by `name = \"{value}\"`"),
        ("timeout", "each method has its own time: write `#[rpc(timeout = \"{value}\")]` on it"),
        ("max_len", "each method has its own bound: write `#[rpc(max_len = {value})]` on it"),
    ],
};

impl Arguments {
    pub(super) fn read(arguments: TokenStream, errors: &mut Errors) -> Self {
        let (name, service, version, descriptors) = (None, None, String::new(), None);
        let mut read = Self { name, service, version, descriptors, runtime: parse_quote!(::rpcplugin) };
        match parse2::<LitStr>(arguments.clone()) {
            Ok(name) => {
                let message = format!("a value has a key: write `service = {}`", name.token());
                errors.push(Error::new(name.span(), message));
            }
            Err(_) => read_arguments(arguments, &VOCABULARY, errors, |entry| read.take(entry)),
        }
        read
    }

    fn take(&mut self, entry: &Entry<'_>) -> Result<()> {
        match entry.name().as_str() {
            "name" => {
                let literal: LitStr = entry.value("name = \"trading-data\"")?;
                names::check_protocol(&literal)?;
                self.name = Some(literal.value());
            }
            "service" => {
                let literal: LitStr = entry.value("service = \"package.Name\"")?;
                names::check_service(&literal)?;
                self.service = Some(literal.value());
            }
            "version" => {
                let literal: LitStr = entry.value("version = \"2.1.0\"")?;
                names::check_version(&literal)?;
                self.version = literal.value();
            }
            "descriptors" => self.descriptors = Some(entry.value("descriptors = FILE_DESCRIPTOR_SET")?),
            _ => {
                let AbsolutePath(path) = entry.value("crate = ::path::to::rpcplugin")?;
                self.runtime = path;
            }
        }
        Ok(())
    }
}

/// A path that means the same thing wherever the generated code stands.
struct AbsolutePath(Path);

impl Parse for AbsolutePath {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            let literal: LitStr = input.parse()?;
            return Err(Error::new(literal.span(), "the path stands without quotes"));
        }
        let path = Path::parse_mod_style(input)?;
        let first = path.segments.first().map(|segment| &segment.ident);
        let from_root = first.is_some_and(|first| first == "crate" || first == "$crate");
        if path.leading_colon.is_none() && !from_root {
            return Err(Error::new_spanned(path, "the path begins with `::` or `crate`"));
        }
        Ok(Self(path))
    }
}
