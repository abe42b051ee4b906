//! What the variants of an enum are called in a `.proto`, where that is written.

use syn::LitStr;

use super::refuse;
use crate::attributes::Errors;
use crate::message::parse::ParsedVariant;

/// What only the names of all variants can say, the export of the enum does.
pub(super) fn check(parsed: &[ParsedVariant<'_>], errors: &mut Errors) {
    let holds_fields =
        parsed.iter().any(|variant| variant.keys.other.is_none() && !variant.fields.is_empty());
    let mut taken: Vec<(String, &ParsedVariant<'_>)> = Vec::new();
    for variant in parsed {
        let Some(key) = &variant.keys.name else { continue };
        if variant.keys.other.is_some() {
            let sentence = "leave `name` out: `other` stands for numbers, and a `.proto` does not have it";
            refuse(&variant.keys.name, sentence, errors);
            continue;
        }
        if holds_fields {
            let sentence = "leave `name` out: a variant of this enum has fields, and no enum of protobuf has";
            refuse(&variant.keys.name, sentence, errors);
            continue;
        }
        if errors.keep(check_name(&key.value)).is_none() {
            continue;
        }
        let name = key.value.value();
        if let Some((_, first)) = taken.iter().find(|(other, _)| *other == name) {
            let message = format!("`{}` is called `{name}` already: write another name", first.text());
            errors.push(syn::Error::new(key.value.span(), message));
            continue;
        }
        taken.push((name, variant));
    }
}

fn check_name(written: &LitStr) -> syn::Result<()> {
    let name = written.value();
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
    if is_name {
        return Ok(());
    }
    let message = "this is no name in protobuf: write one that begins with a letter and has none but letters (a to z, A to Z), digits and \
                   underscores, such as `name = \"STANDARD\"`";
    Err(syn::Error::new(written.span(), message))
}
