//! A message family: which message is behind which number.

use proc_macro2::TokenStream;
use quote::quote;

use super::fields::{Fields, Reach};
use super::generics::{self, Header};
use super::pattern;
use crate::message::model::{Family, FamilyMessage, Message, NotFound};

pub(super) fn layout(message: &Message<'_>, body: &Family<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::travelling(message, Some(&quote!(#runtime::Packed)));
    let (header, big, text) = (body.header.bytes(), body.big_endian, &message.text);
    let types = types(body);
    let payloads = body.messages.iter().map(|variant| payload(message, variant));
    let not_found = match &body.not_found {
        Some(NotFound { name, .. }) => quote!(::core::option::Option::Some(Self::#name)),
        None => quote!(::core::option::Option::None),
    };
    let names = body.messages.iter().map(|variant| {
        let (id, name) = (variant.id, &variant.text);
        quote!(#id => ::core::option::Option::Some(#name),)
    });
    let (checksum_bytes, checksum) = checksum(runtime, body);
    let payload_functions = payload_functions(message, body);
    let usize = quote!(::core::primitive::usize);
    quote! {
        #[automatically_derived]
        impl #generics #runtime::Family for #this #bounds {
            const FAMILY_NAME: &'static ::core::primitive::str = #text;
            const HEADER_BYTES: #usize = #header;
            const HEADER_BIG_ENDIAN: ::core::primitive::bool = #big;
            const CHECKSUM_BYTES: #usize = #checksum_bytes;
            fn message_type(&self) -> ::core::primitive::u64 {
                match self { #(#types)* }
            }
            fn message_name(__id: ::core::primitive::u64) -> ::core::option::Option<&'static ::core::primitive::str> {
                match __id { #(#names)* _ => ::core::option::Option::None }
            }
            fn payload(__id: ::core::primitive::u64) -> ::core::option::Option<#runtime::Payload> {
                ::core::option::Option::Some(match __id {
                    #(#payloads)*
                    _ => return ::core::option::Option::None,
                })
            }
            fn not_found() -> ::core::option::Option<Self> {
                #not_found
            }
            #payload_functions
            fn checksum(__frame: &[::core::primitive::u8], __place: &mut [::core::primitive::u8]) {
                #checksum
            }
        }
    }
}

/// The payload of a message, measured, written and read: its fields, as those of any packed message.
fn payload_functions(message: &Message<'_>, body: &Family<'_>) -> TokenStream {
    let (runtime, text) = (&message.runtime, &message.text);
    let lengths = body.messages.iter().map(|variant| length(message, variant));
    let writes = body.messages.iter().map(|variant| write(message, variant));
    let reads = body.messages.iter().map(|variant| read(message, variant));
    let nothing = body.not_found.as_ref().map(|NotFound { name, .. }| quote!(Self::#name => {}));
    let no_length = body.not_found.as_ref().map(|NotFound { name, .. }| quote!(Self::#name => 0,));
    let validate = message.validate.as_ref();
    let written = validate.map(|check| quote!(#runtime::check_encoded_whole(#check(self))?;));
    let start = validate.map(|_| quote!(let __start = #runtime::Reader::position(__reader);));
    let read = validate.map(|check| quote!(#runtime::check_decoded_whole(#check(&__message), __start)?;));
    quote! {
        fn payload_len(&self) -> ::core::primitive::usize {
            #runtime::Depth::outermost().measure(|__depth| match self { #(#lengths)* #no_length })
        }
        fn write_payload(
            &self,
            __writer: &mut #runtime::Writer<'_>,
        ) -> ::core::result::Result<(), #runtime::EncodeError> {
            __writer.message(|__writer| {
                #written
                match self { #(#writes)* #nothing }
                ::core::result::Result::Ok(())
            })
        }
        fn read_payload<'__de>(
            __id: ::core::primitive::u64,
            __reader: &mut #runtime::Reader<'__de>,
        ) -> ::core::result::Result<Self, #runtime::DecodeError> {
            __reader.message(|__reader| {
                #start
                let __message = match __id {
                    #(#reads)*
                    _ => return ::core::result::Result::Err(#runtime::unknown_variant(#text, __id, 0)),
                };
                #read
                ::core::result::Result::Ok(__message)
            })
        }
    }
}

fn types(body: &Family<'_>) -> Vec<TokenStream> {
    let most = body.header.most();
    let arm = |variant: &FamilyMessage<'_>| {
        let (name, id) = (variant.name, variant.id);
        quote!(Self::#name { .. } => #id,)
    };
    let not_found = body.not_found.as_ref().map(|NotFound { name, .. }| quote!(Self::#name => #most,));
    body.messages.iter().map(arm).chain(not_found).collect()
}

fn fields_of<'m, 'a>(message: &'m Message<'_>, variant: &'m FamilyMessage<'a>) -> Fields<'m, 'a> {
    Fields { runtime: &message.runtime, fields: &variant.fields, reach: Reach::Bound }
}

fn payload(message: &Message<'_>, variant: &FamilyMessage<'_>) -> TokenStream {
    let (runtime, id) = (&message.runtime, variant.id);
    let sizes = fields_of(message, variant).sizes();
    quote!(#id => #runtime::payload_of(#runtime::total_size([#(#sizes),*])),)
}

fn length(message: &Message<'_>, variant: &FamilyMessage<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let pattern = pattern::all(variant.name, variant.kind, &variant.fields);
    let lengths = fields_of(message, variant).lengths();
    quote!(#pattern => #runtime::total([#(#lengths),*]),)
}

fn write(message: &Message<'_>, variant: &FamilyMessage<'_>) -> TokenStream {
    let (runtime, text) = (&message.runtime, &variant.text);
    let pattern = pattern::all(variant.name, variant.kind, &variant.fields);
    let writes = fields_of(message, variant).writes();
    quote! {
        #pattern => #runtime::write_variant(#text, __writer, |__writer| {
            #(#writes)*
            ::core::result::Result::Ok(())
        })?,
    }
}

fn read(message: &Message<'_>, variant: &FamilyMessage<'_>) -> TokenStream {
    let (runtime, id, name) = (&message.runtime, variant.id, variant.name);
    let text = &variant.text;
    let fields = fields_of(message, variant);
    let (reads, members) = (fields.reads(), fields.members());
    quote! {
        #id => #runtime::read_variant(#text, __reader, |__reader| {
            #(#reads)*
            ::core::result::Result::Ok(Self::#name { #(#members),* })
        })?,
    }
}

fn checksum(runtime: &TokenStream, body: &Family<'_>) -> (TokenStream, TokenStream) {
    match &body.checksum {
        Some(function) => (
            quote!(#runtime::checksum_bytes(#function)),
            quote!(#runtime::put_checksum(#function(__frame), __place);),
        ),
        None => (quote!(0), quote!(let _ = (__frame, __place);)),
    }
}
