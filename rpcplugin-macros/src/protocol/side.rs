use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Error, GenericArgument, PathArguments, PathSegment, Result, Type};

use super::text::source;

/// What one side of a call sends.
pub(super) struct Side {
    pub(super) message: Type,
    pub(super) streams: bool,
}

impl Side {
    pub(super) fn read(written: &Type) -> Result<Self> {
        let streaming = last_segment(written).filter(|segment| segment.ident == "Streaming");
        let message = match streaming.map(type_arguments).as_deref() {
            None => written,
            Some([message]) => message,
            Some(_) => {
                let message = "a stream has one type of message: write `Streaming<T>`";
                return Err(Error::new_spanned(written, message));
            }
        };
        check_message(message, streaming.is_some())?;
        Ok(Self { message: message.clone(), streams: streaming.is_some() })
    }
}

fn check_message(message: &Type, in_stream: bool) -> Result<()> {
    if let Type::Reference(reference) = message {
        let owned = match source(&reference.elem).as_str() {
            "str" => "String".to_owned(),
            "[u8]" => "Vec<u8>".to_owned(),
            other => other.to_owned(),
        };
        let text = format!("a message leaves this process, so it is owned: write `{owned}`");
        return Err(Error::new_spanned(message, text));
    }
    if let Type::ImplTrait(_) = message {
        return Err(opaque(message));
    }
    if is_context(message) {
        let text = "a context stays on its side: take it as an argument, and send in a message what the other side needs";
        return Err(Error::new_spanned(message, text));
    }
    if in_stream && let Some(segment) = last_segment(message) {
        if segment.ident == "Result" {
            let item = type_arguments(segment).first().map_or_else(|| "T".to_owned(), source);
            let text = format!("a stream carries the status of its end already: write `Streaming<{item}>`");
            return Err(Error::new_spanned(message, text));
        }
        if segment.ident == "Streaming" {
            let text =
                format!("a stream carries messages, and a stream is none: write `{}`", source(message));
            return Err(Error::new_spanned(message, text));
        }
    }
    check_words(message.to_token_stream())
}

/// Refuses what means something else in the client, or nothing at all.
fn check_words(tokens: TokenStream) -> Result<()> {
    let mut after_quote = None;
    for token in tokens {
        let quote: Option<Span> = after_quote.take();
        match token {
            TokenTree::Group(group) => check_words(group.stream())?,
            TokenTree::Punct(punct) if punct.as_char() == '\'' => after_quote = Some(punct.span()),
            TokenTree::Ident(ident) if quote.is_some() && ident != "static" => {
                let message =
                    "a message leaves this process, so it borrows nothing: write a type that is owned";
                return Err(Error::new(ident.span(), message));
            }
            TokenTree::Ident(ident) if ident == "Self" => {
                let message = "`Self` is another type in the client: write the name of the message's type";
                return Err(Error::new(ident.span(), message));
            }
            _ => {}
        }
    }
    Ok(())
}

fn opaque(written: &Type) -> Error {
    let streams = written
        .to_token_stream()
        .into_iter()
        .any(|token| matches!(&token, TokenTree::Ident(ident) if ident == "Stream"));
    let message = if streams {
        "the two sides must know the type of the messages: write `Streaming<T>`, and make it by `Streaming::new(stream)`"
    } else {
        "the other side must know the type of the message: write it instead of `impl`"
    };
    Error::new_spanned(written, message)
}

/// Whether the type is called `Context`. One with arguments is another `Context`.
pub(super) fn is_context(written: &Type) -> bool {
    last_segment(written)
        .is_some_and(|segment| segment.ident == "Context" && matches!(segment.arguments, PathArguments::None))
}

/// The last segment of a path: names are read without the way to them.
pub(super) fn last_segment(written: &Type) -> Option<&PathSegment> {
    match written {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        // What a `macro_rules!` has substituted stands in a group of its own.
        Type::Group(group) => last_segment(&group.elem),
        _ => None,
    }
}

pub(super) fn type_arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    });
    types.collect()
}
