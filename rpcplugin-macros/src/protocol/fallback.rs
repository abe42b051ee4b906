//! What is written after a mistake: the contract as it stands, and hollow stand-ins for the generated names.
//!
//! Without the stand-ins every use of a client or a server would be reported as well, and the mistake would be hard to find.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Generics, ImplItem, Item, ItemImpl, ItemTrait, Path, Signature, TraitItem, TraitItemFn, Visibility,
};

use super::contract::{is_method, name_of_type};
use super::expand::{written_impl, written_trait};
use super::names;
use super::text;

pub(super) fn expand(runtime: &Path, item: &Item) -> TokenStream {
    match item {
        Item::Trait(item) => {
            let written = written_trait(item.clone());
            let stand_ins = of_trait(runtime, item);
            quote!(#written #stand_ins)
        }
        Item::Impl(item) => {
            let written = written_impl(item.clone());
            let stand_ins = of_impl(runtime, item);
            quote!(#written #stand_ins)
        }
        other => other.to_token_stream(),
    }
}

fn of_trait(runtime: &Path, item: &ItemTrait) -> TokenStream {
    let (ident, visibility) = (&item.ident, &item.vis);
    let client = client(runtime, ident, visibility);
    let server = server(runtime, ident, visibility, &quote!(<T>), &quote!());
    let methods = hollow_trait_methods(item);
    quote!(#client #methods #server)
}

/// The methods of the client: as an impl of the trait, unless something in it stops that.
fn hollow_trait_methods(item: &ItemTrait) -> TokenStream {
    let (ident, client) = (&item.ident, names::client(&item.ident));
    let functions = item.items.iter().filter_map(|item| match item {
        TraitItem::Fn(function) => Some(function),
        _ => None,
    });
    let can_be_hollow = |function: &&TraitItemFn| can_be_hollow(&function.sig, &item.generics);
    let possible: Vec<_> = functions.filter(can_be_hollow).collect();
    if possible.len() == item.items.len() {
        let required = possible.iter().filter(|function| function.default.is_none());
        let methods = required.map(|function| hollow(&function.sig));
        let unsafety = &item.unsafety;
        return quote! {
            #[allow(unused)]
            #unsafety impl #ident for #client { #(#methods)* }
        };
    }
    let methods = possible.iter().map(|function| hollow(&function.sig));
    quote! {
        #[allow(unused)]
        impl #client { #(pub #methods)* }
    }
}

fn of_impl(runtime: &Path, item: &ItemImpl) -> Option<TokenStream> {
    let ident = name_of_type(item).ok()?;
    let functions = item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) if is_method(function) => Some(function),
        _ => None,
    });
    let functions: Vec<_> = functions.collect();
    let visibility = functions.first().map_or(&Visibility::Inherited, |function| &function.vis);
    let possible = functions.iter().filter(|function| can_be_hollow(&function.sig, &item.generics));
    let methods = possible.map(|function| {
        let (visibility, method) = (&function.vis, hollow(&function.sig));
        quote!(#visibility #method)
    });
    let name = names::client(&ident);
    let client = client(runtime, &ident, visibility);
    let server = server(runtime, &ident, visibility, &quote!(), &quote!(<T>));
    Some(quote! {
        #client
        #[allow(unused)]
        impl #name { #(#methods)* }
        #server
    })
}

fn client(runtime: &Path, ident: &Ident, visibility: &Visibility) -> TokenStream {
    let client = names::client(ident);
    quote! {
        #[allow(missing_docs, dead_code)]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #visibility struct #client;

        #[allow(missing_docs, unused)]
        impl #client {
            pub const SPEC: &'static #runtime::__private::ServiceSpec =
                &#runtime::__private::ServiceSpec::new("", &[], "");
            pub fn new(channel: impl ::core::convert::Into<#runtime::__private::Channel>) -> Self { Self }
        }
    }
}

/// The handler's type stands either on the server or, where it is not needed there, on the functions that take it.
fn server(
    runtime: &Path,
    ident: &Ident,
    visibility: &Visibility,
    on_server: &TokenStream,
    on_functions: &TokenStream,
) -> TokenStream {
    let (client, server) = (names::client(ident), names::server(ident));
    let held = if on_server.is_empty() { quote!() } else { quote!(T) };
    let bounded = if on_server.is_empty() { quote!() } else { quote!(<T: 'static>) };
    quote! {
        #[allow(missing_docs, dead_code, missing_debug_implementations)]
        #visibility struct #server #on_server(::core::marker::PhantomData<fn(#held)>);

        #[allow(missing_docs, unused)]
        impl #on_server #server #on_server {
            pub const SPEC: &'static #runtime::__private::ServiceSpec = #client::SPEC;
            pub fn new #on_functions(handler: T) -> Self { ::core::unreachable!() }
            pub fn from_arc #on_functions(handler: ::std::sync::Arc<T>) -> Self { ::core::unreachable!() }
        }

        #[allow(unused)]
        impl #on_server ::core::clone::Clone for #server #on_server {
            fn clone(&self) -> Self { ::core::unreachable!() }
        }

        #[allow(unused)]
        impl #bounded #runtime::__private::Service for #server #on_server {
            fn spec(&self) -> &'static #runtime::__private::ServiceSpec { ::core::unreachable!() }
            fn call(&self, call: #runtime::__private::Call) -> #runtime::__private::ResponseFuture {
                ::core::unreachable!()
            }
        }
    }
}

fn hollow(signature: &Signature) -> TokenStream {
    let signature = Signature { constness: None, ..signature.clone() };
    quote!(#signature { ::core::unreachable!() })
}

/// A body that never returns stands for a value of every type that the signature names, but not for one that it hides.
fn can_be_hollow(signature: &Signature, outer: &Generics) -> bool {
    outer.params.is_empty() && !text::mentions(signature.output.to_token_stream(), "impl")
}
