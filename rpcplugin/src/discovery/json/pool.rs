use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prost::Message as _;
use prost_reflect::DescriptorPool;

use super::fault::plain;
use super::imports::plain_files;
use crate::call::contain;
use crate::discovery::PluginDescription;
use crate::limits::{JSON_DEFAULT_BYTES_MAX, JSON_POOLS_BYTES_MAX};
use crate::message::descriptor::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet, LABEL_REPEATED,
};

/// What was made of the files of services, by the path of each.
#[derive(Clone, Default)]
pub(in crate::discovery) struct Pools(Arc<Mutex<Made>>);

#[derive(Default)]
struct Made {
    pools: HashMap<String, DescriptorPool>,
    /// Of the files that they were made of.
    bytes: usize,
}

impl Made {
    /// Keeps a pool. Where all would be too much, those that were there are made again when they are asked for.
    fn keep(&mut self, path: &str, pool: DescriptorPool, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > JSON_POOLS_BYTES_MAX {
            self.pools.clear();
            self.bytes = bytes;
        }
        self.pools.insert(path.to_owned(), pool);
    }
}

impl Pools {
    /// The types of a file, with all that it imports.
    ///
    /// # Errors
    ///
    /// Why they cannot be.
    pub(in crate::discovery) fn get(
        &self,
        of: &PluginDescription,
        path: &str,
    ) -> Result<DescriptorPool, String> {
        let known = |made: &Made| made.pools.get(path).cloned();
        if let Some(pool) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(pool);
        }
        let described: Vec<_> = of.files.behind([path]).into_iter().map(|file| &file.described).collect();
        described.iter().try_for_each(|file| check(file))?;
        // Of what was read and checked, not of the bytes as they came: of these somebody else might read more.
        let file = plain_files(&described)?.iter().map(FileDescriptorProto::encode_to_vec).collect();
        let set = FileDescriptorSet { file }.encode_to_vec();
        // The files may contradict each other in ways that nobody has thought of.
        let pool = contain(|| DescriptorPool::decode(set.as_slice()));
        let pool = pool.map_err(|_panicked| "its parts contradict each other".to_owned())?;
        let pool = pool.map_err(|error| plain(&error.to_string()))?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(path, pool.clone(), set.len());
        Ok(pool)
    }
}

impl fmt::Debug for Pools {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pools")
    }
}

/// Whether the entries of all maps have a key and a value: who reads a message takes it for granted. And whether what fields
/// have by default is short.
fn check(file: &FileDescriptorProto) -> Result<(), String> {
    file.extension.iter().try_for_each(check_default)?;
    file.message_type.iter().try_for_each(check_message)
}

/// Each message that lacks the field has a copy of its default.
fn check_default(field: &FieldDescriptorProto) -> Result<(), String> {
    let length = field.default_value.as_ref().map_or(0, String::len);
    if length <= JSON_DEFAULT_BYTES_MAX {
        return Ok(());
    }
    let name = plain(field.name.as_deref().unwrap_or_default());
    Err(format!(
        "the default of its field `{name}` has {length} bytes, and at most {JSON_DEFAULT_BYTES_MAX} are read"
    ))
}

fn check_message(message: &DescriptorProto) -> Result<(), String> {
    message.field.iter().chain(&message.extension).try_for_each(check_default)?;
    message.nested_type.iter().try_for_each(check_message)?;
    if message.options.as_ref().is_none_or(|options| options.map_entry != Some(true)) {
        return Ok(());
    }
    let mut numbers: Vec<_> = message.field.iter().map(|field| field.number.unwrap_or_default()).collect();
    numbers.sort_unstable();
    let is_repeated = message.field.iter().any(|field| field.label == Some(LABEL_REPEATED));
    let key = message.field.iter().find(|field| field.number == Some(1));
    let is_key = key.is_some_and(|key| !NO_KEYS.contains(&key.r#type.unwrap_or_default()));
    if numbers == [1, 2] && !is_repeated && is_key {
        return Ok(());
    }
    let name = plain(message.name.as_deref().unwrap_or_default());
    Err(format!("the entries `{name}` of a map have no key and value"))
}

/// What is no key of a map: nothing, doubles, floats, groups, messages, bytes and enums.
const NO_KEYS: [i32; 7] = [0, 1, 2, 10, 11, 12, 14];
