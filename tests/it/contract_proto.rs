//! The `.proto` and the descriptors that a contract exports, opposite compilers that did not write them.

mod clients;

mod compilers;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use protox::prost_reflect::DescriptorPool;
use protox::prost_reflect::prost::Message as _;
use protox::prost_reflect::prost_types::{
    FileDescriptorProto, FileDescriptorSet, source_code_info::Location,
};
use rpcplugin::{
    BinaryMessage, ProtoFile, SchemaError, ServiceSpec, Status, Streaming, descriptor_set, rpc_protocol,
};

/// What somebody orders.
///
/// `*/` and "quotes" are words like any other, \n too.
#[derive(BinaryMessage)]
#[binary(reserved(3, 90..=99))]
struct Order {
    /// Never zero.
    #[binary(id = 1)]
    number: u64,
    #[binary(id = 2)]
    lines: Vec<Line>,
    /// How it is paid.
    #[binary(oneof)]
    payment: Option<Payment>,
    #[binary(id = 6)]
    placed: SystemTime,
    #[binary(id = 7)]
    delivery: Option<Duration>,
    #[binary(id = 8)]
    replaces: Option<Box<Self>>,
    #[binary(id = 9)]
    history: BTreeMap<u32, State>,
    #[binary(id = 10, encoding = "zigzag")]
    cents: i64,
    #[binary(id = 11, encoding = "fixed")]
    checks: Vec<u32>,
    #[binary(id = 12)]
    tags: BTreeSet<String>,
    #[binary(id = 13)]
    _secret: Option<bool>,
    #[binary(id = 14)]
    by_name: BTreeMap<String, Line>,
    #[binary(id = 15)]
    weight: Option<f64>,
}

#[derive(BinaryMessage)]
struct Line(#[binary(id = 1)] String, #[binary(id = 2)] State);

/// How far it is.
#[derive(Clone, BinaryMessage)]
#[binary(id_type = i8)]
enum State {
    /// On a truck.
    #[binary(id = 2)]
    OnItsWay,
    #[binary(id = 0)]
    Unspecified,
    #[binary(id = -1)]
    Refused,
}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Payment {
    /// The number of the card.
    #[binary(id = 4)]
    Card(String),
    #[binary(id = 5)]
    Voucher(Voucher),
}

#[derive(BinaryMessage)]
struct Voucher {}

/// Its name is that of a method.
#[derive(BinaryMessage)]
struct Find {
    #[binary(id = 1)]
    text: Bytes,
}

#[allow(non_camel_case_types, reason = "the name is what is tried")]
mod words {
    /// Its name is a word of the language.
    #[derive(rpcplugin::BinaryMessage)]
    pub(super) struct stream {
        #[binary(id = 1)]
        number: f32,
    }
}

/// Takes orders.
///
///   Indented, and a "quote".
#[rpc_protocol(service = "shop.v1.Orders", name = "orders", version = "1.2")]
trait Orders {
    /// Takes one.
    async fn take(&self, order: Order) -> Result<u64, Status>;

    #[rpc(idempotent, aliases = ["Search"])]
    async fn find(&self, find: Find) -> Result<Streaming<Order>, Status>;

    /// Takes many.
    async fn take_all(&self, orders: Streaming<Order>) -> Result<(), Status>;

    async fn watch(&self, states: Streaming<words::stream>) -> Result<Streaming<words::stream>, Status>;

    async fn count(&self) -> Result<u32, Status>;
    #[rpc(name = "google")]
    async fn text(&self, text: String) -> Result<Vec<u8>, Status>;
    async fn numbers(&self, number: i32) -> Result<i64, Status>;
    async fn floats(&self, number: f32) -> Result<f64, Status>;
    async fn raw(&self, raw: Bytes) -> Result<bool, Status>;
}

#[rpc_protocol(service = "shop.v1.Stock")]
trait Stock {
    async fn left(&self, line: Line) -> Result<u32, Status>;
}

#[rpc_protocol(service = "Bare")]
trait Bare {
    async fn line(&self, line: Line) -> Result<(), Status>;
}

/// A message that is called as the package of protobuf is.
mod hidden {
    #[derive(rpcplugin::BinaryMessage)]
    #[allow(non_camel_case_types, reason = "the name is what is tried")]
    pub(super) struct google {
        #[binary(id = 1)]
        elapsed: std::time::Duration,
    }
}

#[rpc_protocol(service = "deep.google.store.Kept")]
trait Kept {
    async fn keep(&self, kept: hidden::google) -> Result<(), Status>;
}

const CONTRACTS: [&ServiceSpec; 4] =
    [OrdersClient::SPEC, StockClient::SPEC, BareClient::SPEC, KeptClient::SPEC];

/// The text of a contract as a compiler understands it, under this path.
fn compiled(text: &str, path: &str) -> FileDescriptorSet {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, text).unwrap();
    let mut compiler = protox::Compiler::new([directory.path()]).unwrap();
    compiler.include_imports(true).include_source_info(true);
    compiler.open_file(&file).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    compiler.file_descriptor_set()
}

