//! A tagged message: `Tagged`, which asks every field with its id.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::fields::length_of;
use super::generics::{self, Header};
use super::oneof_ids::{self, Assertions};
use crate::message::model::{Message, TaggedField, TaggedStruct, TaggedValue};

pub(super) fn layout(message: &Message<'_>, body: &TaggedStruct<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::reading(message, Some(&quote!(#runtime::Tagged)));
    let absent = body.fields.iter().map(|field| absent(runtime, field));
    let lengths = body.fields.iter().filter_map(|field| length(runtime, field));
    let writes = body.fields.iter().map(|field| write(runtime, field));
    let merges = body.fields.iter().filter_map(|field| merge(runtime, field));
    let checks = checks(message, body);
    let begun = body.fields.iter().filter_map(|field| begun_parts(runtime, field));
    let ended = body.fields.iter().filter_map(|field| ended_parts(runtime, field));
    let absent_bytes = absent_bytes(runtime, body);
    let Assertions { apart, within } = oneof_ids::assertions(message, body);
    quote! {
        #apart
        #[automatically_derived]
        impl #generics #runtime::Tagged<'__de> for #this #bounds {
            const WIRE: #runtime::WireType = #runtime::WireType::Length;
            const TYPE: #runtime::TypeSchema = #runtime::TypeSchema::Message(#runtime::schema_of::<Self>);
            const ABSENT_BYTES: ::core::primitive::usize = #absent_bytes;
            #[inline]
            fn absent() -> Self {
                #within
                Self { #(#absent),* }
            }
            #[inline]
            fn check_whole(&self, __depth: #runtime::Depth) -> ::core::result::Result<(), #runtime::Refusal> {
                __depth.check(|__depth| {
                    #(#checks)*
                    ::core::result::Result::Ok(())
                })
            }
            #[inline]
            fn body_len(&self, __depth: #runtime::Depth) -> ::core::primitive::usize {
                __depth.measure(|__depth| #runtime::total([#(#lengths),*]))
            }
            #[inline(always)]
            fn write_body(
                &self,
                __writer: &mut #runtime::Writer<'_>,
            ) -> ::core::result::Result<(), #runtime::EncodeError> {
                __writer.message(#[inline(always)] |__writer| {
                    #(#writes)*
                    ::core::result::Result::Ok(())
                })
            }
            #[inline(always)]
            fn merge_body(
                &mut self,
                __reader: &mut #runtime::Reader<'__de>,
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                #(#begun)*
                __reader.fields(|__reader, __id, __wire| match __id {
                    #(#merges,)*
                    _ => __reader.skip(__id, __wire),
                })?;
                #(#ended)*
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// `<FieldType as TaggedField>::what`. Every use says it alike and at the field's type, so that the compiler reports a
/// type that protobuf does not have once.
pub(super) fn call(runtime: &TokenStream, field: &TaggedField<'_>, what: &TokenStream) -> TokenStream {
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
    let write = match &field.value {
        TaggedValue::Skip => None,
        TaggedValue::Plain => {
            Some(call(runtime, field, &quote!(write_field(&self.#member, #name, #id, __writer))))
        }
        TaggedValue::With(module) => {
            let depth = quote!(#runtime::Depth::outermost());
            let check = call(runtime, field, &quote!(check_whole(&__wire, #name, #depth)));
            let write = call(runtime, field, &quote!(write_field(&__wire, #name, #id, __writer)));
            Some(quote!({
                let __wire = #module::encode(&self.#member);
                #check?;
                #write
            }))
        }
        TaggedValue::Oneof => {
            Some(call(runtime, field, &quote!(write_oneof(&self.#member, #name, __writer))))
        }
    };
    let write = write.map(|write| quote!(#write?;));
    quote!(#length #write)
}

fn merge(runtime: &TokenStream, field: &TaggedField<'_>) -> Option<TokenStream> {
    let (member, name, id) = (&field.field.member, &field.field.name, field.id);
    match &field.value {
        TaggedValue::Skip => None,
        TaggedValue::Plain => {
            let merge =
                call(runtime, field, &quote!(merge_field(&mut self.#member, #name, __wire, __reader)));
            // Asked behind each key: what is too much is not joined by more.
            Some(match length_check(runtime, field) {
                Some(check) => quote!(#id => {
                    let __at = #runtime::Reader::position(__reader);
                    #merge?;
                    #check
                    ::core::result::Result::Ok(())
                }),
                None => quote!(#id => #merge),
            })
        }
        TaggedValue::With(module) => {
            let (parts, encoding) = (parts(field), field.encoding);
            Some(quote!(#id => {
                let __earlier = || #module::encode(&self.#member);
                #runtime::WithParts::merge::<#encoding>(&mut #parts, __earlier, #name, __wire, __reader)
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

/// `max_len`, of a field that was read from `__at` on.
fn length_check(runtime: &TokenStream, field: &TaggedField<'_>) -> Option<TokenStream> {
    let (member, name) = (&field.field.member, &field.field.name);
    let length = length_of(runtime, field.field.ty, &quote!(&self.#member));
    field.max_len.as_ref().map(|limit| quote!(#runtime::check_decoded_length(#length, #limit, #name, __at)?;))
}

/// Where what came of a field with `with` waits for the rest.
fn parts(field: &TaggedField<'_>) -> Ident {
    format_ident!("{}_parts", field.field.binding)
}

fn begun_parts(runtime: &TokenStream, field: &TaggedField<'_>) -> Option<TokenStream> {
    let TaggedValue::With(module) = &field.value else { return None };
    let parts = parts(field);
    Some(quote!(let mut #parts = #runtime::WithParts::<#module::Wire>::none();))
}

fn ended_parts(runtime: &TokenStream, field: &TaggedField<'_>) -> Option<TokenStream> {
    let TaggedValue::With(module) = &field.value else { return None };
    let (parts, member, name) = (parts(field), &field.field.member, &field.field.name);
    let encoding = field.encoding;
    let check = length_check(runtime, field);
    let at = if check.is_some() { quote!(__at) } else { quote!(_) };
    Some(quote! {
        if let ::core::option::Option::Some((__value, #at)) =
            #runtime::WithParts::decoded::<#encoding, _, _>(#parts, #module::decode, #name)?
        {
            self.#member = __value;
            #check
        }
    })
}

/// What is asked of the fields, and of the messages in them.
fn checks<'m>(
    message: &'m Message<'_>,
    body: &'m TaggedStruct<'_>,
) -> impl Iterator<Item = TokenStream> + 'm {
    let runtime = &message.runtime;
    let of_field = move |field: &TaggedField<'_>| {
        let (member, name) = (&field.field.member, &field.field.name);
        let own = field
            .validate
            .as_ref()
            .map(|check| quote!(#runtime::Refusal::of_field(#check(&self.#member), #name)?;));
        let inner = match &field.value {
            TaggedValue::Plain | TaggedValue::Oneof => {
                let check = call(runtime, field, &quote!(check_whole(&self.#member, #name, __depth)));
                Some(quote!(#check?;))
            }
            // A `Wire` is asked where it is made: when the field is written, and before the module decodes it.
            TaggedValue::With(_) | TaggedValue::Skip => None,
        };
        quote!(#inner #own)
    };
    let whole = message.validate.as_ref().map(|check| quote!(#runtime::Refusal::of_whole(#check(self))?;));
    body.fields.iter().map(of_field).chain(whole)
}

/// The memory of the boxes in a message without any field.
fn absent_bytes(runtime: &TokenStream, body: &TaggedStruct<'_>) -> TokenStream {
    let plain = body.fields.iter().filter(|field| matches!(field.value, TaggedValue::Plain));
    let bytes = plain.map(|field| call(runtime, field, &quote!(ABSENT_BYTES)));
    quote!(#runtime::total([#(#bytes),*]))
}
