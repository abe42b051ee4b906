//! What is answered to a key that belongs to another place or to another crate: prost, serde, deku, binrw, wincode.

/// `(word, sentence)`; see `Vocabulary`.
type Word = (&'static str, &'static str);

pub(super) const STRUCT_WORDS: &[Word] = &[
    ("id", "an id belongs to a field: write one above each, such as `#[binary(id = 1)]`"),
    ("tag", "a struct has no tag: its fields have ids, or it is packed"),
    ("packed", "leave `packed` out: a message is packed when no field has an id"),
    ("tagged", "leave `tagged` out: a message is tagged when every field has an id"),
    ("transparent", "leave `transparent` out: a tuple struct of one field lies as that field"),
    ("default", "`default` is serde's word here; write it above a field with `since` or `skip`"),
    (
        "deny_unknown_fields",
        "leave `deny_unknown_fields` out: only `extensible` and tagged messages skip what is new",
    ),
    ("id_type", ABOVE_ENUM),
    ("oneof", ABOVE_ENUM),
    ("family", ABOVE_ENUM),
    ("header", ABOVE_ENUM),
    ("checksum", ABOVE_ENUM),
    BIG,
    LITTLE,
    BIG_ENDIAN,
    LITTLE_ENDIAN,
    RENAME,
    RENAME_ALL,
    FROM,
    TRY_FROM,
    INTO,
    BOUND,
    CTX,
    IMPORT,
    BIT_ORDER,
    ASSERT_ZERO_COPY,
    LENGTH,
    PAD_BEFORE,
    PAD_AFTER,
    SKIP,
    WITH,
    MAX_LEN,
    SINCE,
    ENCODING,
];

pub(super) const ENUM_WORDS: &[Word] = &[
    ("id", "an id belongs to a variant: write one above each, such as `#[binary(id = 1)]`"),
    ("tag", "the number before a variant has no name: write `id_type = u8`, and an `id` above each variant"),
    ("content", "leave `content` out: the fields of a variant stand behind its number"),
    ("untagged", "`untagged` is serde's word; each variant has a number before it: write an `id` above each"),
    ("tag_encoding", "`tag_encoding` is wincode's word; write `id_type = {value}`"),
    ("repr", "`repr` is binrw's word here; write `id_type = {value}`"),
    ("type", "write `id_type = {value}`"),
    ("id_endian", "`id_endian` is deku's word; write `endian = \"{value}\"`"),
    (
        "default",
        "write std's `#[default]` above a variant; on the wire the variant with the id 0 is the default",
    ),
    ("fixed", "leave `fixed` out: an enum without payload always has the size of its `id_type`"),
    ("extensible", "write `extensible` above a struct, and let the variant hold it"),
    ("reserved", "leave `reserved` out: `#[binary(other)]` above a variant takes the ids that are not given"),
    ("magic", "write `magic` above the first field of a variant, or an `id` above the variant"),
    ("name", ABOVE_VARIANT),
    ("other", ABOVE_VARIANT),
    ("not_found", ABOVE_VARIANT),
    BIG,
    LITTLE,
    BIG_ENDIAN,
    LITTLE_ENDIAN,
    RENAME,
    RENAME_ALL,
    FROM,
    TRY_FROM,
    INTO,
    BOUND,
    CTX,
    IMPORT,
    BIT_ORDER,
    ASSERT_ZERO_COPY,
    LENGTH,
    PAD_BEFORE,
    PAD_AFTER,
    SKIP,
    WITH,
    MAX_LEN,
    SINCE,
    ENCODING,
];

pub(super) const VARIANT_WORDS: &[Word] = &[
    ("tag", "`tag` is prost's and wincode's word; write `id = {value}`"),
    ("id_pat", "`id_pat` is deku's word; give each variant one id, and one variant `other` for the rest"),
    ("magic", "`magic` is binrw's word here; write `id = {value}`"),
    ("skip", "leave the variant out of the enum, or give it an `id`: every variant can be sent"),
    (
        "default",
        "write std's `#[default]` above the variant; on the wire the variant with the id 0 is the default",
    ),
    ("pre_assert", "leave `pre_assert` out: the `id` alone says which variant it is"),
    ("id_type", ABOVE_ENUM),
    (
        "rename",
        "`rename` is serde's word; names are not on the wire; for another one in a `.proto`, where no variant has fields, write `name = \"{value}\"`",
    ),
    ("oneof", ABOVE_ENUM),
    ("family", ABOVE_ENUM),
    ("validate", "write `validate` above the enum, or above a field of the variant"),
    ("endian", "write `endian` above the enum, or above a field of the variant"),
    ("prefix", "write `prefix` above the enum, or above a field of the variant"),
    ALIAS,
    RENAME_ALL,
    LENGTH,
    PAD_BEFORE,
    PAD_AFTER,
    WITH,
    MAX_LEN,
    SINCE,
    ENCODING,
];

