//! What a contract is made of: the methods of a trait, or those of an impl block that are calls.

use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{
    Attribute, Error, ImplItem, ImplItemFn, ItemImpl, ItemTrait, Signature, TraitItem, TraitItemFn,
    Visibility,
};

use super::method::Method;
use super::place::Place;
use super::rpc_attribute::{self, RpcAttribute};
use super::{carried, generics, text};
use crate::attributes::Errors;

pub(super) fn of_trait(item: &ItemTrait, errors: &mut Errors) -> Vec<Method> {
    if let Some(token) = &item.unsafety {
        errors.push(Error::new(
            token.span,
            "nobody can uphold a condition for the other process: leave `unsafe` out",
        ));
    }
    if let Some(token) = &item.modifiers.auto_token {
        errors.push(Error::new(token.span, "a contract has methods: leave `auto` out"));
    }
    errors.keep(generics::check_trait(&item.generics));
    let mut methods = Members::default();
    for item in &item.items {
        match item {
            TraitItem::Fn(method) => {
                errors.keep(carried::check_unconditional_rpc(&method.attrs));
                let rpc = RpcAttribute::read(&method.attrs, errors);
                if rpc.skip.is_some() {
                    errors.keep(check_left_out(method, &rpc));
                } else {
                    let place = Place::Trait { has_body: method.default.is_some() };
                    methods.read(&method.attrs, &method.sig, rpc, place, errors);
                }
            }
            TraitItem::Type(other) => errors.push(only_methods("type", &other.ident)),
            TraitItem::Const(other) => errors.push(only_methods("constant", &other.ident)),
            other => errors.push(Error::new_spanned(
                other,
                "the methods of a contract are read as they stand: write them out",
            )),
        }
    }
    methods.require_any(&item.ident, errors);
    methods.found
}

pub(super) fn of_impl(item: &ItemImpl, errors: &mut Errors) -> (Visibility, Vec<Method>) {
    if let Some((path, _)) = &item.trait_ {
        let message = format!(
            "a contract is the trait itself: put `#[rpc_protocol]` on `trait {}`, or on a block without a trait",
            text::source(path)
        );
        errors.push(Error::new_spanned(path, message));
        return (Visibility::Inherited, Vec::new());
    }
    errors.keep(generics::check_block(&item.generics, &item.self_ty));
    let mut visibility = None;
    let mut methods = Members::default();
    for function in item.items.iter().filter_map(function) {
        errors.keep(carried::check_unconditional_rpc(&function.attrs));
        let rpc = RpcAttribute::read(&function.attrs, errors);
        if rpc.skip.is_some() || !is_method(function) {
            continue;
        }
        check_visibility(function, visibility.get_or_insert(&function.vis), errors);
        methods.read(&function.attrs, &function.sig, rpc, Place::Impl, errors);
    }
    methods.require_any(&item.self_ty, errors);
    for message in methods.found.iter().flat_map(|method| method.shape.messages()) {
        errors.keep(generics::check_message(&item.generics, message));
    }
    (visibility.cloned().unwrap_or(Visibility::Inherited), methods.found)
}

/// Whether the function is part of the contract, or says so: then it is told what keeps it out.
pub(super) fn is_method(function: &ImplItemFn) -> bool {
    let is_call = function.sig.asyncness.is_some() && function.sig.receiver().is_some();
    is_call || rpc_attribute::is_on(&function.attrs)
}

pub(super) fn function(item: &ImplItem) -> Option<&ImplItemFn> {
    match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    }
}

/// The methods that could be read, among those that there are.
#[derive(Default)]
struct Members {
    found: Vec<Method>,
    count: usize,
}

impl Members {
    fn read(
        &mut self,
        attributes: &[Attribute],
        signature: &Signature,
        rpc: RpcAttribute,
        place: Place,
        errors: &mut Errors,
    ) {
        self.found.extend(Method::read(attributes, signature, rpc, (self.count, place), errors));
        self.count += 1;
    }

    fn require_any(&self, place: &impl ToTokens, errors: &mut Errors) {
        if self.count == 0 {
            let message = "a contract has a method: write `async fn name(&self, request: Request) -> Result<Response, \
                           Status>`";
            errors.push(Error::new_spanned(place, message));
        }
    }
}

/// The client implements the trait, and no call gives it an answer to this method.
fn check_left_out(method: &TraitItemFn, rpc: &RpcAttribute) -> syn::Result<()> {
    match (&method.default, rpc.skip) {
        (None, Some(skip)) => {
            let message = format!(
                "the client has `{}` too, and cannot call it: give it a default body, or leave `skip` out",
                method.sig.ident
            );
            Err(Error::new(skip, message))
        }
        _ if method.sig.ident.unraw() == "with" => {
            let message = "the client has a `with` of its own: give the method another name";
            Err(Error::new(method.sig.ident.span(), message))
        }
        _ => Ok(()),
    }
}

/// A helper that became a method unseen would be open to the other process.
fn check_visibility(function: &ImplItemFn, first: &Visibility, errors: &mut Errors) {
    let first = text::source(first);
    if text::source(&function.vis) == first {
        return;
    }
    let name = &function.sig.ident;
    let wanted = if first.is_empty() { "nothing before `async`".to_owned() } else { format!("`{first}`") };
    let message = format!(
        "the methods of a contract are equally visible: write {wanted} as above, or leave `{name}` out by `#[rpc(skip)]`"
    );
    errors.push(Error::new(name.span(), message));
}

fn only_methods(what: &str, ident: &syn::Ident) -> Error {
    let message = format!("a contract has methods only: move the {what} `{ident}` out of it");
    Error::new(ident.span(), message)
}
