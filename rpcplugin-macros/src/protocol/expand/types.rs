//! The types that the methods of a contract send, as generated code names them: once for each method.
//!
//! They stand as they are written, so a type that no call can carry is a mistake at its place in the contract, and nowhere
//! else: bounds of the client or the server would say it again wherever somebody makes a call or registers a handler.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Type;

use crate::protocol::contract::Contract;
use crate::protocol::method::Method;
use crate::protocol::names;

/// The types of each method, of which the client and the server know through its row.
pub(super) fn expand(contract: &Contract<'_>) -> Vec<TokenStream> {
    let marker = names::marker(&contract.ident);
    let holder = quote! {
        #[allow(dead_code)]
        struct #marker<const POSITION: usize>;
    };
    let methods = contract.methods.iter().map(|method| of_method(contract, method));
    [holder].into_iter().chain(methods).collect()
}

fn of_method(contract: &Contract<'_>, method: &Method) -> TokenStream {
    let Contract { runtime, ident, .. } = contract;
    let (marker, position) = (names::marker(ident), Literal::usize_unsuffixed(method.position));
    let (shape, conditions) = (&method.shape, &method.conditions);
    let answer = format_ident!("{}", if shape.response.streams { "Streamed" } else { "Unary" });
    // Without a request, an empty message.
    let request = shape.request().map_or_else(|| quote!(()), |(_, side)| side.message.to_token_stream());
    let (response, outcome) = (&shape.response.message, &shape.output);
    quote! {
        #(#conditions)*
        #[allow(deprecated)]
        impl #runtime::__private::#answer for #marker<#position> {
            type Request = #request;
            type Response = #response;
            type Outcome = #outcome;
        }
    }
}

/// The type of the method's context, as the context that it is.
pub(super) fn context(contract: &Contract<'_>, written: &Type) -> TokenStream {
    let runtime = &contract.runtime;
    quote!(<#written as #runtime::__private::CallContext>)
}
