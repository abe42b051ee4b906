//! Reads the arguments of a method: one message or stream at most, and one context at most, in any order.

use quote::format_ident;
use syn::{Error, FnArg, Ident, Pat, PatType, Result, Signature, Type};

use super::rpc_attribute;
use super::side::{Side, is_context, last_segment, type_arguments};
use super::text::source;
use crate::attributes::Errors;

/// An argument of a method.
pub(super) struct Argument {
    pub(super) name: Ident,
    /// The type as written.
    pub(super) written: Type,
    pub(super) role: Role,
}

/// What an argument is for.
pub(super) enum Role {
    /// Everything about the call but its messages. It does not travel as such.
    Context,
    /// What the caller sends.
    Request(Box<Side>),
}

/// Every mistake is pushed; there are arguments only if there is none.
pub(super) fn read(signature: &Signature, errors: &mut Errors) -> Option<Vec<Argument>> {
    let written = signature.inputs.iter().filter_map(typed);
    let (contexts, requests): (Vec<&PatType>, Vec<&PatType>) =
        written.partition(|argument| holds_context(&argument.ty));
    let unconditional = errors.keep(signature.inputs.iter().try_for_each(check_attributes));
    let contexts = errors.keep(check_contexts(&contexts));
    let side = errors.keep(read_request(&requests));
    let ((), (), mut side) = (unconditional?, contexts?, side?);
    let mut arguments: Vec<Argument> = Vec::new();
    for argument in signature.inputs.iter().filter_map(typed) {
        let role = match holds_context(&argument.ty) {
            true => Role::Context,
            false => Role::Request(Box::new(side.take()?)),
        };
        let name = name(argument, &role, signature, &arguments);
        arguments.push(Argument { name, written: (*argument.ty).clone(), role });
    }
    Some(arguments)
}

/// Whether the type is a `Context`, or one behind a reference or in an `Option`, which is told what to write.
fn holds_context(written: &Type) -> bool {
    match written {
        Type::Reference(reference) => is_context(&reference.elem),
        other => is_context(other) || optional_context(other).is_some(),
    }
}

fn optional_context(written: &Type) -> Option<&Type> {
    let option = last_segment(written).filter(|segment| segment.ident == "Option")?;
    type_arguments(option).into_iter().find(|inner| is_context(inner))
}

fn check_contexts(contexts: &[&PatType]) -> Result<()> {
    for context in contexts {
        if let Type::Reference(reference) = &*context.ty {
            let written = source(&reference.elem);
            let message = format!("a call owns its context, which is cheap to clone: write `{written}`");
            return Err(Error::new_spanned(&context.ty, message));
        }
        if let Some(inner) = optional_context(&context.ty) {
            let message = format!("every call has a context: write `{}`", source(inner));
            return Err(Error::new_spanned(&context.ty, message));
        }
    }
    match contexts {
        [_, extra, ..] => {
            let message = format!("a call has one context: leave `{}` out", source(&extra.pat));
            Err(Error::new_spanned(extra, message))
        }
        _ => Ok(()),
    }
}

fn read_request(requests: &[&PatType]) -> Result<Option<Side>> {
    match requests {
        [] => Ok(None),
        [request] => Side::read(&request.ty).map(Some),
        [_, extra, ..] => {
            let names: Vec<_> =
                requests.iter().map(|argument| format!("`{}`", source(&argument.pat))).collect();
            let message =
                format!("a call carries one message: put {} into a struct that is one", names.join(", "));
            Err(Error::new_spanned(extra, message))
        }
    }
}

fn check_attributes(argument: &FnArg) -> Result<()> {
    let attributes = match argument {
        FnArg::Typed(typed) => &typed.attrs,
        FnArg::Receiver(receiver) => &receiver.attrs,
    };
    rpc_attribute::check_none(attributes, "`#[rpc(..)]` is said of a method: put it above the `fn`")?;
    let conditional = |name: &str| name == "cfg" || name == "cfg_attr";
    match attributes
        .iter()
        .find(|attribute| attribute.path().get_ident().is_some_and(|name| conditional(&name.to_string())))
    {
        Some(condition) => {
            let message = "a method takes the same on both sides: put `cfg` on the method";
            Err(Error::new_spanned(condition, message))
        }
        None => Ok(()),
    }
}

/// The name as it is written, if it is one that can be used.
fn name(argument: &PatType, role: &Role, signature: &Signature, earlier: &[Argument]) -> Ident {
    let is_taken = |name: &Ident| earlier.iter().any(|argument| argument.name == *name);
    if let Some(written) = written_name(argument).filter(|name| !is_taken(name)) {
        return written.clone();
    }
    let mut name = match role {
        Role::Context => format_ident!("context"),
        Role::Request(side) if side.streams => format_ident!("requests"),
        Role::Request(_) => format_ident!("request"),
    };
    let others: Vec<&Ident> = signature.inputs.iter().filter_map(typed).filter_map(written_name).collect();
    while others.contains(&&name) || is_taken(&name) {
        name = format_ident!("{name}_");
    }
    name
}

fn written_name(argument: &PatType) -> Option<&Ident> {
    match &*argument.pat {
        Pat::Ident(pattern) if !pattern.ident.to_string().starts_with('_') => Some(&pattern.ident),
        _ => None,
    }
}

fn typed(argument: &FnArg) -> Option<&PatType> {
    match argument {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    }
}
