//! What the macro writes for a dozen contracts, checked in beside this file so that it can be read.
//! `RPCPLUGIN_BLESS=1` writes it anew; read each of them afterwards.

use std::path::PathBuf;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Item, Meta};

/// A name for the file, and a contract.
const CONTRACTS: [(&str, &str); 13] = [
    (
        "one_method",
        r#"
/// Keeps values under keys.
#[rpc_protocol(service = "example.Kv")]
pub trait Kv {
    /// The value of a key.
    async fn get(&self, key: String) -> Result<Vec<u8>, Status>;
}
"#,
    ),
    (
        "two_methods",
        r#"
/// Keeps values under keys.
#[rpc_protocol(service = "example.Kv")]
pub trait Kv {
    /// The value of a key.
    async fn get(&self, key: String) -> Result<Vec<u8>, Status>;
    /// The value that it had before.
    async fn get_last(&self, key: String) -> Result<Vec<u8>, Status>;
}
"#,
    ),
    (
        "streams",
        r#"
#[rpc_protocol]
trait Numbers {
    async fn count(&self, end: u32) -> Result<Streaming<u32>, Status>;
    async fn sum(&self, numbers: Streaming<u32>) -> Result<u64, Status>;
    async fn echo(&self, numbers: Streaming<u32>) -> Result<Streaming<u32>, Status>;
}
"#,
    ),
    (
        "without_a_request",
        r#"
#[rpc_protocol]
trait Clock {
    async fn now(&self) -> Result<u64, Status>;
}
"#,
    ),
    (
        "context",
        r#"
#[rpc_protocol]
trait Kv {
    async fn get(&self, context: Context, key: String) -> Result<u32, Status>;
    async fn put(&self, pairs: Streaming<u32>, _: rpcplugin::Context) -> Result<u32, Status>;
    async fn clear(&self, context: Context) -> Result<(), Status>;
}
"#,
    ),
    (
        "attributes",
        r#"
#[rpc_protocol(name = "trading-data", service = "exchange.Prices", version = "2.1.0")]
trait Prices {
    #[rpc(name = "GetPrice", aliases = ["Price", "/old.Prices/Get"], timeout = "1500ms", idempotent, max_len = 64 * 1024)]
    async fn price(&self, symbol: String) -> Result<u64, Status>;
}
"#,
    ),
    (
        "default_bodies",
        r#"
#[rpc_protocol]
trait Limits {
    async fn limit(&self, name: String) -> Result<u32, Status> {
        Ok(name.len() as u32)
    }
    #[rpc(skip)]
    fn version(&self) -> u32 {
        1
    }
}
"#,
    ),
    (
        "conditions",
        r#"
#[rpc_protocol]
#[cfg(feature = "kv")]
trait Kv {
    #[cfg(unix)]
    async fn path(&self) -> Result<String, Status>;
    #[cfg_attr(feature = "size", doc = "How many.", cfg(windows))]
    async fn size(&self) -> Result<u64, Status>;
}
"#,
    ),
    (
        "impl_block",
        r#"
#[rpc_protocol(service = "example.Calculator")]
impl Calculator {
    pub fn new(base: i64) -> Self {
        Self { base }
    }
    /// Adds to the base.
    #[deprecated]
    #[expect(unused_variables)]
    #[inline]
    pub async fn add(&self, number: i64) -> Result<i64, Status> {
        Ok(self.base)
    }
    #[rpc(skip)]
    async fn checked(&self, number: i64) -> Result<i64, Status> {
        Ok(number)
    }
}
"#,
    ),
    (
        "generic_handler",
        r#"
#[rpc_protocol]
impl<S: Store, const N: usize> Cache<S, N>
where
    S::Value: Clone,
{
    pub(crate) async fn size(&self, context: Context) -> Result<u64, Status> {
        Ok(1)
    }
}
"#,
    ),
    (
        "runtime_elsewhere",
        r#"
#[rpc_protocol(crate = ::elsewhere::runtime)]
trait Clock {
    async fn now(&self) -> Result<u64, Status>;
}
"#,
    ),
    (
        "mistake_in_a_trait",
        r#"
#[rpc_protocol]
pub trait Kv {
    async fn get(&self, key: &str) -> Result<u32, Status>;
    async fn put(&self, pair: Pair) -> Result<(), Status> {
        Ok(())
    }
}
"#,
    ),
    (
        "mistake_in_an_impl_block",
        r#"
#[rpc_protocol]
impl<S> Cache<S> {
    pub async fn add(&self, value: S) -> Result<u64, Status> {
        Ok(1)
    }
    pub async fn size(&self) -> Result<u64, Status> {
        Ok(1)
    }
}
"#,
    ),
];

