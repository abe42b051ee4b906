//! A struct with the promise `fixed`: put into its bytes and taken out of them in one move, and viewed in place.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::fields::default;
use super::generics::{self, Header};
use crate::message::model::{Message, PackedField, PackedStruct, PackedValue};

pub(super) fn layout(message: &Message<'_>, body: &PackedStruct<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let Header { generics, this, bounds } = generics::reading(message, Some(&quote!(#runtime::Fixed)));
    let packed = packed_by_fixed(runtime, &generics, &this, &bounds, &type_schema(runtime, body));
    let bytes = sizes(runtime, body);
    let (puts, checks, gets) = (puts(runtime, body), checks(runtime, body), gets(runtime, body));
    let members = body.fields.iter().map(|field| {
        let (member, binding) = (&field.field.member, &field.field.binding);
        quote!(#member: #binding)
    });
    let validate = message.validate.as_ref().map(|check| {
        quote!(#runtime::check_decoded_whole(#check(&<Self as #runtime::Fixed<'__de>>::get::<__Outer>(__whole)), 0)?;)
    });
    let (view, raw) = (view(message, body), raw(message, body));
    let (validated, check_value) = value_check(message, &body.fields);
    quote! {
        #packed
        #[automatically_derived]
        impl #generics #runtime::Fixed<'__de> for #this #bounds {
            const BYTES: ::core::primitive::usize = #runtime::total([#(#bytes),*]);
            #raw
            #validated
            #check_value
            #[inline]
            fn put<__Outer: #runtime::Format>(&self, __place: &mut [::core::primitive::u8]) {
                #(#puts)*
                let _ = __place;
            }
            #[inline]
            fn check<__Outer: #runtime::Format>(
                __bytes: &'__de [::core::primitive::u8],
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                let __whole = __bytes;
                #(#checks)*
                let _ = __bytes;
                #validate
                ::core::result::Result::Ok(())
            }
            #[inline]
            fn get<__Outer: #runtime::Format>(__bytes: &'__de [::core::primitive::u8]) -> Self {
                #(#gets)*
                let _ = __bytes;
                Self { #(#members),* }
            }
        }
        #view
    }
}

