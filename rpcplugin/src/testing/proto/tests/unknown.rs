//! What is known on one side only is not taken for the same.

use super::*;
use crate::message::descriptor::{MethodDescriptorProto, ServiceDescriptorProto};

/// Messages of prost's, as somebody has them who has not handed their files over.
#[derive(Clone, PartialEq, prost::Message)]
struct Query {
    #[prost(string, tag = "1")]
    text: String,
}

impl prost::Name for Query {
    const NAME: &'static str = "Query";
    const PACKAGE: &'static str = "shop";
}

#[derive(Clone, PartialEq, prost::Message)]
struct Hit {
    #[prost(string, tag = "1")]
    text: String,
}

impl prost::Name for Hit {
    const NAME: &'static str = "Hit";
    const PACKAGE: &'static str = "shop";
}

#[rpc_protocol(service = "shop.Search")]
trait Search {
    async fn find(&self, query: Query) -> Result<Hit, Status>;
    async fn count(&self, query: Query) -> Result<u64, Status>;
}

/// A file with the service, whose messages have nothing of those of prost but the names.
fn search() -> Vec<u8> {
    let empty = |name: &str| DescriptorProto { name: Some(name.to_owned()), ..DescriptorProto::default() };
    let method = |name: &str, output: &str| MethodDescriptorProto {
        name: Some(name.to_owned()),
        input_type: Some(".shop.Query".to_owned()),
        output_type: Some(output.to_owned()),
        ..MethodDescriptorProto::default()
    };
    let methods = vec![method("Find", ".shop.Hit"), method("Count", ".google.protobuf.UInt64Value")];
    let file = FileDescriptorProto {
        package: Some("shop".to_owned()),
        message_type: vec![empty("Query"), empty("Hit")],
        service: vec![ServiceDescriptorProto { name: Some("Search".to_owned()), method: methods }],
        ..FileDescriptorProto::default()
    };
    FileDescriptorSet { file: vec![file.encode_to_vec()] }.encode_to_vec()
}

#[test]
fn a_contract_that_does_not_know_its_messages_is_not_that_of_the_file() {
    let remedy = "give it `descriptors = ..`, the descriptor set of the files that it was made of";
    assert_eq!(
        proto_differences(SearchClient::SPEC, &search()).unwrap(),
        [
            format!("what is in `shop.Query` is not known in the contract: {remedy}"),
            format!("what is in `shop.Hit` is not known in the contract: {remedy}"),
        ],
    );
    // With its files, it is.
    let spec = SearchClient::SPEC.descriptors(search().leak());
    assert_eq!(proto_differences(&spec, &search()).unwrap(), [""; 0]);
}

#[test]
fn files_without_what_they_import_are_not_those_of_the_contract() {
    let remedy = "have the compiler write what is imported as well, `protoc --include_imports`";
    let files = changed(PaintsClient::SPEC, |file| {
        file.message_type.retain(|message| message.name() != "Voucher");
        file.enum_type.clear();
    });
    assert_eq!(
        proto_differences(PaintsClient::SPEC, &files).unwrap(),
        [
            format!("what is in `shop.Voucher` is not known in the file: {remedy}"),
            format!("what is in `shop.Color` is not known in the file: {remedy}"),
        ],
    );
}

#[test]
fn what_protobuf_itself_brings_is_known_to_everybody() {
    let set = PaintsClient::SPEC.to_descriptor_set().unwrap();
    let mut set = FileDescriptorSet::decode(set.as_slice()).unwrap();
    set.file.retain(|bytes| FileDescriptorProto::decode(bytes.as_slice()).unwrap().package() == "shop");
    assert_eq!(proto_differences(PaintsClient::SPEC, &set.encode_to_vec()).unwrap(), [""; 0]);
}
