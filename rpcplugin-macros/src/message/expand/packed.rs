//! A packed message: `Packed`, which asks every field in the order it is declared.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::runtime;
use crate::message::model::{Endian, Field};

pub(super) fn layout(name: &Ident, endian: Endian, fields: &[Field<'_>]) -> TokenStream {
    let runtime = runtime();
    let order = match endian {
        Endian::Little => quote!(#runtime::Little),
        Endian::Big => quote!(#runtime::Big),
    };
    let minimums = fields.iter().map(|field| call(field, &quote!(BYTES_MIN)));
    let lengths = fields.iter().map(|field| {
        let member = field.member;
        call(field, &quote!(packed_len(&self.#member, __depth)))
    });
    let writes = fields.iter().map(|field| {
        let (member, text) = (field.member, &field.name);
        call(field, &quote!(write_field::<#order>(&self.#member, #text, __writer)))
    });
    let reads = fields.iter().map(|field| {
        let (member, text) = (field.member, &field.name);
        let read = call(field, &quote!(read_field::<#order>(#text, __reader)));
        quote!(#member: #read)
    });
    quote! {
        #[automatically_derived]
        impl #runtime::Packed for #name {
            const BYTES_MIN: ::core::primitive::usize = #runtime::total([#(#minimums),*]);
            #[inline]
            fn packed_len(&self, __depth: #runtime::Depth) -> ::core::primitive::usize {
                __depth.measure(|__depth| #runtime::total([#(#lengths),*]))
            }
            #[inline]
            fn write<__Outer: #runtime::ByteOrder>(
                &self,
                __writer: &mut #runtime::Writer,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                __writer.message(|__writer| {
                    #(#writes?;)*
                    ::core::result::Result::Ok(())
                })
            }
            #[inline]
            fn read<__Outer: #runtime::ByteOrder>(
                __reader: &mut #runtime::Reader<'_>,
            ) -> ::core::result::Result<Self, #runtime::DecodeError> {
                __reader.message(|__reader| ::core::result::Result::Ok(Self { #(#reads?),* }))
            }
        }
    }
}

/// `<FieldType as Packed>::what`. Every use says it alike and at the field's type, so that the compiler reports a type
/// that cannot be packed once.
fn call(field: &Field<'_>, what: &TokenStream) -> TokenStream {
    let runtime = runtime();
    let ty = field.ty;
    quote_spanned!(ty.span()=> <#ty as #runtime::Packed>::#what)
}
