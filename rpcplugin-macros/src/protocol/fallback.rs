//! What is written after a mistake: the contract as it stands, and hollow stand-ins for the generated names.
//!
//! Without the stand-ins every use of a client or a server would be reported as well, and the mistake would be hard to find.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Generics, Item, ItemImpl, ItemTrait, Path, ReturnType, Signature, TraitItem, TraitItemFn,
    Visibility, parse_quote,
};

use super::collisions::{IN_CLIENT, are_exclusive};
use super::contract::name_of_type;
use super::expand::{strip_arguments, under, without_parameters, written_impl, written_trait};
use super::members::{function, is_method};
use super::place::Place;
use super::rpc_attribute::skips;
use super::signature::Shape;
use super::{carried, generics, names, text};
use crate::attributes::Errors;

pub(super) fn expand(runtime: &Path, item: &Item) -> TokenStream {
    match item {
        Item::Trait(item) => {
            let mut item = item.clone();
            keep_first_of_each(&mut item.items, trait_function);
            let written = without_parameters(&tolerant_trait(item.clone()), &item.generics);
            let stand_ins = under(&carried::conditions(&item.attrs), of_trait(runtime, &item));
            quote!(#written #stand_ins)
        }
        Item::Impl(item) => {
            let mut item = item.clone();
            keep_first_of_each(&mut item.items, |item| {
                function(item).map(|function| (&function.sig, function.attrs.as_slice()))
            });
            let written = without_parameters(&written_impl(item.clone()), &item.generics);
            let stand_ins = of_impl(runtime, &item).unwrap_or_default();
            let stand_ins = under(&carried::conditions(&item.attrs), stand_ins);
            quote!(#written #stand_ins)
        }
        other => other.to_token_stream(),
    }
}

/// Leaves out what stands twice: it has been said.
fn keep_first_of_each<T>(items: &mut Vec<T>, function: impl Fn(&T) -> Option<(&Signature, &[Attribute])>) {
    let mut seen: Vec<(Ident, Vec<Attribute>)> = Vec::new();
    items.retain(|item| {
        let Some((signature, attributes)) = function(item) else { return true };
        let conditions = carried::conditions(attributes);
        let is_same = |(ident, others): &(Ident, Vec<Attribute>)| {
            *ident == signature.ident && !are_exclusive(others, &conditions)
        };
        let is_first = !seen.iter().any(is_same);
        seen.push((signature.ident.clone(), conditions));
        is_first
    });
}

/// The trait, with what makes the compiler repeat a mistake taken out: a signature that no call can carry may name `Self`
/// where only a type of a known size can stand, and may keep the future of a body where it is.
fn tolerant_trait(mut item: ItemTrait) -> ItemTrait {
    for item in &mut item.items {
        if let TraitItem::Fn(method) = item
            && method.default.is_some()
            && !skips(&method.attrs)
            && Shape::read(&method.sig, Place::Trait { has_body: true }, &mut Errors::new()).is_none()
        {
            method.attrs.push(parse_quote!(#[allow(unused)]));
            method.default = Some(parse_quote!({ ::core::unreachable!() }));
        }
    }
    let mut item = written_trait(item);
    item.supertraits.push(parse_quote!(::core::marker::Sized));
    item
}

fn trait_function(item: &TraitItem) -> Option<(&Signature, &[Attribute])> {
    match item {
        TraitItem::Fn(function) => Some((&function.sig, &function.attrs)),
        _ => None,
    }
}

fn of_trait(runtime: &Path, item: &ItemTrait) -> Vec<TokenStream> {
    let (ident, visibility) = (&item.ident, &item.vis);
    let mut items = client(runtime, ident, visibility);
    items.push(hollow_trait_methods(item));
    let on_server =
        ServerOf { declared: quote!(<T>), named: quote!(<T>), held: quote!(T), ..ServerOf::default() };
    items.extend(server(runtime, ident, visibility, &on_server));
    items
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
    if possible.len() == item.items.len() && item.generics.params.is_empty() {
        let required = possible.iter().filter(|function| function.default.is_none());
        let methods = required.map(|function| hollow(&function.attrs, &quote!(), &function.sig));
        let unsafety = &item.unsafety;
        return quote! {
            #[allow(unused)]
            #unsafety impl #ident for #client { #(#methods)* }
        };
    }
    let possible = possible.iter().filter(|function| !is_in_client(&function.sig.ident));
    let methods = possible.map(|function| hollow(&function.attrs, &quote!(pub), &function.sig));
    quote! {
        #[allow(unused)]
        impl #client { #(#methods)* }
    }
}

fn of_impl(runtime: &Path, item: &ItemImpl) -> Option<Vec<TokenStream>> {
    // The macro on the trait makes them, and it would make them again for every handler.
    if item.trait_.is_some() {
        return None;
    }
    let ident = name_of_type(item).ok()?;
    let functions = item.items.iter().filter_map(function);
    let functions: Vec<_> =
        functions.filter(|function| is_method(function) && !skips(&function.attrs)).collect();
    let visibility = functions.first().map_or(&Visibility::Inherited, |function| &function.vis);
    let possible = functions.iter().filter(|function| {
        can_be_hollow(&function.sig, &item.generics) && !is_in_client(&function.sig.ident)
    });
    let methods =
        possible.map(|function| hollow(&function.attrs, &function.vis.to_token_stream(), &function.sig));
    let name = names::client(&ident);
    let mut items = client(runtime, &ident, visibility);
    items.push(quote! {
        #[allow(unused)]
        impl #name { #(#methods)* }
    });
    let parameters = generics::without_self(item);
    let (declared, named, conditions) = parameters.split_for_impl();
    let conditions = conditions.into_iter().flat_map(|conditions| &conditions.predicates);
    let handler = &item.self_ty;
    let is_generic = !item.generics.params.is_empty();
    let on_server = ServerOf {
        declared: declared.to_token_stream(),
        named: named.to_token_stream(),
        conditions: quote!(#(#conditions,)*),
        held: if is_generic { handler.to_token_stream() } else { quote!() },
        on_functions: quote!(<__Handler>),
    };
    items.extend(server(runtime, &ident, visibility, &on_server));
    Some(items)
}

fn client(runtime: &Path, ident: &Ident, visibility: &Visibility) -> Vec<TokenStream> {
    let client = names::client(ident);
    vec![
        quote! {
            #[allow(missing_docs, dead_code)]
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #visibility struct #client;
        },
        quote! {
            #[allow(missing_docs, unused)]
            impl #client {
                pub const SPEC: &'static #runtime::__private::ServiceSpec =
                    &#runtime::__private::ServiceSpec::new("", &[], "");
                pub fn new(channel: impl ::core::convert::Into<#runtime::__private::Channel>) -> Self { Self }
                pub fn with(&self, options: #runtime::__private::CallOptions) -> Self { Self }
            }
        },
    ]
}

/// What a hollow server is generic in. The handler's type stands either on the server or, where it is not needed there,
/// on the functions that take it: a wrong type is reported once.
#[derive(Default)]
struct ServerOf {
    declared: TokenStream,
    named: TokenStream,
    conditions: TokenStream,
    held: TokenStream,
    on_functions: TokenStream,
}

fn server(
    runtime: &Path,
    ident: &Ident,
    visibility: &Visibility,
    ServerOf { declared, named, conditions, held, on_functions }: &ServerOf,
) -> Vec<TokenStream> {
    let (client, server) = (names::client(ident), names::server(ident));
    let handler = if on_functions.is_empty() { quote!(T) } else { quote!(__Handler) };
    // What is registered lives as long as the program.
    let outlives = if held.is_empty() { quote!() } else { quote!(#held: 'static,) };
    vec![
        quote! {
            #[allow(missing_docs, dead_code, missing_debug_implementations)]
            #visibility struct #server #declared (::core::marker::PhantomData<fn(#held)>) where #conditions;
        },
        quote! {
            #[allow(missing_docs, unused)]
            impl #declared #server #named where #conditions {
                pub const SPEC: &'static #runtime::__private::ServiceSpec = #client::SPEC;
                pub fn new #on_functions(handler: #handler) -> Self { ::core::unreachable!() }
                pub fn from_arc #on_functions(handler: ::std::sync::Arc<#handler>) -> Self { ::core::unreachable!() }
            }
        },
        quote! {
            #[allow(unused)]
            impl #declared ::core::clone::Clone for #server #named where #conditions {
                fn clone(&self) -> Self { ::core::unreachable!() }
            }
        },
        quote! {
            #[allow(unused)]
            impl #declared #runtime::__private::Service for #server #named where #conditions #outlives {
                fn spec(&self) -> &'static #runtime::__private::ServiceSpec { ::core::unreachable!() }
                fn call(&self, __call: #runtime::__private::Call) -> #runtime::__private::ResponseFuture {
                    ::core::unreachable!()
                }
            }
        },
    ]
}

fn hollow(attributes: &[Attribute], visibility: &TokenStream, signature: &Signature) -> TokenStream {
    let conditions = carried::conditions(attributes);
    let mut signature = Signature { constness: None, ..signature.clone() };
    strip_arguments(&mut signature);
    let mut body = quote!(::core::unreachable!());
    // A block that names no argument holds none, so its future may go to another thread whatever they are.
    if signature.asyncness.take().is_some() {
        let output = match &signature.output {
            ReturnType::Default => quote!(()),
            ReturnType::Type(_, output) => quote!(#output),
        };
        signature.output =
            parse_quote!(-> impl ::core::future::Future<Output = #output> + ::core::marker::Send);
        body = quote!(async { #body });
    }
    quote!(#(#conditions)* #visibility #signature { #body })
}

fn is_in_client(method: &Ident) -> bool {
    IN_CLIENT.iter().any(|name| method == name)
}

/// A body that never returns stands for a value of every type that the signature names, but not for one that it hides,
/// and not for one that only the contract can name.
fn can_be_hollow(signature: &Signature, outer: &Generics) -> bool {
    !text::mentions(signature.output.to_token_stream(), "impl")
        && generics::parameter_in(outer, signature).is_none()
}
