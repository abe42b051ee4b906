//! What is written: the shape of the type and the keys of its `#[binary(..)]`, as they stand.

use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, FieldsNamed, GenericParam, Ident, Lit, LitStr, Type};

use crate::attributes::{Entry, Errors, Vocabulary, read_helpers};

/// A struct with named fields, not yet judged.
pub(super) struct Parsed<'a> {
    pub(super) name: &'a Ident,
    pub(super) endian: Option<LitStr>,
    pub(super) fields: Vec<ParsedField<'a>>,
}

pub(super) struct ParsedField<'a> {
    pub(super) name: &'a Ident,
    pub(super) ty: &'a Type,
    pub(super) id: ParsedId,
}

/// The id of a field, as far as it was understood.
pub(super) enum ParsedId {
    Missing,
    Written(Lit),
    /// The attribute is wrong and was reported; whether the field was to have an id is unknown.
    Unclear,
}

/// Nothing if the type has no fields that could be looked at; what is wrong with it was reported.
pub(super) fn message<'a>(item: &'a DeriveInput, errors: &mut Errors) -> Option<Parsed<'a>> {
    refuse_generics(item, errors);
    refuse_packed_memory(item, errors);
    let fields = named_fields(item, errors);
    let mut endian = None;
    read_helpers(&item.attrs, HELPER, &CONTAINER, errors, |entry| {
        endian = Some(entry.value(ENDIAN_EXAMPLE)?);
        Ok(())
    });
    let fields = fields?.named.iter().filter_map(|field| parsed_field(field, errors)).collect();
    Some(Parsed { name: &item.ident, endian, fields })
}

fn parsed_field<'a>(field: &'a syn::Field, errors: &mut Errors) -> Option<ParsedField<'a>> {
    let name = field.ident.as_ref()?;
    let mut id = ParsedId::Missing;
    let clean = read_helpers(&field.attrs, HELPER, &FIELD, errors, |entry| {
        id = ParsedId::Unclear;
        id = ParsedId::Written(number_of(entry)?);
        Ok(())
    });
    if !clean {
        id = ParsedId::Unclear;
    }
    Some(ParsedField { name, ty: &field.ty, id })
}

fn number_of(entry: &Entry<'_>) -> syn::Result<Lit> {
    match entry.value("id = 1")? {
        Lit::Str(text) => {
            let message = format!("an id is a number, not a string: write `id = {}`", text.value());
            Err(syn::Error::new(text.span(), message))
        }
        literal => Ok(literal),
    }
}

fn named_fields<'a>(item: &'a DeriveInput, errors: &mut Errors) -> Option<&'a FieldsNamed> {
    let name = &item.ident;
    let message = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields),
            Fields::Unnamed(_) => format!(
                "a message has named fields, because errors and other languages name them: \
                 write `struct {name} {{ value: .. }}`"
            ),
            Fields::Unit => {
                format!("a message has named fields: write `struct {name} {{}}` for an empty one")
            }
        },
        Data::Enum(_) => format!(
            "an enum cannot be a message: write a struct with a number for the kind and an `Option` for what belongs \
             to each kind: `struct {name} {{ kind: u32, .. }}`"
        ),
        Data::Union(_) => format!("a union cannot be a message: write a struct, `struct {name} {{ .. }}`"),
    };
    errors.push(syn::Error::new(name.span(), message));
    None
}

fn refuse_generics(item: &DeriveInput, errors: &mut Errors) {
    for parameter in &item.generics.params {
        let message = match parameter {
            GenericParam::Lifetime(_) => {
                "a message owns its fields, because it outlives the bytes it was read from: write `String` for `&str`, \
                 `bytes::Bytes` for `&[u8]`"
            }
            GenericParam::Type(_) => {
                "a message has no type parameters, because its layout is one: derive it for a struct of the concrete \
                 types"
            }
            GenericParam::Const(_) => {
                "a message has no const parameters, because its layout is one: write the number"
            }
        };
        errors.push(syn::Error::new(parameter.span(), message));
    }
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

/// The helper attribute of the derive.
const HELPER: &str = "binary";

/// What an `endian` looks like.
const ENDIAN_EXAMPLE: &str = "endian = \"big\"";

/// What may stand above the struct.
const CONTAINER: Vocabulary = Vocabulary {
    allowed: &["endian"],
    advice: &[
        ("id", "an id belongs to a field: write `#[binary(id = {value})]` above each field"),
        ("tag", "a message has no tag: its fields have ids, or it is packed"),
        ("big", "write `endian = \"big\"`"),
        ("little", "write `endian = \"little\"`, or nothing: it is the default"),
        ("big_endian", "write `endian = \"big\"`"),
        ("little_endian", "write `endian = \"little\"`, or nothing: it is the default"),
        ("packed", "leave it out: a message is packed when no field has an id"),
        ("tagged", "leave it out: a message is tagged when every field has an id"),
        ("rename", "`rename` is serde's word; names are not on the wire, so there is nothing to rename"),
        (
            "rename_all",
            "`rename_all` is serde's word; names are not on the wire, so there is nothing to rename",
        ),
        (
            "default",
            "`default` is serde's word; a field of a tagged message that is not there is zero, empty or `None`",
        ),
        (
            "deny_unknown_fields",
            "a packed message has no unknown fields, and a tagged one skips them, as protobuf does",
        ),
        ("untagged", "`untagged` is serde's word for enums; a message is a struct"),
        ("id_type", "`id_type` is deku's word for enums; a message is a struct"),
    ],
};

/// What may stand above a field.
const FIELD: Vocabulary = Vocabulary {
    allowed: &["id"],
    advice: &[
        ("tag", "`tag` is prost's word; write `id = {value}`"),
        ("optional", "the type says it: write `Option<T>`"),
        ("required", "leave it out: a field that is no `Option` has its default when it is not there"),
        ("repeated", "the type says it: write `Vec<T>`"),
        ("packed", "leave it out: a list of numbers is packed, and both forms are read"),
        ("boxed", "the type says it: write `Option<Box<T>>`"),
        ("message", "leave it out: the Rust type says it"),
        ("string", "leave it out: the Rust type says it"),
        ("bytes", "leave it out: `Vec<u8>` and `bytes::Bytes` are bytes"),
        ("int32", "leave it out: `i32` is protobuf's `int32`"),
        ("int64", "leave it out: `i64` is protobuf's `int64`"),
        ("uint32", "leave it out: `u32` is protobuf's `uint32`"),
        ("uint64", "leave it out: `u64` is protobuf's `uint64`"),
        ("bool", "leave it out: the Rust type says it"),
        ("float", "leave it out: `f32` is protobuf's `float`"),
        ("double", "leave it out: `f64` is protobuf's `double`"),
        (
            "endian",
            "the byte order belongs to the message: write `#[binary(endian = \"{value}\")]` above the struct",
        ),
        ("rename", "`rename` is serde's word; names are not on the wire, so there is nothing to rename"),
        ("alias", "`alias` is serde's word; names are not on the wire, so there is nothing to rename"),
        (
            "default",
            "`default` is serde's word; a field of a tagged message that is not there is zero, empty or `None`",
        ),
        ("skip", "every field of a message is on the wire: move this one into a type that is no message"),
        ("skip_serializing_if", "leave it out: a tagged message leaves out what has its default"),
        ("with", "`with` is serde's word; write a field of one of the types that a message holds"),
        ("flatten", "`flatten` is serde's word; write the fields here, or keep the message as a field"),
    ],
};
