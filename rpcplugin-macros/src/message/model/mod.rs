//! What it means: one layout, every rule of it checked. What leaves this room can be expanded.

mod format;
pub(super) use format::{Format, Width};

mod ids;

mod numbers;

mod proto_names;

mod types;
pub(super) use types::associated_types;

mod encoding;

mod packed;
pub(super) use packed::{PackedField, PackedStruct, PackedValue};

mod tagged;
pub(super) use tagged::{TaggedField, TaggedStruct, TaggedValue};

mod choice;
pub(super) use choice::{Choice, ChoiceVariant};

mod oneof;
pub(super) use oneof::{Oneof, OneofVariant};

mod family;
pub(super) use family::{Family, FamilyMessage, NotFound};

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Expr, GenericParam, Generics, Ident, Member, Path, Type, Visibility};

use super::parse::{FieldKeys, Key, Kind, Parsed, ParsedField, ParsedId, ParsedShape};
use crate::attributes::Errors;

pub(super) struct Message<'a> {
    pub(super) name: &'a Ident,
    /// The name as texts say it: without the `r#` that is no part of it.
    pub(super) text: String,
    pub(super) visibility: &'a Visibility,
    pub(super) generics: &'a Generics,
    pub(super) docs: String,
    /// Where everything that generated code names stands.
    pub(super) runtime: TokenStream,
    pub(super) memory: Option<Expr>,
    pub(super) validate: Option<Path>,
    pub(super) body: Body<'a>,
}

pub(super) enum Body<'a> {
    /// No field, so no layout that could be chosen: it may lie in a message of either.
    Empty,
    Packed(PackedStruct<'a>),
    Tagged(TaggedStruct<'a>),
    Choice(Choice<'a>),
    Oneof(Oneof<'a>),
    Family(Family<'a>),
}

/// A field, whatever its layout.
pub(super) struct Field<'a> {
    pub(super) member: Member,
    /// The variable that holds it, where there is no `self.member`.
    pub(super) binding: Ident,
    /// As errors say it.
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) ty: &'a Type,
    pub(super) visibility: &'a Visibility,
    pub(super) span: Span,
}

impl Message<'_> {
    pub(super) fn has_lifetimes(&self) -> bool {
        self.generics.lifetimes().next().is_some()
    }

    /// The types that lie in the bytes as they are.
    pub(super) fn field_types(&self) -> Vec<&Type> {
        fn of_packed<'a>(fields: &'a [PackedField<'_>]) -> impl Iterator<Item = &'a Type> {
            let plain = fields.iter().filter(|field| matches!(field.value, PackedValue::Plain));
            plain.map(|field| field.field.ty)
        }
        match &self.body {
            Body::Empty => Vec::new(),
            Body::Packed(body) => of_packed(&body.fields).collect(),
            Body::Tagged(body) => {
                let plain = body.fields.iter().filter(|field| matches!(field.value, TaggedValue::Plain));
                plain.map(|field| field.field.ty).collect()
            }
            Body::Choice(body) => {
                body.variants.iter().flat_map(|variant| of_packed(&variant.fields)).collect()
            }
            Body::Family(body) => {
                body.messages.iter().flat_map(|message| of_packed(&message.fields)).collect()
            }
            Body::Oneof(body) => body.variants.iter().map(|variant| variant.ty).collect(),
        }
    }
}

/// Nothing if there was a mistake, which was reported.
pub(super) fn message<'a>(parsed: Parsed<'a>, errors: &mut Errors) -> Option<Message<'a>> {
    let Parsed { name, visibility, generics, docs, keys, shape } = parsed;
    let runtime = match &keys.runtime {
        Some(path) => quote!(#path::__private::message),
        None => quote!(::rpcplugin::__private::message),
    };
    let body = match &shape {
        ParsedShape::Struct { kind, fields } if is_tagged(fields) => {
            tagged::structure(*kind, fields, &keys, errors).map(Body::Tagged)
        }
        ParsedShape::Struct { kind, fields } => packed::structure(name, *kind, fields, &keys, errors),
        ParsedShape::Enum(variants) => choice::enumeration(name, variants, &keys, errors),
    };
    refuse_fixed_borrow(&keys.fixed, generics, errors);
    let (memory, validate) = (keys.memory.map(|key| key.value), keys.validate.map(|key| key.value));
    let text = name.unraw().to_string();
    Some(Message { name, text, visibility, generics, docs, runtime, memory, validate, body: body? })
}

/// One field with an id, or with a word that only tagged messages have, makes a tagged message.
fn is_tagged(fields: &[ParsedField<'_>]) -> bool {
    fields.iter().any(|field| matches!(field.keys.id, ParsedId::Written(_)) || field.keys.oneof.is_some())
}

fn refuse_fixed_borrow(fixed: &Option<Key<()>>, generics: &Generics, errors: &mut Errors) {
    let lifetime = generics.params.iter().find(|parameter| matches!(parameter, GenericParam::Lifetime(_)));
    if let (Some(fixed), Some(_)) = (fixed, lifetime) {
        let message = "a fixed message owns its fields: write `[u8; N]` for `&[u8; N]`; its view borrows without a copy";
        errors.push(syn::Error::new(fixed.span, message));
    }
}

fn field_of<'a>(index: usize, parsed: &ParsedField<'a>) -> Field<'a> {
    let name = match &parsed.member {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(number) => number.index.to_string(),
    };
    Field {
        member: parsed.member.clone(),
        binding: format_ident!("__field_{index}"),
        name,
        docs: parsed.docs.clone(),
        ty: parsed.ty,
        visibility: parsed.visibility,
        span: parsed.span,
    }
}

/// Reports a key that has no meaning where it stands.
fn refuse<T>(key: &Option<Key<T>>, sentence: &str, errors: &mut Errors) {
    if let Some(key) = key {
        errors.push(syn::Error::new(key.span, sentence));
    }
}

/// The same for an id, which belongs to another place.
fn refuse_id(id: &ParsedId, sentence: &str, errors: &mut Errors) {
    if let ParsedId::Written(key) = id {
        errors.push(syn::Error::new(key.span, sentence));
    }
}

/// What is not on the wire has its default, and nothing that says how it lies.
fn refuse_beside_skip(keys: &FieldKeys, errors: &mut Errors) {
    refuse_id(&keys.id, "leave `id` out, or `skip`: a skipped field is not on the wire", errors);
    for (key, span) in keys.given().filter(|(key, _)| !["skip", "default"].contains(key)) {
        let message = format!("leave `{key}` out, or `skip`: a skipped field is not on the wire");
        errors.push(syn::Error::new(span, message));
    }
}

/// The value of a `default`, for fields that may be missing; `None` is std's `Default`.
fn default_of(parsed: &ParsedField<'_>) -> Option<Expr> {
    parsed.keys.default.as_ref().and_then(|key| key.value.clone())
}

/// Whether the struct is a newtype, and nothing above its field says how it lies: it lies as its field.
fn is_plain_newtype(kind: Kind, fields: &[ParsedField<'_>]) -> bool {
    let [field] = fields else { return false };
    kind == Kind::Tuple && field.keys.given().all(|(key, _)| ["validate", "max_len"].contains(&key))
}
