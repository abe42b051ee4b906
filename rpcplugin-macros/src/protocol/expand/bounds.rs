//! What must hold for the types of a contract, as bounds of the generated impls.
//!
//! There they are checked once, at the type as it is written, and not again in every body.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Path, Type};

use super::spanned_like;
use crate::protocol::carried;
use crate::protocol::contract::Contract;
use crate::protocol::method::Method;
use crate::protocol::side::Side;

/// Every type that a contract sends is a message, a call fails with the runtime's status, and a context is its own.
pub(super) struct Bounds<'a> {
    runtime: &'a Path,
    /// A bound cannot be under a condition. So what only a conditional method names has another name, which stands for
    /// something else where the method is not there.
    names: TokenStream,
    name_count: usize,
    bounds: TokenStream,
    seen: Vec<String>,
}

impl<'a> Bounds<'a> {
    pub(super) fn of(contract: &'a Contract<'_>) -> Self {
        let mut bounds = Self {
            runtime: &contract.runtime,
            names: TokenStream::new(),
            name_count: 0,
            bounds: TokenStream::new(),
            seen: Vec::new(),
        };
        // What is there anyway needs no other name.
        let (anyway, conditional): (Vec<_>, Vec<_>) =
            contract.methods.iter().partition(|method| method.conditions.is_empty());
        for method in anyway.iter().chain(&conditional) {
            bounds.add_messages(method);
        }
        for method in anyway.iter().chain(&conditional) {
            bounds.add_outcome(method);
            bounds.add_context(method);
        }
        bounds
    }

    pub(super) fn predicates(&self) -> &TokenStream {
        &self.bounds
    }

    /// The item, where the names in its bounds mean something.
    pub(super) fn around(&self, item: TokenStream) -> TokenStream {
        let names = &self.names;
        if names.is_empty() { item } else { quote!(const _: () = { #names #item };) }
    }

    fn add_messages(&mut self, method: &Method) {
        let runtime = self.runtime;
        for message in method.shape.messages() {
            if self.is_new(method, message) {
                let name = self.name(method, message.to_token_stream(), quote!(()));
                self.add(message, name, quote!(#runtime::__private::message::Message));
            }
        }
    }

    fn add_outcome(&mut self, method: &Method) {
        let (runtime, output) = (self.runtime, &method.shape.output);
        if !self.is_new(method, output) {
            return;
        }
        let Side { message, streams } = &method.shape.response;
        let success =
            if *streams { quote!(#runtime::__private::Streaming<#message>) } else { quote!(#message) };
        let success = self.name(method, success, quote!(()));
        let otherwise = quote!(::core::result::Result<(), #runtime::__private::Status>);
        let outcome = self.name(method, output.to_token_stream(), otherwise);
        self.add(output, outcome, quote!(#runtime::__private::Outcome<#success>));
    }

    fn add_context(&mut self, method: &Method) {
        let runtime = self.runtime;
        let context = method.shape.context().map(|context| &context.written);
        if let Some(written) = context.filter(|written| self.is_new(method, written)) {
            let name = self.name(method, written.to_token_stream(), quote!(#runtime::__private::Context));
            self.add(written, name, quote!(#runtime::__private::CallContext));
        }
    }

    fn add(&mut self, written: &Type, name: TokenStream, bound: TokenStream) {
        let (name, bound) = (spanned_like(name, written), spanned_like(bound, written));
        self.bounds.extend(quote!(#name: #bound,));
    }

    /// Whether nothing is said about the type yet: neither anyway, nor under the conditions of this method.
    fn is_new(&mut self, method: &Method, written: &Type) -> bool {
        let conditions = &method.conditions;
        let anyway = written.to_token_stream().to_string();
        let conditional = quote!(#(#conditions)* #written).to_string();
        let is_new = !self.seen.contains(&anyway) && !self.seen.contains(&conditional);
        if is_new {
            self.seen.push(conditional);
        }
        is_new
    }

    /// What stands in a bound for a type of this method.
    fn name(&mut self, method: &Method, written: TokenStream, otherwise: TokenStream) -> TokenStream {
        let Some(predicate) = predicate(&method.conditions) else { return written };
        let name: Ident = format_ident!("__Conditional{}", self.name_count);
        self.name_count += 1;
        self.names.extend(quote! {
            #[cfg(#predicate)]
            type #name = #written;
            #[cfg(not(#predicate))]
            type #name = #otherwise;
        });
        name.to_token_stream()
    }
}

/// The conditions as one.
fn predicate(conditions: &[Attribute]) -> Option<TokenStream> {
    let predicates = conditions.iter().filter_map(|condition| carried::predicate(&condition.meta));
    (!conditions.is_empty()).then(|| carried::all(predicates))
}
