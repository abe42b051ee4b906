use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Path, Result, parse_quote};

use super::names;
use crate::attributes::{Errors, Vocabulary, read_arguments};

/// What `#[rpc_protocol(..)]` says.
pub(super) struct Arguments {
    /// The full name of the service, if it is not the name of the contract.
    pub(super) service: Option<String>,
    /// Where generated code finds the runtime.
    pub(super) runtime: Path,
}

const VOCABULARY: Vocabulary = Vocabulary {
    allowed: &["service", "crate"],
    advice: &[
        ("name", "the service is named by `service = \"{value}\"`"),
        ("package", "the package stands before the name of the service: write `service = \"{value}.Name\"`"),
    ],
};

impl Arguments {
    pub(super) fn read(arguments: TokenStream, errors: &mut Errors) -> Self {
        let mut read = Self { service: None, runtime: parse_quote!(::rpcplugin) };
        read_arguments(arguments, &VOCABULARY, errors, |entry| {
            if entry.name() == "service" {
                let literal: LitStr = entry.value("service = \"package.Name\"")?;
                names::check_service(&literal)?;
                read.service = Some(literal.value());
            } else {
                let AbsolutePath(path) = entry.value("crate = ::path::to::rpcplugin")?;
                read.runtime = path;
            }
            Ok(())
        });
        read
    }
}

/// A path that means the same thing wherever the generated code stands.
struct AbsolutePath(Path);

impl Parse for AbsolutePath {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            let literal: LitStr = input.parse()?;
            return Err(syn::Error::new(literal.span(), "the path stands without quotes"));
        }
        let path = Path::parse_mod_style(input)?;
        let first = path.segments.first().map(|segment| &segment.ident);
        let from_root = first.is_some_and(|first| first == "crate" || first == "$crate");
        if path.leading_colon.is_none() && !from_root {
            return Err(syn::Error::new_spanned(path, "the path begins with `::` or `crate`"));
        }
        Ok(Self(path))
    }
}
