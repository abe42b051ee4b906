//! The generics of an impl: those of the type, the lifetime of the bytes, and what the parameters must be able to do.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{GenericParam, Generics, Type, parse_quote};

use crate::message::model::{self, Message};

/// The three parts of `impl<..> Trait for Type where ..`.
pub(super) struct Header {
    pub(super) generics: TokenStream,
    pub(super) this: TokenStream,
    pub(super) bounds: TokenStream,
}

/// For a trait with the lifetime of the bytes, `'__de`: it outlives every lifetime of the type. A type parameter can be
/// read from any bytes; what borrows names its lifetime in the type itself.
pub(super) fn reading(message: &Message<'_>, bound: Option<&TokenStream>) -> Header {
    let mut generics = message.generics.clone();
    let lifetimes: Vec<_> =
        message.generics.lifetimes().map(|parameter| parameter.lifetime.clone()).collect();
    let bytes: GenericParam =
        if lifetimes.is_empty() { parse_quote!('__de) } else { parse_quote!('__de: #(#lifetimes)+*) };
    generics.params.insert(0, bytes);
    if let Some(bound) = bound {
        add_bound(&mut generics, message, |name| parse_quote!(#name: for<'__any> #bound<'__any>));
    }
    header(message, &generics)
}

/// For a trait without that lifetime: the type parameters can be read from any bytes.
pub(super) fn owning(message: &Message<'_>, bound: Option<&TokenStream>) -> Header {
    let mut generics = message.generics.clone();
    if let Some(bound) = bound {
        add_bound(&mut generics, message, |name| parse_quote!(#name: for<'__any> #bound<'__any>));
    }
    header(message, &generics)
}

/// For a trait of values that travel between threads and outlive the bytes.
pub(super) fn travelling(message: &Message<'_>, bound: Option<&TokenStream>) -> Header {
    let mut generics = message.generics.clone();
    if let Some(bound) = bound {
        let all =
            |name: &Type| parse_quote!(#name: for<'__any> #bound<'__any> + ::core::marker::Send + 'static);
        add_bound(&mut generics, message, all);
    }
    header(message, &generics)
}

/// The parameters, and the types that are known only with them, `T::Item`.
fn add_bound(generics: &mut Generics, message: &Message<'_>, bound: impl Fn(&Type) -> syn::WherePredicate) {
    let parameters: Vec<_> = message.generics.type_params().map(|parameter| &parameter.ident).collect();
    let mut bounded: Vec<Type> = parameters.iter().map(|name| parse_quote!(#name)).collect();
    for ty in message.field_types() {
        model::associated_types(ty, &parameters, &mut bounded);
    }
    for ty in &bounded {
        let predicate = bound(ty);
        generics.make_where_clause().predicates.push(predicate);
    }
}

fn header(message: &Message<'_>, generics: &Generics) -> Header {
    let name = message.name;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = message.generics.split_for_impl();
    Header {
        generics: impl_generics.to_token_stream(),
        this: quote!(#name #arguments),
        bounds: where_clause.to_token_stream(),
    }
}
