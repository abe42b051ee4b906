//! Writes a contract out. Nothing here can fail; what the generated code calls is in the runtime's `__private`.

mod client;
mod server;
mod table;
mod types;
mod written;

pub(super) use written::{strip_arguments, without_parameters, written_impl, written_trait};

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Attribute;

use super::contract::{Contract, Form};

pub(super) fn expand(contract: &Contract<'_>) -> TokenStream {
    let written = match contract.form {
        Form::Trait(item) => without_parameters(&written_trait(item.clone()), &item.generics),
        Form::Inherent(item) => without_parameters(&written_impl(item.clone()), &item.generics),
    };
    let generated = [types::expand(contract), client::expand(contract), server::expand(contract)].concat();
    let generated = under(&contract.carried, generated);
    quote!(#written #generated)
}

/// The items, each of them under the conditions.
pub(super) fn under(conditions: &[Attribute], items: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    items.into_iter().map(|item| quote!(#(#conditions)* #item)).collect()
}

/// The tokens, standing where something else stands: what the compiler says about them points there.
fn spanned_like(tokens: TokenStream, place: &impl ToTokens) -> TokenStream {
    let mut spans = place.to_token_stream().into_iter().map(|token| token.span());
    let Some(first) = spans.next() else { return tokens };
    let last = spans.last().unwrap_or(first);
    let mut next = first;
    tokens.into_iter().map(|token| moved(token, std::mem::replace(&mut next, last))).collect()
}

/// The tokens, all standing at one place.
fn spanned_at(tokens: TokenStream, place: Span) -> TokenStream {
    tokens.into_iter().map(|token| moved(token, place)).collect()
}

fn moved(mut token: TokenTree, place: Span) -> TokenTree {
    // The span of `$crate` is what says whose crate it is.
    if !matches!(&token, TokenTree::Ident(ident) if ident == "$crate") {
        token.set_span(place);
    }
    token
}