pub(super) const FIELD_WORDS: &[Word] = &[
    // Ours, elsewhere.
    ("fixed", ABOVE_STRUCT),
    ("extensible", ABOVE_STRUCT),
    ("reserved", ABOVE_STRUCT),
    ("memory", ABOVE_TYPE),
    ("crate", ABOVE_TYPE),
    ("id_type", ABOVE_ENUM),
    ("family", ABOVE_ENUM),
    ("header", ABOVE_ENUM),
    ("checksum", ABOVE_ENUM),
    ("name", ABOVE_VARIANT),
    ("other", ABOVE_VARIANT),
    ("not_found", ABOVE_VARIANT),
    // prost's.
    ("tag", "`tag` is prost's word; write `id = {value}`"),
    ("tags", "leave `tags` out: the variants of the enum have the ids"),
    ("optional", "leave `optional` out: the type `Option<T>` says it"),
    ("required", "leave `required` out: a field that is no `Option` has its default when it is not there"),
    ("repeated", "leave `repeated` out: the type `Vec<T>` says it"),
    ("packed", "leave `packed` out: a list of numbers is packed, and both forms are read"),
    ("boxed", "leave `boxed` out: the type `Option<Box<T>>` says it"),
    ("message", TYPE_SAYS_IT),
    ("string", TYPE_SAYS_IT),
    ("bool", TYPE_SAYS_IT),
    ("group", "protobuf's groups are out of use: write a message as the type"),
    ("enumeration", "leave `enumeration` out: write the enum as the type, with `#[derive(BinaryMessage)]`"),
    ("map", "for a map write the type `BTreeMap<K, V>` or `HashMap<K, V>`, for a conversion `with = module`"),
    ("btree_map", "leave `btree_map` out: the type `BTreeMap<K, V>` says it"),
    ("bytes", "leave `bytes` out: the type `Vec<u8>` says it; for a fixed length write `length = N`"),
    ("int32", "leave `int32` out: `i32` is protobuf's `int32`"),
    ("int64", "leave `int64` out: `i64` is protobuf's `int64`"),
    ("uint32", "leave `uint32` out: `u32` is protobuf's `uint32`"),
    ("uint64", "leave `uint64` out: `u64` is protobuf's `uint64`"),
    ("sint32", "write `encoding = \"zigzag\"` and the type `i32`"),
    ("sint64", "write `encoding = \"zigzag\"` and the type `i64`"),
    ("fixed32", "write `encoding = \"fixed\"` and the type `u32`"),
    ("fixed64", "write `encoding = \"fixed\"` and the type `u64`"),
    ("sfixed32", "write `encoding = \"fixed\"` and the type `i32`"),
    ("sfixed64", "write `encoding = \"fixed\"` and the type `i64`"),
    ("float", "leave `float` out: `f32` is protobuf's `float`"),
    ("double", "leave `double` out: `f64` is protobuf's `double`"),
    // serde's.
    (
        "skip_serializing_if",
        "leave `skip_serializing_if` out: a tagged message leaves out what has its default",
    ),
    (
        "skip_serializing",
        "`skip_serializing` is serde's word; write `skip`: a field travels both ways or not at all",
    ),
    (
        "skip_deserializing",
        "`skip_deserializing` is serde's word; write `skip`: a field travels both ways or not at all",
    ),
    ("serialize_with", CONVERSION),
    ("deserialize_with", CONVERSION),
    ("flatten", "`flatten` is serde's word; write the fields here, or keep the message as a field"),
    ("borrow", "leave `borrow` out: a field of the type `&str` or `&[u8]` borrows"),
    ALIAS,
    RENAME,
    // deku's and binrw's.
    ("bits", "a field takes whole bytes: write one number, and functions that take it apart"),
    ("count", COUNT),
    ("update", COUNT),
    ("calc", COUNT),
    ("temp", COUNT),
    ("cond", CONDITION),
    ("if", CONDITION),
    ("reader", CONVERSION),
    ("writer", CONVERSION),
    ("parse_with", CONVERSION),
    ("write_with", CONVERSION),
    ("assert", "write `validate = path`, a function that takes the field"),
    ("assert_eq", "write `validate = path`, a function that takes the field, or `magic` for constant bytes"),
    ("ignore", "`ignore` is binrw's word; write `skip`"),
    ("pad_bytes_before", "`pad_bytes_before` is deku's word; write `pad_before = {value}`"),
    ("pad_bytes_after", "`pad_bytes_after` is deku's word; write `pad_after = {value}`"),
    (
        "pad_size_to",
        "`pad_size_to` is binrw's word; write `length = {value}` for text and bytes, else `pad_after`",
    ),
    ("fixed_length", "write `length = {value}`"),
    ("align_before", "fields do not align themselves: write the bytes before this one, `pad_before = N`"),
    ("align_after", "fields do not align themselves: write the bytes behind this one, `pad_after = N`"),
    ("args", NO_CONTEXT),
    ("seek_before", IN_ORDER),
    ("restore_position", IN_ORDER),
    ("offset", IN_ORDER),
    CTX,
    BIG,
    LITTLE,
];

