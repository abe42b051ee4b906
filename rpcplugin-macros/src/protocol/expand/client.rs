use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::table::{row, table};
use super::{message_bounds, spanned_at};
use crate::protocol::contract::{Contract, Form};
use crate::protocol::method::Method;
use crate::protocol::names;

/// The caller's half: each method is one call of the runtime.
pub(super) fn expand(contract: &Contract<'_>) -> TokenStream {
    let Contract { ident, visibility, runtime, .. } = contract;
    let client = names::client(ident);
    let summary = format!("Calls `{ident}` through a channel.");
    let table = table(contract);
    let bounds = message_bounds(contract);
    let methods =
        contract.methods.iter().enumerate().map(|(position, method)| call(contract, position, method));
    let contract_impl = match contract.form {
        Form::Trait(_) => quote!(#[automatically_derived] impl #ident for #client),
        Form::Inherent(_) => quote!(impl #client),
    };
    quote! {
        #[doc = #summary]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #[allow(dead_code)]
        #visibility struct #client {
            channel: #runtime::__private::Channel,
        }

        #[allow(dead_code)]
        impl #client {
            #table

            /// A client whose calls go through this channel.
            #[must_use]
            pub fn new(channel: impl ::core::convert::Into<#runtime::__private::Channel>) -> Self {
                Self { channel: ::core::convert::Into::into(channel) }
            }
        }

        #[allow(dead_code, deprecated)]
        #contract_impl where #bounds {
            #(#methods)*
        }
    }
}

fn call(contract: &Contract<'_>, position: usize, method: &Method) -> TokenStream {
    let Contract { runtime, visibility, .. } = contract;
    let Method { ident, shape, .. } = method;
    let (attributes, visibility) = match contract.form {
        Form::Trait(_) => (None, None),
        Form::Inherent(_) => (Some(documented(method)), Some(visibility)),
    };
    let argument = shape.request.as_ref().map(|request| {
        let (name, argument) = (&request.name, &request.argument);
        quote!(, #name: #argument)
    });
    let request = shape.request.as_ref().map_or_else(
        || quote!(()),
        |request| {
            let name = &request.name;
            quote!(#name)
        },
    );
    let (output, row) = (&shape.output, row(position));
    // Another type of error than the runtime's is a mistake in the return type, so the compiler points there.
    let place = Span::call_site().located_at(output.span());
    let runtime = spanned_at(runtime.to_token_stream(), place);
    let call = shape.kind().call_function(place);
    let body = quote_spanned! {place=>
        ::core::result::Result::map_err(
            #runtime::__private::#call(&self.channel, #row, #request).await, |status| status
        )
    };
    quote! {
        #attributes
        #visibility async fn #ident(&self #argument) -> #output { #body }
    }
}

/// The doc comment of the method, or one that says what there is to say.
fn documented(method: &Method) -> TokenStream {
    let Method { ident, attributes, documentation, .. } = method;
    let summary = documentation.is_empty().then(|| {
        let summary = format!("Calls `{ident}` of the contract.");
        quote!(#[doc = #summary])
    });
    quote!(#(#attributes)* #summary)
}