/// A fixed newtype is described as its field.
fn type_schema(runtime: &TokenStream, body: &PackedStruct<'_>) -> TokenStream {
    match body.fields.as_slice() {
        [field] if body.transparent => {
            let ty = field.field.ty;
            quote!(<#ty as #runtime::Packed<'_>>::TYPE)
        }
        _ => quote!(#runtime::TypeSchema::Message(#runtime::schema_of::<Self>)),
    }
}

/// What the type, and the types in it, say of their values before these are written: whether anything, and what.
pub(super) fn value_check(message: &Message<'_>, fields: &[PackedField<'_>]) -> (TokenStream, TokenStream) {
    let runtime = &message.runtime;
    let here = message.validate.is_some() || fields.iter().any(|field| field.validate.is_some());
    let held = || fields.iter().filter(|field| !matches!(field.value, PackedValue::Skip));
    let inside = held().map(|field| {
        let ty = field.field.ty;
        quote_spanned!(ty.span()=> <#ty as #runtime::Fixed<'_>>::VALIDATED)
    });
    let of_fields = held().map(|field| {
        let (ty, member, name) = (field.field.ty, &field.field.member, &field.field.name);
        let own = field
            .validate
            .as_ref()
            .map(|check| quote!(#runtime::check_encoded(#check(&self.#member), #name)?;));
        let inner =
            quote_spanned!(ty.span()=> <#ty as #runtime::Fixed<'_>>::check_field_value(&self.#member, #name));
        quote!(#inner?; #own)
    });
    let whole = message.validate.as_ref().map(|check| quote!(#runtime::check_encoded_whole(#check(self))?;));
    (
        quote!(const VALIDATED: ::core::primitive::bool = #here #(|| #inside)*;),
        quote! {
            #[inline]
            fn check_value(&self) -> ::core::result::Result<(), #runtime::EncodeError> {
                #(#of_fields)*
                #whole
                ::core::result::Result::Ok(())
            }
        },
    )
}

/// The proof that the struct lies in memory as in its bytes, if it can be: the compiler compares the offsets.
fn raw(message: &Message<'_>, body: &PackedStruct<'_>) -> Option<TokenStream> {
    let between = |field: &PackedField<'_>| {
        field.magic.is_some() || field.pad_before.is_some() || field.pad_after.is_some()
    };
    let apart = |field: &PackedField<'_>| matches!(field.value, PackedValue::Skip) || between(field);
    if body.magic.is_some() || body.fields.iter().any(apart) {
        return None;
    }
    let runtime = &message.runtime;
    let raw = quote!(#runtime::Raw<Self>);
    let little = raw_fields(runtime, body, false);
    let big =
        if body.newtype { proof(runtime, &raw_fields(runtime, body, true)) } else { quote!(Self::LITTLE) };
    let little = proof(runtime, &little);
    Some(quote! {
        const LITTLE: #raw = #little;
        const BIG: #raw = #big;
    })
}

/// Each field where it lies in memory, with what is known of it in the byte order that it is written in.
fn raw_fields(runtime: &TokenStream, body: &PackedStruct<'_>, holder_is_big: bool) -> Vec<TokenStream> {
    let raw_field = |field: &PackedField<'_>| {
        let (ty, member) = (field.field.ty, &field.field.member);
        let big = if field.format.of_holder { holder_is_big } else { field.format.big_endian };
        let order = if big { quote!(BIG) } else { quote!(LITTLE) };
        let raw = quote_spanned!(ty.span()=> <#ty as #runtime::Fixed<'_>>::#order);
        quote!(#runtime::RawField::new(#raw, ::core::mem::offset_of!(Self, #member)))
    };
    body.fields.iter().map(raw_field).collect()
}

fn proof(runtime: &TokenStream, fields: &[TokenStream]) -> TokenStream {
    quote! {
        // SAFETY: these are all fields of the struct, in the order of its bytes, each at the offset that the compiler says
        // and in the byte order that it is written in; there is nothing between them.
        unsafe { #runtime::Raw::of_struct(&[#(#fields),*]) }
    }
}

/// `Packed` of a type that is `Fixed`: all of it follows from there.
pub(super) fn packed_by_fixed(
    runtime: &TokenStream,
    generics: &TokenStream,
    this: &TokenStream,
    bounds: &TokenStream,
    schema: &TokenStream,
) -> TokenStream {
    let written = quote!(::core::result::Result<(), #runtime::EncodeError>);
    let decoded = |value: TokenStream| quote!(::core::result::Result<#value, #runtime::DecodeError>);
    let (one, many, array) =
        (decoded(quote!(Self)), decoded(quote!(#runtime::Vec<Self>)), decoded(quote!([Self; __N])));
    let usize = quote!(::core::primitive::usize);
    quote! {
        #[automatically_derived]
        impl #generics #runtime::Packed<'__de> for #this #bounds {
            const SIZE: ::core::option::Option<#usize> =
                ::core::option::Option::Some(<Self as #runtime::Fixed<'__de>>::BYTES);
            const IS_MESSAGE: ::core::primitive::bool = true;
            const TYPE: #runtime::TypeSchema = #schema;
            #[inline]
            fn bytes_min<__Outer: #runtime::Format>() -> #usize {
                <Self as #runtime::Fixed<'__de>>::BYTES
            }
            #[inline]
            fn packed_len<__Outer: #runtime::Format>(&self, _: #runtime::Depth) -> #usize {
                <Self as #runtime::Fixed<'__de>>::BYTES
            }
            #[inline]
            fn write<__Outer: #runtime::Format>(&self, __writer: &mut #runtime::Writer<'_>) -> #written {
                #runtime::write_fixed::<Self, __Outer>(self, __writer)
            }
            #[inline]
            fn read<__Outer: #runtime::Format>(__reader: &mut #runtime::Reader<'__de>) -> #one {
                #runtime::read_fixed::<Self, __Outer>(__reader)
            }
            #[inline]
            fn write_items<__Outer: #runtime::Format>(
                __items: &[Self],
                __writer: &mut #runtime::Writer<'_>,
            ) -> #written {
                #runtime::write_fixed_items::<Self, __Outer>(__items, __writer)
            }
            #[inline]
            fn write_array<__Outer: #runtime::Format, const __N: #usize>(
                __items: &[Self; __N],
                __writer: &mut #runtime::Writer<'_>,
            ) -> #written {
                #runtime::write_fixed_array::<Self, __Outer, __N>(__items, __writer)
            }
            #[inline]
            fn read_items<__Outer: #runtime::Format>(
                __count: #usize,
                __reader: &mut #runtime::Reader<'__de>,
            ) -> #many {
                #runtime::read_fixed_items::<Self, __Outer>(__count, __reader)
            }
            #[inline]
            fn read_array<__Outer: #runtime::Format, const __N: #usize>(
                __reader: &mut #runtime::Reader<'__de>,
            ) -> #array {
                #runtime::read_fixed_array::<Self, __Outer, __N>(__reader)
            }
        }
    }
}

/// The bytes of every part.
fn sizes(runtime: &TokenStream, body: &PackedStruct<'_>) -> Vec<TokenStream> {
    let magic = body.magic.iter().map(|magic| quote!(#runtime::constant_len(#magic)));
    magic.chain(body.fields.iter().flat_map(|field| parts_of(runtime, field))).collect()
}

fn parts_of(runtime: &TokenStream, field: &PackedField<'_>) -> Vec<TokenStream> {
    let mut parts: Vec<_> = before(runtime, field);
    if !matches!(field.value, PackedValue::Skip) {
        let ty = field.field.ty;
        parts.push(quote_spanned!(ty.span()=> <#ty as #runtime::Fixed<'_>>::BYTES));
    }
    parts.extend(field.pad_after.iter().map(|length| quote!(#length)));
    parts
}

/// The bytes between the end of the field before and this one.
fn before(runtime: &TokenStream, field: &PackedField<'_>) -> Vec<TokenStream> {
    let magic = field.magic.iter().map(|magic| quote!(#runtime::constant_len(#magic)));
    magic.chain(field.pad_before.iter().map(|length| quote!(#length))).collect()
}

fn puts(runtime: &TokenStream, body: &PackedStruct<'_>) -> Vec<TokenStream> {
    let constant = |magic| quote!(let __place = #runtime::put_constant(#magic, __place););
    let padding = |length| quote!(let __place = #runtime::put_padding(#length, __place););
    let mut all: Vec<_> = body.magic.iter().map(constant).collect();
    for field in &body.fields {
        all.extend(field.pad_before.iter().map(padding));
        all.extend(field.magic.iter().map(constant));
        if !matches!(field.value, PackedValue::Skip) {
            let (ty, member, format) = (field.field.ty, &field.field.member, field.format.tokens(runtime));
            all.push(quote_spanned! {ty.span()=>
                let __place = <#ty as #runtime::Fixed<'_>>::put_front::<#format>(&self.#member, __place);
            });
        }
        all.extend(field.pad_after.iter().map(padding));
    }
    all
}

fn checks(runtime: &TokenStream, body: &PackedStruct<'_>) -> Vec<TokenStream> {
    let constant =
        |magic, name: &str| quote!(let __bytes = #runtime::check_constant(#magic, #name, __whole, __bytes)?;);
    let padding = |length| quote!(let __bytes = #runtime::skip_padding(#length, __bytes););
    let mut all: Vec<_> = body.magic.iter().map(|magic| constant(magic, "")).collect();
    for field in &body.fields {
        let name = &field.field.name;
        all.extend(field.pad_before.iter().map(padding));
        all.extend(field.magic.iter().map(|magic| constant(magic, name)));
        if !matches!(field.value, PackedValue::Skip) {
            let (ty, format) = (field.field.ty, field.format.tokens(runtime));
            let validate = field.validate.as_ref().map(|check| {
                quote! {
                    let (__value, _) = <#ty as #runtime::Fixed<'_>>::get_front::<#format>(__bytes);
                    #runtime::check_decoded(#check(&__value), #name, __whole.len() - __bytes.len())?;
                }
            });
            all.push(quote_spanned! {ty.span()=>
                let __rest = <#ty as #runtime::Fixed<'_>>::check_front::<#format>(#name, __whole, __bytes)?;
                #validate
                let __bytes = __rest;
            });
        }
        all.extend(field.pad_after.iter().map(padding));
    }
    all
}

fn gets(runtime: &TokenStream, body: &PackedStruct<'_>) -> Vec<TokenStream> {
    let constant =
        |magic| quote!(let __bytes = #runtime::skip_padding(#runtime::constant_len(#magic), __bytes););
    let padding = |length| quote!(let __bytes = #runtime::skip_padding(#length, __bytes););
    let mut all: Vec<_> = body.magic.iter().map(constant).collect();
    for field in &body.fields {
        let binding = &field.field.binding;
        all.extend(field.pad_before.iter().map(padding));
        all.extend(field.magic.iter().map(constant));
        if matches!(field.value, PackedValue::Skip) {
            let default = default(field);
            all.push(quote!(let #binding = #default;));
        } else {
            let (ty, format) = (field.field.ty, field.format.tokens(runtime));
            all.push(quote_spanned! {ty.span()=>
                let (#binding, __bytes) = <#ty as #runtime::Fixed<'_>>::get_front::<#format>(__bytes);
            });
        }
        all.extend(field.pad_after.iter().map(padding));
    }
    all
}

/// The type that shows the fields in the bytes.
fn view(message: &Message<'_>, body: &PackedStruct<'_>) -> TokenStream {
    let runtime = &message.runtime;
    let (name, visibility) = (message.name, message.visibility);
    let view = format_ident!("{name}View");
    let Header { generics, this, bounds } = generics::reading(message, Some(&quote!(#runtime::Fixed)));
    let Header { generics: own_generics, bounds: own_bounds, .. } =
        generics::owning(message, Some(&quote!(#runtime::Fixed)));
    let arguments = view_arguments(message);
    // A newtype has the order of whoever holds it, which the bytes alone do not tell.
    let own_order = (!body.newtype).then(|| {
        quote! {
            #[automatically_derived]
            impl #own_generics #runtime::OwnOrder for #this #own_bounds {}
        }
    });
    let (getters, text) = (getters(message, body), &message.text);
    let title =
        format!("A [`{text}`] in its bytes: each field is read where it lies, without a copy of the whole.");
    let usize = quote!(::core::primitive::usize);
    quote! {
        #[doc = #title]
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #[allow(dead_code, reason = "which fields are viewed is the user's choice")]
        #visibility struct #view #generics (
            &'__de [::core::primitive::u8],
            ::core::marker::PhantomData<fn() -> #this>,
        ) #bounds;
        #[automatically_derived]
        #[allow(dead_code, reason = "which fields are viewed is the user's choice")]
        impl #generics #view #arguments #bounds {
            #(#getters)*
            /// All fields.
            #[must_use]
            #visibility fn to_value(&self) -> #this {
                <#this as #runtime::Fixed<'__de>>::get::<(#runtime::Little, ::core::primitive::u32)>(self.0)
            }
            /// The bytes that are viewed.
            #[must_use]
            #visibility fn as_bytes(&self) -> &'__de [::core::primitive::u8] {
                self.0
            }
        }
        #own_order
        #[automatically_derived]
        impl #own_generics #runtime::FixedMessage for #this #own_bounds {
            const BYTES: #usize = <Self as #runtime::Fixed<'static>>::BYTES;
            type View<'__de> = #view #arguments;
            #[inline]
            fn view_of(__bytes: &[::core::primitive::u8]) -> Self::View<'_> {
                #view(__bytes, ::core::marker::PhantomData)
            }
            #[inline]
            fn check_bytes(
                __bytes: &[::core::primitive::u8],
            ) -> ::core::result::Result<(), #runtime::DecodeError> {
                #runtime::check_view::<Self>(__bytes)
            }
        }
    }
}

fn view_arguments(message: &Message<'_>) -> TokenStream {
    let types = message.generics.type_params().map(|parameter| &parameter.ident);
    let consts = message.generics.const_params().map(|parameter| &parameter.ident);
    // A fixed message has no lifetimes, so the order of its parameters is theirs.
    quote!(<'__de #(, #types)* #(, #consts)*>)
}

fn getters(message: &Message<'_>, body: &PackedStruct<'_>) -> Vec<TokenStream> {
    let runtime = &message.runtime;
    let mut offset: Vec<TokenStream> =
        body.magic.iter().map(|magic| quote!(#runtime::constant_len(#magic))).collect();
    let mut getters = Vec::new();
    for field in &body.fields {
        offset.extend(before(runtime, field));
        if !matches!(field.value, PackedValue::Skip) {
            getters.push(getter(runtime, field, &offset));
        }
        let behind = parts_of(runtime, field).into_iter().skip(before(runtime, field).len());
        offset.extend(behind);
    }
    getters
}

fn getter(runtime: &TokenStream, field: &PackedField<'_>, offset: &[TokenStream]) -> TokenStream {
    let (ty, format, docs) = (field.field.ty, field.format.alone(runtime), &field.field.docs);
    let visibility = field.field.visibility;
    let name = match &field.field.member {
        syn::Member::Named(name) => name.clone(),
        syn::Member::Unnamed(number) => format_ident!("field_{}", number.index),
    };
    let get = quote_spanned!(ty.span()=> <#ty as #runtime::Fixed<'_>>::get_at::<#format>);
    quote! {
        #[doc = #docs]
        #[must_use]
        #[inline]
        #visibility fn #name(&self) -> #ty {
            #get(self.0, #runtime::total([#(#offset),*]))
        }
    }
}