const ABOVE_STRUCT: &str = "`{key}` belongs above the struct";
const ABOVE_ENUM: &str = "`{key}` belongs above an enum";
const ABOVE_TYPE: &str = "`{key}` belongs above the struct or the enum";
const ABOVE_VARIANT: &str = "`{key}` belongs above a variant of an enum";
const ABOVE_FIELD: &str = "`{key}` belongs above a field";

const TYPE_SAYS_IT: &str = "leave `{key}` out: the Rust type says it";
const CONVERSION: &str = "`{key}` is another crate's word; write `with = module`, whose `type Wire`, `encode` and `decode` convert";
const COUNT: &str = "leave `{key}` out, and the field that counts: the count stands before a list, as wide as `prefix = u8` says";
const CONDITION: &str =
    "`{key}` is another crate's word; write the type `Option<T>`, or an enum for several forms";
const NO_CONTEXT: &str = "leave `{key}` out: how a field lies does not depend on the others";
const IN_ORDER: &str = "leave `{key}` out: fields lie in their order, one behind the other";
const NO_NAMES: &str = "`{key}` is serde's word; names are not on the wire, so there is nothing to rename";
const CONVERTED: &str =
    "leave `{key}` out: write `validate = path` for a rule, or `with = module` above a field of this type";

const BIG: Word = ("big", "write `endian = \"big\"`");
const LITTLE: Word = ("little", "write `endian = \"little\"`, or nothing: it is the default");
const BIG_ENDIAN: Word = ("big_endian", "write `endian = \"big\"`");
const LITTLE_ENDIAN: Word = ("little_endian", "write `endian = \"little\"`, or nothing: it is the default");
const RENAME: Word = ("rename", NO_NAMES);
const RENAME_ALL: Word = ("rename_all", NO_NAMES);
const ALIAS: Word = ("alias", NO_NAMES);
const FROM: Word = ("from", CONVERTED);
const TRY_FROM: Word = ("try_from", CONVERTED);
const INTO: Word = ("into", CONVERTED);
const BOUND: Word = (
    "bound",
    "leave `bound` out: every type parameter is a field's type; other bounds stand in the `where` clause",
);
const CTX: Word = ("ctx", NO_CONTEXT);
const IMPORT: Word = ("import", NO_CONTEXT);
const BIT_ORDER: Word = ("bit_order", "leave `bit_order` out: a field takes whole bytes");
const ASSERT_ZERO_COPY: Word = ("assert_zero_copy", "`assert_zero_copy` is wincode's word; write `fixed`");
const LENGTH: Word = ("length", ABOVE_FIELD);
const PAD_BEFORE: Word = ("pad_before", ABOVE_FIELD);
const PAD_AFTER: Word = ("pad_after", ABOVE_FIELD);
const SKIP: Word = ("skip", ABOVE_FIELD);
const WITH: Word = ("with", ABOVE_FIELD);
const MAX_LEN: Word = ("max_len", ABOVE_FIELD);
const SINCE: Word = ("since", ABOVE_FIELD);
const ENCODING: Word = ("encoding", ABOVE_FIELD);
