//! Packed enums: a number, then what belongs to it.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Ident, LitInt};

use super::ids::Owners;
use super::numbers::{self, Numbered};
use super::types::{Stated, stated};
use super::{Body, Format, PackedField, family, oneof, packed, proto_names, refuse, refuse_id};
use crate::attributes::Errors;
use crate::message::parse::{ContainerKeys, Key, Kind, ParsedVariant};

pub(crate) struct Choice<'a> {
    pub(crate) id_type: IdType,
    pub(crate) format: Format,
    pub(crate) variants: Vec<ChoiceVariant<'a>>,
}

/// The number before a variant.
#[derive(Clone, Copy)]
pub(crate) struct IdType {
    pub(crate) name: &'static str,
    pub(crate) bytes: usize,
    pub(crate) signed: bool,
}

pub(crate) struct ChoiceVariant<'a> {
    pub(crate) name: &'a Ident,
    /// The name as texts say it.
    pub(crate) text: String,
    pub(crate) docs: String,
    /// What it is called in a `.proto`, where that is written.
    pub(crate) proto_name: Option<String>,
    /// Nothing for the variant of all other numbers.
    pub(crate) id: Option<i128>,
    pub(crate) kind: Kind,
    pub(crate) fields: Vec<PackedField<'a>>,
}

impl Choice<'_> {
    /// Whether no variant has anything behind its number.
    pub(crate) fn is_plain(&self) -> bool {
        self.variants.iter().all(|variant| variant.id.is_none() || variant.fields.is_empty())
    }
}

/// An enum is one of three things.
pub(super) fn enumeration<'a>(
    name: &Ident,
    parsed: &[ParsedVariant<'a>],
    keys: &ContainerKeys,
    errors: &mut Errors,
) -> Option<Body<'a>> {
    if parsed.is_empty() {
        let message =
            format!("an enum without variants has no values: write a variant, `enum {name} {{ First }}`");
        errors.push(syn::Error::new(name.span(), message));
        return None;
    }
    if keys.family.is_none() {
        refuse_words_of_families(parsed, keys, errors);
    }
    match (&keys.oneof, &keys.family) {
        (Some(_), family @ Some(_)) => {
            refuse(family, "an enum is a `oneof` or a `family`: leave one of the two out", errors);
            None
        }
        (Some(_), None) => Some(Body::Oneof(oneof::oneof(parsed, keys, errors))),
        (None, Some(_)) => Some(Body::Family(family::family(parsed, keys, errors))),
        (None, None) => choice(parsed, keys, errors).map(Body::Choice),
    }
}

fn refuse_words_of_families(parsed: &[ParsedVariant<'_>], keys: &ContainerKeys, errors: &mut Errors) {
    let above = "belongs to a message family: write `family` as well, or leave it out";
    refuse(&keys.header, &format!("`header` {above}"), errors);
    refuse(&keys.checksum, &format!("`checksum` {above}"), errors);
    for variant in parsed {
        let sentence = "`not_found` belongs to a message family: write `#[binary(family)]` above the enum";
        refuse(&variant.keys.not_found, sentence, errors);
    }
}

fn choice<'a>(parsed: &[ParsedVariant<'a>], keys: &ContainerKeys, errors: &mut Errors) -> Option<Choice<'a>> {
    let id_type = match &keys.id_type {
        Some(written) => errors.keep(IdType::read(&written.value))?,
        None => IdType::DEFAULT,
    };
    let format = Format::DEFAULT.read(&keys.endian, &keys.prefix, errors);
    let mut owners = Owners::new(&[]);
    let numbers = numbers::of_variants(parsed, &mut owners, errors);
    check_widths(&id_type, &numbers, errors);
    proto_names::check(parsed, errors);
    let others = parsed.iter().filter_map(|variant| variant.keys.other.as_ref());
    report_second("other", "one variant takes all other ids", others, errors);
    let variant = |(variant, number): (&ParsedVariant<'a>, &Option<Numbered<'_>>)| ChoiceVariant {
        name: variant.name,
        text: variant.text(),
        docs: variant.docs.clone(),
        proto_name: variant.keys.name.as_ref().map(|name| name.value.value()),
        id: number.as_ref().map(|number| number.id),
        kind: variant.kind,
        fields: if variant.keys.other.is_some() {
            check_other(variant, &id_type, errors);
            Vec::new()
        } else {
            packed::fields(&variant.fields, format, false, errors)
        },
    };
    let variants = parsed.iter().zip(&numbers).map(variant).collect();
    Some(Choice { id_type, format, variants })
}

