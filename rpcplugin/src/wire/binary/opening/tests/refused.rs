//! Calls that are not made, because the plugin means something else by them.

use std::future::ready;

use rpcplugin::BinaryMessage;

use super::{GET, LIST, PUT_ALL, Table, WATCH, method, table};
use crate::call::{Call, ResponseFuture};
use crate::contract::{Code, MethodKind, MethodSpec, ServiceSpec};
use crate::message::{Message, MessageSchema};
use crate::rpc::{Router, Service};
use crate::wire::Dispatch;

type Schema = Option<&'static MessageSchema>;

/// The description of a type of this name.
macro_rules! schema {
    ($name:ident { $($fields:tt)* }) => {{
        #[derive(BinaryMessage)]
        struct $name {
            $($fields)*
        }
        $name::KNOWN_SCHEMA
    }};
}

/// A method that both sides have, with other messages.
fn with(request: Schema, response: Schema) -> MethodSpec {
    GET.messages(request, response)
}

fn refused(here: MethodSpec, there: MethodSpec) -> String {
    let status = table(&[there]).resolve(&here).unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    status.message().to_owned()
}

#[test]
fn another_kind_is_refused_and_both_are_named() {
    let other = method(GET.path, MethodKind::UnaryStream);
    assert_eq!(
        refused(GET, other),
        "`/vectors.Store/Get` is unary_unary in this program and unary_stream in the plugin; build host and plugin from one \
         version of the contract"
    );
}

#[test]
fn only_the_methods_with_another_packed_layout_are_refused() {
    // Of the methods with a `Sample`, the one takes and the other returns it.
    let changed = schema!(Sample { value: u16 });
    let there = [
        GET,
        LIST.messages(LIST.request, changed),
        PUT_ALL.messages(changed, None),
        WATCH,
        method("/vectors.Store/Other", MethodKind::UnaryUnary),
    ];
    let table = table(&there);
    assert_eq!((table.resolve(&GET).unwrap(), table.resolve(&WATCH).unwrap()), (0, 3));
    let said = |spec| table.resolve(spec).unwrap_err().message().to_owned();
    assert_eq!(
        said(&LIST),
        "`/vectors.Store/List` has other messages in the plugin: its response is `Sample {value:u8}` here and `Sample \
         {value:u16le}` there; build host and plugin from one version of the contract"
    );
    assert!(
        said(&PUT_ALL).contains("its request is `Sample {value:u8}` here and `Sample {value:u16le}` there;")
    );
}

#[test]
fn both_messages_are_named_where_both_differ() {
    let (one, two) = (schema!(One { a: u8 }), schema!(Two { b: u8 }));
    let said = refused(with(one, two), with(two, one));
    assert!(said.contains(
        "its request is `One {a:u8}` here and `Two {b:u8}` there; its response is `Two {b:u8}` here"
    ));
}

#[test]
fn the_name_of_a_type_is_not_compared() {
    let (old, new) = (schema!(Old { value: u8 }), schema!(New { value: u8 }));
    assert_eq!(table(&[with(old, None)]).resolve(&with(new, None)).unwrap(), 0);
}

#[test]
fn a_tagged_message_is_never_compared() {
    let one = schema!(Sample {
        #[binary(id = 1)]
        value: u32
    });
    let other = schema!(Sample {
        #[binary(id = 7)]
        text: String
    });
    let packed = schema!(Sample { value: u8 });
    for (here, there) in
        [(one, other), (one, packed), (packed, one), (one, None), (None, packed), (packed, None)]
    {
        assert_eq!(table(&[with(there, there)]).resolve(&with(here, here)).unwrap(), 0);
    }
}

#[test]
fn versions_of_an_extensible_message_are_one() {
    #[derive(BinaryMessage)]
    #[binary(extensible)]
    struct Old {
        value: u8,
    }
    #[derive(BinaryMessage)]
    #[binary(extensible)]
    struct New {
        value: u8,
        #[binary(since = 2, default)]
        more: u32,
    }
    assert_eq!(table(&[with(New::KNOWN_SCHEMA, None)]).resolve(&with(Old::KNOWN_SCHEMA, None)).unwrap(), 0);
}

#[test]
fn the_place_is_named_where_long_layouts_differ() {
    #[derive(BinaryMessage)]
    struct Long<T> {
        a_field_with_a_long_name: [u64; 4],
        another_field_with_a_long_name: [u64; 4],
        a_third_field_with_a_long_name: [u64; 4],
        last: T,
    }
    let (here, there) = (Long::<u8>::KNOWN_SCHEMA, Long::<u16>::KNOWN_SCHEMA);
    let said = refused(with(here, None), with(there, None));
    assert!(said.contains("which differ behind 129 characters: `8}` and `16le}`;"), "{said}");
}

/// An entry whose texts are the plugin's own invention.
fn lying(request: &str) -> Table {
    use crate::wire::binary::opening::entry::Entry;

    let mut bytes = Vec::new();
    Entry { kind: GET.kind, path: GET.path, request: (1, request), response: (0, "") }.write(&mut bytes);
    let mut table = Table::default();
    table.add(&bytes).unwrap();
    table
}

#[test]
fn the_plugins_words_are_quoted() {
    let here = with(schema!(Sample { value: u8 }), None);
    let said = |text: &str| lying(text).resolve(&here).unwrap_err().message().to_owned();
    assert!(said("\u{1b}[31m\n").contains("and `\\u{1b}[31m\\n` there;"));
    assert!(said("").contains("is `Sample {value:u8}` here and `` there;"));
    assert!(said(&"x".repeat(5_000)).len() < 600);
    // Its number says something else than its text.
    let whole = "Sample {value:u8}";
    assert!(said(whole).contains(&format!("is `{whole}` here and `{whole}` there")));
}

#[test]
fn a_method_that_is_not_there_is_unknown_in_the_routers_words() {
    struct Store;
    impl Service for Store {
        fn spec(&self) -> &'static ServiceSpec {
            const SPEC: &ServiceSpec = &ServiceSpec::new("vectors.Store", &[GET], "");
            SPEC
        }

        fn call(&self, call: Call) -> ResponseFuture {
            Box::pin(ready(Ok(call.into_messages())))
        }
    }
    let (table, router) = (table(&[GET]), Router::new().service(Store).unwrap());
    for path in ["/vectors.Store/Put", "/vectors.Other/Get", "/vectors.Stor/Get", "/vectors/Store/Get"] {
        let (here, there) = (table.resolve(&method(path, GET.kind)).unwrap_err(), router.unknown(path));
        assert_eq!((here.code(), here.message()), (there.code(), there.message()), "{path}");
    }
}
