//! `#[derive(BinaryMessage)]`: parse (what is written), model (what it means), expand (what becomes of it).
//!
//! Parsing and modelling collect every mistake. Behind the gate between model and expansion nothing can fail; before
//! it, `fallback` writes hollow impls, so that the uses of a faulty type do not report again.

mod parse;

mod model;

mod expand;

mod fallback;

mod deprecation;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attributes::Errors;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::new();
    let message = parse::message(&item, &mut errors).and_then(|parsed| model::message(parsed, &mut errors));
    match (message, errors.into_result()) {
        (Some(message), Ok(())) => deprecation::allowed(&item, expand::message(&message)),
        (_, Err(error)) => {
            let hollow = fallback::message(&item);
            let error = error.into_compile_error();
            quote!(#hollow #error)
        }
        // Without a message there is an error; were there none, the missing impls would be reported at their use.
        (None, Ok(())) => TokenStream::new(),
    }
}