/// Reports a key that only one variant may have.
pub(super) fn report_second<'k>(
    word: &str,
    reason: &str,
    mut given: impl Iterator<Item = &'k Key<()>>,
    errors: &mut Errors,
) {
    let Some(first) = given.next() else { return };
    for (index, other) in given.enumerate() {
        if index == 0 {
            errors.push(syn::Error::new(first.span, format!("`{word}` is given here first")));
        }
        errors.push(syn::Error::new(other.span, format!("{reason}: leave this `{word}` out")));
    }
}

fn check_widths(id_type: &IdType, numbers: &[Option<Numbered<'_>>], errors: &mut Errors) {
    let all = || numbers.iter().flatten();
    let wide_enough = IdType::ALL.iter().find(|candidate| {
        (candidate.signed || !id_type.signed) && all().all(|number| candidate.holds(number.id))
    });
    for Numbered { id, written } in all().filter(|number| !id_type.holds(number.id)) {
        let repair = match wide_enough {
            Some(wide) => format!("write `#[binary(id_type = {})]` above the enum", wide.name),
            None => "give the variants ids that fit one type, up to `u64` or `i64`".to_owned(),
        };
        let message = format!("the id {id} does not fit `{}`: {repair}", id_type.name);
        errors.push(syn::Error::new_spanned(written, message));
    }
}

/// The variant of all other numbers holds the one that was found, and nothing else.
fn check_other(variant: &ParsedVariant<'_>, id_type: &IdType, errors: &mut Errors) {
    let name = variant.name;
    let shaped = match (variant.kind, variant.fields.as_slice()) {
        (Kind::Tuple, [field]) => match stated(field.ty) {
            Stated::Primitive(written) => written == id_type.name,
            Stated::Other => false,
            // It may be another name for the right type, which the compiler knows.
            Stated::Named(written) => !["String", "Vec", "Option", "Box"].contains(&written.as_str()),
        },
        _ => false,
    };
    if !shaped {
        let message = format!("`other` holds the number that was found: write `{name}({})`", id_type.name);
        errors.push(syn::Error::new(name.span(), message));
    }
    refuse_id(&variant.keys.id, "leave `id` out: `other` stands for all ids that are not given", errors);
    for (key, span) in variant.fields.iter().flat_map(|field| field.keys.given()) {
        let message = format!("leave `{key}` out: `other` holds the number as it was found");
        errors.push(syn::Error::new(span, message));
    }
}

impl IdType {
    const DEFAULT: Self = Self { name: "u8", bytes: 1, signed: false };

    /// Narrow ones first.
    const ALL: [Self; 8] = [
        Self::DEFAULT,
        Self { name: "i8", bytes: 1, signed: true },
        Self { name: "u16", bytes: 2, signed: false },
        Self { name: "i16", bytes: 2, signed: true },
        Self { name: "u32", bytes: 4, signed: false },
        Self { name: "i32", bytes: 4, signed: true },
        Self { name: "u64", bytes: 8, signed: false },
        Self { name: "i64", bytes: 8, signed: true },
    ];

    fn read(written: &Ident) -> syn::Result<Self> {
        let name = written.to_string();
        Self::ALL.into_iter().find(|known| known.name == name).ok_or_else(|| {
            let message = format!(
                "`{name}` cannot number variants: write `id_type = u8`, up to `u64`, or `i8` to `i64`"
            );
            syn::Error::new(written.span(), message)
        })
    }

    fn holds(&self, id: i128) -> bool {
        let bits = u32::try_from(self.bytes * 8).unwrap_or(64);
        let range =
            if self.signed { -(1i128 << (bits - 1))..(1i128 << (bits - 1)) } else { 0..(1i128 << bits) };
        range.contains(&id)
    }

    /// A number of this type.
    pub(crate) fn literal(&self, id: i128) -> LitInt {
        LitInt::new(&format!("{id}{}", self.name), Span::call_site())
    }

    /// Its name where no type of the user's can hide it.
    pub(crate) fn primitive(&self) -> TokenStream {
        let name = Ident::new(self.name, Span::call_site());
        quote!(::core::primitive::#name)
    }
}
