//! Packed structs, and the fields of packed variants.

use syn::{Expr, Ident, Member, Path};

use super::types::{Stated, mentions, stated};
use super::{
    Body, Field, Format, default_of, field_of, is_plain_newtype, refuse, refuse_beside_skip, refuse_id,
};
use crate::attributes::Errors;
use crate::message::parse::{ContainerKeys, FieldKeys, Kind, ParsedField, ParsedId};

pub(crate) struct PackedStruct<'a> {
    pub(crate) fields: Vec<PackedField<'a>>,
    pub(crate) magic: Option<Expr>,
    /// The promise that every value takes the same number of bytes.
    pub(crate) fixed: bool,
    /// The width and order of the length before it within another message, if it may grow.
    pub(crate) extensible: Option<Format>,
    /// One field and nothing else: it lies as that field.
    pub(crate) newtype: bool,
    /// Whether a newtype is described as its field, too. One that holds itself would have no end.
    pub(crate) transparent: bool,
}

pub(crate) struct PackedField<'a> {
    pub(crate) field: Field<'a>,
    pub(crate) value: PackedValue,
    pub(crate) format: Format,
    pub(crate) default: Option<Expr>,
    pub(crate) max_len: Option<Expr>,
    pub(crate) validate: Option<Path>,
    pub(crate) since: Option<u32>,
    pub(crate) magic: Option<Expr>,
    pub(crate) pad_before: Option<Expr>,
    pub(crate) pad_after: Option<Expr>,
}

pub(crate) enum PackedValue {
    /// As its type lies.
    Plain,
    /// Text or bytes, padded to a length.
    Padded(Expr),
    /// As the `Wire` of a module.
    With(Path),
    /// Not at all.
    Skip,
}

pub(super) fn structure<'a>(
    name: &Ident,
    kind: Kind,
    parsed: &[ParsedField<'a>],
    keys: &ContainerKeys,
    errors: &mut Errors,
) -> Option<Body<'a>> {
    // Where an attribute was not understood, there may have been an id.
    let is_clear = !parsed.iter().any(|field| matches!(field.keys.id, ParsedId::Unclear));
    for range in keys.reserved.iter().filter(|_| is_clear) {
        let message = "leave `reserved` out: a message without ids has none that could be used again";
        errors.push(syn::Error::new_spanned(&range.written, message));
    }
    let newtype = is_plain_newtype(kind, parsed) && keys.lies_as_it_is();
    let format = Format { of_holder: newtype, ..Format::DEFAULT }.read(&keys.endian, &keys.prefix, errors);
    let fields = fields(parsed, format, keys.fixed.is_some(), errors);
    let bare =
        keys.magic.is_none() && keys.extensible.is_none() && keys.fixed.is_none() && keys.validate.is_none();
    if fields.is_empty() && bare {
        return Some(Body::Empty);
    }
    if keys.fixed.is_some() {
        refuse_growing_whole(parsed, keys, errors);
    }
    Some(Body::Packed(PackedStruct {
        fields,
        magic: keys.magic.as_ref().map(|key| key.value.clone()),
        fixed: keys.fixed.is_some(),
        extensible: keys.extensible.as_ref().map(|_| format),
        newtype,
        transparent: newtype && !parsed.iter().any(|field| mentions(field.ty, name)),
    }))
}

impl ContainerKeys {
    /// Whether nothing is said about how the fields lie, or about what is beside them.
    fn lies_as_it_is(&self) -> bool {
        self.endian.is_none() && self.prefix.is_none() && self.magic.is_none() && self.extensible.is_none()
    }
}

/// The fields of a struct or of a variant.
pub(super) fn fields<'a>(
    parsed: &[ParsedField<'a>],
    format: Format,
    fixed: bool,
    errors: &mut Errors,
) -> Vec<PackedField<'a>> {
    check_since(parsed, errors);
    parsed
        .iter()
        .enumerate()
        .map(|(index, field)| packed_field(index, field, format, fixed, errors))
        .collect()
}

fn packed_field<'a>(
    index: usize,
    parsed: &ParsedField<'a>,
    around: Format,
    fixed: bool,
    errors: &mut Errors,
) -> PackedField<'a> {
    let keys = &parsed.keys;
    refuse_tagged_words(keys, errors);
    if keys.skip.is_none() {
        if fixed {
            refuse_growing(keys, errors);
        }
        refuse_lengths(parsed, errors);
    }
    let value = value_of(keys, errors);
    let expression =
        |key: &Option<crate::message::parse::Key<Expr>>| key.as_ref().map(|key| key.value.clone());
    PackedField {
        field: field_of(index, parsed),
        value,
        format: around.read(&keys.endian, &keys.prefix, errors),
        default: default_of(parsed),
        max_len: expression(&keys.max_len),
        validate: keys.validate.as_ref().map(|key| key.value.clone()),
        since: keys.since.as_ref().map(|key| key.value),
        magic: expression(&keys.magic),
        pad_before: expression(&keys.pad_before),
        pad_after: expression(&keys.pad_after),
    }
}

