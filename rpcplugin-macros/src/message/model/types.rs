//! What a type's name says. It may mean another type, so it is used only for what the compiler would say worse.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{GenericArgument, Ident, PathArguments, Type, TypePath};

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

/// Whether a type is spelt with this name, or with `Self`, anywhere within it.
pub(super) fn mentions(ty: &Type, name: &Ident) -> bool {
    any_name(ty.to_token_stream(), &|found| found == name || found == "Self")
}

fn any_name(tokens: TokenStream, wanted: &impl Fn(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(found) => wanted(&found),
        TokenTree::Group(group) => any_name(group.stream(), wanted),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
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
