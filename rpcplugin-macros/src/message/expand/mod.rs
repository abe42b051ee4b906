//! What becomes of it: impls that are calls into the runtime, about a line a field.

mod choice;

mod family;

mod fields;

mod fixed;

mod generics;

mod oneof;

mod oneof_ids;

mod packed;

mod pattern;

mod plain_enum;

mod public;

mod schema;

mod tagged;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use self::generics::Header;
use super::model::{Body, Field, Message, PackedField, PackedStruct, PackedValue, TaggedStruct};

pub(super) fn message(message: &Message<'_>) -> TokenStream {
    let layout = match &message.body {
        Body::Empty => {
            let packed = packed::layout(message, &PackedStruct::of_nothing());
            let tagged = tagged::layout(message, &TaggedStruct { fields: Vec::new(), reserved: Vec::new() });
            quote!(#packed #tagged)
        }
        Body::Packed(body) => {
            let layout = if body.fixed { fixed::layout } else { packed::layout };
            let packed = layout(message, body);
            let inner = newtype_as_tagged(message, body);
            quote!(#packed #inner)
        }
        Body::Tagged(body) => tagged::layout(message, body),
        Body::Choice(body) => choice::layout(message, body),
        Body::Family(body) => family::layout(message, body),
        // It lies in a message, and is none.
        Body::Oneof(body) => return oneof::layout(message, body),
    };
    let public = public::traits(message);
    quote!(#layout #public)
}

impl PackedStruct<'_> {
    fn of_nothing() -> Self {
        Self {
            fields: Vec::new(),
            magic: None,
            fixed: false,
            extensible: None,
            newtype: false,
            transparent: false,
        }
    }
}

/// A newtype is what its field is, in a tagged message as well: if the field can lie there.
fn newtype_as_tagged(message: &Message<'_>, body: &PackedStruct<'_>) -> Option<TokenStream> {
    let [field @ PackedField { field: Field { ty, name, .. }, value: PackedValue::Plain, .. }] =
        body.fields.as_slice()
    else {
        return None;
    };
    // The bound of a type that names a lifetime would have to hold for every lifetime.
    if !body.transparent || message.has_lifetimes() {
        return None;
    }
    let runtime = &message.runtime;
    let whole = message.validate.as_ref().map(|check| quote!(#runtime::Refusal::of_whole(#check(self))?;));
    let valid = field.validate.as_ref();
    let valid = valid.map(|check| quote!(#runtime::Refusal::of_field(#check(&self.0), #name)?;));
    let length = fields::length_of(runtime, ty, &quote!(&self.0));
    let limit = field.max_len.as_ref();
    let written = limit.map(|limit| quote!(#runtime::check_encoded_length(#length, #limit, #name)?;));
    let merged = limit.map(|limit| quote!(#runtime::check_decoded_length(#length, #limit, #name, __at)?;));
    let tagged = quote!(<#ty as #runtime::Tagged<'__de, __E>>);
    let Header { this, .. } = generics::reading(message, None);
    let mut generics = message.generics.clone();
    generics.params.insert(0, parse_quote!('__de));
    generics.params.push(parse_quote!(const __E: ::core::primitive::u8));
    // For any lifetime, so that the compiler asks only where the newtype is used so.
    let bound = parse_quote!(#ty: for<'__any> #runtime::Tagged<'__any, __E>);
    generics.make_where_clause().predicates.push(bound);
    let (generics, _, clause) = generics.split_for_impl();
    Some(quote! {
        #[automatically_derived]
        impl #generics #runtime::Tagged<'__de, __E> for #this #clause {
            const WIRE: #runtime::WireType = #tagged::WIRE;
            const TYPE: #runtime::TypeSchema = #tagged::TYPE;
            const ABSENT_BYTES: ::core::primitive::usize = #tagged::ABSENT_BYTES;
            #[inline]
            fn absent() -> Self {
                Self(#tagged::absent())
            }
            #[inline]
            fn check_whole(&self, __depth: #runtime::Depth) -> ::core::result::Result<(), #runtime::Refusal> {
                #valid
                #whole
                #tagged::check_whole(&self.0, __depth)
            }
            #[inline]
            fn body_len(&self, __depth: #runtime::Depth) -> ::core::primitive::usize {
                #tagged::body_len(&self.0, __depth)
            }
            #[inline]
            fn is_absent(&self, __length: ::core::primitive::usize) -> ::core::primitive::bool {
                #tagged::is_absent(&self.0, __length)
            }
            #[inline]
            fn write_body(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                #written
                #tagged::write_body(&self.0, __writer)
            }
            #[inline]
            fn merge_body(
                &mut self,
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                let __at = #runtime::Reader::position(__reader);
                #tagged::merge_body(&mut self.0, __reader)?;
                #merged
                ::core::result::Result::Ok(())
            }
        }
    })
}
