use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{message_bounds, spanned_at, spanned_like};
use crate::protocol::contract::{Contract, Form};
use crate::protocol::method::Method;
use crate::protocol::names;

/// The handler's half: each method is one arm that calls the runtime.
pub(super) fn expand(contract: &Contract<'_>) -> TokenStream {
    let holder = holder(contract);
    let service = service(contract);
    quote!(#holder #service)
}

/// What holds the handler, and how it is made.
fn holder(contract: &Contract<'_>) -> TokenStream {
    let Contract { ident, visibility, .. } = contract;
    let (server, client, name) =
        (names::server(ident), names::client(ident), names::server(ident).to_string());
    let summary = format!("Answers the calls of `{ident}` with a handler: register it with the router.");
    // Without a condition on `T`: a type that is no handler is reported once, where it is registered.
    let (parameters, handler) = match contract.form {
        Form::Trait(_) => (quote!(<T>), quote!(T)),
        Form::Inherent(item) => (quote!(), item.self_ty.to_token_stream()),
    };
    let runtime = &contract.runtime;
    quote! {
        #[doc = #summary]
        #[allow(dead_code)]
        #visibility struct #server #parameters {
            handler: ::std::sync::Arc<#handler>,
        }

        #[allow(dead_code)]
        impl #parameters #server #parameters {
            /// The methods of the contract.
            pub const SPEC: &'static #runtime::__private::ServiceSpec = #client::SPEC;

            /// A server that owns its handler.
            #[must_use]
            pub fn new(handler: #handler) -> Self {
                Self::from_arc(::std::sync::Arc::new(handler))
            }

            /// A server for a handler that others hold as well.
            #[must_use]
            pub fn from_arc(handler: ::std::sync::Arc<#handler>) -> Self {
                Self { handler }
            }
        }

        #[automatically_derived]
        impl #parameters ::core::clone::Clone for #server #parameters {
            fn clone(&self) -> Self {
                Self { handler: ::core::clone::Clone::clone(&self.handler) }
            }
        }

        #[automatically_derived]
        impl #parameters ::core::fmt::Debug for #server #parameters {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.write_str(#name)
            }
        }
    }
}

/// The impl that the router calls, with a position of the table.
fn service(contract: &Contract<'_>) -> TokenStream {
    let Contract { ident, runtime, .. } = contract;
    let server = names::server(ident);
    let bounds = message_bounds(contract);
    // A message may be called `T`.
    let (head, handler, handler_bound) = match contract.form {
        Form::Trait(_) => (
            quote!(impl<__Handler> #runtime::__private::Service for #server<__Handler>),
            quote!(__Handler as #ident),
            quote!(__Handler: #ident,),
        ),
        Form::Inherent(item) => {
            let handler = &item.self_ty;
            let bound = spanned_like(quote!(::core::marker::Send + ::core::marker::Sync + 'static), handler);
            (
                quote!(impl #runtime::__private::Service for #server),
                quote!(#handler),
                quote!(#handler: #bound,),
            )
        }
    };
    let arms = contract
        .methods
        .iter()
        .enumerate()
        .map(|(position, method)| arm(contract, &handler, position, method));
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        #head where #handler_bound #bounds {
            fn spec(&self) -> &'static #runtime::__private::ServiceSpec {
                Self::SPEC
            }

            fn call(&self, call: #runtime::__private::Call) -> #runtime::__private::ResponseFuture {
                let handler = ::core::clone::Clone::clone(&self.handler);
                match call.method().position {
                    #(#arms)*
                    _ => #runtime::__private::unknown_method(call.method()),
                }
            }
        }
    }
}

fn arm(contract: &Contract<'_>, handler: &TokenStream, position: usize, method: &Method) -> TokenStream {
    let ident = &method.ident;
    // A future that cannot be sent to another thread is the method's mistake, so the compiler points at its name.
    let place = Span::call_site().located_at(ident.span());
    let runtime = spanned_at(contract.runtime.to_token_stream(), place);
    let serve = method.shape.kind().serve_function(place);
    let position = Literal::usize_unsuffixed(position);
    let (parameter, argument) = match method.shape.request {
        Some(_) => (quote!(_, request), quote!(, request)),
        None => (quote!(_, (): ()), quote!()),
    };
    quote_spanned! {place=>
        #position => #runtime::__private::#serve(
            call,
            move |#parameter| async move { <#handler>::#ident(&handler #argument).await },
        ),
    }
}
