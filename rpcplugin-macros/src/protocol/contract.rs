use syn::{Attribute, Error, Ident, Item, ItemImpl, ItemTrait, Path, Visibility};

use super::arguments::Arguments;
use super::method::Method;
use super::side::last_segment;
use super::{carried, collisions, max_len, members, names, rpc_attribute, text};
use crate::attributes::Errors;

/// What a `#[rpc_protocol]` means, once nothing is wrong with it.
pub(super) struct Contract<'a> {
    pub(super) form: Form<'a>,
    /// Where generated code finds the runtime.
    pub(super) runtime: Path,
    /// The full name of the service.
    pub(super) service: String,
    /// What people call the protocol.
    pub(super) protocol: String,
    pub(super) version: String,
    /// The constant with the files that the messages were generated from.
    pub(super) descriptors: Option<Path>,
    pub(super) documentation: String,
    /// The name of the trait or of the type: the generated names are made of it.
    pub(super) ident: Ident,
    /// How visible the client and the server are.
    pub(super) visibility: Visibility,
    /// What everything that is made of the contract carries: a `cfg` beside the macro, and lints that are allowed there.
    pub(super) carried: Vec<Attribute>,
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
            Form::Trait(item) => (&item.attrs, item.vis.clone(), members::of_trait(item, errors)),
            Form::Inherent(item) => {
                let (visibility, methods) = members::of_impl(item, errors);
                (&item.attrs, visibility, methods)
            }
        };
        errors.keep(rpc_attribute::check_none(
            attributes,
            "what is said of the whole contract stands in `#[rpc_protocol(..)]`: move it there",
        ));
        let contract = Self {
            form,
            runtime: arguments.runtime.clone(),
            service: errors.keep(service_name(arguments, &ident))?,
            protocol: arguments.name.clone().unwrap_or_else(|| names::wire_name(&ident)),
            version: arguments.version.clone(),
            descriptors: arguments.descriptors.clone(),
            documentation: text::documentation(attributes),
            ident,
            visibility,
            carried: carried::of_all(attributes),
            methods,
        };
        collisions::check(&contract, errors);
        for bytes in contract.methods.iter().filter_map(|method| method.max_len.as_ref()) {
            errors.keep(max_len::check_self(bytes, &contract));
        }
        Some(contract)
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

fn service_name(arguments: &Arguments, ident: &Ident) -> syn::Result<String> {
    let name = arguments.service.clone().unwrap_or_else(|| names::wire_name(ident));
    if name.split('.').all(names::is_wire_name) {
        return Ok(name);
    }
    let message =
        format!("`{ident}` makes no name for the wire: write `#[rpc_protocol(service = \"package.Name\")]`");
    Err(Error::new(ident.span(), message))
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
