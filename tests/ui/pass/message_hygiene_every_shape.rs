//! No shape of message names what the user's module could have hidden.
#![no_implicit_prelude]

extern crate rpcplugin as other_name;

#[allow(non_camel_case_types, dead_code, reason = "what stands in the way")]
mod hidden {
    type usize = ();
    type str = ();
    type u8 = ();
    type bool = ();
    struct Result;
    struct Option;
    struct Vec;
    struct PhantomData;
    struct Ok;
    struct Some;
    struct None;
    trait Send {}
    trait Clone {}
    trait Copy {}
    trait Debug {}
    trait Default {}
    trait TryFrom {}
    trait Message {}
    mod core {}
    mod std {}
    mod rpcplugin {}
    fn total() {}
    macro_rules! assert {
        () => {};
    }
    macro_rules! unreachable {
        () => {};
    }

    #[derive(::rpcplugin::BinaryMessage)]
    #[binary(fixed)]
    pub struct Fixed(pub u32, pub [u16; 2]);

    #[derive(::rpcplugin::BinaryMessage)]
    #[binary(extensible, validate = fine)]
    pub struct Packed {
        pub fixed: Fixed,
        #[binary(length = 3, pad_before = 1, magic = b"!")]
        pub text: ::std::string::String,
        #[binary(skip)]
        pub skipped: ::std::primitive::bool,
        #[binary(max_len = 2)]
        pub list: ::std::vec::Vec<i8>,
        #[binary(since = 2)]
        pub late: u64,
    }

    fn fine(_: &Packed) -> ::std::result::Result<(), ::std::string::String> {
        ::std::result::Result::Ok(())
    }

    #[derive(::rpcplugin::BinaryMessage)]
    #[binary(id_type = u16)]
    pub enum Shape {
        #[binary(id = 1)]
        Unit,
        #[binary(id = 2)]
        Named { r#type: u32 },
        #[binary(other)]
        Other(u16),
    }

    #[derive(::rpcplugin::BinaryMessage)]
    pub enum Level {
        Low = 0,
        High = 1,
    }

    #[derive(::rpcplugin::BinaryMessage)]
    #[binary(oneof)]
    pub enum Choice {
        #[binary(id = 5)]
        Level(Level),
    }

    #[derive(::rpcplugin::BinaryMessage)]
    pub struct Tagged {
        #[binary(oneof)]
        pub choice: ::std::option::Option<Choice>,
        #[binary(id = 1)]
        pub level: Level,
    }

    #[derive(::rpcplugin::BinaryMessage)]
    #[binary(family, checksum = sum)]
    pub enum Family {
        #[binary(id = 1)]
        Fixed(Fixed),
        #[binary(not_found)]
        Unknown,
    }

    fn sum(_: &[::std::primitive::u8]) -> [::std::primitive::u8; 1] {
        [7]
    }
}

fn main() {
    use ::rpcplugin::BinaryMessage as _;
    ::std::assert_eq!(hidden::Fixed(1, [2, 3]).encoded_size(), 8);
    ::std::assert_eq!(hidden::Shape::Named { r#type: 1 }.encoded_size(), 6);
    ::std::assert_eq!(hidden::Family::Fixed(hidden::Fixed(1, [2, 3])).encoded_size(), 11);
    let tagged = hidden::Tagged {
        choice: ::std::option::Option::Some(hidden::Choice::Level(hidden::Level::Low)),
        level: hidden::Level::High,
    };
    ::std::assert_eq!(tagged.encoded_size(), 4);
}
