//! The names of a contract, on the wire and in Rust.

use proc_macro2::Ident;
use quote::format_ident;
use syn::ext::IdentExt as _;
use syn::{LitStr, Result};

/// The name that a method or a contract has on the wire unless it says another one.
pub(super) fn wire_name(ident: &Ident) -> String {
    ident.unraw().to_string()
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

/// The server of the contract that is called this.
pub(super) fn server(contract: &Ident) -> Ident {
    format_ident!("{contract}Server")
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
