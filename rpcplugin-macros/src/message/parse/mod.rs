//! What is written: the shape of the type and the keys of its `#[binary(..)]`, as they stand.

mod keys;
pub(super) use keys::{ContainerKeys, FieldKeys, Key, ParsedId, ReservedIds, VariantKeys};

mod values;
pub(super) use values::ungrouped;

mod vocabulary;

mod words;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, Generics, Ident, Lit, Member, Meta, Type, Visibility};

use self::vocabulary::{ENUM, FIELD, HELPER, STRUCT, VARIANT};
use crate::attributes::{Errors, read_helpers};

/// A struct or an enum, not yet judged.
pub(super) struct Parsed<'a> {
    pub(super) name: &'a Ident,
    pub(super) visibility: &'a Visibility,
    pub(super) generics: &'a Generics,
    pub(super) docs: String,
    pub(super) keys: ContainerKeys,
    pub(super) shape: ParsedShape<'a>,
}

pub(super) enum ParsedShape<'a> {
    Struct { kind: Kind, fields: Vec<ParsedField<'a>> },
    Enum(Vec<ParsedVariant<'a>>),
}

/// How fields are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Named,
    Tuple,
    Unit,
}

pub(super) struct ParsedField<'a> {
    pub(super) member: Member,
    pub(super) visibility: &'a Visibility,
    pub(super) ty: &'a Type,
    pub(super) span: Span,
    pub(super) docs: String,
    pub(super) keys: FieldKeys,
}

pub(super) struct ParsedVariant<'a> {
    pub(super) name: &'a Ident,
    pub(super) docs: String,
    pub(super) keys: VariantKeys,
    /// What stands behind `=`.
    pub(super) discriminant: Option<&'a Expr>,
    pub(super) kind: Kind,
    pub(super) fields: Vec<ParsedField<'a>>,
}

/// Nothing if the type has no fields that could be looked at; what is wrong with it was reported.
pub(super) fn message<'a>(item: &'a DeriveInput, errors: &mut Errors) -> Option<Parsed<'a>> {
    refuse_packed_memory(item, errors);
    let mut keys = ContainerKeys::default();
    let vocabulary = if matches!(item.data, Data::Enum(_)) { &ENUM } else { &STRUCT };
    read_helpers(&item.attrs, HELPER, vocabulary, errors, |entry| keys.read(entry));
    let shape = match &item.data {
        Data::Struct(data) => {
            ParsedShape::Struct { kind: kind_of(&data.fields), fields: fields_of(&data.fields, errors) }
        }
        Data::Enum(data) => {
            ParsedShape::Enum(data.variants.iter().map(|variant| parsed_variant(variant, errors)).collect())
        }
        Data::Union(_) => {
            let name = &item.ident;
            let message = format!("a union cannot be a message: write a struct, `struct {name} {{ .. }}`");
            errors.push(syn::Error::new(name.span(), message));
            return None;
        }
    };
    let docs = docs_of(&item.attrs);
    Some(Parsed { name: &item.ident, visibility: &item.vis, generics: &item.generics, docs, keys, shape })
}

fn parsed_variant<'a>(variant: &'a syn::Variant, errors: &mut Errors) -> ParsedVariant<'a> {
    let mut keys = VariantKeys::new();
    let clean = read_helpers(&variant.attrs, HELPER, &VARIANT, errors, |entry| keys.read(entry));
    if !clean {
        keys.id = ParsedId::Unclear;
    }
    ParsedVariant {
        name: &variant.ident,
        docs: docs_of(&variant.attrs),
        keys,
        discriminant: variant.discriminant.as_ref().map(|(_, value)| value),
        kind: kind_of(&variant.fields),
        fields: fields_of(&variant.fields, errors),
    }
}

fn kind_of(fields: &Fields) -> Kind {
    match fields {
        Fields::Named(_) => Kind::Named,
        Fields::Unnamed(_) => Kind::Tuple,
        Fields::Unit => Kind::Unit,
    }
}

fn fields_of<'a>(fields: &'a Fields, errors: &mut Errors) -> Vec<ParsedField<'a>> {
    fields.members().zip(fields).map(|(member, field)| parsed_field(member, field, errors)).collect()
}

fn parsed_field<'a>(member: Member, field: &'a syn::Field, errors: &mut Errors) -> ParsedField<'a> {
    let mut keys = FieldKeys::new();
    let clean = read_helpers(&field.attrs, HELPER, &FIELD, errors, |entry| keys.read(entry));
    if !clean {
        keys.id = ParsedId::Unclear;
    }
    let span = field.ident.as_ref().map_or_else(|| field.ty.span(), Ident::span);
    let docs = docs_of(&field.attrs);
    ParsedField { member, visibility: &field.vis, ty: &field.ty, span, docs, keys }
}

/// The lines of a doc comment, without the space before them.
fn docs_of(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            let text = text.value();
            // Not `lines`: of an empty text, which is an empty line of the comment, it makes none.
            lines.extend(
                text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()),
            );
        }
    }
    lines.join("\n").trim().to_owned()
}

/// The fields of a `repr(packed)` struct cannot be borrowed, so they cannot be encoded one by one.
fn refuse_packed_memory(item: &DeriveInput, errors: &mut Errors) {
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        // What else stands there is the compiler's to judge.
        let _judged_by_the_compiler = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("packed") {
                let message = "leave `packed` out: it is about memory, and the bytes of a message have no padding anyway";
                errors.push(syn::Error::new(meta.path.span(), message));
            }
            Ok(())
        });
    }
}
