//! A packed enum: a number, then the fields of the variant that it stands for. One without payload is a number, and may
//! lie in a tagged message as well.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::fields::{Fields, Reach};
use super::fixed::packed_by_fixed;
use super::generics::{self, Header};
use super::pattern;
use crate::message::model::{Choice, ChoiceVariant, Message};

pub(super) fn layout(message: &Message<'_>, body: &Choice<'_>) -> TokenStream {
    if body.is_plain() && message.generics.params.is_empty() {
        let (number, scalar) = (number(message, body), scalar(message, body));
        return quote!(#number #scalar);
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
fn other(body: &Choice<'_>, refused: &TokenStream) -> TokenStream {
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

/// An enum without payload is `Fixed`.
fn number(message: &Message<'_>, body: &Choice<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::reading(message, None);
    let schema = quote!(#runtime::TypeSchema::Message(#runtime::schema_of::<Self>));
    let packed = packed_by_fixed(runtime, &generics, &this, &bounds, &schema);
    let (id, format, id_bytes) = (body.id_type.primitive(), body.format.tokens(runtime), body.id_type.bytes);
    let text = &message.text;
    let to_id = to_id(body);
    let known: Vec<_> = known(body);
    let numbers = known.iter().map(|(_, number)| number);
    let gets = known.iter().map(|(name, number)| quote!(#number => Self::#name,));
    let first =
        known.first().map(|(name, _)| quote!(Self::#name)).unwrap_or_else(|| quote!(::core::unreachable!()));
    let other = other(body, &first);
    let checked = match body.variants.iter().any(|variant| variant.id.is_none()) {
        true => quote!(::core::result::Result::Ok(())),
        false => quote! {
            match <#id as #runtime::Fixed<'__de>>::get::<#format>(__bytes) {
                #(#numbers)|* => ::core::result::Result::Ok(()),
                __id => ::core::result::Result::Err(#runtime::unknown_variant(#text, __id, 0)),
            }
        },
    };
    quote! {
        #packed
        #[automatically_derived]
        impl #generics #runtime::Fixed<'__de> for #this #bounds {
            const BYTES: ::core::primitive::usize = #id_bytes;
            #[inline]
            fn put<__Outer: #runtime::Format>(&self, __place: &mut [::core::primitive::u8]) {
                let __id: #id = #to_id;
                #runtime::Fixed::put::<#format>(&__id, __place);
            }
            #[inline]
            fn check<__Outer: #runtime::Format>(
                __bytes: &'__de [::core::primitive::u8],
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                #checked
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

/// The variants with a number, and their numbers.
fn known<'m>(body: &'m Choice<'_>) -> Vec<(&'m Ident, syn::LitInt)> {
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
    let (zero, id, text) = (zero.name, body.id_type.primitive(), &message.text);
    let to_id = to_id(body);
    let gets = known(body)
        .into_iter()
        .map(|(name, number)| quote!(::core::result::Result::Ok(#number) => Self::#name,));
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
    quote! {
        #[automatically_derived]
        impl #generics #runtime::Tagged<'__de> for #this #bounds {
            const WIRE: #runtime::WireType = #runtime::WireType::Varint;
            const TYPE: #runtime::TypeSchema = #runtime::TypeSchema::Message(#runtime::schema_of::<Self>);
            #[inline]
            fn absent() -> Self {
                Self::#zero {}
            }
            #[inline]
            fn body_len(&self, _: #runtime::Depth) -> ::core::primitive::usize {
                let __id: #id = #to_id;
                #runtime::enum_len(#runtime::enum_number(__id))
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
                #runtime::write_enum(#runtime::enum_number(__id), __writer)
            }
            #[inline]
            fn merge_body(
                &mut self,
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                let __start = #runtime::Reader::position(__reader);
                let __number = #runtime::read_enum(__reader)?;
                *self = match <#id as ::core::convert::TryFrom<::core::primitive::i32>>::try_from(__number) {
                    #(#gets)*
                    #other
                };
                ::core::result::Result::Ok(())
            }
        }
    }
}
