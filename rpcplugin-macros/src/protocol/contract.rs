use quote::ToTokens;
use syn::{
    Error, Generics, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ItemTrait, Path, PathArguments, TraitItem,
    Type, Visibility,
};

use super::arguments::Arguments;
use super::method::Method;
use super::names;
use super::rpc_attribute::{self, IN_IMPL, IN_TRAIT, RpcAttribute};
use super::side::last_segment;
use super::text;
use crate::attributes::Errors;

/// What a `#[rpc_protocol]` means, once nothing is wrong with it.
pub(super) struct Contract<'a> {
    pub(super) form: Form<'a>,
    /// Where generated code finds the runtime.
    pub(super) runtime: Path,
    /// The full name of the service.
    pub(super) service: String,
    pub(super) documentation: String,
    /// The name of the trait or of the type: the generated names are made of it.
    pub(super) ident: Ident,
    /// How visible the client and the server are.
    pub(super) visibility: Visibility,
    pub(super) methods: Vec<Method>,
}

/// What the attribute stands on.
pub(super) enum Form<'a> {
    /// A contract that any type may implement.
    Trait(&'a ItemTrait),
    /// Contract and handler in one.
    Inherent(&'a ItemImpl),
}

impl<'a> Contract<'a> {
    /// Reads a contract. Every mistake is pushed; without a contract at least one was.
    pub(super) fn read(arguments: &Arguments, item: &'a Item, errors: &mut Errors) -> Option<Self> {
        let (form, ident) = match item {
            Item::Trait(item) => (Form::Trait(item), item.ident.clone()),
            Item::Impl(item) => (Form::Inherent(item), errors.keep(name_of_type(item))?),
            other => {
                errors.push(not_a_contract(other));
                return None;
            }
        };
        let (attributes, visibility, methods) = match form {
            Form::Trait(item) => (&item.attrs, item.vis.clone(), read_trait(item, errors)),
            Form::Inherent(item) => {
                let (visibility, methods) = read_impl(item, errors);
                (&item.attrs, visibility, methods)
            }
        };
        check_wire_names(&methods, errors);
        Some(Self {
            form,
            runtime: arguments.runtime.clone(),
            service: errors.keep(service_name(arguments, &ident))?,
            documentation: text::documentation(attributes),
            ident,
            visibility,
            methods,
        })
    }
}

/// The name of the type in `impl Type { .. }`.
pub(super) fn name_of_type(item: &ItemImpl) -> syn::Result<Ident> {
    match last_segment(&item.self_ty) {
        Some(segment) => Ok(segment.ident.clone()),
        None => Err(Error::new_spanned(
            &item.self_ty,
            "a handler has a name: write the block for a struct or an enum",
        )),
    }
}

fn read_trait(item: &ItemTrait, errors: &mut Errors) -> Vec<Method> {
    if let Some(token) = &item.unsafety {
        errors.push(Error::new(
            token.span,
            "nobody can uphold a condition for the other process: leave `unsafe` out",
        ));
    }
    if let Some(token) = &item.modifiers.auto_token {
        errors.push(Error::new(token.span, "a contract has methods: leave `auto` out"));
    }
    errors.keep(check_generics(&item.generics));
    let mut methods = Vec::new();
    for item in &item.items {
        match item {
            TraitItem::Fn(method) => {
                let rpc = RpcAttribute::read(&method.attrs, &IN_TRAIT, errors);
                methods.push(Method::read(&method.attrs, &method.sig, rpc, &IN_TRAIT, errors));
            }
            TraitItem::Type(other) => errors.push(only_methods("type", &other.ident)),
            TraitItem::Const(other) => errors.push(only_methods("constant", &other.ident)),
            other => errors.push(Error::new_spanned(
                other,
                "the methods of a contract are read as they stand: write them out",
            )),
        }
    }
    require_methods(methods.len(), &item.ident, errors);
    methods.into_iter().flatten().collect()
}

fn read_impl(item: &ItemImpl, errors: &mut Errors) -> (Visibility, Vec<Method>) {
    if let Some((path, _)) = &item.trait_ {
        let message = format!(
            "a contract is the trait itself: put `#[rpc_protocol]` on `trait {}`, or on a block without a trait",
            text::source(path)
        );
        errors.push(Error::new_spanned(path, message));
        return (Visibility::Inherited, Vec::new());
    }
    errors.keep(check_generics(&item.generics).and_then(|()| check_type_arguments(&item.self_ty)));
    let functions = item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    });
    let mut visibility = None;
    let mut methods = Vec::new();
    for function in functions {
        let rpc = RpcAttribute::read(&function.attrs, &IN_IMPL, errors);
        if rpc.skip || !is_method(function) {
            continue;
        }
        check_visibility(function, visibility.get_or_insert(&function.vis), errors);
        methods.push(Method::read(&function.attrs, &function.sig, rpc, &IN_IMPL, errors));
    }
    require_methods(methods.len(), &item.self_ty, errors);
    (visibility.cloned().unwrap_or(Visibility::Inherited), methods.into_iter().flatten().collect())
}

