//! The expansion names nothing that the user's module could have hidden.
#![no_implicit_prelude]

extern crate rpcplugin as other_name;

#[allow(non_camel_case_types, dead_code, reason = "what stands in the way")]
mod hidden {
    type usize = ();
    type str = ();
    struct Result;
    struct Option;
    trait Send {}
    trait Message {}
    mod core {}
    mod std {}
    fn total() {}

    #[derive(::rpcplugin::BinaryMessage)]
    pub struct Packed {
        pub r#type: u32,
        pub reader: ::std::string::String,
        pub writer: ::std::vec::Vec<u8>,
        pub depth: ::std::option::Option<u16>,
    }

    #[derive(::rpcplugin::BinaryMessage)]
    pub struct Tagged {
        #[binary(id = 1)]
        pub r#type: u32,
        #[binary(id = 2)]
        pub reader: ::std::vec::Vec<::std::string::String>,
        #[binary(id = 3)]
        pub id: ::std::option::Option<::std::boxed::Box<Self>>,
    }
}

fn main() {
    use ::rpcplugin::Message as _;
    let packed = hidden::Packed {
        r#type: 1,
        reader: ::std::string::String::new(),
        writer: ::std::vec::Vec::new(),
        depth: ::std::option::Option::None,
    };
    ::std::assert_eq!(packed.encoded_len(), 13);
    let tagged = hidden::Tagged {
        r#type: 1,
        reader: ::std::vec::Vec::new(),
        id: ::std::option::Option::None,
    };
    ::std::assert_eq!(tagged.encoded_len(), 2);
}
