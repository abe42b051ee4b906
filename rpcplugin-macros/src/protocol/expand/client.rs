use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::table::{row_name, table};
use super::{message_bounds, spanned_at};
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
    let bounds = message_bounds(contract);
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
        #[allow(dead_code, deprecated)]
        #contract_impl where #bounds {
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
    let request = shape.request().map_or_else(|| quote!(()), |(name, _)| name.to_token_stream());
    let channel = shape.context().map_or_else(
        || quote!(&self.channel),
        |Argument { name, written, .. }| {
            // Another type of this name is a mistake in the argument's type, so the compiler points there.
            quote_spanned!(written.span()=> &self.channel.in_context(&#name))
        },
    );
    let (output, row) = (&shape.output, row_name(method));
    // Another type of error than the runtime's is a mistake in the return type, so the compiler points there.
    let place = Span::call_site().located_at(output.span());
    let runtime = spanned_at(runtime.to_token_stream(), place);
    let call = shape.kind().call_function(place);
    let body = quote_spanned! {place=>
        ::core::result::Result::map_err(
            #runtime::__private::#call(#channel, &Self::#row, #request).await, |status| status
        )
    };
    quote! {
        #attributes
        #visibility async fn #ident(&self #(#arguments)*) -> #output { #body }
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
