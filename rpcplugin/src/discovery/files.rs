//! The files that describe a plugin, as they came.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;

use super::DescribeError;
use super::weight::Weight;
use crate::limits::{
    DESCRIBED_BYTES_MAX, DESCRIBED_FILE_BYTES_MAX, DESCRIBED_FILE_COST, DESCRIBED_FILES_MAX,
};
use crate::message::descriptor::{FileDescriptorProto, FileDescriptorSet};
use crate::quote::quote;

/// Files by their paths.
#[derive(Debug, Default)]
pub(super) struct Files {
    files: BTreeMap<String, File>,
    /// The path of the file in which a service stands, and its place there.
    services: BTreeMap<String, (String, usize)>,
    bytes: usize,
    weight: Weight,
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) described: FileDescriptorProto,
    /// As it came: a file may say more than is read here.
    bytes: Vec<u8>,
}

impl Files {
    /// Adds a file. One whose path is taken is left out: of a path there is one file.
    ///
    /// # Errors
    ///
    /// If it is none, or if there is too much of all together.
    pub(super) fn add(&mut self, bytes: Vec<u8>, question: &str) -> Result<(), DescribeError> {
        self.bytes = self.bytes.saturating_add(bytes.len().max(DESCRIBED_FILE_COST));
        if self.bytes > DESCRIBED_BYTES_MAX {
            return Err(DescribeError::TooMuch { what: "bytes", limit: DESCRIBED_BYTES_MAX });
        }
        // Before it is read: in memory it may be a hundred times as large.
        if bytes.len() > DESCRIBED_FILE_BYTES_MAX {
            return Err(DescribeError::TooMuch { what: "bytes in a file", limit: DESCRIBED_FILE_BYTES_MAX });
        }
        let mut described =
            FileDescriptorProto::decode(bytes.as_slice()).map_err(|error| DescribeError::BadAnswer {
                question: question.to_owned(),
                found: format!("bytes that are no description of a file: {}", quote(&error.to_string())),
            })?;
        let path = described.name.clone().unwrap_or_default();
        if self.files.contains_key(&path) {
            return Ok(());
        }
        if self.files.len() >= DESCRIBED_FILES_MAX {
            return Err(DescribeError::TooMuch { what: "files", limit: DESCRIBED_FILES_MAX });
        }
        keep_comments_alone(&mut described);
        self.weight.add(&described)?;
        let package = described.package.as_deref().unwrap_or_default();
        for (place, service) in described.service.iter().enumerate() {
            let name = service.name.as_deref().unwrap_or_default();
            let full = if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") };
            self.services.entry(full).or_insert_with(|| (path.clone(), place));
        }
        self.files.insert(path, File { described, bytes });
        Ok(())
    }

    /// The file with this path.
    pub(super) fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// The path of the file in which a service stands.
    pub(super) fn path_of(&self, service: &str) -> Option<&str> {
        self.service(service).map(|(path, _)| path)
    }

    /// The path of the file in which a service stands, and its place among the services there.
    pub(super) fn service(&self, name: &str) -> Option<(&str, usize)> {
        self.services.get(name).map(|(path, place)| (path.as_str(), *place))
    }

    /// The paths, in ascending order.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Each file.
    pub(super) fn all(&self) -> impl Iterator<Item = &FileDescriptorProto> {
        self.files.values().map(|file| &file.described)
    }

    /// What is imported and is not here.
    pub(super) fn missing(&self) -> BTreeSet<String> {
        let imports = self.all().flat_map(|file| &file.dependency);
        imports.filter(|path| !self.files.contains_key(*path)).cloned().collect()
    }

    /// All files as a serialized `FileDescriptorSet`, each behind what it imports.
    pub(super) fn set(&self) -> Vec<u8> {
        let file = self.behind(self.paths()).into_iter().map(|file| file.bytes.clone()).collect();
        FileDescriptorSet { file }.encode_to_vec()
    }

    /// Files with all that they import, each behind what it imports.
    pub(super) fn behind<'a>(&'a self, paths: impl IntoIterator<Item = &'a str>) -> Vec<&'a File> {
        let (mut file, mut begun, mut written) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        let mut open: Vec<(&str, bool)> = paths.into_iter().map(|path| (path, false)).collect();
        open.reverse();
        // Not by calls within calls: imports may go in circles, and as deep as there are files.
        while let Some((path, imports_are_written)) = open.pop() {
            let Some(found) = self.files.get(path) else { continue };
            if imports_are_written {
                if written.insert(path) {
                    file.push(found);
                }
            } else if begun.insert(path) {
                open.push((path, true));
                open.extend(found.described.dependency.iter().rev().map(|import| (import.as_str(), false)));
            }
        }
        file
    }
}

/// Leaves out where in its text something stands: of most things a compiler says nothing else.
fn keep_comments_alone(file: &mut FileDescriptorProto) {
    let Some(info) = &mut file.source_code_info else { return };
    info.location.retain(|location| location.leading_comments.as_ref().is_some_and(|text| !text.is_empty()));
    info.location.iter_mut().for_each(|location| location.span = Vec::new());
    info.location.shrink_to_fit();
}
