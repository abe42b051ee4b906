//! Writes a contract out. Nothing here can fail; what the generated code calls is in the runtime's `__private`.

mod client;
mod server;
mod table;
mod written;

pub(super) use written::{written_impl, written_trait};

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Attribute;

use super::contract::{Contract, Form};

pub(super) fn expand(contract: &Contract<'_>) -> TokenStream {
    let written = match contract.form {
        Form::Trait(item) => written_trait(item.clone()).into_token_stream(),
        Form::Inherent(item) => written_impl(item.clone()).into_token_stream(),
    };
    let generated = [client::expand(contract), server::expand(contract)].concat();
    let generated = under(&contract.conditions, generated);
    quote!(#written #generated)
}

/// The items, each of them under the conditions.
pub(super) fn under(conditions: &[Attribute], items: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    items.into_iter().map(|item| quote!(#(#conditions)* #item)).collect()
}

/// Every type that the contract sends must be a message.
///
/// As bounds of the generated impls these are checked once, at the type as it is written, and not again in every body.
/// A bound cannot be under a condition: what only conditional methods send is checked in their bodies.
fn message_bounds(contract: &Contract<'_>) -> TokenStream {
    let runtime = &contract.runtime;
    let bound = quote!(#runtime::__private::message::Message);
    let mut seen = Vec::new();
    let mut bounds = TokenStream::new();
    let unconditional = contract.methods.iter().filter(|method| method.conditions.is_empty());
    for message in unconditional.flat_map(|method| method.shape.messages()) {
        let name = message.to_token_stream().to_string();
        if !seen.contains(&name) {
            let bound = spanned_like(bound.clone(), message);
            bounds.extend(quote!(#message: #bound,));
            seen.push(name);
        }
    }
    bounds
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