/// The comments of a file by the path to what they are about.
fn comments(file: &FileDescriptorProto) -> BTreeMap<Vec<i32>, String> {
    let locations = file.source_code_info.iter().flat_map(|info| &info.location);
    let comment = |location: &Location| Some((location.path.clone(), location.leading_comments.clone()?));
    locations.filter_map(comment).collect()
}

fn without_comments(file: &FileDescriptorProto) -> FileDescriptorProto {
    FileDescriptorProto { source_code_info: None, ..file.clone() }
}

/// The last of the files is the contract's own.
fn own_file(set: &[u8]) -> (FileDescriptorProto, FileDescriptorSet) {
    let set = FileDescriptorSet::decode(set).unwrap();
    (set.file.last().unwrap().clone(), set)
}

#[test]
fn the_descriptors_of_a_contract_are_what_a_compiler_makes_of_its_text() {
    for spec in CONTRACTS {
        let (ours, set) = own_file(&spec.to_descriptor_set().unwrap());
        let text = spec.to_proto().unwrap();
        let theirs = compiled(&text, ours.name());
        let theirs = theirs.file.iter().find(|file| file.name() == ours.name()).unwrap();
        assert_eq!(without_comments(&ours), without_comments(theirs), "{text}");
        assert_eq!(comments(&ours), comments(theirs), "{text}");
        // It stands alone: whoever reads it needs no other file.
        let pool = DescriptorPool::from_file_descriptor_set(set).unwrap();
        assert!(pool.get_service_by_name(spec.name).is_some());
    }
    // The comparison of comments has something to compare.
    let (orders, _) = own_file(&OrdersClient::SPEC.to_descriptor_set().unwrap());
    assert_eq!(comments(&orders).len(), 11);
}

#[test]
fn protobufs_own_files_are_described_as_a_compiler_describes_them() {
    let imports = ["any", "duration", "empty", "timestamp", "wrappers"];
    let lines = imports.map(|name| format!("import \"google/protobuf/{name}.proto\";\n"));
    let theirs = compiled(&format!("syntax = \"proto3\";\n{}", lines.concat()), "all.proto");
    let mut compared = BTreeSet::new();
    for spec in CONTRACTS {
        let (_, set) = own_file(&spec.to_descriptor_set().unwrap());
        for ours in set.file.iter().filter(|file| file.name().starts_with("google/")) {
            let known = theirs.file.iter().find(|file| file.name() == ours.name()).unwrap();
            // Options for languages other than Go are no part of what a message is.
            let plain = |file: &FileDescriptorProto| {
                let mut plain = without_comments(file);
                let options = plain.options.take().unwrap();
                (plain, options.go_package)
            };
            assert_eq!(plain(ours), plain(known));
            compared.insert(ours.name().to_owned());
        }
    }
    // No contract here has `Any`: only a prost type can be one.
    assert_eq!(compared.len(), imports.len() - 1, "{compared:?}");
}

