//! Message families: the messages of one protocol, told apart by a header.

use syn::{Expr, Ident, Path};

use super::choice::report_second;
use super::ids::Owners;
use super::numbers::{self, Numbered};
use super::{Format, PackedField, Width, packed, refuse, refuse_id};
use crate::attributes::Errors;
use crate::message::parse::{ContainerKeys, Kind, ParsedVariant};

pub(crate) struct Family<'a> {
    pub(crate) header: Width,
    pub(crate) big_endian: bool,
    pub(crate) checksum: Option<Path>,
    pub(crate) messages: Vec<FamilyMessage<'a>>,
    pub(crate) not_found: Option<NotFound<'a>>,
}

/// The variant that stands for `NOT_FOUND`.
pub(crate) struct NotFound<'a> {
    pub(crate) name: &'a Ident,
    /// The name as texts say it.
    pub(crate) text: String,
    pub(crate) docs: String,
}

pub(crate) struct FamilyMessage<'a> {
    pub(crate) name: &'a Ident,
    /// The name as texts say it.
    pub(crate) text: String,
    pub(crate) docs: String,
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) fields: Vec<PackedField<'a>>,
}

pub(super) fn family<'a>(
    parsed: &[ParsedVariant<'a>],
    keys: &ContainerKeys,
    errors: &mut Errors,
) -> Family<'a> {
    refuse(
        &keys.id_type,
        "write `header` instead: the number before a message of a family is its header",
        errors,
    );
    // The order of the protocols that have such frames.
    let around = Format { big_endian: true, ..Format::DEFAULT };
    let format = around.read(&keys.endian, &keys.prefix, errors);
    let header = keys.header.as_ref().and_then(|key| errors.keep(Width::read("header", &key.value)));
    let header = header.unwrap_or(Width::U16);
    let not_found = not_found(parsed, errors);
    let mut owners = Owners::new(&[]);
    let numbers = numbers::of_variants(parsed, &mut owners, errors);
    let mut messages = Vec::new();
    for (variant, number) in parsed.iter().zip(&numbers) {
        let Some(id) = number.as_ref().and_then(|number| message_id(number, header, errors)) else {
            continue;
        };
        messages.push(FamilyMessage {
            name: variant.name,
            text: variant.text(),
            docs: variant.docs.clone(),
            id,
            kind: variant.kind,
            fields: packed::fields(&variant.fields, format, false, errors),
        });
    }
    let checksum = keys.checksum.as_ref().map(|key| key.value.clone());
    Family { header, big_endian: format.big_endian, checksum, messages, not_found }
}

fn not_found<'a>(parsed: &[ParsedVariant<'a>], errors: &mut Errors) -> Option<NotFound<'a>> {
    let given = || parsed.iter().filter(|variant| variant.keys.not_found.is_some());
    let keys = given().filter_map(|variant| variant.keys.not_found.as_ref());
    report_second("not_found", "one variant is the answer to an unknown message", keys, errors);
    for variant in given() {
        let name = variant.name;
        if variant.kind != Kind::Unit {
            let message = format!("`not_found` has no payload: write `{name}` without fields");
            errors.push(syn::Error::new(name.span(), message));
        }
        refuse_id(&variant.keys.id, "leave `id` out: the id of `not_found` has all bits set", errors);
    }
    for variant in parsed {
        let sentence = "leave `other` out: where an unknown message ends is not known; \
                        `#[binary(not_found)]` is the answer to one";
        refuse(&variant.keys.other, sentence, errors);
        refuse(&variant.keys.name, "leave `name` out: a message family is none of a `.proto`", errors);
    }
    if let Some(variant) = parsed.first().filter(|_| parsed.iter().all(ParsedVariant::stands_for_others)) {
        let message = "a family has at least one message: write a variant, `#[binary(id = 1)] First`";
        errors.push(syn::Error::new(variant.name.span(), message));
    }
    let known = |variant: &ParsedVariant<'a>| NotFound {
        name: variant.name,
        text: variant.text(),
        docs: variant.docs.clone(),
    };
    given().next().map(known)
}

fn message_id(number: &Numbered<'_>, header: Width, errors: &mut Errors) -> Option<u64> {
    let Numbered { id, written } = number;
    if *id == i128::from(header.most()) {
        let message = format!("the id {id} has all bits set, which means `NOT_FOUND`: choose another one");
        errors.push(syn::Error::new_spanned(written, message));
        return None;
    }
    if !header.holds(*id) {
        errors.push(too_wide(*id, header, written));
        return None;
    }
    u64::try_from(*id).ok()
}

fn too_wide(id: i128, header: Width, written: &Expr) -> syn::Error {
    // One number is not for messages.
    let wider = Width::ALL.into_iter().find(|width| (0..i128::from(width.most())).contains(&id));
    let repair = match wider {
        Some(width) => format!("write `#[binary(header = {})]` above the enum", width.name()),
        None => format!("choose one from 0 to {}", header.most() - 1),
    };
    let message = format!("the id {id} does not fit `header = {}`: {repair}", header.name());
    syn::Error::new_spanned(written, message)
}
