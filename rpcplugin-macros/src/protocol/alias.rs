//! Other names that a method answers to: `aliases = ["Old", "/old.Kv/Get"]`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Error, LitStr, Result, Token, bracketed};

use super::names;

/// The names as they are listed.
pub(super) struct Aliases(pub(super) Vec<LitStr>);

impl Parse for Aliases {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            let literal: LitStr = input.parse()?;
            return Err(Error::new(literal.span(), "a method can have several aliases, so they are a list"));
        }
        let content;
        let brackets = bracketed!(content in input);
        // Taken whole, or what stands behind a mistake would be another one.
        let listed: TokenStream = content.parse()?;
        let names = Punctuated::<LitStr, Token![,]>::parse_terminated.parse2(listed)?;
        if names.is_empty() {
            return Err(Error::new(brackets.span.join(), "the list names nothing"));
        }
        Ok(Self(names.into_iter().collect()))
    }
}

impl Aliases {
    /// Refuses what is no name. Each name has its own mistake.
    pub(super) fn check(&self) -> Result<()> {
        let mistakes = self.0.iter().filter_map(|name| names::check_alias(name).err());
        let all = mistakes.reduce(|mut all, mistake| {
            all.combine(mistake);
            all
        });
        all.map_or(Ok(()), Err)
    }
}

/// The path that an alias stands for: a name is one of its own service, a path may be one of another.
pub(super) fn path(service: &str, alias: &str) -> String {
    if alias.starts_with('/') { alias.to_owned() } else { format!("/{service}/{alias}") }
}
