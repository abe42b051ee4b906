//! A packed enum: a number, then the fields of the variant that it stands for.

use proc_macro2::TokenStream;
use quote::quote;

use super::fields::{Fields, Reach};
use super::generics::{self, Header};
use super::{pattern, plain_enum};
use crate::message::model::{Choice, ChoiceVariant, Message};

pub(super) fn layout(message: &Message<'_>, body: &Choice<'_>) -> TokenStream {
    if body.is_plain() && message.generics.params.is_empty() {
        return plain_enum::layout(message, body);
    }
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::reading(message, Some(&quote!(#runtime::Packed)));
    let (id, format) = (body.id_type.primitive(), body.format.tokens(runtime));
    let id_bytes = body.id_type.bytes;
    let (lengths, writes, reads) = (lengths(message, body), writes(message, body), reads(message, body));
    let text = &message.text;
    let other = other(
        body,
        &quote!({
            let __error = #runtime::unknown_variant(#text, __id, __start);
            return ::core::result::Result::Err(__error);
        }),
    );
    let (written, read) = whole_checks(message);
    quote! {
        #[automatically_derived]
        impl #generics #runtime::Packed<'__de> for #this #bounds {
            const SIZE: ::core::option::Option<::core::primitive::usize> = ::core::option::Option::None;
            const IS_MESSAGE: ::core::primitive::bool = true;
            const TYPE: #runtime::TypeSchema = #runtime::TypeSchema::Message(#runtime::schema_of::<Self>);
            #[inline]
            fn bytes_min<__Outer: #runtime::Format>() -> ::core::primitive::usize {
                #id_bytes
            }
            #[inline]
            fn packed_len<__Outer: #runtime::Format>(
                &self,
                __depth: #runtime::Depth,
            ) -> ::core::primitive::usize {
                __depth.measure(|__depth| match self { #(#lengths)* })
            }
            #[inline]
            fn write<__Outer: #runtime::Format>(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                __writer.message(|__writer| {
                    #written
                    match self { #(#writes)* }
                    ::core::result::Result::Ok(())
                })
            }
            #[inline]
            fn read<__Outer: #runtime::Format>(
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<Self, #runtime::DecodeError> {
                __reader.message(|__reader| {
                    let __start = #runtime::Reader::position(__reader);
                    let __id = <#id as #runtime::Packed<'__de>>::read::<#format>(__reader)?;
                    let __message = match __id { #(#reads)* __id => #other };
                    #read
                    ::core::result::Result::Ok(__message)
                })
            }
        }
    }
}

fn whole_checks(message: &Message<'_>) -> (Option<TokenStream>, Option<TokenStream>) {
    let runtime = &message.runtime;
    let validate = message.validate.as_ref();
    (
        validate.map(|check| quote!(#runtime::check_encoded_whole(#check(self))?;)),
        validate.map(|check| quote!(#runtime::check_decoded_whole(#check(&__message), __start)?;)),
    )
}

/// What becomes of a number that is no variant's.
pub(super) fn other(body: &Choice<'_>, refused: &TokenStream) -> TokenStream {
    match body.variants.iter().find(|variant| variant.id.is_none()) {
        Some(variant) => {
            let name = variant.name;
            quote!(Self::#name(__id))
        }
        None => quote!(#refused),
    }
}

fn fields_of<'m, 'a>(message: &'m Message<'_>, variant: &'m ChoiceVariant<'a>) -> Fields<'m, 'a> {
    Fields { runtime: &message.runtime, fields: &variant.fields, reach: Reach::Bound }
}

fn lengths(message: &Message<'_>, body: &Choice<'_>) -> Vec<TokenStream> {
    let (runtime, id_bytes) = (&message.runtime, body.id_type.bytes);
    let arm = |variant: &ChoiceVariant<'_>| {
        let name = variant.name;
        if variant.id.is_none() {
            return quote!(Self::#name(..) => #id_bytes,);
        }
        let pattern = pattern::all(name, variant.kind, &variant.fields);
        let lengths = fields_of(message, variant).lengths();
        quote!(#pattern => #runtime::total([#id_bytes #(, #lengths)*]),)
    };
    body.variants.iter().map(arm).collect()
}

fn writes(message: &Message<'_>, body: &Choice<'_>) -> Vec<TokenStream> {
    let (runtime, id, format) =
        (&message.runtime, body.id_type.primitive(), body.format.tokens(&message.runtime));
    let arm = |variant: &ChoiceVariant<'_>| {
        let (name, text) = (variant.name, &variant.text);
        let Some(number) = variant.id else {
            return quote!(Self::#name(__id) => <#id as #runtime::Packed<'__de>>::write::<#format>(__id, __writer)?,);
        };
        let number = body.id_type.literal(number);
        let pattern = pattern::all(name, variant.kind, &variant.fields);
        let writes = fields_of(message, variant).writes();
        quote! {
            #pattern => {
                <#id as #runtime::Packed<'__de>>::write::<#format>(&#number, __writer)?;
                #runtime::write_variant(#text, __writer, |__writer| {
                    #(#writes)*
                    ::core::result::Result::Ok(())
                })?;
            }
        }
    };
    body.variants.iter().map(arm).collect()
}

fn reads(message: &Message<'_>, body: &Choice<'_>) -> Vec<TokenStream> {
    let runtime = &message.runtime;
    let arm = |variant: &ChoiceVariant<'_>| {
        let (name, text) = (variant.name, &variant.text);
        let number = body.id_type.literal(variant.id?);
        let fields = fields_of(message, variant);
        let (reads, members) = (fields.reads(), fields.members());
        Some(quote! {
            #number => #runtime::read_variant(#text, __reader, |__reader| {
                #(#reads)*
                ::core::result::Result::Ok(Self::#name { #(#members),* })
            })?,
        })
    };
    body.variants.iter().filter_map(arm).collect()
}
