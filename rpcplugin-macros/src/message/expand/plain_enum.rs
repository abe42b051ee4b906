//! An enum without payload: a number, of one size in a packed message, and protobuf's enum in a tagged one.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, LitInt};

use super::choice::other;
use super::fixed::{packed_by_fixed, value_check};
use super::generics::{self, Header};
use crate::message::model::{Choice, ChoiceVariant, Message};

pub(super) fn layout(message: &Message<'_>, body: &Choice<'_>) -> TokenStream {
    let (number, scalar) = (number(message, body), scalar(message, body));
    quote!(#number #scalar)
}

/// An enum without payload is `Fixed`.
fn number(message: &Message<'_>, body: &Choice<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::reading(message, None);
    let schema = quote!(#runtime::TypeSchema::Message(#runtime::schema_of::<Self>));
    let packed = packed_by_fixed(runtime, &generics, &this, &bounds, &schema);
    let (id, format, id_bytes) = (body.id_type.primitive(), body.format.tokens(runtime), body.id_type.bytes);
    let to_id = to_id(body);
    let (validated, check_value) = value_check(message, &[]);
    let checks = checks(message, body);
    let known: Vec<_> = known(body);
    let gets = known.iter().map(|(name, number)| quote!(#number => Self::#name {},));
    let first = known
        .first()
        .map(|(name, _)| quote!(Self::#name {}))
        .unwrap_or_else(|| quote!(::core::unreachable!()));
    let other = other(body, &first);
    quote! {
        #packed
        #[automatically_derived]
        impl #generics #runtime::Fixed<'__de> for #this #bounds {
            const BYTES: ::core::primitive::usize = #id_bytes;
            #validated
            #check_value
            #[inline]
            fn put<__Outer: #runtime::Format>(&self, __place: &mut [::core::primitive::u8]) {
                let __id: #id = #to_id;
                #runtime::Fixed::put::<#format>(&__id, __place);
            }
            #[inline]
            fn check<__Outer: #runtime::Format>(
                __bytes: &'__de [::core::primitive::u8],
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                #checks
                ::core::result::Result::Ok(())
            }
            #[inline]
            fn get<__Outer: #runtime::Format>(__bytes: &'__de [::core::primitive::u8]) -> Self {
                match <#id as #runtime::Fixed<'__de>>::get::<#format>(__bytes) {
                    #(#gets)*
                    __id => #other,
                }
            }
        }
    }
}

/// Whether the bytes are the number of a variant, and one that `validate` accepts.
fn checks(message: &Message<'_>, body: &Choice<'_>) -> TokenStream {
    let (runtime, text) = (&message.runtime, &message.text);
    let (id, format) = (body.id_type.primitive(), body.format.tokens(runtime));
    let known = known(body);
    let numbers = known.iter().map(|(_, number)| number);
    let takes_others = body.variants.iter().any(|variant| variant.id.is_none());
    let number = (!takes_others).then(|| {
        quote! {
            match <#id as #runtime::Fixed<'__de>>::get::<#format>(__bytes) {
                #(#numbers)|* => {}
                __id => return ::core::result::Result::Err(#runtime::unknown_variant(#text, __id, 0)),
            }
        }
    });
    let validate = message.validate.as_ref().map(|check| {
        quote! {
            let __value = <Self as #runtime::Fixed<'__de>>::get::<__Outer>(__bytes);
            #runtime::check_decoded_whole(#check(&__value), 0)?;
        }
    });
    quote!(#number #validate)
}

/// The variants with a number, and their numbers.
fn known<'m>(body: &'m Choice<'_>) -> Vec<(&'m Ident, LitInt)> {
    let numbered = |variant: &'m ChoiceVariant<'_>| Some((variant.name, body.id_type.literal(variant.id?)));
    body.variants.iter().filter_map(numbered).collect()
}

fn to_id(body: &Choice<'_>) -> TokenStream {
    let arms = body.variants.iter().map(|variant| {
        let name = variant.name;
        match variant.id {
            Some(number) => {
                let number = body.id_type.literal(number);
                quote!(Self::#name { .. } => #number,)
            }
            None => quote!(Self::#name(__id) => *__id,),
        }
    });
    quote!(match self { #(#arms)* })
}

/// An enum without payload that has the number 0 is a protobuf enum.
fn scalar(message: &Message<'_>, body: &Choice<'_>) -> TokenStream {
    let fits = |id: i128| i32::try_from(id).is_ok();
    let all_fit = body.variants.iter().all(|variant| variant.id.is_none_or(fits));
    let Some(zero) = body.variants.iter().find(|variant| variant.id == Some(0)).filter(|_| all_fit) else {
        return TokenStream::new();
    };
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::reading(message, None);
    let (zero, id, to_id) = (zero.name, body.id_type.primitive(), to_id(body));
    let check = message.validate.as_ref().map(|check| {
        quote! {
            #[inline]
            fn check_whole(&self, _: #runtime::Depth) -> ::core::result::Result<(), #runtime::Refusal> {
                #runtime::Refusal::of_whole(#check(self))
            }
        }
    });
    let variants = variants_by_number(message, body);
    quote! {
        #[automatically_derived]
        impl #generics #runtime::Tagged<'__de> for #this #bounds {
            const WIRE: #runtime::WireType = #runtime::WireType::Varint;
            const TYPE: #runtime::TypeSchema = #runtime::TypeSchema::Message(#runtime::schema_of::<Self>);
            #[inline]
            fn absent() -> Self {
                Self::#zero {}
            }
            #check
            #[inline]
            fn body_len(&self, _: #runtime::Depth) -> ::core::primitive::usize {
                let __id: #id = #to_id;
                #runtime::enum_len(__id)
            }
            #[inline]
            fn is_absent(&self, _: ::core::primitive::usize) -> ::core::primitive::bool {
                let __id: #id = #to_id;
                __id == 0
            }
            #[inline]
            fn write_body(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                let __id: #id = #to_id;
                #runtime::write_enum(__id, __writer)
            }
            #[inline]
            fn merge_body(
                &mut self,
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                let __start = #runtime::Reader::position(__reader);
                let __number = #runtime::read_enum(__reader)?;
                *self = match <#id as ::core::convert::TryFrom<::core::primitive::i32>>::try_from(__number) {
                    #variants
                };
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// The arms that turn a number of protobuf, as the enum's own type has it, into a variant.
fn variants_by_number(message: &Message<'_>, body: &Choice<'_>) -> TokenStream {
    let (runtime, text) = (&message.runtime, &message.text);
    let gets = known(body)
        .into_iter()
        .map(|(name, number)| quote!(::core::result::Result::Ok(#number) => Self::#name {},));
    let refused = quote!({
        let __error = #runtime::unknown_variant(#text, __number, __start);
        return ::core::result::Result::Err(__error);
    });
    let other = match body.variants.iter().find(|variant| variant.id.is_none()) {
        Some(variant) => {
            let name = variant.name;
            quote! {
                ::core::result::Result::Ok(__id) => Self::#name(__id),
                ::core::result::Result::Err(_) => #refused,
            }
        }
        None => quote!(_ => #refused,),
    };
    quote!(#(#gets)* #other)
}
