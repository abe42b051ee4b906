//! What becomes of it: impls that are calls into the runtime, about a line a field.

mod packed;

mod tagged;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::model::{Endian, Layout, Message};

pub(super) fn message(message: &Message<'_>) -> TokenStream {
    let name = message.name;
    match &message.layout {
        Layout::Empty => {
            let packed = packed::layout(name, Endian::Little, &[]);
            let tagged = tagged::layout(name, &[]);
            let traits = public_traits(name, &Codec::tagged());
            quote!(#packed #tagged #traits)
        }
        Layout::Packed { endian, fields } => {
            let layout = packed::layout(name, *endian, fields);
            let traits = public_traits(name, &Codec::packed());
            quote!(#layout #traits)
        }
        Layout::Tagged { fields } => {
            let layout = tagged::layout(name, fields);
            let traits = public_traits(name, &Codec::tagged());
            quote!(#layout #traits)
        }
    }
}

/// The names that one layout has in the runtime.
struct Codec {
    layout: TokenStream,
    length: TokenStream,
    encode: TokenStream,
    decode: TokenStream,
}

impl Codec {
    fn packed() -> Self {
        Self {
            layout: quote!(Packed),
            length: quote!(packed_len),
            encode: quote!(encode_packed),
            decode: quote!(decode_packed),
        }
    }

    fn tagged() -> Self {
        Self {
            layout: quote!(Tagged),
            length: quote!(tagged_len),
            encode: quote!(encode_tagged),
            decode: quote!(decode_tagged),
        }
    }
}

fn public_traits(name: &Ident, codec: &Codec) -> TokenStream {
    let runtime = runtime();
    let text = name.to_string();
    let Codec { layout, length, encode, decode } = codec;
    quote! {
        #[automatically_derived]
        impl #runtime::Message for #name {
            fn encoded_len(&self) -> ::core::primitive::usize {
                #runtime::#length(self)
            }
            fn encode(&self) -> ::core::result::Result<#runtime::Bytes, #runtime::EncodeError> {
                #runtime::#encode(self)
            }
            fn decode(__bytes: #runtime::Bytes) -> ::core::result::Result<Self, #runtime::DecodeError> {
                #runtime::#decode(&__bytes)
            }
        }
        #[automatically_derived]
        impl #runtime::BinaryMessage for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const LAYOUT: #runtime::Layout = #runtime::Layout::#layout;
            const DERIVED: #runtime::Derived = #runtime::Derived;
        }
    }
}

/// Where everything that generated code names stands.
pub(super) fn runtime() -> TokenStream {
    quote!(::rpcplugin::__private::message)
}