#[test]
fn contracts_of_one_package_share_a_file() {
    let set = FileDescriptorSet::decode(descriptor_set(&CONTRACTS).unwrap().as_slice()).unwrap();
    let names: Vec<_> = set.file.iter().map(FileDescriptorProto::name).collect();
    let own: Vec<_> = names.iter().filter(|name| !name.starts_with("google/")).collect();
    assert_eq!(own, [&"contract.proto", &"deep/google/store.proto", &"shop/v1.proto"]);
    let pool = DescriptorPool::from_file_descriptor_set(set).unwrap();
    for spec in CONTRACTS {
        let service = pool.get_service_by_name(spec.name).unwrap();
        assert_eq!(service.methods().len(), spec.methods.len());
        for (row, method) in spec.methods.iter().zip(service.methods()) {
            assert_eq!(row.name, method.name());
            assert_eq!(row.kind.streams_requests(), method.is_client_streaming());
            assert_eq!(row.kind.streams_responses(), method.is_server_streaming());
        }
    }
}

#[derive(BinaryMessage)]
struct Packed {
    celsius: f32,
}

#[rpc_protocol(service = "shop.Packed")]
trait PackedContract {
    async fn fine(&self) -> Result<(), Status>;
    async fn read(&self) -> Result<Streaming<Packed>, Status>;
}

#[derive(BinaryMessage)]
#[binary(id_type = u8)]
enum Choice {
    #[binary(id = 0)]
    No,
}

#[rpc_protocol(service = "shop.Chosen")]
trait Chosen {
    async fn choose(&self, choice: Choice) -> Result<(), Status>;
}

/// Of prost, and without its name.
#[derive(Clone, PartialEq, prost::Message)]
struct Nameless {}

#[rpc_protocol(service = "shop.NamelessContract")]
trait NamelessContract {
    async fn send(&self, nameless: Nameless) -> Result<(), Status>;
}

#[derive(Clone, PartialEq, prost::Message)]
struct Elsewhere {}

impl prost::Name for Elsewhere {
    const NAME: &'static str = "Elsewhere";
    const PACKAGE: &'static str = "other.v1";
}

#[rpc_protocol(service = "shop.ElsewhereContract")]
trait ElsewhereContract {
    async fn send(&self, elsewhere: Elsewhere) -> Result<Elsewhere, Status>;
}

#[rpc_protocol(service = "shop.Line")]
trait NamedAsAMessage {
    async fn send(&self, line: Line) -> Result<(), Status>;
}

#[test]
fn what_protobuf_cannot_say_is_refused_with_the_method_and_what_to_do() {
    let cases = [
        (
            PackedContractClient::SPEC,
            "the response of `shop.Packed.Read` cannot be said in protobuf: `Packed` is packed, which no client of \
             protobuf can read; give each of its fields an id: `#[binary(id = 1)]`",
        ),
        (
            ChosenClient::SPEC,
            "the request of `shop.Chosen.Choose` cannot be said in protobuf: `Choice` is an enum, and a message has \
             fields; put it into a message of its own, with an id on the field",
        ),
        (
            NamelessContractClient::SPEC,
            "the request of `shop.NamelessContract.Send` cannot be said in protobuf: its type has a codec of its own, \
             or is one of prost that does not know its name; derive `BinaryMessage` with an id on each field, or have \
             prost-build write the names: `Config::enable_type_names`",
        ),
        (
            ElsewhereContractClient::SPEC,
            "the request of `shop.ElsewhereContract.Send` cannot be said in protobuf: the file in which \
             `other.v1.Elsewhere` stands is not known; hand the descriptor set of that file over, with \
             `ProtoFile::descriptors` or with the contract",
        ),
        (
            NamedAsAMessageClient::SPEC,
            "`service Line` and `Line` are both named `Line` in protobuf; rename either",
        ),
    ];
    for (spec, expected) in cases {
        assert_eq!(spec.to_proto().unwrap_err().to_string(), expected);
        assert_eq!(spec.to_descriptor_set().unwrap_err().to_string(), expected);
    }
    let error = ProtoFile::new("store").service(OrdersClient::SPEC).to_proto().unwrap_err();
    let expected = "the service `shop.v1.Orders` is of the package `shop.v1`, and the file of `store`; write \
                    `ProtoFile::new(\"shop.v1\")`, or print the service into a file of its own";
    assert_eq!(error.to_string(), expected);
}

