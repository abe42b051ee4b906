//! After a mistake: impls without a meaning, so that a use of the type as a message does not report once more.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{DeriveInput, GenericArgument, GenericParam, Generics, Lifetime, parse_quote};

use super::expand::runtime;

pub(super) fn message(item: &DeriveInput) -> TokenStream {
    let runtime = runtime();
    let name = &item.ident;
    let text = name.to_string();
    let (parameters, arguments) = owned_generics(&item.generics);
    let (impl_generics, _, where_clause) = parameters.split_for_impl();
    let this = quote!(#name #arguments);
    let usize = quote!(::core::primitive::usize);
    let encoded = |value: &TokenStream| quote!(::core::result::Result<#value, #runtime::EncodeError>);
    let decoded = |value: &TokenStream| quote!(::core::result::Result<#value, #runtime::DecodeError>);
    let (bytes, written) = (encoded(&quote!(#runtime::Bytes)), encoded(&quote!(())));
    let (value, merged) = (decoded(&quote!(Self)), decoded(&quote!(())));
    let hollow = quote!({ ::core::unreachable!() });
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::Message for #this #where_clause {
            fn encoded_len(&self) -> #usize #hollow
            fn encode(&self) -> #bytes #hollow
            fn decode(_: #runtime::Bytes) -> #value #hollow
        }
        #[automatically_derived]
        impl #impl_generics #runtime::BinaryMessage for #this #where_clause {
            const NAME: &'static ::core::primitive::str = #text;
            const LAYOUT: #runtime::Layout = #runtime::Layout::Packed;
            const DERIVED: #runtime::Derived = #runtime::Derived;
        }
        #[automatically_derived]
        impl #impl_generics #runtime::Packed for #this #where_clause {
            const BYTES_MIN: #usize = 1;
            fn packed_len(&self, _: #runtime::Depth) -> #usize #hollow
            fn write<__Outer: #runtime::ByteOrder>(&self, _: &mut #runtime::Writer) -> #written #hollow
            fn read<__Outer: #runtime::ByteOrder>(_: &mut #runtime::Reader<'_>) -> #value #hollow
        }
        #[automatically_derived]
        impl #impl_generics #runtime::Tagged for #this #where_clause {
            const WIRE: #runtime::WireType = #runtime::WireType::Length;
            fn absent() -> Self #hollow
            fn body_len(&self, _: #runtime::Depth) -> #usize #hollow
            fn write_body(&self, _: &mut #runtime::Writer) -> #written #hollow
            fn merge_body(&mut self, _: &mut #runtime::Reader<'_>) -> #merged #hollow
        }
    }
}

/// The generics under which the type can be a message at all: every lifetime is `'static`, every type is `Send`.
fn owned_generics(generics: &Generics) -> (Generics, TokenStream) {
    let mut parameters = generics.clone();
    parameters.params.clear();
    let mut arguments: Vec<GenericArgument> = Vec::new();
    for parameter in &generics.params {
        match parameter {
            GenericParam::Lifetime(_) => {
                let everlasting: Lifetime = parse_quote!('static);
                arguments.push(GenericArgument::Lifetime(everlasting));
            }
            GenericParam::Type(written) => {
                let mut bounded = written.clone();
                bounded.default = None;
                bounded.bounds.push(parse_quote!(::core::marker::Send));
                bounded.bounds.push(parse_quote!('static));
                parameters.params.push(GenericParam::Type(bounded));
                let name = &written.ident;
                arguments.push(parse_quote!(#name));
            }
            GenericParam::Const(written) => {
                let mut bare = written.clone();
                bare.default = None;
                parameters.params.push(GenericParam::Const(bare));
                let name = &written.ident;
                arguments.push(parse_quote!(#name));
            }
        }
    }
    let arguments = if arguments.is_empty() { TokenStream::new() } else { quote!(<#(#arguments),*>) };
    (parameters, arguments.into_token_stream())
}
