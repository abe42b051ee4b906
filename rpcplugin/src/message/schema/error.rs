/// A description cannot be said in another language.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, ProtoFile};
///
/// #[derive(BinaryMessage)]
/// struct Sample {
///     temperature: f32,
/// }
///
/// let error = ProtoFile::new("station").message(Sample::SCHEMA).to_proto().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`Sample` is packed, and protobuf has tagged messages only; \
///      give each of its fields an id: `#[binary(id = 1)]`",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A packed message was to be said in protobuf.
    #[error(
        "`{message}` is packed, and protobuf has tagged messages only; \
         give each of its fields an id: `#[binary(id = 1)]`"
    )]
    Packed {
        /// The message.
        message: &'static str,
    },
    /// What was to be said as a message of protobuf is none.
    #[error("`{message}` is {found} and no message of protobuf; {remedy}")]
    NotMessage {
        /// The type.
        message: &'static str,
        /// What it is.
        found: &'static str,
        /// What to do instead.
        remedy: &'static str,
    },
    /// What was to be said as a message family is none.
    #[error(
        "`{message}` is no message family, and a protocol is described by its family; \
         ask the enum with `#[binary(family)]` that has `{message}` as a variant"
    )]
    NotFamily {
        /// The type.
        message: &'static str,
    },
    /// The other language has nothing for the type or the place of a field.
    #[error("{language} has nothing for `{message}.{field}`, which is {found}; {remedy}")]
    Unsupported {
        /// The other language, or the package.
        language: &'static str,
        /// The message; for a protocol, the family.
        message: &'static str,
        /// The field or the variant; one within another is `outer.inner`.
        field: String,
        /// What the field is.
        found: String,
        /// What to write instead.
        remedy: &'static str,
    },
    /// Two different messages have one name.
    #[error(
        "two different messages are named `{name}`, and one file can have only one of them; rename either"
    )]
    TwoMessages {
        /// Their name.
        name: &'static str,
    },
    /// Two things have one name in the other language.
    #[error("`{first}` and `{second}` are both named `{name}` in {language}; rename either")]
    TwoNames {
        /// The other language, or the package.
        language: &'static str,
        /// The name.
        name: String,
        /// Where it comes from.
        first: String,
        /// Where else it comes from.
        second: String,
    },
    /// Two fields of a message, or two variants, have one id.
    #[error("`{first}` and `{second}` of `{message}` both have the id {id}; give another one to either")]
    TwoIds {
        /// The message.
        message: &'static str,
        /// The id.
        id: i128,
        /// The first of the two.
        first: String,
        /// The second.
        second: String,
    },
    /// A field has an id that is out of bounds, or that the message itself reserves.
    #[error("`{message}.{field}` cannot have the id {id}: {reason}; give it another one")]
    Id {
        /// The message.
        message: &'static str,
        /// The field or the variant.
        field: String,
        /// The id.
        id: i128,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An enum without a zero, which is what protobuf reads where a field is absent.
    #[error(
        "no variant of `{message}` has the id 0, and the first of a proto3 enum must; \
         add one, `{message}::Unspecified` with `#[binary(id = 0)]`"
    )]
    NoZero {
        /// The enum.
        message: &'static str,
    },
    /// What a method takes or answers with is no message of protobuf.
    #[error("the {side} of `{method}` cannot be said in protobuf: {found}; {remedy}")]
    Method {
        /// The full name of the method.
        method: String,
        /// `request` or `response`.
        side: &'static str,
        /// What it is.
        found: String,
        /// What to do instead.
        remedy: &'static str,
    },
    /// A service belongs to another package than the file.
    #[error(
        "the service `{service}` is of the package `{package}`, and the file of `{file}`; \
         write `ProtoFile::new(\"{package}\")`, or print the service into a file of its own"
    )]
    Package {
        /// The full name of the service.
        service: &'static str,
        /// Its package.
        package: &'static str,
        /// That of the file.
        file: String,
    },
    /// A service stands in a file that was handed over.
    #[error("the service `{service}` stands in `{file}` already; take that file, and leave the service out")]
    Given {
        /// The full name of the service.
        service: &'static str,
        /// The path of the file.
        file: String,
    },
    /// What was handed over as a descriptor set is none.
    #[error(
        "these bytes are no descriptor set: {reason}; \
         hand over a serialized `google.protobuf.FileDescriptorSet`, as `protoc --descriptor_set_out` writes it"
    )]
    Descriptors {
        /// What is wrong with them.
        reason: String,
    },
    /// A file that others import was not handed over with them.
    #[error(
        "the file `{file}` is imported, and stands in no descriptor set that was handed over; \
         have the compiler write it with the others: `protoc --include_imports`"
    )]
    MissingFile {
        /// The path of the file.
        file: String,
    },
    /// A name that the other language does not allow.
    #[error(
        "`{name}` is no name in {language}; write one that begins with a letter and has none but a to z, digits and underscores"
    )]
    Name {
        /// The other language, or the package.
        language: &'static str,
        /// The name.
        name: String,
    },
}

/// Where something stands, for an error about it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) language: &'static str,
    pub(super) message: &'static str,
    pub(super) field: String,
}

impl Place {
    pub(super) fn unsupported(&self, found: impl Into<String>, remedy: &'static str) -> SchemaError {
        SchemaError::Unsupported {
            language: self.language,
            message: self.message,
            field: self.field.clone(),
            found: found.into(),
            remedy,
        }
    }

    pub(super) fn within(&self, field: &str) -> Self {
        let field = if self.field.is_empty() { field.to_owned() } else { format!("{}.{field}", self.field) };
        Self { field, ..self.clone() }
    }
}
