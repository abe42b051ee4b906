//! Reads the kind and the messages of a method from its signature, or says what to write instead.

use quote::format_ident;
use syn::{Error, FnArg, Ident, Pat, PatType, ReceiverKind, Result, ReturnType, Safety, Signature, Type};

use super::kind::Kind;
use super::rpc_attribute::Place;
use super::side::{Side, last_segment, type_arguments};
use super::text::source;
use crate::attributes::Errors;

/// A signature that a call can carry.
pub(super) struct Shape {
    pub(super) request: Option<Request>,
    pub(super) response: Side,
    /// The return type as written.
    pub(super) output: Type,
}

/// The argument of a method. Without one, an empty message is sent.
pub(super) struct Request {
    pub(super) name: Ident,
    /// The type as written.
    pub(super) argument: Type,
    pub(super) side: Side,
}

impl Shape {
    /// Reads a signature. Every mistake is pushed; there is a shape only if there is none.
    pub(super) fn read(signature: &Signature, place: &Place, errors: &mut Errors) -> Option<Self> {
        let plain = errors.keep(check_qualifiers(signature));
        let generic = errors.keep(check_generics(signature));
        let receiver = errors.keep(check_receiver(signature, place));
        let request = errors.keep(read_request(signature));
        let response = errors.keep(read_response(signature));
        let ((), (), (), request, (response, output)) = (plain?, generic?, receiver?, request?, response?);
        Some(Self { request, response, output })
    }

    pub(super) fn kind(&self) -> Kind {
        Kind {
            streams_requests: self.request.as_ref().is_some_and(|request| request.side.streams),
            streams_responses: self.response.streams,
        }
    }

    /// The types that the method sends. An empty message needs no check.
    pub(super) fn messages(&self) -> impl Iterator<Item = &Type> {
        let request = self.request.as_ref().map(|request| &request.side.message);
        request.into_iter().chain([&self.response.message])
    }

    /// The signature that the method would have if it were of this kind.
    pub(super) fn as_kind(&self, method: &Ident, kind: Kind) -> String {
        let side = |message: String, streams| {
            if streams { format!("Streaming<{message}>") } else { message }
        };
        let request = self.request.as_ref();
        let argument = match request {
            None if !kind.streams_requests => String::new(),
            _ => {
                let message =
                    request.map_or_else(|| "()".to_owned(), |request| source(&request.side.message));
                let name = request.map_or_else(|| "requests".to_owned(), |request| request.name.to_string());
                format!(", {name}: {}", side(message, kind.streams_requests))
            }
        };
        let response = side(source(&self.response.message), kind.streams_responses);
        format!("async fn {method}(&self{argument}) -> Result<{response}, Status>")
    }
}

fn check_qualifiers(signature: &Signature) -> Result<()> {
    if let Some(constness) = &signature.constness {
        return Err(Error::new(constness.span, "a call is made while the program runs: leave `const` out"));
    }
    if let Safety::Unsafe(token) = &signature.safety {
        return Err(Error::new(
            token.span,
            "nobody can uphold a condition for the other process: leave `unsafe` out",
        ));
    }
    if let Some(abi) = &signature.abi {
        return Err(Error::new_spanned(abi, "a call crosses processes by a wire: leave `extern` out"));
    }
    if signature.asyncness.is_none() {
        let message = format!("a call takes time: write `async fn {}`", signature.ident);
        return Err(Error::new(signature.fn_token.span, message));
    }
    Ok(())
}

fn check_generics(signature: &Signature) -> Result<()> {
    let message = "a method has one request type and one response type: write them instead of generics";
    if !signature.generics.params.is_empty() {
        return Err(Error::new_spanned(&signature.generics, message));
    }
    match &signature.generics.where_clause {
        Some(clause) => Err(Error::new_spanned(clause, message)),
        None => Ok(()),
    }
}

fn check_receiver(signature: &Signature, place: &Place) -> Result<()> {
    let Some(receiver) = signature.receiver() else {
        let message =
            format!("a method is called on a handler: write `async fn {}(&self, ..)`", signature.ident);
        return Err(Error::new(signature.ident.span(), message));
    };
    let or_skip = place.or_skip;
    match &receiver.kind {
        ReceiverKind::Reference(_, None, None) => Ok(()),
        ReceiverKind::Reference(_, _, Some(mutability)) => {
            let message = format!(
                "calls run side by side: write `&self`, and keep what changes behind a lock{or_skip}"
            );
            Err(Error::new(mutability.span, message))
        }
        ReceiverKind::Value => {
            let message = format!("the next call needs the handler too: write `&self`{or_skip}");
            Err(Error::new_spanned(receiver, message))
        }
        _ => {
            Err(Error::new_spanned(receiver, format!("all calls share one handler: write `&self`{or_skip}")))
        }
    }
}

fn read_request(signature: &Signature) -> Result<Option<Request>> {
    let arguments: Vec<&PatType> = signature.inputs.iter().filter_map(typed).collect();
    let (argument, others) = match arguments.as_slice() {
        [] => return Ok(None),
        [argument, others @ ..] => (*argument, others),
    };
    if let Some(extra) = others.first() {
        let names: Vec<_> = arguments.iter().map(|argument| format!("`{}`", source(&argument.pat))).collect();
        let message =
            format!("a call carries one message: put {} into a struct that is one", names.join(", "));
        return Err(Error::new_spanned(extra, message));
    }
    let side = Side::read(&argument.ty)?;
    let name = match &*argument.pat {
        Pat::Ident(pattern) if !pattern.ident.to_string().starts_with('_') => pattern.ident.clone(),
        _ => format_ident!("{}", if side.streams { "requests" } else { "request" }),
    };
    Ok(Some(Request { name, argument: (*argument.ty).clone(), side }))
}

fn typed(argument: &FnArg) -> Option<&PatType> {
    match argument {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    }
}

fn read_response(signature: &Signature) -> Result<(Side, Type)> {
    let ReturnType::Type(_, output) = &signature.output else {
        return Err(Error::new(signature.ident.span(), "a call can fail: write `-> Result<(), Status>`"));
    };
    if let Type::ImplTrait(_) = &**output {
        let message = "a call answers with a message or a stream of them: write `Result<T, Status>`, or \
                       `Result<Streaming<T>, Status>` with `Streaming::new(stream)`";
        return Err(Error::new_spanned(output, message));
    }
    let Some(result) = last_segment(output).filter(|segment| segment.ident == "Result") else {
        let message = format!("a call can fail: write `Result<{}, Status>`", source(output));
        return Err(Error::new_spanned(output, message));
    };
    let (success, failure) = match type_arguments(result).as_slice() {
        [success] => (*success, None),
        [success, failure] => (*success, Some(*failure)),
        _ => {
            return Err(Error::new_spanned(
                result,
                "a call answers with a message: write `Result<T, Status>`",
            ));
        }
    };
    if let Some(failure) = failure
        && last_segment(failure).is_none_or(|segment| segment.ident != "Status")
    {
        let message = format!("a call fails with a `Status`: write `Result<{}, Status>`", source(success));
        return Err(Error::new_spanned(failure, message));
    }
    Ok((Side::read(success)?, (**output).clone()))
}
