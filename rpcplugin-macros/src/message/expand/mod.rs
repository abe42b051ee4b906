//! What becomes of it: impls that are calls into the runtime, about a line a field.

mod choice;

mod family;

mod fields;

mod fixed;

mod generics;

mod oneof;

mod packed;

mod pattern;

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
    let [PackedField { field: Field { ty, .. }, value: PackedValue::Plain, .. }] = body.fields.as_slice()
    else {
        return None;
    };
    // The bound of a type that names a lifetime would have to hold for every lifetime.
    if !body.transparent || message.has_lifetimes() {
        return None;
    }
    let runtime = &message.runtime;
    let validate = message.validate.as_ref();
    let written = validate.map(|check| quote!(#runtime::check_encoded_whole(#check(self))?;));
    let start = validate.map(|_| quote!(let __start = #runtime::Reader::position(__reader);));
    let merged = validate.map(|check| quote!(#runtime::check_decoded_whole(#check(self), __start)?;));
    let Header { generics, this, .. } = generics::reading(message, None);
    let mut with_bound = message.generics.clone();
    // For any lifetime, so that the compiler asks only where the newtype is used so.
    let clause = with_bound.make_where_clause();
    clause.predicates.push(parse_quote!(#ty: for<'__any> #runtime::Tagged<'__any>));
    Some(quote! {
        #[automatically_derived]
        impl #generics #runtime::Tagged<'__de> for #this #clause {
            const WIRE: #runtime::WireType = <#ty as #runtime::Tagged<'__de>>::WIRE;
            const TYPE: #runtime::TypeSchema = <#ty as #runtime::Tagged<'__de>>::TYPE;
            #[inline]
            fn absent() -> Self {
                Self(<#ty as #runtime::Tagged<'__de>>::absent())
            }
            #[inline]
            fn body_len(&self, __depth: #runtime::Depth) -> ::core::primitive::usize {
                <#ty as #runtime::Tagged<'__de>>::body_len(&self.0, __depth)
            }
            #[inline]
            fn is_absent(&self, __length: ::core::primitive::usize) -> ::core::primitive::bool {
                <#ty as #runtime::Tagged<'__de>>::is_absent(&self.0, __length)
            }
            #[inline]
            fn write_body(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                #written
                <#ty as #runtime::Tagged<'__de>>::write_body(&self.0, __writer)
            }
            #[inline]
            fn merge_body(
                &mut self,
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                #start
                <#ty as #runtime::Tagged<'__de>>::merge_body(&mut self.0, __reader)?;
                #merged
                ::core::result::Result::Ok(())
            }
        }
    })
}
