use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::table::{row_name, table};
use super::types;
use crate::protocol::contract::{Contract, Form};
use crate::protocol::inputs::Argument;
use crate::protocol::method::Method;
use crate::protocol::names;

/// The caller's half: each method is one call of the runtime.
pub(super) fn expand(contract: &Contract<'_>) -> Vec<TokenStream> {
    let Contract { ident, visibility, runtime, .. } = contract;
    let client = names::client(ident);
    let summary = format!(" Calls `{ident}` through a channel.");
    let table = table(contract);
    let methods = contract.methods.iter().map(|method| call(contract, method));
    let contract_impl = match contract.form {
        Form::Trait(_) => quote!(#[automatically_derived] impl #ident for #client),
        Form::Inherent(_) => quote!(impl #client),
    };
    let holder = quote! {
        #[doc = #summary]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #[allow(dead_code)]
        #visibility struct #client {
            channel: #runtime::__private::Channel,
        }
    };
    let functions = quote! {
        #[allow(dead_code)]
        impl #client {
            #table

            /// A client whose calls go through this channel.
            #[must_use]
            pub fn new(channel: impl ::core::convert::Into<#runtime::__private::Channel>) -> Self {
                Self { channel: ::core::convert::Into::into(channel) }
            }

            /// A client whose calls have these options.
            #[must_use]
            pub fn with(&self, options: #runtime::__private::CallOptions) -> Self {
                Self { channel: self.channel.with(options) }
            }
        }
    };
    let calls = quote! {
        #[allow(dead_code, deprecated, non_snake_case)]
        #contract_impl {
            #(#methods)*
        }
    };
    vec![holder, functions, calls]
}

fn call(contract: &Contract<'_>, method: &Method) -> TokenStream {
    let Contract { runtime, visibility, .. } = contract;
    let Method { ident, shape, .. } = method;
    let (attributes, visibility) = match contract.form {
        Form::Trait(_) => {
            let conditions = &method.conditions;
            (quote!(#(#conditions)*), None)
        }
        Form::Inherent(_) => (documented(method), Some(visibility)),
    };
    let arguments = shape.arguments.iter().map(|Argument { name, written, .. }| quote!(, #name: #written));
    let value = shape.request().map_or_else(|| quote!(()), |(name, _)| name.to_token_stream());
    let channel = shape.context().map_or_else(
        || quote!(&self.channel),
        |Argument { name, written, .. }| {
            let context = types::context(contract, written);
            quote!(&self.channel.in_context(#context::as_context(&#name)))
        },
    );
    let (output, row, call) = (&shape.output, row_name(method), shape.kind().call_function());
    quote! {
        #attributes
        #visibility async fn #ident(&self #(#arguments)*) -> #output {
            #runtime::__private::#call(#channel, &Self::#row, #value).await
        }
    }
}

/// The doc comment of the method, or one that says what there is to say.
fn documented(method: &Method) -> TokenStream {
    let Method { ident, attributes, documentation, .. } = method;
    let summary = documentation.is_empty().then(|| {
        let summary = format!(" Calls `{ident}` of the contract.");
        quote!(#[doc = #summary])
    });
    quote!(#(#attributes)* #summary)
}