/// What only the fields of a tagged struct have.
fn refuse_tagged_words(keys: &FieldKeys, errors: &mut Errors) {
    refuse_id(
        &keys.id,
        "leave `id` out: the fields of a variant lie in their order, only the variant has an id",
        errors,
    );
    refuse(
        &keys.oneof,
        "leave `oneof` out: it belongs above a field of a struct whose fields have ids",
        errors,
    );
    // Where the attribute was not understood, there may have been an id.
    if matches!(keys.id, ParsedId::Missing) {
        let sentence =
            "leave `encoding` out, or give every field an `id`: a packed number is as wide as its type";
        refuse(&keys.encoding, sentence, errors);
    }
    if keys.since.is_none() && keys.skip.is_none() {
        let sentence =
            "leave `default` out, or write `since = N` or `skip`: another packed field is always there";
        refuse(&keys.default, sentence, errors);
    }
}

/// A number has no length that could be bounded, padded or put before it.
fn refuse_lengths(parsed: &ParsedField<'_>, errors: &mut Errors) {
    let keys = &parsed.keys;
    let (Stated::Primitive(name), None) = (stated(parsed.ty), &keys.with) else { return };
    refuse(&keys.length, &format!("leave `length` out: it is for text and bytes, not for `{name}`"), errors);
    refuse(&keys.prefix, &format!("leave `prefix` out: a `{name}` has no length before it"), errors);
    refuse_max_len(parsed, errors);
}

/// A number has no length that could be bounded.
pub(super) fn refuse_max_len(parsed: &ParsedField<'_>, errors: &mut Errors) {
    if let (Stated::Primitive(name), None) = (stated(parsed.ty), &parsed.keys.with) {
        let sentence = format!("leave `max_len` out: it is for text, bytes and lists, not for `{name}`");
        refuse(&parsed.keys.max_len, &sentence, errors);
    }
}

fn value_of(keys: &FieldKeys, errors: &mut Errors) -> PackedValue {
    if keys.skip.is_some() {
        refuse_beside_skip(keys, errors);
        return PackedValue::Skip;
    }
    match (&keys.length, &keys.with) {
        (Some(_), with @ Some(_)) => {
            let sentence =
                "leave `with` or `length` out: a module converts the whole field, its padding as well";
            refuse(with, sentence, errors);
            PackedValue::Plain
        }
        (Some(length), None) => {
            let sentence = "leave `prefix` out: a field of a fixed length has no length before it";
            refuse(&keys.prefix, sentence, errors);
            PackedValue::Padded(length.value.clone())
        }
        (None, Some(with)) => PackedValue::With(with.value.clone()),
        (None, None) => PackedValue::Plain,
    }
}

/// What has no place above a message that always takes the same number of bytes.
fn refuse_growing_whole(parsed: &[ParsedField<'_>], keys: &ContainerKeys, errors: &mut Errors) {
    refuse(
        &keys.extensible,
        "leave `extensible` or `fixed` out: what may grow does not always take the same number of bytes",
        errors,
    );
    refuse(&keys.prefix, "leave `prefix` out: nothing in a fixed message has a length before it", errors);
    for field in parsed.iter().filter(|field| field.keys.skip.is_none()) {
        let Member::Named(name) = &field.member else { continue };
        if ["to_value", "as_bytes"].iter().any(|function| name == function) {
            let message =
                format!("give this field another name: the view of a fixed message has a function `{name}`");
            errors.push(syn::Error::new(name.span(), message));
        }
    }
}

/// The same above one of its fields.
fn refuse_growing(keys: &FieldKeys, errors: &mut Errors) {
    refuse(
        &keys.length,
        "leave `length` or `fixed` out: a fixed message is viewed in place, so text in it is a `[u8; N]`",
        errors,
    );
    refuse(
        &keys.with,
        "leave `with` or `fixed` out: a fixed message is viewed in place, so its fields have the types on the wire",
        errors,
    );
    refuse(&keys.since, "leave `since` or `fixed` out: a fixed message cannot grow", errors);
    refuse(&keys.max_len, "leave `max_len` out: a fixed field has one length", errors);
    refuse(&keys.prefix, "leave `prefix` out: nothing in a fixed message has a length before it", errors);
}

/// Fields of later versions come last, in the order of their versions: a sender of an older version stops before them.
fn check_since(parsed: &[ParsedField<'_>], errors: &mut Errors) {
    let mut latest = 0;
    for field in parsed.iter().filter(|field| field.keys.skip.is_none()) {
        match &field.keys.since {
            Some(since) if since.value < latest => {
                let message = format!(
                    "move this field up, before those with `since = {latest}`: a message of version {} ends before them",
                    since.value
                );
                errors.push(syn::Error::new(since.span, message));
            }
            Some(since) => latest = since.value,
            None if latest > 0 => {
                let message = format!(
                    "move this field up, or write `#[binary(since = {latest})]` above it: it stands behind one with \
                     `since = {latest}`, where older messages have ended"
                );
                errors.push(syn::Error::new(field.span, message));
            }
            None => {}
        }
    }
}
