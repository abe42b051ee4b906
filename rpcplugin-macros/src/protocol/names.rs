//! The names of a contract, on the wire and in Rust.

use proc_macro2::Ident;
use quote::format_ident;
use syn::ext::IdentExt as _;
use syn::{LitStr, Result};

/// The name that a method or a contract has on the wire unless it says another one.
pub(super) fn wire_name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The name of a method on the wire unless it says another one.
pub(super) fn method(ident: &Ident) -> String {
    pascal_case(&wire_name(ident))
}

/// `put_value` becomes `PutValue`, the way gRPC names methods.
pub(super) fn pascal_case(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        pascal.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        pascal.push_str(letters.as_str());
    }
    pascal
}

/// Letters, digits and `_`, not beginning with a digit: what protobuf takes as a name.
pub(super) fn is_wire_name(name: &str) -> bool {
    let starts_well = name.chars().next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    starts_well && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The client of the contract that is called this.
pub(super) fn client(contract: &Ident) -> Ident {
    format_ident!("{contract}Client")
}

/// What the types of the methods of the contract that is called this hang on.
pub(super) fn marker(contract: &Ident) -> Ident {
    format_ident!("__{contract}Method")
}

/// The server of the contract that is called this.
pub(super) fn server(contract: &Ident) -> Ident {
    format_ident!("{contract}Server")
}

pub(super) fn check_protocol(literal: &LitStr) -> Result<()> {
    let name = literal.value();
    if !name.is_empty() && name.trim() == name && !name.contains(char::is_control) {
        return Ok(());
    }
    let message = "a protocol is called something, on one line: write a name such as `trading-data`";
    Err(syn::Error::new(literal.span(), message))
}

pub(super) fn check_version(literal: &LitStr) -> Result<()> {
    let version = literal.value();
    let is_written = |letter: char| letter.is_ascii_alphanumeric() || ".-+".contains(letter);
    if version.starts_with(|first: char| first.is_ascii_digit()) && version.chars().all(is_written) {
        return Ok(());
    }
    let message = "a version begins with a number, and is written in letters, digits, `.`, `-` and `+`: write one such as `2.1.0`";
    Err(syn::Error::new(literal.span(), message))
}

pub(super) fn check_service(literal: &LitStr) -> Result<()> {
    if literal.value().split('.').all(is_wire_name) {
        return Ok(());
    }
    let message = "a service is named by letters, digits and `_`, with dots between: write `package.Name`";
    Err(syn::Error::new(literal.span(), message))
}

pub(super) fn check_method(literal: &LitStr) -> Result<()> {
    if is_wire_name(&literal.value()) {
        return Ok(());
    }
    let message = "a method is named by letters, digits and `_`: write a name such as `GetValue`";
    Err(syn::Error::new(literal.span(), message))
}

pub(super) fn check_alias(literal: &LitStr) -> Result<()> {
    let alias = literal.value();
    let is_right = match alias.strip_prefix('/').and_then(|path| path.split_once('/')) {
        Some((service, method)) => service.split('.').all(is_wire_name) && is_wire_name(method),
        None => is_wire_name(&alias),
    };
    if is_right {
        return Ok(());
    }
    let message =
        "an alias is the name of a method, such as `OldName`, or a whole path: write `/package.Name/OldName`";
    Err(syn::Error::new(literal.span(), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_named_the_way_grpc_names_it() {
        assert_eq!(pascal_case("get"), "Get");
        assert_eq!(pascal_case("put_many_values"), "PutManyValues");
        assert_eq!(pascal_case("list_v2__all_"), "ListV2All");
        assert_eq!(pascal_case("getAll"), "GetAll");
        assert_eq!(pascal_case("__"), "");
    }

    #[test]
    fn a_wire_name_is_what_protobuf_takes() {
        assert!(is_wire_name("Get_2"));
        assert!(is_wire_name("_get"));
        for name in ["", "2get", "gr\u{f6}\u{df}e", "a.b", "a/b", "a b"] {
            assert!(!is_wire_name(name), "{name}");
        }
    }
}
