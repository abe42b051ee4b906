//! The contract itself, as its author wrote it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::token::Brace;
use syn::{
    Attribute, FnArg, Generics, ImplItem, ItemImpl, ItemTrait, ReturnType, Signature, Stmt, Token, TraitItem,
    TraitItemFn, Type, TypeParamBound, parse_quote,
};

use super::spanned_like;
use crate::protocol::carried::strip_rpc;
use crate::protocol::text;

/// The trait with futures that may be sent to another thread, which an `async fn` in a trait cannot say.
pub(in crate::protocol) fn written_trait(mut item: ItemTrait) -> ItemTrait {
    // Where a handler lacks one of these, the compiler shows the trait's name and the method's return type.
    let shared = spanned_like(quote!(::core::marker::Send + ::core::marker::Sync + 'static), &item.ident);
    let shared: Punctuated<TypeParamBound, Token![+]> = parse_quote!(#shared);
    item.colon_token.get_or_insert_default();
    item.supertraits.extend(shared);
    strip_rpc(&mut item.attrs);
    for item in &mut item.items {
        if let TraitItem::Fn(method) = item {
            strip_method(&mut method.attrs, &mut method.sig);
            send_future(method);
        }
    }
    item
}

/// The block without the attributes that only this macro knows.
pub(in crate::protocol) fn written_impl(mut item: ItemImpl) -> ItemImpl {
    strip_rpc(&mut item.attrs);
    for item in &mut item.items {
        if let ImplItem::Fn(function) = item {
            strip_method(&mut function.attrs, &mut function.sig);
        }
    }
    item
}

/// The item with a list of parameters that is empty, if it has none.
///
/// For a name that it does not find, the compiler would propose a parameter where there is no list, and a contract has
/// none. So it would also say it twice, because it proposes nothing for what is generated.
pub(in crate::protocol) fn without_parameters(item: &impl ToTokens, generics: &Generics) -> TokenStream {
    let tokens = item.to_token_stream();
    if !generics.params.is_empty() {
        return tokens;
    }
    let mut written = TokenStream::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        let is_impl = matches!(&token, TokenTree::Ident(word) if word == "impl");
        let is_trait = matches!(&token, TokenTree::Ident(word) if word == "trait");
        written.extend([token]);
        if is_impl || is_trait {
            if is_trait {
                written.extend(tokens.next());
            }
            written.extend(quote!(<>));
            break;
        }
    }
    written.extend(tokens);
    written
}

fn strip_method(attributes: &mut Vec<Attribute>, signature: &mut Signature) {
    strip_rpc(attributes);
    strip_arguments(signature);
}

/// Takes `#[rpc(..)]` away from arguments, where it has been refused.
pub(in crate::protocol) fn strip_arguments(signature: &mut Signature) {
    for argument in &mut signature.inputs {
        strip_rpc(match argument {
            FnArg::Typed(typed) => &mut typed.attrs,
            FnArg::Receiver(receiver) => &mut receiver.attrs,
        });
    }
}

fn send_future(method: &mut TraitItemFn) {
    // Refused by the model: the compiler need not say it as well.
    method.sig.constness = None;
    if method.sig.asyncness.take().is_none() {
        return;
    }
    let output: Type = match &method.sig.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, output) => (**output).clone(),
    };
    let send = spanned_like(quote!(::core::marker::Send), &output);
    // A future that cannot be sent to another thread is the method's mistake, so the compiler points at its name.
    let place = Span::call_site().located_at(method.sig.ident.span());
    let future = quote_spanned!(place=> impl ::core::future::Future<Output = #output> +);
    method.sig.output = parse_quote!(-> #future #send);
    if let Some(mut body) = method.default.take() {
        if !text::mentions(output.to_token_stream(), "impl") {
            // The branch is never taken: it tells the compiler the type that the block ends with.
            let hint = parse_quote! {
                if let ::core::option::Option::Some(output) = ::core::option::Option::None::<#output> {
                    return output;
                }
            };
            body.stmts.insert(0, hint);
        }
        for binding in owned_arguments(&mut method.sig).into_iter().rev() {
            body.stmts.insert(0, binding);
        }
        body.brace_token = Brace(place);
        let block = quote_spanned!(place=> { async move #body });
        method.default = Some(parse_quote!(#block));
    }
}

/// The statements that take apart, within the future, what a pattern would borrow from outside of it.
fn owned_arguments(signature: &mut Signature) -> Vec<Stmt> {
    let mut bindings = Vec::new();
    for (position, argument) in signature.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(argument) = argument
            && text::mentions(argument.pat.to_token_stream(), "ref")
        {
            let name = format_ident!("__argument_{position}");
            let pattern = std::mem::replace(&mut *argument.pat, parse_quote!(#name));
            bindings.push(parse_quote!(let #pattern = #name;));
        }
    }
    bindings
}
