//! The table that both sides read.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::protocol::contract::Contract;

/// `SPEC`: one row a method, in the order of the contract.
pub(super) fn table(contract: &Contract<'_>) -> TokenStream {
    let Contract { runtime, service, documentation, .. } = contract;
    let rows = contract.methods.iter().enumerate().map(|(position, method)| {
        let (name, documentation, kind) =
            (&method.name, &method.documentation, method.shape.kind().variant());
        let path = format!("/{service}/{name}");
        let position = Literal::usize_unsuffixed(position);
        quote! {
            #runtime::__private::MethodSpec::new(
                #service, #name, #path, #runtime::__private::MethodKind::#kind, #documentation, #position,
            )
        }
    });
    let count = Literal::usize_unsuffixed(contract.methods.len());
    quote! {
        const ROWS: &'static [#runtime::__private::MethodSpec; #count] = &[#(#rows),*];

        /// The methods of the contract.
        pub const SPEC: &'static #runtime::__private::ServiceSpec =
            &#runtime::__private::ServiceSpec::new(#service, Self::ROWS, #documentation);
    }
}

/// The row of the method at a position. Of an array, the compiler knows that it is there.
pub(super) fn row(position: usize) -> TokenStream {
    let position = Literal::usize_unsuffixed(position);
    quote!(&Self::ROWS[#position])
}
