//! After a mistake: impls without a meaning, so that a use of the type as a message does not report once more.

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, GenericParam, Generics, Member, Path, parse_quote};

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
    let oneof = has_key(item, "oneof").then(|| oneof(item, &runtime));
    let fixed = has_key(item, "fixed").then(|| fixed(item, &runtime));
    quote! {
        #travelling
        #oneof
        #fixed
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

/// Whether a key stands above the type, as far as that can be seen.
fn has_key(item: &DeriveInput, key: &str) -> bool {
    let binary = item.attrs.iter().filter(|attribute| attribute.path().is_ident("binary"));
    binary.filter_map(|attribute| attribute.meta.require_list().ok()).any(|list| {
        list.tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(found) if found == key))
    })
}

/// What the message that holds a `oneof` asks of it.
fn oneof(item: &DeriveInput, runtime: &TokenStream) -> TokenStream {
    let name = &item.ident;
    let (own, arguments, where_clause) = item.generics.split_for_impl();
    let reading_generics = reading(&item.generics);
    let (reading, ..) = reading_generics.split_for_impl();
    let hollow = quote!({ ::core::unreachable!() });
    quote! {
        #[automatically_derived]
        impl #own #runtime::Described for #name #arguments #where_clause {
            const SCHEMA: &'static #runtime::MessageSchema = <Self as #runtime::BinaryMessage>::SCHEMA;
        }
        #[automatically_derived]
        impl #reading #runtime::Oneof<'__de> for #name #arguments #where_clause {
            const IDS: &'static [::core::primitive::u32] = &[];
            const TYPE: #runtime::TypeSchema = #runtime::TypeSchema::Bool;
            fn check_variant(&self, _: #runtime::Depth) -> ::core::result::Result<(), #runtime::Refusal> #hollow
            fn variant_len(&self, _: #runtime::Depth) -> ::core::primitive::usize #hollow
            fn write_variant(
                &self,
                _: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> #hollow
            fn merge_variant(
                _: &mut ::core::option::Option<Self>,
                _: ::core::primitive::u32,
                _: #runtime::WireType,
                _: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<(), #runtime::DecodeError> #hollow
        }
    }
}

/// The view of a fixed message, with a function for each field that it has.
fn fixed(item: &DeriveInput, runtime: &TokenStream) -> Option<TokenStream> {
    let Data::Struct(data) = &item.data else { return None };
    // What the view of a generic message looks like depends on more than can be said after a mistake.
    if !item.generics.params.is_empty() {
        return None;
    }
    let (name, visibility, view) = (&item.ident, &item.vis, format_ident!("{}View", item.ident));
    let hollow = quote!({ ::core::unreachable!() });
    let getters = data.fields.members().zip(&data.fields).filter_map(|(member, field)| {
        let (visibility, ty) = (&field.vis, &field.ty);
        let name = match member {
            // The view has these already, which was reported.
            Member::Named(name) if name == "to_value" || name == "as_bytes" => return None,
            Member::Named(name) => name,
            Member::Unnamed(number) => format_ident!("field_{}", number.index),
        };
        Some(quote!(#visibility fn #name(&self) -> #ty #hollow))
    });
    Some(quote! {
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #[allow(dead_code, missing_docs, reason = "a mistake was reported, and stays the only report")]
        #visibility struct #view<'__de>(&'__de [::core::primitive::u8]);
        #[automatically_derived]
        #[allow(dead_code, missing_docs, reason = "a mistake was reported, and stays the only report")]
        impl<'__de> #view<'__de> {
            #(#getters)*
            #visibility fn to_value(&self) -> #name #hollow
            #visibility fn as_bytes(&self) -> &'__de [::core::primitive::u8] #hollow
        }
        #[automatically_derived]
        impl #runtime::OwnOrder for #name {}
        #[automatically_derived]
        impl #runtime::FixedMessage for #name {
            const BYTES: ::core::primitive::usize = 1;
            type View<'__de> = #view<'__de>;
            fn view_of(_: &[::core::primitive::u8]) -> Self::View<'_> #hollow
            fn check_bytes(
                _: &[::core::primitive::u8],
            ) -> ::core::result::Result<(), #runtime::DecodeError> #hollow
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
