//! Two things of a contract that have one name.

use quote::quote;
use syn::ext::IdentExt as _;
use syn::{Attribute, Error};

use super::alias;
use super::contract::{Contract, Form};
use super::method::Method;
use crate::attributes::Errors;

pub(super) fn check(contract: &Contract<'_>, errors: &mut Errors) {
    for method in &contract.methods {
        errors.keep(check_generated(contract, method));
        errors.keep(check_name(contract, method));
    }
    check_aliases(contract, errors);
}

/// What the client has beside the methods.
pub(super) const IN_CLIENT: [&str; 3] = ["new", "with", "SPEC"];

/// A method called like something of the client. A trait's `new` is called on a value and the client's on the type, but
/// `with` is called on a value in both.
fn check_generated(contract: &Contract<'_>, method: &Method) -> syn::Result<()> {
    let generated: &[&str] = match contract.form {
        Form::Trait(_) => &["with"],
        Form::Inherent(_) => &IN_CLIENT,
    };
    let ident = method.ident.unraw().to_string();
    if !generated.contains(&ident.as_str()) {
        return Ok(());
    }
    let name = &method.name;
    let message = format!(
        "the client has a `{ident}` of its own: give the method another name in Rust, and keep this one on the wire by `#[rpc(name = \"{name}\")]`"
    );
    Err(Error::new(method.ident.span(), message))
}

fn check_name(contract: &Contract<'_>, method: &Method) -> syn::Result<()> {
    let name = &method.name;
    let others = || contract.methods.iter().filter(|other| other.position != method.position);
    let is_same = |other: &&Method| !are_exclusive(&method.conditions, &other.conditions);
    if let Some(twin) = others().filter(is_same).find(|other| other.ident == method.ident) {
        // Said once, at the later one: the fallback leaves it out.
        return match twin.position < method.position {
            true => {
                let message =
                    format!("`{}` stands here already: give one of the two another name", method.ident);
                Err(Error::new(method.ident.span(), message))
            }
            false => Ok(()),
        };
    }
    if others().filter(is_same).any(|other| other.name == *name) {
        let message =
            format!("two methods are called `{name}` on the wire: give one of them `#[rpc(name = \"..\")]`");
        return Err(Error::new(method.name_span, message));
    }
    Ok(())
}

fn check_aliases(contract: &Contract<'_>, errors: &mut Errors) {
    let service = &contract.service;
    let mut earlier: Vec<(String, &Method)> = Vec::new();
    for method in &contract.methods {
        for alias in &method.aliases {
            let path = alias::path(service, &alias.value());
            let taken = earlier.iter().find(|(other, owner)| {
                *other == path && !are_exclusive(&method.conditions, &owner.conditions)
            });
            let named = contract.methods.iter().find(|other| {
                path == alias::path(service, &other.name)
                    && !are_exclusive(&method.conditions, &other.conditions)
            });
            if let Some(message) = collision(&alias.value(), method, named, taken.map(|(_, owner)| *owner)) {
                errors.push(Error::new(alias.span(), message));
            }
            earlier.push((path, method));
        }
    }
}

fn collision(alias: &str, method: &Method, named: Option<&Method>, taken: Option<&Method>) -> Option<String> {
    match (named, taken) {
        (Some(owner), _) if owner.position == method.position => {
            Some(format!("`{alias}` is what `{}` is called anyway: leave the alias out", method.ident))
        }
        (Some(owner), _) => Some(format!(
            "`{}` is called `{alias}` on the wire: a call finds one method, so leave the alias out",
            owner.ident
        )),
        (None, Some(owner)) if owner.position == method.position => {
            Some(format!("`{alias}` stands in the list already: leave this one out"))
        }
        (None, Some(owner)) => Some(format!(
            "`{alias}` is an alias of `{}` already: a call finds one method, so leave this one out",
            owner.ident
        )),
        (None, None) => None,
    }
}

/// Whether two methods may be two versions of one, for two ways to build a side. Only the compiler knows the conditions:
/// if both hold, it finds two methods of one name, or the router does.
pub(super) fn are_exclusive(one: &[Attribute], other: &[Attribute]) -> bool {
    let (one, other) = (quote!(#(#one)*).to_string(), quote!(#(#other)*).to_string());
    !one.is_empty() && !other.is_empty() && one != other
}
