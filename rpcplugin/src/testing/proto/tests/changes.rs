//! Each change is named, and nothing else is.

use super::*;
use crate::message::descriptor::EnumValueDescriptorProto;

#[track_caller]
fn assert_named(change: impl FnOnce(&mut FileDescriptorProto), expected: &[&str]) {
    let files = changed(PaintsClient::SPEC, change);
    assert_eq!(proto_differences(PaintsClient::SPEC, &files).unwrap(), expected);
}

#[test]
fn a_contract_is_what_it_says_of_itself() {
    assert_named(|_| {}, &[]);
}

#[test]
fn the_values_of_an_enum_are_compared_by_number_and_name() {
    assert_named(
        |file| color(file).value[1].name = Some("COLOR_BLUE".to_owned()),
        &["value 1 of `shop.Color` is `COLOR_GREEN` in the contract, and `COLOR_BLUE` in the file"],
    );
    assert_named(
        |file| drop(color(file).value.pop()),
        &["value 1 of `shop.Color` is `COLOR_GREEN` in the contract, and missing in the file"],
    );
    assert_named(
        |file| {
            let (name, number) = (Some("COLOR_BLUE".to_owned()), Some(-2));
            color(file).value.push(EnumValueDescriptorProto { name, number });
        },
        &["value -2 of `shop.Color` is missing in the contract, and `COLOR_BLUE` in the file"],
    );
    assert_named(
        |file| color(file).value[1].number = Some(7),
        &[
            "value 1 of `shop.Color` is `COLOR_GREEN` in the contract, and missing in the file",
            "value 7 of `shop.Color` is missing in the contract, and `COLOR_GREEN` in the file",
        ],
    );
    assert_named(|file| color(file).value.reverse(), &[]);
}

#[test]
fn messages_are_compared_as_deep_as_they_go() {
    assert_named(
        |file| field(message(file, "Paint"), 2).number = Some(3),
        &[
            "field 2 of `shop.Paint` is in the contract, and not in the file: `litres`",
            "field 3 of `shop.Paint` is in the file, and not in the contract: `litres`",
        ],
    );
    assert_named(
        |file| field(message(file, "Paint"), 2).r#type = Some(STRING),
        &["field 2 of `shop.Paint` has the type uint32 in the contract, and string in the file"],
    );
    assert_named(
        |file| field(message(file, "Voucher"), 1).name = Some("code".to_owned()),
        &["field 1 of `shop.Voucher` has the name `number` in the contract, and `code` in the file"],
    );
    assert_named(
        |file| field(message(file, "Shelf"), 1).type_name = Some(".shop.Voucher".to_owned()),
        &[
            "field 1 of `shop.Shelf` has the type message `Paint` in the contract, and message `Voucher` in the file",
            "field 1 of `shop.Voucher` has the name `color` in the contract, and `number` in the file",
            "field 1 of `shop.Voucher` has the type enum `Color` in the contract, and uint64 in the file",
            "field 2 of `shop.Voucher` is in the contract, and not in the file: `litres`",
        ],
    );
}

#[test]
fn an_enum_is_no_message() {
    assert_named(
        |file| {
            let color = field(message(file, "Paint"), 1);
            (color.r#type, color.type_name) = (Some(MESSAGE), Some(".shop.Voucher".to_owned()));
        },
        &[
            "field 1 of `shop.Paint` has the type enum `Color` in the contract, and message `Voucher` in the file",
        ],
    );
}

#[test]
fn maps_are_compared_by_key_and_value() {
    assert_named(
        |file| field(&mut message(file, "Order").nested_type[0], 2).r#type = Some(STRING),
        &["field 2 of `shop.Order.LitresEntry` has the type uint32 in the contract, and string in the file"],
    );
    assert_named(
        |file| field(&mut message(file, "Order").nested_type[1], 1).r#type = Some(STRING),
        &["field 1 of `shop.Order.PaintsEntry` has the type uint32 in the contract, and string in the file"],
    );
    assert_named(
        |file| field(message(file, "Sample"), 1).name = Some("words".to_owned()),
        &["field 1 of `shop.Sample` has the name `text` in the contract, and `words` in the file"],
    );
}

#[test]
fn a_oneof_is_compared_by_its_name_and_its_fields() {
    assert_named(
        |file| message(file, "Order").oneof_decl[0].name = Some("paid".to_owned()),
        &[
            "field 3 of `shop.Order` has the `oneof` `payment` in the contract, and `paid` in the file",
            "field 4 of `shop.Order` has the `oneof` `payment` in the contract, and `paid` in the file",
        ],
    );
    assert_named(
        |file| field(message(file, "Order"), 3).oneof_index = None,
        &["field 3 of `shop.Order` has the `oneof` `payment` in the contract, and none in the file"],
    );
}

#[test]
fn both_types_of_a_method_are_compared() {
    assert_named(
        |file| file.service[0].method[0].input_type = Some(".shop.Voucher".to_owned()),
        &["the request of `Order` is `shop.Order` in the contract, and `shop.Voucher` in the file"],
    );
    assert_named(
        |file| file.service[0].method[0].output_type = Some(".shop.Voucher".to_owned()),
        &["the response of `Order` is `shop.Shelf` in the contract, and `shop.Voucher` in the file"],
    );
    assert_named(
        |file| file.service[0].method[1].output_type = Some(".google.protobuf.UInt64Value".to_owned()),
        &["the response of `Left` is `google.protobuf.UInt32Value` in the contract, and \
           `google.protobuf.UInt64Value` in the file"],
    );
}

/// Numbers that protobuf has for types.
const STRING: i32 = 9;
const MESSAGE: i32 = 11;
