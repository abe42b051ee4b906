//! The constant description of a type.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned as _;

use super::fields::{Fields, Reach};
use crate::message::model::{
    Body, Choice, Family, Message, NotFound, Oneof, PackedField, PackedStruct, PackedValue, TaggedField,
    TaggedStruct, TaggedValue,
};

/// An expression of the type `&'static MessageSchema`.
pub(super) fn message(message: &Message<'_>) -> TokenStream {
    let (runtime, name, docs) = (&message.runtime, &message.text, &message.docs);
    let (layout, shape) = match &message.body {
        Body::Empty => (quote!(Tagged), quote!(#runtime::ShapeSchema::of_fields(&[], &[]))),
        Body::Packed(body) => (quote!(Packed), packed(runtime, body)),
        Body::Tagged(body) => (quote!(Tagged), tagged(runtime, body)),
        Body::Choice(body) => (quote!(Packed), choice(runtime, body)),
        Body::Oneof(body) => (quote!(Tagged), oneof(runtime, body)),
        Body::Family(body) => (quote!(Framed), family(runtime, body)),
    };
    let size = size(message);
    quote! {
        &#runtime::MessageSchema::new(#name, #docs, #runtime::Layout::#layout, #shape) #size
    }
}

/// What the codec goes by: whoever reads the description must not have to find it out again.
fn size(message: &Message<'_>) -> Option<TokenStream> {
    let runtime = &message.runtime;
    match &message.body {
        Body::Empty | Body::Packed(_) | Body::Choice(_) => {
            Some(quote!(.with_size(<Self as #runtime::Packed<'_>>::SIZE)))
        }
        Body::Tagged(_) | Body::Oneof(_) | Body::Family(_) => None,
    }
}

/// The same of a payload.
fn payload_size(runtime: &TokenStream, fields: &[PackedField<'_>]) -> TokenStream {
    let sizes = Fields { runtime, fields, reach: Reach::Bound }.sizes();
    quote!(.with_size(#runtime::total_size([#(#sizes),*])))
}

fn packed(runtime: &TokenStream, body: &PackedStruct<'_>) -> TokenStream {
    let fields = packed_fields(runtime, &body.fields);
    let magic = constant(body.magic.as_ref());
    match body.extensible {
        Some(format) => {
            let (big, prefix) = (format.big_endian, format.prefix.schema(runtime));
            quote!(#runtime::ShapeSchema::of_extensible_fields(#fields, #magic, #big, #prefix))
        }
        None => quote!(#runtime::ShapeSchema::of_fields(#fields, #magic)),
    }
}

fn constant(magic: Option<&Expr>) -> TokenStream {
    magic.map_or_else(|| quote!(&[]), |magic| quote!(#magic))
}

fn packed_fields(runtime: &TokenStream, fields: &[PackedField<'_>]) -> TokenStream {
    let fields = fields.iter().filter_map(|field| packed_field(runtime, field));
    quote!(&[#(#fields),*])
}

fn packed_field(runtime: &TokenStream, field: &PackedField<'_>) -> Option<TokenStream> {
    let (name, docs, ty) = (&field.field.name, &field.field.docs, field.field.ty);
    let schema = match &field.value {
        PackedValue::Skip => return None,
        PackedValue::Plain => quote_spanned!(ty.span()=> <#ty as #runtime::Packed<'_>>::TYPE),
        PackedValue::Padded(_) => quote_spanned!(ty.span()=> <#ty as #runtime::Padded<'_>>::TYPE),
        PackedValue::With(module) => {
            quote_spanned!(module.span()=> <#module::Wire as #runtime::Packed<'_>>::TYPE)
        }
    };
    let (big, prefix) = (field.format.big_endian, field.format.prefix.schema(runtime));
    let length = match &field.value {
        PackedValue::Padded(length) => quote!(.with_fixed_length(#length)),
        _ => TokenStream::new(),
    };
    let magic = field.magic.as_ref().map(|magic| quote!(.with_magic(#magic)));
    let padding = (field.pad_before.is_some() || field.pad_after.is_some()).then(|| {
        let amount = |key: &Option<Expr>| key.as_ref().map_or_else(|| quote!(0), |length| quote!(#length));
        let (before, after) = (amount(&field.pad_before), amount(&field.pad_after));
        quote!(.with_padding(#before, #after))
    });
    let most = field.max_len.as_ref().map(|most| quote!(.with_max_len(#most)));
    let since = field.since.map(|version| quote!(.with_since(#version)));
    Some(quote! {
        #runtime::FieldSchema::new(#name, #docs, 0, #schema,
            #runtime::FieldPlace::PLAIN.with_format(#big, #prefix) #length #magic #padding #most #since)
    })
}

fn tagged(runtime: &TokenStream, body: &TaggedStruct<'_>) -> TokenStream {
    let fields = body.fields.iter().filter_map(|field| tagged_field(runtime, field));
    let reserved = body.reserved.iter().map(|(first, last)| quote!((#first, #last)));
    quote!(#runtime::ShapeSchema::of_tagged_fields(&[#(#fields),*], &[#(#reserved),*]))
}

fn tagged_field(runtime: &TokenStream, field: &TaggedField<'_>) -> Option<TokenStream> {
    let (name, docs, ty) = (&field.field.name, &field.field.docs, field.field.ty);
    let (id, encoding) = (field.id, field.encoding);
    let schema = match &field.value {
        TaggedValue::Skip => return None,
        TaggedValue::Plain => {
            quote_spanned!(ty.span()=> <#ty as #runtime::TaggedField<'_, #encoding>>::TYPE)
        }
        TaggedValue::With(module) => {
            quote_spanned!(module.span()=> <#module::Wire as #runtime::TaggedField<'_, #encoding>>::TYPE)
        }
        TaggedValue::Oneof => quote_spanned!(ty.span()=> <#ty as #runtime::OneofField<'_>>::TYPE),
    };
    let most = field.max_len.as_ref().map(|most| quote!(.with_max_len(#most)));
    Some(quote! {
        #runtime::FieldSchema::new(#name, #docs, #id, #schema,
            #runtime::FieldPlace::PLAIN.with_encoding(#runtime::number_encoding(#encoding)) #most)
    })
}

fn choice(runtime: &TokenStream, body: &Choice<'_>) -> TokenStream {
    let variants = body.variants.iter().map(|variant| {
        let (name, docs) = (&variant.text, &variant.docs);
        let fields = match variant.id {
            Some(_) => packed_fields(runtime, &variant.fields),
            None => quote!(&[]),
        };
        let id = optional(variant.id);
        let size = payload_size(runtime, &variant.fields);
        let named = variant.proto_name.as_ref().map(|name| quote!(.with_proto_name(#name)));
        quote!(#runtime::VariantSchema::new(#name, #docs, #id, #fields) #size #named)
    });
    let (bytes, signed, big) = (body.id_type.bytes, body.id_type.signed, body.format.big_endian);
    quote! {
        #runtime::ShapeSchema::Enum(#runtime::EnumSchema::new(#bytes, #signed, #big, &[#(#variants),*]))
    }
}

fn optional(id: Option<i128>) -> TokenStream {
    match id {
        Some(id) => quote!(::core::option::Option::Some(#id)),
        None => quote!(::core::option::Option::None),
    }
}

fn oneof(runtime: &TokenStream, body: &Oneof<'_>) -> TokenStream {
    let variants = body.variants.iter().map(|variant| {
        let (name, docs, ty) = (&variant.text, &variant.docs, variant.ty);
        let (id, encoding) = (variant.id, variant.encoding);
        let schema = quote_spanned!(ty.span()=> <#ty as #runtime::Tagged<'_, #encoding>>::TYPE);
        let number = optional(Some(i128::from(id)));
        quote! {
            #runtime::VariantSchema::new(#name, #docs, #number, &[
                #runtime::FieldSchema::new("0", "", #id, #schema,
                    #runtime::FieldPlace::PLAIN.with_encoding(#runtime::number_encoding(#encoding)))
            ])
        }
    });
    quote!(#runtime::ShapeSchema::Enum(#runtime::EnumSchema::new_oneof(&[#(#variants),*])))
}

fn family(runtime: &TokenStream, body: &Family<'_>) -> TokenStream {
    let messages = body.messages.iter().map(|message| {
        let (name, docs, id) = (&message.text, &message.docs, optional(Some(i128::from(message.id))));
        let fields = packed_fields(runtime, &message.fields);
        let size = payload_size(runtime, &message.fields);
        quote!(#runtime::VariantSchema::new(#name, #docs, #id, #fields) #size)
    });
    let not_found = body.not_found.as_ref().map(|NotFound { text, docs, .. }| {
        let id = optional(Some(i128::from(body.header.most())));
        let size = payload_size(runtime, &[]);
        quote!(#runtime::VariantSchema::new(#text, #docs, #id, &[]) #size)
    });
    let messages = messages.chain(not_found);
    let (bytes, big) = (body.header.bytes(), body.big_endian);
    let checksum = match &body.checksum {
        Some(function) => quote!(#runtime::checksum_bytes(#function)),
        None => quote!(0),
    };
    quote! {
        #runtime::ShapeSchema::Family(#runtime::FamilySchema::new(#bytes, #big, #checksum, &[#(#messages),*]))
    }
}
