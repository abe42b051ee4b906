//! What it means: one layout, every rule of it checked. What leaves this file can be expanded.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::{Ident, Lit, LitStr, Type};

use super::parse::{Parsed, ParsedField, ParsedId};
use crate::attributes::Errors;

pub(super) struct Message<'a> {
    pub(super) name: &'a Ident,
    pub(super) layout: Layout<'a>,
}

pub(super) enum Layout<'a> {
    /// No field, so no layout that could be chosen: it may lie in a message of either.
    Empty,
    Packed {
        endian: Endian,
        fields: Vec<Field<'a>>,
    },
    Tagged {
        fields: Vec<(u32, Field<'a>)>,
    },
}

pub(super) struct Field<'a> {
    pub(super) member: &'a Ident,
    /// As errors say it.
    pub(super) name: String,
    pub(super) ty: &'a Type,
}

#[derive(Clone, Copy)]
pub(super) enum Endian {
    Little,
    Big,
}

/// Nothing if there was a mistake, which was reported.
pub(super) fn message<'a>(parsed: Parsed<'a>, errors: &mut Errors) -> Option<Message<'a>> {
    let Parsed { name, endian, fields } = parsed;
    let tagged = fields.iter().any(|field| matches!(field.id, ParsedId::Written(_)));
    let layout = if tagged {
        refuse_endian(endian.as_ref(), errors);
        tagged_layout(&fields, errors)
    } else {
        packed_layout(&fields, endian.as_ref(), errors)
    };
    Some(Message { name, layout: layout? })
}

fn packed_layout<'a>(
    fields: &[ParsedField<'a>],
    endian: Option<&LitStr>,
    errors: &mut Errors,
) -> Option<Layout<'a>> {
    let endian = match endian {
        Some(written) => errors.keep(endian_of(written))?,
        None => Endian::Little,
    };
    if fields.is_empty() {
        return Some(Layout::Empty);
    }
    Some(Layout::Packed { endian, fields: fields.iter().map(field_of).collect() })
}

fn endian_of(written: &LitStr) -> syn::Result<Endian> {
    match written.value().as_str() {
        "little" => Ok(Endian::Little),
        "big" => Ok(Endian::Big),
        other => {
            let message = format!("`{other}` is no byte order: write \"little\" or \"big\"");
            Err(syn::Error::new(written.span(), message))
        }
    }
}

fn refuse_endian(endian: Option<&LitStr>, errors: &mut Errors) {
    if let Some(written) = endian {
        let message =
            "leave `endian` out: a message whose fields have ids is protobuf, which has its own byte order";
        errors.push(syn::Error::new(written.span(), message));
    }
}

fn tagged_layout<'a>(fields: &[ParsedField<'a>], errors: &mut Errors) -> Option<Layout<'a>> {
    let mut owners: BTreeMap<u32, (&Ident, Span)> = BTreeMap::new();
    let mut accepted = Vec::new();
    for field in fields {
        let ParsedId::Written(literal) = &field.id else {
            continue;
        };
        let Some(id) = errors.keep(id_of(literal)) else {
            continue;
        };
        match owners.get(&id) {
            Some((owner, span)) => {
                let first = format!("the id {id} is given to `{owner}` here");
                errors.push(syn::Error::new(*span, first));
                let second =
                    format!("the id {id} is given to two fields: give another one to `{}`", field.name);
                errors.push(syn::Error::new(literal.span(), second));
            }
            None => {
                owners.insert(id, (field.name, literal.span()));
            }
        }
        accepted.push((id, field_of(field)));
    }
    let mut free = (1..=ID_MAX).filter(|id| check_range(u64::from(*id)).is_ok() && !owners.contains_key(id));
    for field in fields.iter().filter(|field| matches!(field.id, ParsedId::Missing)) {
        let name = field.name;
        let next = free.next().unwrap_or(ID_MAX);
        let message = format!(
            "`{name}` has no id, but other fields have one: write `#[binary(id = {next})]` above it \
             (a message is tagged when every field has an id, packed when none has)"
        );
        errors.push(syn::Error::new(name.span(), message));
    }
    Some(Layout::Tagged { fields: accepted })
}

fn id_of(literal: &Lit) -> syn::Result<u32> {
    let error = |message: &str| syn::Error::new(literal.span(), message);
    let Lit::Int(number) = literal else {
        return Err(error("an id is a number: write `id = 1`"));
    };
    if !number.suffix().is_empty() {
        return Err(error(&format!("an id has no suffix: write `id = {}`", number.base10_digits())));
    }
    // What is too long for 64 bits is too large as well.
    let id = number.base10_parse::<u64>().unwrap_or(u64::MAX);
    check_range(id).map_err(|message| error(&message))
}

fn check_range(id: u64) -> Result<u32, String> {
    if RESERVED.contains(&id) {
        return Err(format!(
            "the ids {} to {} are protobuf's own: choose another one",
            RESERVED.start(),
            RESERVED.end()
        ));
    }
    let in_range = u32::try_from(id).ok().filter(|id| (1..=ID_MAX).contains(id));
    in_range.ok_or_else(|| format!("an id is from 1 to {ID_MAX}"))
}

fn field_of<'a>(parsed: &ParsedField<'a>) -> Field<'a> {
    Field { member: parsed.name, name: parsed.name.unraw().to_string(), ty: parsed.ty }
}

/// The highest id: a key on the wire is a 32-bit number, three bits of which are the wire type.
const ID_MAX: u32 = 0x1fff_ffff;

/// What protobuf keeps for its implementations.
const RESERVED: std::ops::RangeInclusive<u64> = 19_000..=19_999;
