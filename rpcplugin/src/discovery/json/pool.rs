use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prost_reflect::DescriptorPool;

use super::fault::plain;
use crate::call::contain;
use crate::discovery::PluginDescription;
use crate::message::descriptor::{DescriptorProto, FileDescriptorProto, LABEL_REPEATED};

/// What was made of the files of services, by the path of each.
#[derive(Clone, Default)]
pub(in crate::discovery) struct Pools(Arc<Mutex<HashMap<String, DescriptorPool>>>);

impl Pools {
    /// The types of a file, with all that it imports.
    ///
    /// # Errors
    ///
    /// Why they cannot be.
    pub(super) fn get(&self, of: &PluginDescription, path: &str) -> Result<DescriptorPool, String> {
        let known = |pools: &HashMap<_, DescriptorPool>| pools.get(path).cloned();
        if let Some(pool) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(pool);
        }
        of.files.all().try_for_each(check)?;
        let set = of.files.set([path]);
        // The files may contradict each other in ways that nobody has thought of.
        let pool = contain(|| DescriptorPool::decode(set.as_slice()));
        let pool = pool.map_err(|_panicked| "its parts contradict each other".to_owned())?;
        let pool = pool.map_err(|error| plain(&error.to_string()))?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), pool.clone());
        Ok(pool)
    }
}

impl fmt::Debug for Pools {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pools")
    }
}

/// Whether the entries of all maps have a key and a value: who reads a message takes it for granted.
fn check(file: &FileDescriptorProto) -> Result<(), String> {
    file.message_type.iter().try_for_each(check_message)
}

fn check_message(message: &DescriptorProto) -> Result<(), String> {
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
