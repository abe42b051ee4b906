use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::table::row_name;
use super::{spanned_at, spanned_like, types};
use crate::protocol::contract::{Contract, Form};
use crate::protocol::inputs::Role;
use crate::protocol::method::Method;
use crate::protocol::{generics, names};

/// The handler's half: each method is one arm that calls the runtime.
pub(super) fn expand(contract: &Contract<'_>) -> Vec<TokenStream> {
    let [holder, functions, clone, debug] = holder(contract);
    vec![holder, functions, clone, debug, service(contract)]
}

/// What holds the handler, how it is made, and what it can do besides.
fn holder(contract: &Contract<'_>) -> [TokenStream; 4] {
    let Contract { ident, visibility, runtime, .. } = contract;
    let (server, client, name) =
        (names::server(ident), names::client(ident), names::server(ident).to_string());
    let summary = format!(" Answers the calls of `{ident}` with a handler: register it with the router.");
    let Parameters { declared, named, conditions, handler } = Parameters::of(contract);
    [
        quote! {
            #[doc = #summary]
            #[allow(dead_code)]
            #visibility struct #server #declared #conditions {
                handler: ::std::sync::Arc<#handler>,
            }
        },
        quote! {
            #[allow(dead_code)]
            impl #declared #server #named #conditions {
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
        },
        quote! {
            #[automatically_derived]
            impl #declared ::core::clone::Clone for #server #named #conditions {
                fn clone(&self) -> Self {
                    Self { handler: ::core::clone::Clone::clone(&self.handler) }
                }
            }
        },
        quote! {
            #[automatically_derived]
            impl #declared ::core::fmt::Debug for #server #named #conditions {
                fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    formatter.write_str(#name)
                }
            }
        },
    ]
}

/// What the server is generic in.
struct Parameters {
    declared: TokenStream,
    named: TokenStream,
    conditions: TokenStream,
    handler: TokenStream,
}

impl Parameters {
    fn of(contract: &Contract<'_>) -> Self {
        match contract.form {
            // Without a bound of `T`: a type that is no handler is reported once, where it is registered.
            Form::Trait(_) => {
                Self { declared: quote!(<T>), named: quote!(<T>), conditions: quote!(), handler: quote!(T) }
            }
            Form::Inherent(item) => {
                let generics = generics::without_self(item);
                let (declared, named, conditions) = generics.split_for_impl();
                Self {
                    declared: declared.to_token_stream(),
                    named: named.to_token_stream(),
                    conditions: conditions.to_token_stream(),
                    handler: item.self_ty.to_token_stream(),
                }
            }
        }
    }
}

/// The impl that the router calls, with the row of a method.
fn service(contract: &Contract<'_>) -> TokenStream {
    let Contract { ident, runtime, .. } = contract;
    let server = names::server(ident);
    let (head, handler, handler_bounds) = match contract.form {
        // A message may be called `T`.
        Form::Trait(_) => (
            quote!(impl<__Handler> #runtime::__private::Service for #server<__Handler>),
            quote!(__Handler as #ident),
            quote!(__Handler: #ident,),
        ),
        Form::Inherent(item) => {
            let handler = &item.self_ty;
            let bound = spanned_like(quote!(::core::marker::Send + ::core::marker::Sync + 'static), handler);
            let generics = generics::without_self(item);
            let (declared, named, conditions) = generics.split_for_impl();
            let conditions = conditions.into_iter().flat_map(|conditions| &conditions.predicates);
            (
                quote!(impl #declared #runtime::__private::Service for #server #named),
                quote!(#handler),
                quote!(#(#conditions,)* #handler: #bound,),
            )
        }
    };
    let arms = contract.methods.iter().map(|method| arm(contract, &handler, method));
    quote! {
        #[automatically_derived]
        #[allow(deprecated, unused_variables)]
        #head where #handler_bounds {
            fn spec(&self) -> &'static #runtime::__private::ServiceSpec {
                Self::SPEC
            }

            fn call(&self, __call: #runtime::__private::Call) -> #runtime::__private::ResponseFuture {
                let __handler = ::core::clone::Clone::clone(&self.handler);
                match __call.method().position {
                    #(#arms)*
                    _ => #runtime::__private::unknown_method(__call.method()),
                }
            }
        }
    }
}

fn arm(contract: &Contract<'_>, handler: &TokenStream, method: &Method) -> TokenStream {
    let Method { ident, shape, conditions, .. } = method;
    // A future that cannot be sent to another thread is the method's mistake, so the compiler points at its name.
    let place = Span::call_site().located_at(ident.span());
    let serve = shape.kind().serve_function(place);
    let position = Literal::usize_unsuffixed(method.position);
    let context = if shape.context().is_some() { quote!(__context) } else { quote!(_) };
    let request = if shape.request().is_some() { quote!(__request) } else { quote!((): ()) };
    let arguments = shape.arguments.iter().map(|argument| match argument.role {
        Role::Context => {
            let context = types::context(contract, &argument.written);
            quote!(, #context::from_context(__context))
        }
        Role::Request(_) => quote!(, __request),
    });
    let (runtime, client, row) = (&contract.runtime, names::client(&contract.ident), row_name(method));
    let runtime = spanned_at(runtime.to_token_stream(), place);
    quote_spanned! {place=>
        #(#conditions)*
        #position => #runtime::__private::#serve(
            &#client::#row,
            __call,
            move |#context, #request| async move { <#handler>::#ident(&__handler #(#arguments)*).await },
        ),
    }
}
