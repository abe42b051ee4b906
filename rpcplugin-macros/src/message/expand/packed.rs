//! A packed struct: `Packed`, which asks every field in the order it is declared.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::fields::{Fields, Reach, length_of};
use super::generics::{self, Header};
use crate::message::model::{Format, Message, PackedField, PackedStruct};

pub(super) fn layout(message: &Message<'_>, body: &PackedStruct<'_>) -> TokenStream {
    let runtime = &message.runtime;
    if let ([field], true) = (body.fields.as_slice(), body.transparent) {
        return newtype(message, field);
    }
    let fields = Fields { runtime, fields: &body.fields, reach: Reach::This };
    let Header { generics, this, bounds } = generics::reading(message, Some(&quote!(#runtime::Packed)));
    let (size, minimum) = extent(runtime, body, &fields);
    let schema = quote!(#runtime::TypeSchema::Message(#runtime::schema_of::<Self>));
    let length = length(runtime, body, &fields);
    let write = write(message, body, &fields);
    let read = read(message, body, &fields);
    quote! {
        #[automatically_derived]
        impl #generics #runtime::Packed<'__de> for #this #bounds {
            const SIZE: ::core::option::Option<::core::primitive::usize> = #size;
            const IS_MESSAGE: ::core::primitive::bool = true;
            const TYPE: #runtime::TypeSchema = #schema;
            #[inline]
            fn bytes_min<__Outer: #runtime::Format>() -> ::core::primitive::usize {
                #minimum
            }
            #[inline]
            fn packed_len<__Outer: #runtime::Format>(
                &self,
                __depth: #runtime::Depth,
            ) -> ::core::primitive::usize {
                #length
            }
            #[inline(always)]
            fn write<__Outer: #runtime::Format>(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                #write
            }
            #read
        }
    }
}