/// Whether the function is part of the contract, or says so: then it is told what keeps it out.
pub(super) fn is_method(function: &ImplItemFn) -> bool {
    let is_call = function.sig.asyncness.is_some() && function.sig.receiver().is_some();
    is_call || rpc_attribute::is_on(&function.attrs)
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

fn check_generics(generics: &Generics) -> syn::Result<()> {
    let message = "a contract is one table for every host: write the types instead of generics";
    if !generics.params.is_empty() {
        return Err(Error::new_spanned(generics, message));
    }
    match &generics.where_clause {
        Some(clause) => Err(Error::new_spanned(clause, message)),
        None => Ok(()),
    }
}

fn check_type_arguments(handler: &Type) -> syn::Result<()> {
    match last_segment(handler).map(|segment| &segment.arguments) {
        None | Some(PathArguments::None) => Ok(()),
        Some(arguments) => {
            let message =
                "a contract is one table for every host: write the block for a type without arguments";
            Err(Error::new_spanned(arguments, message))
        }
    }
}

fn require_methods(count: usize, place: &impl ToTokens, errors: &mut Errors) {
    if count == 0 {
        let message = "a contract has a method: write `async fn name(&self, request: Request) -> Result<Response, \
                       Status>`";
        errors.push(Error::new_spanned(place, message));
    }
}

fn check_wire_names(methods: &[Method], errors: &mut Errors) {
    for method in methods {
        let name = &method.name;
        if methods.iter().filter(|other| other.name == *name).count() > 1 {
            let message = format!(
                "two methods are called `{name}` on the wire: give one of them `#[rpc(name = \"..\")]`"
            );
            errors.push(Error::new(method.name_span, message));
        }
    }
}

fn service_name(arguments: &Arguments, ident: &Ident) -> syn::Result<String> {
    let name = arguments.service.clone().unwrap_or_else(|| names::wire_name(ident));
    if name.split('.').all(names::is_wire_name) {
        return Ok(name);
    }
    let message =
        format!("`{ident}` makes no name for the wire: write `#[rpc_protocol(service = \"package.Name\")]`");
    Err(Error::new(ident.span(), message))
}

fn only_methods(what: &str, ident: &Ident) -> Error {
    let message = format!("a contract has methods only: move the {what} `{ident}` out of it");
    Error::new(ident.span(), message)
}

fn not_a_contract(item: &Item) -> Error {
    let message = "`#[rpc_protocol]` goes on a trait, or on an impl block: move it there";
    match item {
        Item::Struct(item) => Error::new(item.ident.span(), message),
        Item::Enum(item) => Error::new(item.ident.span(), message),
        Item::Fn(item) => Error::new(item.sig.ident.span(), message),
        Item::Mod(item) => Error::new(item.ident.span(), message),
        other => Error::new_spanned(other, message),
    }
}
