//! `#[rpc_protocol]`: a contract gets a client, a server and the table that both of them read.
//!
//! `arguments`, `rpc_attribute`, `signature` and `inputs` parse; `contract`, `members` and `method` are the model, and
//! `collisions` looks at it as a whole; `expand` writes it out.
//! After a mistake there is no model: `fallback` writes the contract as it stands and hollow stand-ins for what others name.

mod alias;
mod arguments;
mod carried;
mod collisions;
mod contract;
mod expand;
mod fallback;
mod generics;
mod inputs;
mod kind;
mod max_len;
mod members;
mod method;
mod names;
mod place;
mod rpc_attribute;
mod side;
mod signature;
mod text;
mod timeout;

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

#[cfg(test)]
mod expansions;

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments, a contract, and the errors that the compiler would be told.
    fn expanded(arguments: TokenStream, item: TokenStream) -> (syn::File, usize) {
        let expanded = syn::parse2(expand(arguments, item)).expect("what is generated is a file of Rust");
        let errors = quote!(#expanded).to_string().matches("compile_error").count();
        (expanded, errors)
    }

    fn contract() -> TokenStream {
        quote! {
            pub trait Kv {
                #[rpc(name = "Read")]
                async fn get(&self, key: String) -> Result<Vec<u8>, Status>;
                async fn watch(&self) -> Result<Streaming<Pair>, Status> { Ok(Streaming::empty()) }
            }
        }
    }

    #[test]
    fn a_path_to_the_runtime_replaces_the_usual_one_everywhere() {
        for (item, errors_expected) in
            [(contract(), 0), (quote!(impl Kv { pub async fn get(&mut self) {} }), 2)]
        {
            let (file, errors) = expanded(quote!(crate = ::elsewhere::runtime), item);
            assert_eq!(errors, errors_expected);
            let text = quote!(#file).to_string();
            assert!(text.contains(":: elsewhere :: runtime :: __private"), "{text}");
            assert!(!text.contains("rpcplugin"), "{text}");
        }
    }

    #[test]
    fn the_attributes_of_methods_do_not_reach_the_compiler() {
        for arguments in [quote!(), quote!(unknown = 1)] {
            let (file, _) = expanded(arguments, contract());
            assert!(!quote!(#file).to_string().contains("# [rpc"), "only this macro knows the attribute");
        }
    }

    #[test]
    fn every_mistake_is_reported_in_one_pass() {
        let item = quote! {
            unsafe trait Kv<T> {
                type Value;
                fn get(key: &str, other: u8) -> u8;
                #[rpc(nam = "Put", unary_stream)]
                async fn put(&self, key: String) -> Result<(), Error>;
            }
        };
        let (_, errors) = expanded(quote!(servic = "a", crate = here), item);
        // Both arguments; `unsafe`, `<T>`, the type; of `get` the `fn`, the receiver, the arguments and the result; `nam`
        // and the error type of `put`. The kind that it asserts can only be judged once the signature is right.
        assert_eq!(errors, 2 + 3 + 4 + 2);
    }

    #[test]
    fn the_code_for_a_method_stays_small() {
        let methods = [quote!(one), quote!(two)];
        let methods =
            methods.map(|name| quote!(async fn #name(&self, key: String) -> Result<String, Status>;));
        let cost = |methods: &[TokenStream]| tokens(expand(quote!(), quote!(trait Kv { #(#methods)* })));
        let of_one_method = cost(&methods) - cost(&methods[..1]);
        // The row, the types, the method of the trait and of the client, and the server's arm.
        assert!(of_one_method <= 270, "{of_one_method} tokens");
    }

    fn tokens(stream: TokenStream) -> usize {
        let sizes = stream.into_iter().map(|token| match token {
            proc_macro2::TokenTree::Group(group) => 2 + tokens(group.stream()),
            _ => 1,
        });
        sizes.sum()
    }
}
