//! The macros of `rpcplugin`, documented where they are re-exported: in `rpcplugin`.
//!
//! Each macro is a line of three stages: parse the input, model what it means (every mistake is collected here), expand the model.
//! Expanding cannot fail; after a mistake a fallback writes hollow items, so that the uses of a type do not report again.

mod attributes;
mod message;
mod protocol;

/// See `rpcplugin::BinaryMessage`, where the documentation is, so that its examples can name the runtime.
#[proc_macro_derive(BinaryMessage, attributes(binary))]
pub fn derive_binary_message(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    message::derive(input.into()).into()
}

/// See `rpcplugin::rpc_protocol`, where the documentation is, so that its examples can name the runtime.
#[proc_macro_attribute]
pub fn rpc_protocol(
    arguments: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    protocol::expand(arguments.into(), item.into()).into()
}