/// A file of somebody else, with a file that it imports.
fn others() -> FileDescriptorSet {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("base.proto", "syntax = \"proto3\"; package base; message Base {}");
    write(
        "other.proto",
        "syntax = \"proto3\"; package other.v1; import \"base.proto\"; import \"google/protobuf/empty.proto\"; \
         message Elsewhere { base.Base base = 1; } \
         service Known { rpc Go(Elsewhere) returns (google.protobuf.Empty); }",
    );
    protox::compile(["other.proto"], [directory.path()]).unwrap()
}

#[rpc_protocol(service = "other.v1.Known")]
trait Known {
    async fn go(&self, nameless: Nameless) -> Result<(), Status>;
}

#[test]
fn what_stands_in_another_file_is_imported_from_there() {
    let set = others().encode_to_vec();
    let file = ProtoFile::new("shop").descriptors(set).service(ElsewhereContractClient::SPEC);
    let expected = "syntax = \"proto3\";\n\npackage shop;\n\nimport \"other.proto\";\n\n\
                    service ElsewhereContract {\n  rpc Send(.other.v1.Elsewhere) returns (.other.v1.Elsewhere);\n}\n";
    assert_eq!(file.to_proto().unwrap(), expected);
    let (own, set) = own_file(&file.to_descriptor_set().unwrap());
    let names: Vec<_> = set.file.iter().map(FileDescriptorProto::name).collect();
    assert_eq!(names, ["base.proto", "google/protobuf/empty.proto", "other.proto", "shop.proto"]);
    assert_eq!(own.dependency, ["other.proto"]);
    DescriptorPool::from_file_descriptor_set(set).unwrap();
}

#[test]
fn a_service_that_stands_in_a_file_is_that_file() {
    let bytes: &'static [u8] = others().encode_to_vec().leak();
    let known = KnownClient::SPEC.descriptors(bytes);
    let set = FileDescriptorSet::decode(known.to_descriptor_set().unwrap().as_slice()).unwrap();
    assert_eq!(set.file.last(), others().file.last());
    assert_eq!(set.file.len(), 3);
    let error = known.to_proto().unwrap_err();
    assert!(matches!(error, SchemaError::Given { .. }), "{error}");
}

#[test]
fn descriptors_that_are_none_or_lack_a_file_are_refused() {
    let error = OrdersClient::SPEC.descriptors(b"\x0a\xff").to_proto().unwrap_err();
    assert!(matches!(error, SchemaError::Descriptors { .. }), "{error}");
    let mut set = others();
    set.file.retain(|file| file.name() != "base.proto");
    let known = KnownClient::SPEC.descriptors(set.encode_to_vec().leak());
    let error = known.to_descriptor_set().unwrap_err();
    assert_eq!(error, SchemaError::MissingFile { file: "base.proto".to_owned() });
}

#[test]
fn files_that_import_each_other_end() {
    let file = |name: &str, dependency: &str| FileDescriptorProto {
        name: Some(name.to_owned()),
        dependency: vec![dependency.to_owned()],
        ..FileDescriptorProto::default()
    };
    let mut set = others();
    set.file.extend([file("a.proto", "b.proto"), file("b.proto", "a.proto")]);
    set.file
        .iter_mut()
        .find(|file| file.name() == "other.proto")
        .unwrap()
        .dependency
        .push("a.proto".to_owned());
    let known = KnownClient::SPEC.descriptors(set.encode_to_vec().leak());
    let set = FileDescriptorSet::decode(known.to_descriptor_set().unwrap().as_slice()).unwrap();
    assert_eq!(set.file.len(), 5);
}