#[test]
fn the_expansions_are_what_is_checked_in() {
    let mut faults = Vec::new();
    for (name, contract) in CONTRACTS {
        let expected = printed(contract);
        if std::env::var_os("RPCPLUGIN_BLESS").is_some() {
            std::fs::write(path(name), &expected).expect("the file is written");
        }
        if std::fs::read_to_string(path(name)).unwrap_or_default() != expected {
            faults.push(name);
        }
    }
    assert!(
        faults.is_empty(),
        "{faults:?} are others now; run the test with RPCPLUGIN_BLESS=1, and read them"
    );
}

#[test]
fn a_method_costs_few_lines() {
    let of_one_method = lines_of_calls("two_methods") - lines_of_calls("one_method");
    assert!(of_one_method <= LINES_OF_A_METHOD_MAX, "{of_one_method} lines");
}

/// The method of the client, and the arm of the server. What a method has besides is its row of the table and its three
/// types, which are data, and the method of the trait, which is the contract itself.
const LINES_OF_A_METHOD_MAX: usize = 12;

#[test]
fn a_contract_with_a_token_too_few_or_too_many_is_answered() {
    let mut answered = 0;
    for (_, contract) in CONTRACTS {
        let (arguments, item) = attribute_and_item(contract);
        for broken in mutations(&item) {
            // What the compiler could not read itself it would not hand to a macro.
            if syn::parse2::<Item>(broken.clone()).is_ok() {
                let expanded = super::expand(arguments.clone(), broken.clone());
                assert!(syn::parse2::<syn::File>(expanded).is_ok(), "{broken}");
                answered += 1;
            }
        }
        for broken in mutations(&arguments) {
            let expanded = super::expand(broken.clone(), item.clone());
            assert!(syn::parse2::<syn::File>(expanded).is_ok(), "{broken}");
        }
    }
    assert!(answered > 150, "only {answered} mutations are items of Rust");
}

/// The tokens without one of them, and with one of them twice, at any depth.
fn mutations(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut found = Vec::new();
    for (index, tree) in trees.iter().enumerate() {
        let (before, behind) = (&trees[..index], &trees[index + 1..]);
        let with = |middle: &[TokenTree]| {
            before.iter().chain(middle).chain(behind).cloned().collect::<TokenStream>()
        };
        found.push(with(&[]));
        found.push(with(&[tree.clone(), tree.clone()]));
        if let TokenTree::Group(group) = tree {
            let inside = mutations(&group.stream());
            found.extend(
                inside.into_iter().map(|stream| with(&[Group::new(group.delimiter(), stream).into()])),
            );
        }
    }
    found
}

/// How long the two impls are that carry calls.
fn lines_of_calls(name: &str) -> usize {
    let contract = CONTRACTS.iter().find(|(other, _)| *other == name).map(|(_, contract)| contract);
    let mut file = expanded(contract.expect("there is such a contract"));
    file.items.retain(|item| match item {
        syn_of_prettyplease::Item::Impl(item) => {
            let of_trait = item.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
            of_trait.is_some_and(|last| last.ident == "Kv" || last.ident == "Service")
        }
        _ => false,
    });
    assert_eq!(file.items.len(), 2, "one impl for the client, one for the server");
    prettyplease::unparse(&file).lines().count()
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/protocol/expansions/{name}.rs"))
}

/// The contract as a comment, and what the macro makes of it.
fn printed(contract: &str) -> String {
    let source: String = contract.trim().lines().map(|line| format!("// {line}\n")).collect();
    format!("{source}\n{}", prettyplease::unparse(&expanded(contract)))
}

fn expanded(contract: &str) -> syn_of_prettyplease::File {
    let (arguments, item) = attribute_and_item(contract);
    syn_of_prettyplease::parse2(super::expand(arguments, item)).expect("what is generated is a file of Rust")
}

/// The arguments of the macro, and the item without it: what the compiler hands to the macro.
fn attribute_and_item(contract: &str) -> (TokenStream, TokenStream) {
    let mut item: Item = syn::parse_str(contract).expect("the contract is an item");
    let attributes = match &mut item {
        Item::Trait(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        other => panic!("no contract: {}", other.to_token_stream()),
    };
    let is_ours = |attribute: &Attribute| attribute.path().is_ident("rpc_protocol");
    let position = attributes.iter().position(is_ours).expect("the macro is on it");
    let arguments = match attributes.remove(position).meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    (arguments, item.to_token_stream())
}
