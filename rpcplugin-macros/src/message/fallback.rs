//! After a mistake: impls without a meaning, so that a use of the type as a message does not report once more.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{DeriveInput, GenericParam, Generics, Path, parse_quote};

pub(super) fn message(item: &DeriveInput) -> TokenStream {
    let runtime = runtime(item);
    let (name, text) = (&item.ident, item.ident.unraw().to_string());
    let (_, arguments, where_clause) = item.generics.split_for_impl();
    let reading_generics = reading(&item.generics);
    let (reading, ..) = reading_generics.split_for_impl();
    let (own, ..) = item.generics.split_for_impl();
    let usize = quote!(::core::primitive::usize);
    let written = quote!(::core::result::Result<(), #runtime::EncodeError>);
    let decoded = |value: &TokenStream| quote!(::core::result::Result<#value, #runtime::DecodeError>);
    let (value, merged) = (decoded(&quote!(Self)), decoded(&quote!(())));
    let hollow = quote!({ ::core::unreachable!() });
    let bytes = quote!(&'__de [::core::primitive::u8]);
    let travelling = travelling(item, &runtime);
    quote! {
        #travelling
        #[automatically_derived]
        impl #own #runtime::BinaryMessage for #name #arguments #where_clause {
            const NAME: &'static ::core::primitive::str = #text;
            const LAYOUT: #runtime::Layout = #runtime::Layout::Packed;
            const SCHEMA: &'static #runtime::MessageSchema = &#runtime::MessageSchema::new(
                #text, "", #runtime::Layout::Packed, #runtime::ShapeSchema::of_fields(&[], &[]),
            );
            const DERIVED: #runtime::Derived = #runtime::Derived;
            fn encoded_size(&self) -> #usize #hollow
            fn write_message(&self, _: &mut #runtime::Writer<'_>) -> #written #hollow
        }
        #[automatically_derived]
        impl #reading #runtime::DecodeFrom<'__de> for #name #arguments #where_clause {
            fn read_message(_: &mut #runtime::Reader<'__de>) -> #value #hollow
        }
        #[automatically_derived]
        impl #reading #runtime::Packed<'__de> for #name #arguments #where_clause {
            const SIZE: ::core::option::Option<#usize> = ::core::option::Option::Some(1);
            const TYPE: #runtime::TypeSchema = #runtime::TypeSchema::Bool;
            fn bytes_min<__Outer: #runtime::Format>() -> #usize #hollow
            fn packed_len<__Outer: #runtime::Format>(&self, _: #runtime::Depth) -> #usize #hollow
            fn write<__Outer: #runtime::Format>(&self, _: &mut #runtime::Writer<'_>) -> #written #hollow
            fn read<__Outer: #runtime::Format>(_: &mut #runtime::Reader<'__de>) -> #value #hollow
        }
        #[automatically_derived]
        impl #reading #runtime::Fixed<'__de> for #name #arguments #where_clause {
            const BYTES: #usize = 1;
            fn put<__Outer: #runtime::Format>(&self, _: &mut [::core::primitive::u8]) #hollow
            fn check<__Outer: #runtime::Format>(_: #bytes) -> #merged #hollow
            fn get<__Outer: #runtime::Format>(_: #bytes) -> Self #hollow
        }
        #[automatically_derived]
        impl #reading #runtime::Tagged<'__de> for #name #arguments #where_clause {
            const WIRE: #runtime::WireType = #runtime::WireType::Length;
            const TYPE: #runtime::TypeSchema = #runtime::TypeSchema::Bool;
            fn absent() -> Self #hollow
            fn body_len(&self, _: #runtime::Depth) -> #usize #hollow
            fn write_body(&self, _: &mut #runtime::Writer<'_>) -> #written #hollow
            fn merge_body(&mut self, _: &mut #runtime::Reader<'__de>) -> #merged #hollow
        }
    }
}

/// `Message`, of a type that owns its fields: what is borrowed cannot travel, and every parameter must be able to.
fn travelling(item: &DeriveInput, runtime: &TokenStream) -> Option<TokenStream> {
    if item.generics.lifetimes().next().is_some() {
        return None;
    }
    let mut generics = item.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(::core::marker::Send));
        parameter.bounds.push(parse_quote!('static));
    }
    let (own, arguments, where_clause) = generics.split_for_impl();
    let name = &item.ident;
    let hollow = quote!({ ::core::unreachable!() });
    Some(quote! {
        #[automatically_derived]
        impl #own #runtime::Message for #name #arguments #where_clause {
            fn encoded_len(&self) -> ::core::primitive::usize #hollow
            fn encode(&self) -> ::core::result::Result<#runtime::Bytes, #runtime::EncodeError> #hollow
            fn decode(_: #runtime::Bytes) -> ::core::result::Result<Self, #runtime::DecodeError> #hollow
        }
    })
}

/// The generics with the lifetime of the bytes before them.
fn reading(generics: &Generics) -> Generics {
    let mut reading = generics.clone();
    let lifetimes: Vec<_> = generics.lifetimes().map(|parameter| &parameter.lifetime).collect();
    let bytes: GenericParam =
        if lifetimes.is_empty() { parse_quote!('__de) } else { parse_quote!('__de: #(#lifetimes)+*) };
    reading.params.insert(0, bytes);
    reading
}

/// The runtime, from `crate = path` if that much can be read.
fn runtime(item: &DeriveInput) -> TokenStream {
    let mut written: Option<Path> = None;
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("binary")) {
        // Whatever is wrong here was reported.
        let _reported = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                written = Some(meta.value()?.parse()?);
            }
            Ok(())
        });
    }
    let root = written.map_or_else(|| quote!(::rpcplugin), |path| quote!(#path));
    quote!(#root::__private::message)
}
