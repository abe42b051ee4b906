//! The `oneof` of a tagged message: one field of several, or none.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::generics::{self, Header};
use super::schema;
use crate::message::model::{Message, Oneof, OneofVariant};

pub(super) fn layout(message: &Message<'_>, body: &Oneof<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::reading(message, Some(&quote!(#runtime::Tagged)));
    let ids = body.variants.iter().map(|variant| variant.id);
    let lengths = body.variants.iter().map(|variant| {
        let (name, id) = (variant.name, variant.id);
        let call = call(runtime, variant, "present_len");
        quote!(Self::#name(__value) => #call(__value, #id, __depth),)
    });
    let writes = body.variants.iter().map(|variant| {
        let (name, text, id) = (variant.name, &variant.text, variant.id);
        let call = call(runtime, variant, "write_present");
        quote!(Self::#name(__value) => #call(__value, #text, #id, __writer),)
    });
    let checks = body.variants.iter().map(|variant| {
        let (name, text) = (variant.name, &variant.text);
        let call = call(runtime, variant, "check_present");
        quote!(Self::#name(__value) => #call(__value, #text, __depth),)
    });
    let merges = body.variants.iter().map(|variant| merge(runtime, variant));
    let Header { generics: own_generics, bounds: own_bounds, .. } =
        generics::owning(message, Some(&quote!(#runtime::Tagged)));
    let description = schema::message(message);
    quote! {
        #[automatically_derived]
        impl #own_generics #runtime::Described for #this #own_bounds {
            const SCHEMA: &'static #runtime::MessageSchema = #description;
        }
        #[automatically_derived]
        impl #generics #runtime::Oneof<'__de> for #this #bounds {
            const IDS: &'static [::core::primitive::u32] = &[#(#ids),*];
            const TYPE: #runtime::TypeSchema = #runtime::TypeSchema::Message(#runtime::description_of::<Self>);
            #[inline]
            fn check_variant(
                &self,
                __depth: #runtime::Depth,
            ) -> ::core::result::Result<(), #runtime::Refusal> {
                match self { #(#checks)* }
            }
            #[inline]
            fn variant_len(&self, __depth: #runtime::Depth) -> ::core::primitive::usize {
                match self { #(#lengths)* }
            }
            #[inline]
            fn write_variant(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                match self { #(#writes)* }
            }
            #[inline]
            fn merge_variant(
                __slot: &mut ::core::option::Option<Self>,
                __id: ::core::primitive::u32,
                __wire: #runtime::WireType,
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                *__slot = ::core::option::Option::Some(match __id {
                    #(#merges)*
                    _ => return __reader.skip(__id, __wire),
                });
                ::core::result::Result::Ok(())
            }
        }
    }
}

fn call(runtime: &TokenStream, variant: &OneofVariant<'_>, function: &str) -> TokenStream {
    let (ty, encoding) = (variant.ty, variant.encoding);
    let function = syn::Ident::new(function, proc_macro2::Span::call_site());
    quote_spanned!(ty.span()=> #runtime::#function::<#ty, #encoding>)
}

/// A message is merged into the earlier one of the same variant; anything else takes its place.
fn merge(runtime: &TokenStream, variant: &OneofVariant<'_>) -> TokenStream {
    let (name, text, id) = (variant.name, &variant.text, variant.id);
    let call = call(runtime, variant, "merge_present");
    quote! {
        #id => {
            let __earlier = match __slot.take() {
                ::core::option::Option::Some(Self::#name(__value)) => ::core::option::Option::Some(__value),
                _ => ::core::option::Option::None,
            };
            Self::#name(#call(__earlier, #text, __wire, __reader)?)
        }
    }
}
