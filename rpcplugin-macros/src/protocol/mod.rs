//! `#[rpc_protocol]`: a contract gets a client, a server and the table that both of them read.
//!
//! `arguments`, `rpc_attribute` and `signature` parse, `contract` and `method` are the model, `expand` writes it out.
//! After a mistake there is no model: `fallback` writes the contract as it stands and hollow stand-ins for what others name.

mod arguments;
mod contract;
mod expand;
mod fallback;
mod kind;
mod method;
mod names;
mod rpc_attribute;
mod side;
mod signature;
mod text;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use crate::attributes::Errors;
use arguments::Arguments;
use contract::Contract;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let parsed: Item = match syn::parse2(item.clone()) {
        Ok(parsed) => parsed,
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#item #error);
        }
    };
    let mut errors = Errors::new();
    let arguments = Arguments::read(arguments, &mut errors);
    let contract = Contract::read(&arguments, &parsed, &mut errors);
    match (contract, errors.into_result()) {
        (Some(contract), Ok(())) => expand::expand(&contract),
        (_, outcome) => {
            let hollow = fallback::expand(&arguments.runtime, &parsed);
            let error = outcome.err().map(syn::Error::into_compile_error);
            quote!(#hollow #error)
        }
    }
}
