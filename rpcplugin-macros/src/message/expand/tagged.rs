//! A tagged message: `Tagged`, which asks every field with its id.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::fields::length_of;
use super::generics::{self, Header};
use crate::message::model::{Message, TaggedField, TaggedStruct, TaggedValue};

pub(super) fn layout(message: &Message<'_>, body: &TaggedStruct<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::reading(message, Some(&quote!(#runtime::Tagged)));
    let absent = body.fields.iter().map(|field| absent(runtime, field));
    let lengths = body.fields.iter().filter_map(|field| length(runtime, field));
    let writes = body.fields.iter().map(|field| write(runtime, field));
    let merges = body.fields.iter().filter_map(|field| merge(runtime, field));
    let checks = checks(message, body);
    let validate =
        message.validate.as_ref().map(|check| quote!(#runtime::check_encoded_whole(#check(self))?;));
    let distinct = distinct(runtime, body);
    quote! {
        #[automatically_derived]
        impl #generics #runtime::Tagged<'__de> for #this #bounds {
            const WIRE: #runtime::WireType = #runtime::WireType::Length;
            const TYPE: #runtime::TypeSchema = #runtime::TypeSchema::Message(#runtime::schema_of::<Self>);
            #[inline]
            fn absent() -> Self {
                #distinct
                Self { #(#absent),* }
            }
            #[inline]
            fn body_len(&self, __depth: #runtime::Depth) -> ::core::primitive::usize {
                __depth.measure(|__depth| #runtime::total([#(#lengths),*]))
            }
            #[inline]
            fn write_body(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                __writer.message(|__writer| {
                    #validate
                    #(#writes)*
                    ::core::result::Result::Ok(())
                })
            }
            #[inline]
            fn merge_body(
                &mut self,
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                __reader.fields(|__reader, __id, __wire| match __id {
                    #(#merges,)*
                    _ => __reader.skip(__id, __wire),
                })?;
                #checks
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// `<FieldType as TaggedField>::what`. Every use says it alike and at the field's type, so that the compiler reports a
/// type that protobuf does not have once.
fn call(runtime: &TokenStream, field: &TaggedField<'_>, what: &TokenStream) -> TokenStream {
    let encoding = field.encoding;
    let ty = field.field.ty;
    match &field.value {
        TaggedValue::With(module) => {
            quote_spanned!(module.span()=> <#module::Wire as #runtime::TaggedField<'_, #encoding>>::#what)
        }
        TaggedValue::Oneof => quote_spanned!(ty.span()=> <#ty as #runtime::OneofField<'_>>::#what),
        TaggedValue::Plain | TaggedValue::Skip => {
            quote_spanned!(ty.span()=> <#ty as #runtime::TaggedField<'_, #encoding>>::#what)
        }
    }
}

fn absent(runtime: &TokenStream, field: &TaggedField<'_>) -> TokenStream {
    let (member, ty) = (&field.field.member, field.field.ty);
    let value = match (&field.value, &field.default) {
        (TaggedValue::Plain | TaggedValue::Oneof, _) => call(runtime, field, &quote!(absent())),
        (TaggedValue::With(_) | TaggedValue::Skip, Some(default)) => quote!(#default),
        (TaggedValue::With(_) | TaggedValue::Skip, None) => {
            quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default())
        }
    };
    quote!(#member: #value)
}

fn length(runtime: &TokenStream, field: &TaggedField<'_>) -> Option<TokenStream> {
    let (member, id) = (&field.field.member, field.id);
    match &field.value {
        TaggedValue::Skip => None,
        TaggedValue::Plain => Some(call(runtime, field, &quote!(field_len(&self.#member, #id, __depth)))),
        TaggedValue::With(module) => {
            Some(call(runtime, field, &quote!(field_len(&#module::encode(&self.#member), #id, __depth))))
        }
        TaggedValue::Oneof => Some(call(runtime, field, &quote!(oneof_len(&self.#member, __depth)))),
    }
}

fn write(runtime: &TokenStream, field: &TaggedField<'_>) -> TokenStream {
    let (member, name, id) = (&field.field.member, &field.field.name, field.id);
    let found = length_of(runtime, field.field.ty, &quote!(&self.#member));
    let length =
        field.max_len.as_ref().map(|limit| quote!(#runtime::check_encoded_length(#found, #limit, #name)?;));
    let valid =
        field.validate.as_ref().map(|check| quote!(#runtime::check_encoded(#check(&self.#member), #name)?;));
    let write = match &field.value {
        TaggedValue::Skip => None,
        TaggedValue::Plain => {
            Some(call(runtime, field, &quote!(write_field(&self.#member, #name, #id, __writer))))
        }
        TaggedValue::With(module) => {
            let wire = quote!(&#module::encode(&self.#member));
            Some(call(runtime, field, &quote!(write_field(#wire, #name, #id, __writer))))
        }
        TaggedValue::Oneof => {
            Some(call(runtime, field, &quote!(write_oneof(&self.#member, #name, __writer))))
        }
    };
    let write = write.map(|write| quote!(#write?;));
    quote!(#length #valid #write)
}

fn merge(runtime: &TokenStream, field: &TaggedField<'_>) -> Option<TokenStream> {
    let (member, name, id) = (&field.field.member, &field.field.name, field.id);
    match &field.value {
        TaggedValue::Skip => None,
        TaggedValue::Plain => {
            let merge =
                call(runtime, field, &quote!(merge_field(&mut self.#member, #name, __wire, __reader)));
            Some(quote!(#id => #merge))
        }
        TaggedValue::With(module) => {
            let absent = call(runtime, field, &quote!(absent()));
            let merge = call(runtime, field, &quote!(merge_field(&mut __value, #name, __wire, __reader)));
            Some(quote!(#id => {
                let __at = #runtime::Reader::position(__reader);
                let mut __value = #absent;
                #merge?;
                self.#member = #runtime::decoded_with(#module::decode(__value), #name, __at)?;
                ::core::result::Result::Ok(())
            }))
        }
        TaggedValue::Oneof => {
            let has = call(runtime, field, &quote!(has(__id)));
            let arguments = quote!(&mut self.#member, #name, __id, __wire, __reader);
            let merge = call(runtime, field, &quote!(merge_oneof(#arguments)));
            Some(quote!(__id if #has => #merge))
        }
    }
}

/// What is asked of the fields when all are there.
fn checks(message: &Message<'_>, body: &TaggedStruct<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let mut checks = Vec::new();
    for field in &body.fields {
        let (member, name) = (&field.field.member, &field.field.name);
        checks.extend(field.max_len.as_ref().map(|limit| {
            let length = length_of(runtime, field.field.ty, &quote!(&self.#member));
            quote!(#runtime::check_decoded_length(#length, #limit, #name, __at)?;)
        }));
        checks.extend(
            field
                .validate
                .as_ref()
                .map(|check| quote!(#runtime::check_decoded(#check(&self.#member), #name, __at)?;)),
        );
    }
    checks.extend(
        message.validate.as_ref().map(|check| quote!(#runtime::check_decoded_whole(#check(self), __at)?;)),
    );
    if checks.is_empty() {
        return TokenStream::new();
    }
    quote!(let __at = #runtime::Reader::position(__reader); #(#checks)*)
}

/// The ids of a `oneof` are known to its enum only: the compiler compares them.
fn distinct(runtime: &TokenStream, body: &TaggedStruct<'_>) -> Option<TokenStream> {
    let oneofs: Vec<_> =
        body.fields.iter().filter(|field| matches!(field.value, TaggedValue::Oneof)).collect();
    let first = oneofs.first()?;
    let ids = body.fields.iter().map(|field| field.id).filter(|id| *id != 0);
    let lists = oneofs.iter().map(|field| call(runtime, field, &quote!(IDS)));
    let text = format!(
        "an id of `{}` is that of another field: give each field and each variant an id of its own",
        first.field.name
    );
    Some(quote_spanned! {first.field.span=>
        const { ::core::assert!(#runtime::ids_are_distinct(&[#(#ids),*], &[#(#lists),*]), #text) };
    })
}