/// A newtype is its field: no message around it, and no step in the path of an error.
fn newtype(message: &Message<'_>, field: &PackedField<'_>) -> TokenStream {
    let (runtime, ty, name) = (&message.runtime, field.field.ty, &field.field.name);
    let Header { generics, this, bounds } = generics::reading(message, Some(&quote!(#runtime::Packed)));
    let packed = quote_spanned!(ty.span()=> <#ty as #runtime::Packed<'_>>);
    let written = field.checks_before(runtime, message);
    let whole = message.validate.as_ref();
    let whole = whole.map(|check| quote!(#runtime::check_decoded_whole(#check(&__message), __at)?;));
    let length = length_of(runtime, ty, &quote!(&__message.0));
    let length = field
        .max_len
        .as_ref()
        .map(|limit| quote!(#runtime::check_decoded_length(#length, #limit, #name, __at)?;));
    let valid = field.validate.as_ref();
    let valid = valid.map(|check| quote!(#runtime::check_decoded(#check(&__message.0), #name, __at)?;));
    quote! {
        #[automatically_derived]
        impl #generics #runtime::Packed<'__de> for #this #bounds {
            const SIZE: ::core::option::Option<::core::primitive::usize> = #packed::SIZE;
            const IS_MESSAGE: ::core::primitive::bool = #packed::IS_MESSAGE;
            const TYPE: #runtime::TypeSchema = #packed::TYPE;
            #[inline]
            fn bytes_min<__Outer: #runtime::Format>() -> ::core::primitive::usize {
                #packed::bytes_min::<__Outer>()
            }
            #[inline]
            fn packed_len<__Outer: #runtime::Format>(
                &self,
                __depth: #runtime::Depth,
            ) -> ::core::primitive::usize {
                #runtime::newtype_len::<#ty, __Outer>(&self.0, __depth)
            }
            #[inline]
            fn write<__Outer: #runtime::Format>(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                #written
                #runtime::write_newtype::<#ty, __Outer>(&self.0, __writer)
            }
            #[inline]
            fn read<__Outer: #runtime::Format>(
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<Self, #runtime::DecodeError> {
                let __at = #runtime::Reader::position(__reader);
                let __message = Self(#runtime::read_newtype::<#ty, __Outer>(__reader)?);
                #length
                #valid
                #whole
                ::core::result::Result::Ok(__message)
            }
        }
    }
}

impl PackedField<'_> {
    /// What a newtype and its field say of a value, before it is written.
    pub(super) fn checks_before(&self, runtime: &TokenStream, message: &Message<'_>) -> TokenStream {
        let name = &self.field.name;
        let length = length_of(runtime, self.field.ty, &quote!(&self.0));
        let length = self
            .max_len
            .as_ref()
            .map(|limit| quote!(#runtime::check_encoded_length(#length, #limit, #name)?;));
        let valid = self.validate.as_ref();
        let valid = valid.map(|check| quote!(#runtime::check_encoded(#check(&self.0), #name)?;));
        let whole = message.validate.as_ref();
        let whole = whole.map(|check| quote!(#runtime::check_encoded_whole(#check(self))?;));
        quote!(#length #valid #whole)
    }
}

/// The constant bytes before the first field.
fn magic_len(runtime: &TokenStream, body: &PackedStruct<'_>) -> Option<TokenStream> {
    body.magic.as_ref().map(|magic| quote!(#runtime::constant_len(#magic)))
}

fn extent(
    runtime: &TokenStream,
    body: &PackedStruct<'_>,
    fields: &Fields<'_, '_>,
) -> (TokenStream, TokenStream) {
    if let Some(format) = body.extensible {
        let format = format.tokens(runtime);
        return (quote!(::core::option::Option::None), quote!(#runtime::extensible_min::<#format>()));
    }
    let (sizes, minimums) = (fields.sizes(), fields.minimums());
    let magic = magic_len(runtime, body);
    let magic_size = magic.iter().map(|length| quote!(::core::option::Option::Some(#length)));
    let magic_min = magic.iter();
    (
        quote!(#runtime::total_size([#(#magic_size,)* #(#sizes),*])),
        quote!(#runtime::total([#(#magic_min,)* #(#minimums),*])),
    )
}

fn length(runtime: &TokenStream, body: &PackedStruct<'_>, fields: &Fields<'_, '_>) -> TokenStream {
    let lengths = fields.lengths();
    let magic = magic_len(runtime, body).into_iter();
    let total = quote!(|__depth| #runtime::total([#(#magic,)* #(#lengths),*]));
    match body.extensible {
        Some(format) => {
            let format = format.tokens(runtime);
            quote!(#runtime::extensible_len::<#format>(__depth, #total))
        }
        None => quote!(__depth.measure(#total)),
    }
}

fn write(message: &Message<'_>, body: &PackedStruct<'_>, fields: &Fields<'_, '_>) -> TokenStream {
    let runtime = &message.runtime;
    let validate =
        message.validate.as_ref().map(|check| quote!(#runtime::check_encoded_whole(#check(self))?;));
    let magic = body.magic.as_ref().map(|magic| quote!(#runtime::write_constant(#magic, __writer)?;));
    let writes = fields.writes();
    let all = quote!(#[inline(always)] |__writer| {
        #validate
        #magic
        #(#writes)*
        ::core::result::Result::Ok(())
    });
    match body.extensible {
        Some(format) => {
            let format = format.tokens(runtime);
            let length = length_of_fields(runtime, body, fields);
            quote!(#runtime::write_extensible::<#format>(__writer, #length, #all))
        }
        None => quote!(__writer.message(#all)),
    }
}

fn length_of_fields(runtime: &TokenStream, body: &PackedStruct<'_>, fields: &Fields<'_, '_>) -> TokenStream {
    let (lengths, magic) = (fields.lengths(), magic_len(runtime, body).into_iter());
    quote!(|__depth| #runtime::total([#(#magic,)* #(#lengths),*]))
}

fn read(message: &Message<'_>, body: &PackedStruct<'_>, fields: &Fields<'_, '_>) -> TokenStream {
    let runtime = &message.runtime;
    let result = quote!(::core::result::Result<Self, #runtime::DecodeError>);
    let reader = quote!(__reader: &mut #runtime::Reader<'__de>);
    let read = match body.extensible {
        Some(format) => {
            let read = read_extensible(runtime, format, &read_fields(message, body, fields, None));
            return quote! {
                #[inline(always)]
                fn read<__Outer: #runtime::Format>(#reader) -> #result {
                    #read
                }
            };
        }
        None => read_fields(message, body, fields, Some(&quote!(__end(__reader)?;))),
    };
    quote! {
        #[inline(always)]
        fn read<__Outer: #runtime::Format>(#reader) -> #result {
            <Self as #runtime::Packed<'__de>>::read_to_end::<__Outer>(
                __reader,
                #[inline(always)] |_| ::core::result::Result::Ok(()),
            )
        }
        #[inline(always)]
        fn read_to_end<__Outer: #runtime::Format>(
            #reader,
            __end: impl ::core::ops::FnOnce(
                &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<(), #runtime::DecodeError>,
        ) -> #result {
            __reader.message(#read)
        }
    }
}

/// The end is looked at before the fields are put together, which then happens where the value is wanted; but after
/// `validate`, whose answer comes first.
fn read_fields(
    message: &Message<'_>,
    body: &PackedStruct<'_>,
    fields: &Fields<'_, '_>,
    end: Option<&TokenStream>,
) -> TokenStream {
    let runtime = &message.runtime;
    let at = message.validate.as_ref().map(|_| quote!(let __start = #runtime::Reader::position(__reader);));
    let validate = message
        .validate
        .as_ref()
        .map(|check| quote!(#runtime::check_decoded_whole(#check(&__message), __start)?;));
    let (before, after) = if validate.is_some() { (None, end) } else { (end, None) };
    let magic = body.magic.as_ref().map(|magic| quote!(#runtime::read_constant(#magic, "", __reader)?;));
    let (reads, members) = (fields.reads(), fields.members());
    quote!(#[inline(always)] |__reader| {
        #at
        #magic
        #(#reads)*
        #before
        let __message = Self { #(#members),* };
        #validate
        #after
        ::core::result::Result::Ok(__message)
    })
}

fn read_extensible(runtime: &TokenStream, format: Format, all: &TokenStream) -> TokenStream {
    let format = format.tokens(runtime);
    quote!(#runtime::read_extensible::<#format, _>(__reader, #all))
}
