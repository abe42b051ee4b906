//! The types that the methods of a contract send, as generated code names them.
//!
//! A type that no call can carry is a mistake in two bodies, that of the client's method and the server's.
//! Both say so in the same words, and of the same place, which the compiler reports as one.
//! Bounds of the impls would say it once as well, and then again wherever somebody makes a call or registers a server.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Type;

use crate::protocol::contract::Contract;
use crate::protocol::method::Method;

/// Where each type of a contract is written first.
#[derive(Default)]
pub(super) struct Types {
    first: Vec<(String, Vec<Span>)>,
}

impl Types {
    pub(super) fn of(contract: &Contract<'_>) -> Self {
        let mut types = Self::default();
        for method in &contract.methods {
            let context = method.shape.context().map(|context| &context.written);
            for written in method.shape.messages().chain([&method.shape.output]).chain(context) {
                types.add(written.to_token_stream());
            }
        }
        types
    }

    /// What the method's messages must be, as a statement that comes before all else.
    pub(super) fn check(&self, method: &Method) -> TokenStream {
        let mut checked: Vec<String> = Vec::new();
        let mut checks = TokenStream::new();
        for message in method.shape.messages() {
            let text = message.to_token_stream().to_string();
            if !checked.contains(&text) {
                checked.push(text);
                let message = self.at_first(message);
                checks.extend(quote!(<#message as __runtime::Message>::encode,));
            }
        }
        quote!(let _ = (#checks);)
    }

    /// What the method takes; without a request, an empty message.
    pub(super) fn request(&self, method: &Method) -> TokenStream {
        method.shape.request().map_or_else(|| quote!(()), |(_, side)| self.at_first(&side.message))
    }

    /// What the method answers with.
    pub(super) fn response(&self, method: &Method) -> TokenStream {
        self.at_first(&method.shape.response.message)
    }

    /// What the method returns, as the result that it is.
    pub(super) fn outcome(&self, method: &Method) -> TokenStream {
        let response = self.response(method);
        let success = match method.shape.response.streams {
            true => quote!(__runtime::Streaming<#response>),
            false => response,
        };
        let output = self.at_first(&method.shape.output);
        quote!(<#output as __runtime::Outcome<#success>>)
    }

    /// The type of the method's context, as the context that it is.
    pub(super) fn context(&self, written: &Type) -> TokenStream {
        let context = self.at_first(written);
        quote!(<#context as __runtime::CallContext>)
    }

    fn add(&mut self, written: TokenStream) {
        let text = written.to_string();
        if self.first.iter().all(|(other, _)| *other != text) {
            let mut spans = Vec::new();
            collect_spans(written, &mut spans);
            self.first.push((text, spans));
        }
    }

    /// The type, standing where it is written first. What its names mean is what they mean where it is written.
    fn at_first(&self, written: &Type) -> TokenStream {
        let written = written.to_token_stream();
        let text = written.to_string();
        match self.first.iter().find(|(other, _)| *other == text) {
            Some((_, spans)) => moved(written, &mut spans.iter().copied()),
            None => written,
        }
    }
}

fn collect_spans(tokens: TokenStream, spans: &mut Vec<Span>) {
    for token in tokens {
        spans.push(token.span());
        if let TokenTree::Group(group) = token {
            collect_spans(group.stream(), spans);
        }
    }
}

fn moved(tokens: TokenStream, places: &mut dyn Iterator<Item = Span>) -> TokenStream {
    let moved = tokens.into_iter().map(|mut token| {
        let span = places.next().map_or(token.span(), |place| token.span().located_at(place));
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), moved(group.stream(), places)).into();
        }
        token.set_span(span);
        token
    });
    moved.collect()
}
