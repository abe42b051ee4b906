//! The table that both sides read.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use crate::protocol::contract::Contract;
use crate::protocol::method::Method;
use crate::protocol::{alias, names};

/// One row a method, and `SPEC`, which is all of them in the order of the contract.
///
/// A row is a constant of its own: where a condition takes one out, the others are found as before.
pub(super) fn table(contract: &Contract<'_>) -> TokenStream {
    let Contract { runtime, service, protocol, version, documentation, methods, .. } = contract;
    let rows = methods.iter().map(|method| row(contract, method));
    let names = methods.iter().map(|method| {
        let (conditions, name) = (&method.conditions, row_name(method));
        quote!(#(#conditions)* Self::#name.spec)
    });
    let protocol = (protocol != service).then(|| quote!(.protocol(#protocol)));
    let version = (!version.is_empty()).then(|| quote!(.version(#version)));
    let descriptors = contract.descriptors.as_ref().map(|descriptors| quote!(.descriptors(#descriptors)));
    quote! {
        #(#rows)*

        /// The methods of the contract.
        pub const SPEC: &'static #runtime::__private::ServiceSpec =
            &#runtime::__private::ServiceSpec::new(#service, &[#(#names),*], #documentation)
            #protocol #version #descriptors;
    }
}

fn row(contract: &Contract<'_>, method: &Method) -> TokenStream {
    let Contract { runtime, service, .. } = contract;
    let Method { name, conditions, documentation, .. } = method;
    let (row, kind) = (row_name(method), method.shape.kind().variant());
    let path = alias::path(service, name);
    let (marker, position) = (names::marker(&contract.ident), Literal::usize_unsuffixed(method.position));
    let options = options(service, method);
    let (types, answer) = if method.shape.response.streams {
        (quote!(streamed), quote!(Streamed))
    } else {
        (quote!(unary), quote!(Unary))
    };
    quote! {
        #(#conditions)*
        const #row: #runtime::__private::Row<#marker<#position>> = #runtime::__row!(
            #types, #answer, #marker<#position>,
            #runtime::__private::MethodSpec::new(
                #service, #name, #path, #runtime::__private::MethodKind::#kind, #documentation, #position,
            ) #options
        );
    }
}

/// What a method may do without.
fn options(service: &str, method: &Method) -> TokenStream {
    let Method { aliases, timeout, max_len, .. } = method;
    let paths: Vec<_> = aliases.iter().map(|name| alias::path(service, &name.value())).collect();
    let aliases = (!paths.is_empty()).then(|| quote!(.aliases(&[#(#paths),*])));
    let timeout = timeout.map(|timeout| {
        let milliseconds = Literal::u128_unsuffixed(timeout.as_millis());
        quote!(.timeout(::core::time::Duration::from_millis(#milliseconds)))
    });
    let idempotent = method.idempotent.then(|| quote!(.idempotent()));
    let max_len = max_len.as_ref().map(|bytes| quote!(.message_bytes_max(#bytes)));
    quote!(#aliases #timeout #idempotent #max_len)
}

/// The constant that holds the row of a method.
pub(super) fn row_name(method: &Method) -> Ident {
    format_ident!("ROW_{}", method.position, span = Span::call_site())
}
