//! Tagged structs: protobuf messages.

use syn::{Expr, Path};

use super::ids::{Owners, check_reserved};
use super::{Field, default_of, encoding, field_of, refuse, refuse_beside_skip, refuse_id};
use crate::attributes::Errors;
use crate::message::parse::{ContainerKeys, FieldKeys, Key, Kind, ParsedField, ParsedId};

pub(crate) struct TaggedStruct<'a> {
    pub(crate) fields: Vec<TaggedField<'a>>,
    /// First and last of each range.
    pub(crate) reserved: Vec<(u32, u32)>,
}

pub(crate) struct TaggedField<'a> {
    pub(crate) field: Field<'a>,
    /// 0 for what has no id of its own.
    pub(crate) id: u32,
    pub(crate) value: TaggedValue,
    /// The number that the runtime gives to an encoding.
    pub(crate) encoding: u8,
    pub(crate) default: Option<Expr>,
    pub(crate) max_len: Option<Expr>,
    pub(crate) validate: Option<Path>,
}

pub(crate) enum TaggedValue {
    Plain,
    /// As the `Wire` of a module.
    With(Path),
    /// One of the variants of an enum, which have the ids.
    Oneof,
    /// Not at all.
    Skip,
}

pub(super) fn structure<'a>(
    _kind: Kind,
    parsed: &[ParsedField<'a>],
    keys: &ContainerKeys,
    errors: &mut Errors,
) -> Option<TaggedStruct<'a>> {
    refuse_packed_words(keys, errors);
    check_reserved(&keys.reserved, errors);
    let mut owners = Owners::new(&keys.reserved);
    let mut fields = Vec::new();
    for (index, field) in parsed.iter().enumerate() {
        let id = match &field.keys.id {
            ParsedId::Written(key) if !field.has_no_id() => {
                owners.give_field(&key.value, &field_of(index, field).name, errors)
            }
            ParsedId::Written(_) | ParsedId::Missing | ParsedId::Unclear => None,
        };
        fields.push(tagged_field(index, field, id.unwrap_or(0), errors));
    }
    report_missing_ids(parsed, &mut owners, errors);
    let reserved = keys.reserved.iter().map(|range| (range.first, range.last)).collect();
    Some(TaggedStruct { fields, reserved })
}

fn refuse_packed_words(keys: &ContainerKeys, errors: &mut Errors) {
    let protobuf = "a message whose fields have ids is protobuf";
    refuse(&keys.endian, &format!("leave `endian` out: {protobuf}, which has its own byte order"), errors);
    refuse(&keys.prefix, &format!("leave `prefix` out: {protobuf}, which has its own lengths"), errors);
    refuse(&keys.magic, &format!("leave `magic` out: {protobuf}, which has no constant bytes"), errors);
    refuse(&keys.fixed, &format!("leave `fixed` out: {protobuf}, where no message has a fixed size"), errors);
    refuse(&keys.extensible, &format!("leave `extensible` out: {protobuf}, which can always grow"), errors);
}

fn tagged_field<'a>(index: usize, parsed: &ParsedField<'a>, id: u32, errors: &mut Errors) -> TaggedField<'a> {
    let keys = &parsed.keys;
    if keys.skip.is_none() {
        refuse_packed_field_words(keys, errors);
        super::packed::refuse_max_len(parsed, errors);
    }
    if keys.skip.is_none() && (keys.with.is_none() || keys.oneof.is_some()) {
        refuse(
            &keys.default,
            "leave `default` out: a field of protobuf that is not there is zero, empty or `None`",
            errors,
        );
    }
    TaggedField {
        field: field_of(index, parsed),
        id,
        value: value_of(keys, errors),
        encoding: encoding::of_field(parsed, errors),
        default: default_of(parsed),
        max_len: keys.max_len.as_ref().map(|key| key.value.clone()),
        validate: keys.validate.as_ref().map(|key| key.value.clone()),
    }
}

fn value_of(keys: &FieldKeys, errors: &mut Errors) -> TaggedValue {
    match (&keys.skip, &keys.oneof, &keys.with) {
        (Some(_), ..) => {
            refuse_beside_skip(keys, errors);
            TaggedValue::Skip
        }
        (None, Some(_), with) => {
            let variants = "it belongs to the variants of the `oneof`";
            refuse_id(&keys.id, &format!("leave `id` out: {variants}"), errors);
            refuse(&keys.encoding, &format!("leave `encoding` out: {variants}"), errors);
            refuse(
                with,
                "leave `with` out: the type of a `oneof` is `Option<T>`, `T` an enum with `#[binary(oneof)]`",
                errors,
            );
            refuse(&keys.max_len, "leave `max_len` out: a `oneof` has no length", errors);
            TaggedValue::Oneof
        }
        (None, None, Some(with)) => TaggedValue::With(with.value.clone()),
        (None, None, None) => TaggedValue::Plain,
    }
}

fn refuse_packed_field_words(keys: &FieldKeys, errors: &mut Errors) {
    fn packed_word<T>(word: &str, key: &Option<Key<T>>, errors: &mut Errors) {
        let sentence = format!(
            "leave `{word}` out: a message whose fields have ids is protobuf, which has no such thing"
        );
        refuse(key, &sentence, errors);
    }
    packed_word("endian", &keys.endian, errors);
    packed_word("prefix", &keys.prefix, errors);
    packed_word("length", &keys.length, errors);
    packed_word("pad_before", &keys.pad_before, errors);
    packed_word("pad_after", &keys.pad_after, errors);
    packed_word("magic", &keys.magic, errors);
    refuse(&keys.since, "leave `since` out: a field with an id may be added at any time", errors);
}

fn report_missing_ids(parsed: &[ParsedField<'_>], owners: &mut Owners<'_>, errors: &mut Errors) {
    let by_id = parsed.iter().any(|field| matches!(field.keys.id, ParsedId::Written(_)));
    let reason = if by_id { "other fields have one" } else { "a `oneof` lies beside fields that have one" };
    for (index, field) in parsed.iter().enumerate() {
        if !matches!(field.keys.id, ParsedId::Missing) || field.has_no_id() {
            continue;
        }
        let (name, next) = (field_of(index, field).name, owners.suggest());
        let message = format!(
            "`{name}` has no id, but {reason}: write `#[binary(id = {next})]` above it \
             (a message is tagged when every field has an id, packed when none has)"
        );
        errors.push(syn::Error::new(field.span, message));
    }
}

impl ParsedField<'_> {
    /// Whether it takes no id: it is not on the wire, or its variants have the ids.
    fn has_no_id(&self) -> bool {
        self.keys.skip.is_some() || self.keys.oneof.is_some()
    }
}
