//! The traits that people name: `BinaryMessage`, `DecodeFrom`, and `Message` for a type that owns its fields.

use proc_macro2::TokenStream;
use quote::quote;

use super::generics::{self, Header};
use super::schema;
use crate::message::model::{Body, Message};

/// The names that one layout has in the runtime.
struct Codec {
    layout: TokenStream,
    /// The trait that a type parameter must have.
    bound: TokenStream,
    length: TokenStream,
    write: TokenStream,
    read: TokenStream,
}

impl Codec {
    fn of(message: &Message<'_>) -> Self {
        let runtime = &message.runtime;
        match &message.body {
            Body::Empty | Body::Tagged(_) | Body::Oneof(_) => Self {
                layout: quote!(Tagged),
                bound: quote!(#runtime::Tagged),
                length: quote!(tagged_len),
                write: quote!(write_tagged),
                read: quote!(read_tagged),
            },
            Body::Packed(body) => Self {
                layout: quote!(Packed),
                bound: if body.fixed { quote!(#runtime::Fixed) } else { quote!(#runtime::Packed) },
                length: quote!(packed_len),
                write: quote!(write_packed),
                read: quote!(read_packed),
            },
            Body::Choice(_) => Self {
                layout: quote!(Packed),
                bound: quote!(#runtime::Packed),
                length: quote!(packed_len),
                write: quote!(write_packed),
                read: quote!(read_packed),
            },
            Body::Family(_) => Self {
                layout: quote!(Framed),
                bound: quote!(#runtime::Packed),
                length: quote!(frame_len),
                write: quote!(write_frame),
                read: quote!(read_frame),
            },
        }
    }
}

pub(super) fn traits(message: &Message<'_>) -> TokenStream {
    let codec = Codec::of(message);
    let (binary, decode) = (binary_message(message, &codec), decode_from(message, &codec));
    // A message that travels owns its fields.
    let travelling = (!message.has_lifetimes()).then(|| travelling(message, &codec));
    quote!(#binary #decode #travelling)
}

fn binary_message(message: &Message<'_>, codec: &Codec) -> TokenStream {
    let runtime = &message.runtime;
    let Codec { layout, bound, length, write, .. } = codec;
    let Header { generics, this, bounds } = header(message, bound);
    let (text, schema) = (&message.text, schema::message(message));
    let memory = message
        .memory
        .as_ref()
        .map(|factor| quote!(const MEMORY_FACTOR: ::core::primitive::usize = #factor;));
    quote! {
        #[automatically_derived]
        impl #generics #runtime::BinaryMessage for #this #bounds {
            const NAME: &'static ::core::primitive::str = #text;
            const LAYOUT: #runtime::Layout = #runtime::Layout::#layout;
            const SCHEMA: &'static #runtime::MessageSchema = #schema;
            #memory
            const DERIVED: #runtime::Derived = #runtime::Derived;
            #[inline]
            fn encoded_size(&self) -> ::core::primitive::usize {
                #runtime::#length(self)
            }
            #[inline(always)]
            fn write_message(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                #runtime::#write(self, __writer)
            }
        }
    }
}

/// A family's messages travel, whatever is asked of them.
fn header(message: &Message<'_>, bound: &TokenStream) -> Header {
    match message.body {
        Body::Family(_) => generics::travelling(message, Some(bound)),
        _ => generics::owning(message, Some(bound)),
    }
}

fn decode_from(message: &Message<'_>, codec: &Codec) -> TokenStream {
    let runtime = &message.runtime;
    let Codec { bound, read, .. } = codec;
    let Header { generics, this, .. } = generics::reading(message, None);
    let Header { bounds, .. } = header(message, bound);
    let in_one_move = matches!(&message.body, Body::Packed(body) if body.fixed).then(|| {
        quote! {
            #[inline]
            fn decode_from(
                __bytes: &'__de [::core::primitive::u8],
            ) -> ::core::result::Result<Self, #runtime::DecodeError> {
                #runtime::decode_fixed(__bytes)
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #generics #runtime::DecodeFrom<'__de> for #this #bounds {
            #[inline(always)]
            fn read_message(
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<Self, #runtime::DecodeError> {
                #runtime::#read(__reader)
            }
            #in_one_move
        }
    }
}

fn travelling(message: &Message<'_>, codec: &Codec) -> TokenStream {
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::travelling(message, Some(&codec.bound));
    quote! {
        #[automatically_derived]
        impl #generics #runtime::Message for #this #bounds {
            const KNOWN_SCHEMA: ::core::option::Option<&'static #runtime::MessageSchema> =
                ::core::option::Option::Some(<Self as #runtime::BinaryMessage>::SCHEMA);
            fn encoded_len(&self) -> ::core::primitive::usize {
                #runtime::BinaryMessage::encoded_size(self)
            }
            fn encode(&self) -> ::core::result::Result<#runtime::Bytes, #runtime::EncodeError> {
                #runtime::encode(self)
            }
            fn encode_into(
                &self,
                __buffer: &mut #runtime::BytesMut,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                #runtime::encode_into(self, __buffer)
            }
            fn decode(__bytes: #runtime::Bytes) -> ::core::result::Result<Self, #runtime::DecodeError> {
                #runtime::decode(&__bytes)
            }
            fn decode_first(
                __bytes: &#runtime::Bytes,
                __length: ::core::primitive::usize,
            ) -> ::core::result::Result<Self, #runtime::DecodeError> {
                #runtime::decode_first(__bytes, __length)
            }
        }
    }
}
