//! What a type's name says. It may mean another type, so it is used only for what the compiler would say worse.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{GenericArgument, Ident, PathArguments, PathSegment, Type, TypePath};

/// A type as it is written.
pub(super) enum Stated {
    /// A number, `bool` or `char`: its size is known, and it has no length.
    Primitive(String),
    /// The last name of a path.
    Named(String),
    /// A tuple, an array, a reference.
    Other,
}

pub(super) fn stated(ty: &Type) -> Stated {
    match ty {
        Type::Group(group) => stated(&group.elem),
        Type::Paren(paren) => stated(&paren.elem),
        Type::Path(TypePath { qself: None, path, .. }) => match path.segments.last() {
            Some(last) => {
                let name = last.ident.to_string();
                if PRIMITIVES.contains(&name.as_str()) {
                    Stated::Primitive(name)
                } else {
                    Stated::Named(name)
                }
            }
            None => Stated::Other,
        },
        _ => Stated::Other,
    }
}

/// Whether a type is spelt with this name alone, or with `Self`, anywhere within it: `std::time::Duration` is another type
/// than the `Duration` that holds it.
pub(super) fn mentions(ty: &Type, name: &Ident) -> bool {
    any_bare_name(ty.to_token_stream(), &|found| found == name || found == "Self")
}

fn any_bare_name(tokens: TokenStream, wanted: &impl Fn(&Ident) -> bool) -> bool {
    let mut behind_colon = false;
    tokens.into_iter().any(|token| {
        let was_behind_colon = std::mem::replace(&mut behind_colon, is_colon(&token));
        match token {
            TokenTree::Ident(found) => !was_behind_colon && wanted(&found),
            TokenTree::Group(group) => any_bare_name(group.stream(), wanted),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        }
    })
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

/// Collects the types within one that are known only with a parameter, `T::Item` or `<T as Trait>::Item`, each once.
pub(crate) fn associated_types(ty: &Type, parameters: &[&Ident], found: &mut Vec<Type>) {
    match ty {
        Type::Group(group) => associated_types(&group.elem, parameters, found),
        Type::Paren(paren) => associated_types(&paren.elem, parameters, found),
        Type::Array(array) => associated_types(&array.elem, parameters, found),
        Type::Reference(reference) => associated_types(&reference.elem, parameters, found),
        Type::Tuple(tuple) => {
            tuple.elems.iter().for_each(|item| associated_types(item, parameters, found));
        }
        Type::Path(path) if is_associated(path, parameters) => {
            let text = ty.to_token_stream().to_string();
            if !found.iter().any(|known| known.to_token_stream().to_string() == text) {
                found.push(ty.clone());
            }
        }
        Type::Path(path) => {
            for inner in path.path.segments.iter().flat_map(types_in) {
                associated_types(inner, parameters, found);
            }
        }
        _ => {}
    }
}

fn is_associated(ty: &TypePath, parameters: &[&Ident]) -> bool {
    let is_parameter = |name: &Ident| parameters.contains(&name);
    match &ty.qself {
        Some(qself) => any_bare_name(qself.ty.to_token_stream(), &is_parameter),
        None => {
            ty.path.leading_colon.is_none()
                && ty.path.segments.len() > 1
                && ty.path.segments.first().is_some_and(|first| is_parameter(&first.ident))
        }
    }
}

fn types_in(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(list) = &segment.arguments else { return Vec::new() };
    list.args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
        .collect()
}

/// The type within any `Option`, `Vec` and `Box`.
pub(super) fn inner(ty: &Type) -> Stated {
    match ty {
        Type::Group(group) => inner(&group.elem),
        Type::Paren(paren) => inner(&paren.elem),
        Type::Path(TypePath { qself: None, path, .. }) => match path.segments.last() {
            Some(last) if ["Option", "Vec", "Box"].iter().any(|outer| last.ident == outer) => {
                match &last.arguments {
                    PathArguments::AngleBracketed(list) => match list.args.first() {
                        Some(GenericArgument::Type(only)) => inner(only),
                        _ => Stated::Other,
                    },
                    _ => Stated::Other,
                }
            }
            _ => stated(ty),
        },
        _ => Stated::Other,
    }
}

const PRIMITIVES: [&str; 16] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
    "bool", "char",
];
