//! Reads the kind and the messages of a method from its signature, or says what to write instead.

use syn::{Error, Ident, PathSegment, ReceiverKind, Result, ReturnType, Safety, Signature, Type};

use super::generics;
use super::inputs::{self, Argument, Role};
use super::kind::Kind;
use super::place::Place;
use super::side::{Side, last_segment, type_arguments};
use super::text::source;
use crate::attributes::{Errors, closest};

/// A signature that a call can carry.
pub(super) struct Shape {
    /// In the order in which they are written. Without a request among them, an empty message is sent.
    pub(super) arguments: Vec<Argument>,
    pub(super) response: Side,
    /// The return type as written.
    pub(super) output: Type,
}

impl Shape {
    /// Reads a signature. Every mistake is pushed; there is a shape only if there is none.
    pub(super) fn read(signature: &Signature, place: Place, errors: &mut Errors) -> Option<Self> {
        let plain = errors.keep(check_qualifiers(signature, place));
        let generic = errors.keep(check_generics(signature));
        let receiver = errors.keep(check_receiver(signature, place));
        let arguments = inputs::read(signature, errors);
        let response = errors.keep(read_response(signature));
        let ((), (), (), (response, output)) = (plain?, generic?, receiver?, response?);
        Some(Self { arguments: arguments?, response, output })
    }

    pub(super) fn kind(&self) -> Kind {
        Kind {
            streams_requests: self.request().is_some_and(|(_, side)| side.streams),
            streams_responses: self.response.streams,
        }
    }

    pub(super) fn request(&self) -> Option<(&Ident, &Side)> {
        self.arguments.iter().find_map(|argument| match &argument.role {
            Role::Request(side) => Some((&argument.name, &**side)),
            Role::Context => None,
        })
    }

    pub(super) fn context(&self) -> Option<&Argument> {
        self.arguments.iter().find(|argument| matches!(argument.role, Role::Context))
    }

    /// The types that the method sends. An empty message needs no check.
    pub(super) fn messages(&self) -> impl Iterator<Item = &Type> {
        self.request().map(|(_, side)| &side.message).into_iter().chain([&self.response.message])
    }

    /// The signature that the method would have if it were of this kind.
    pub(super) fn as_kind(&self, method: &Ident, kind: Kind) -> String {
        let side = |message: String, streams| {
            if streams { format!("Streaming<{message}>") } else { message }
        };
        let mut arguments = String::from("&self");
        for Argument { name, written, role } in &self.arguments {
            let written = match role {
                Role::Context => source(written),
                Role::Request(request) => side(source(&request.message), kind.streams_requests),
            };
            arguments.push_str(&format!(", {name}: {written}"));
        }
        if self.request().is_none() && kind.streams_requests {
            arguments.push_str(", requests: Streaming<()>");
        }
        let response = side(source(&self.response.message), kind.streams_responses);
        format!("async fn {method}({arguments}) -> Result<{response}, Status>")
    }
}

fn check_qualifiers(signature: &Signature, place: Place) -> Result<()> {
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
        let message = format!("a call takes time: write `async fn {}`{}", signature.ident, place.or_skip());
        return Err(Error::new(signature.fn_token.span, message));
    }
    Ok(())
}

fn check_generics(signature: &Signature) -> Result<()> {
    let message = "a method has one request type and one response type: write them instead of generics";
    if !signature.generics.params.is_empty() {
        return Err(Error::new_spanned(&signature.generics, message));
    }
    let advice =
        "a call is made to any handler: leave the conditions out, or make them those of the whole contract";
    generics::check_where(&signature.generics, advice)
}

fn check_receiver(signature: &Signature, place: Place) -> Result<()> {
    let or_skip = place.or_skip();
    let Some(receiver) = signature.receiver() else {
        let message = format!(
            "a method is called on a handler: write `async fn {}(&self, ..)`{or_skip}",
            signature.ident
        );
        return Err(Error::new(signature.ident.span(), message));
    };
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
        return Err(Error::new_spanned(output, no_result(output)));
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
        let message = match last_segment(failure).filter(|segment| is_nearly(segment, "Status")) {
            Some(segment) => format!("a call fails with a `Status`: write it for `{}`", segment.ident),
            None => format!("a call fails with a `Status`: write `Result<{}, Status>`", source(success)),
        };
        return Err(Error::new_spanned(failure, message));
    }
    Ok((Side::read(success)?, (**output).clone()))
}

/// What to write for a type that is not called `Result`.
fn no_result(output: &Type) -> String {
    let segment = last_segment(output);
    if let Some(segment) =
        segment.filter(|segment| !segment.arguments.is_none() && is_nearly(segment, "Result"))
    {
        return format!("a call can fail: write `Result` for `{}`", segment.ident);
    }
    let message = format!("a call can fail: write `Result<{}, Status>`", without_results(output));
    let is_known = |segment: &PathSegment| NO_ALIASES.iter().any(|name| segment.ident == name);
    let may_be_alias = segment.is_some_and(|segment| {
        !is_known(segment) && segment.ident.to_string().starts_with(|first: char| first.is_uppercase())
    });
    if may_be_alias { format!("{message}; an alias of a result is called `Result`") } else { message }
}

/// Types that everybody knows: nobody calls an alias like one of them.
const NO_ALIASES: [&str; 6] = ["Streaming", "String", "Vec", "Option", "Box", "Self"];

/// Whether it is this name but for a letter or two.
fn is_nearly(written: &PathSegment, name: &str) -> bool {
    closest(&written.ident.to_string(), &[&name.to_lowercase()]).is_some()
}

/// The type without the results in its stream: the stream carries the status of its end already.
fn without_results(output: &Type) -> String {
    let stream = last_segment(output).filter(|segment| segment.ident == "Streaming");
    let item = stream.and_then(|stream| last_segment(type_arguments(stream).first()?));
    match item.filter(|item| item.ident == "Result").map(type_arguments).as_deref() {
        Some([item, ..]) => format!("Streaming<{}>", source(item)),
        _ => source(output),
    }
}
