//! A tagged message: `Tagged`, which asks every field with its id.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::runtime;
use crate::message::model::Field;

pub(super) fn layout(name: &Ident, fields: &[(u32, Field<'_>)]) -> TokenStream {
    let runtime = runtime();
    let absent = fields.iter().map(|(_, field)| {
        let member = field.member;
        let absent = call(field, &quote!(absent()));
        quote!(#member: #absent)
    });
    let lengths = fields.iter().map(|(id, field)| {
        let member = field.member;
        call(field, &quote!(field_len(&self.#member, #id, __depth)))
    });
    let writes = fields.iter().map(|(id, field)| {
        let (member, text) = (field.member, &field.name);
        call(field, &quote!(write_field(&self.#member, #text, #id, __writer)))
    });
    let merges = fields.iter().map(|(id, field)| {
        let (member, text) = (field.member, &field.name);
        let merge = call(field, &quote!(merge_field(&mut self.#member, #text, __wire, __reader)));
        quote!(#id => #merge)
    });
    quote! {
        #[automatically_derived]
        impl #runtime::Tagged for #name {
            const WIRE: #runtime::WireType = #runtime::WireType::Length;
            fn absent() -> Self {
                Self { #(#absent),* }
            }
            fn body_len(&self, __depth: #runtime::Depth) -> ::core::primitive::usize {
                __depth.measure(|__depth| #runtime::total([#(#lengths),*]))
            }
            fn write_body(
                &self,
                __writer: &mut #runtime::Writer,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                __writer.message(|__writer| {
                    #(#writes?;)*
                    ::core::result::Result::Ok(())
                })
            }
            fn merge_body(
                &mut self,
                __reader: &mut #runtime::Reader<'_>,
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                __reader.fields(|__reader, __id, __wire| match __id {
                    #(#merges,)*
                    _ => __reader.skip(__id, __wire),
                })
            }
        }
    }
}

/// `<FieldType as TaggedField>::what`. Every use says it alike and at the field's type, so that the compiler reports a
/// type that protobuf does not have once.
fn call(field: &Field<'_>, what: &TokenStream) -> TokenStream {
    let runtime = runtime();
    let ty = field.ty;
    quote_spanned!(ty.span()=> <#ty as #runtime::TaggedField>::#what)
}
