//! Who sees whose types.

use std::collections::{BTreeSet, HashMap};

use crate::limits::DESCRIBED_IMPORTS_MAX;
use crate::message::descriptor::{DescriptorProto, FileDescriptorProto, MessageOptions};

/// These files as somebody reads them who wants to know their types alone, each with all that it sees as its own imports.
///
/// Public imports may go in circles, or from one file to another on more ways than anybody can count: they are followed here,
/// to each file once, and nobody else gets to see them.
///
/// # Errors
///
/// If there are too many.
pub(super) fn plain_files(files: &[&FileDescriptorProto]) -> Result<Vec<FileDescriptorProto>, String> {
    let public: Public<'_> =
        files.iter().map(|file| (file.name.as_deref().unwrap_or_default(), public_imports(file))).collect();
    let mut left = DESCRIBED_IMPORTS_MAX;
    files.iter().map(|file| Ok(plain_file(file, seen_by(file, &public, &mut left)?))).collect()
}

/// What each file imports for others.
type Public<'a> = HashMap<&'a str, BTreeSet<&'a str>>;

fn public_imports(file: &FileDescriptorProto) -> BTreeSet<&str> {
    let places = file.public_dependency.iter().filter_map(|place| usize::try_from(*place).ok());
    places.filter_map(|place| file.dependency.get(place)).map(String::as_str).collect()
}

/// The paths of the files whose types a file may name, without its own.
fn seen_by(file: &FileDescriptorProto, public: &Public<'_>, left: &mut usize) -> Result<Vec<String>, String> {
    let mut seen = BTreeSet::from([file.name.as_deref().unwrap_or_default()]);
    let mut open: Vec<&str> = file.dependency.iter().map(String::as_str).collect();
    let mut imports = Vec::new();
    while let Some(path) = open.pop() {
        if !seen.insert(path) {
            continue;
        }
        let more = || {
            format!(
                "its files have more than {DESCRIBED_IMPORTS_MAX} imports, public ones of others included"
            )
        };
        *left = left.checked_sub(1).ok_or_else(more)?;
        imports.push(path.to_owned());
        open.extend(public.get(path).into_iter().flatten());
    }
    Ok(imports)
}

fn plain_file(file: &FileDescriptorProto, dependency: Vec<String>) -> FileDescriptorProto {
    FileDescriptorProto {
        name: file.name.clone(),
        package: file.package.clone(),
        dependency,
        message_type: file.message_type.iter().map(plain_message).collect(),
        enum_type: file.enum_type.clone(),
        extension: file.extension.clone(),
        syntax: file.syntax.clone(),
        ..FileDescriptorProto::default()
    }
}

/// A message without what says nothing of its bytes.
fn plain_message(message: &DescriptorProto) -> DescriptorProto {
    let map_entry = message.options.as_ref().and_then(|options| options.map_entry);
    DescriptorProto {
        name: message.name.clone(),
        field: message.field.clone(),
        nested_type: message.nested_type.iter().map(plain_message).collect(),
        enum_type: message.enum_type.clone(),
        extension_range: message.extension_range.clone(),
        extension: message.extension.clone(),
        options: map_entry.map(|is| MessageOptions { map_entry: Some(is), ..MessageOptions::default() }),
        oneof_decl: message.oneof_decl.clone(),
        reserved_range: Vec::new(),
    }
}
