//! The `oneof` of a tagged message: the variants are its fields, of which one is there or none.

use syn::{Ident, Type};

use super::ids::Owners;
use super::{encoding, numbers, refuse, refuse_id};
use crate::attributes::Errors;
use crate::message::parse::{ContainerKeys, Kind, ParsedField, ParsedId, ParsedVariant};

pub(crate) struct Oneof<'a> {
    pub(crate) variants: Vec<OneofVariant<'a>>,
}

pub(crate) struct OneofVariant<'a> {
    pub(crate) name: &'a Ident,
    /// The name as texts say it.
    pub(crate) text: String,
    pub(crate) docs: String,
    pub(crate) id: u32,
    pub(crate) ty: &'a Type,
    pub(crate) encoding: u8,
}

pub(super) fn oneof<'a>(
    parsed: &[ParsedVariant<'a>],
    keys: &ContainerKeys,
    errors: &mut Errors,
) -> Oneof<'a> {
    refuse_words_of_messages(keys, errors);
    let mut owners = Owners::new(&[]);
    let mut variants = Vec::new();
    for variant in parsed {
        refuse(
            &variant.keys.other,
            "leave `other` out: an id that is not known here is skipped, and the field is `None`",
            errors,
        );
        refuse(
            &variant.keys.name,
            "leave `name` out: a variant of a `oneof` is a field of protobuf, called as the variant is",
            errors,
        );
        let id = match &variant.keys.id {
            ParsedId::Written(key) => owners.give_field(&key.value, &variant.text(), errors),
            ParsedId::Missing | ParsedId::Unclear => None,
        };
        let Some(field) = only_field(variant, errors) else { continue };
        variants.push(OneofVariant {
            name: variant.name,
            text: variant.text(),
            docs: variant.docs.clone(),
            id: id.unwrap_or(0),
            ty: field.ty,
            encoding: check_value(field, errors),
        });
    }
    numbers::report_missing(parsed, &mut owners, errors);
    Oneof { variants }
}

fn refuse_words_of_messages(keys: &ContainerKeys, errors: &mut Errors) {
    let protobuf = "a `oneof` lies in a tagged message, which is protobuf";
    refuse(&keys.id_type, &format!("leave `id_type` out: {protobuf}"), errors);
    refuse(&keys.endian, &format!("leave `endian` out: {protobuf}"), errors);
    refuse(&keys.prefix, &format!("leave `prefix` out: {protobuf}"), errors);
    refuse(&keys.memory, "write `memory` above the message with the `oneof`", errors);
    refuse(&keys.validate, "write `validate` above the message with the `oneof`, or above its field", errors);
}

fn only_field<'v, 'a>(variant: &'v ParsedVariant<'a>, errors: &mut Errors) -> Option<&'v ParsedField<'a>> {
    match (variant.kind, variant.fields.as_slice()) {
        (Kind::Tuple, [field]) => Some(field),
        _ => {
            let name = variant.name;
            let message = format!(
                "a variant of a `oneof` holds one value: write `{name}(T)`; several fields, or none, are a message of \
                 their own"
            );
            errors.push(syn::Error::new(name.span(), message));
            None
        }
    }
}

/// The encoding of a variant's value, which has no other key.
fn check_value(field: &ParsedField<'_>, errors: &mut Errors) -> u8 {
    refuse_id(&field.keys.id, "write the `id` above the variant", errors);
    for (key, span) in field.keys.given().filter(|(key, _)| *key != "encoding") {
        let message = format!("leave `{key}` out: the value of a `oneof`'s variant has an `encoding` only");
        errors.push(syn::Error::new(span, message));
    }
    encoding::of_field(field, errors)
}
