//! Values that interceptors leave with a call, one of each type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Value = Arc<dyn Any + Send + Sync>;

/// A copy shares the values until one of both changes.
#[derive(Default)]
pub(crate) struct Values {
    // Most calls have none.
    values: Mutex<Option<Arc<HashMap<TypeId, Value>>>>,
}

impl Values {
    pub(super) fn insert<T: Send + Sync + 'static>(&self, value: T) {
        let before = {
            let mut values = self.lock();
            Arc::make_mut(values.get_or_insert_default()).insert(TypeId::of::<T>(), Arc::new(value))
        };
        // A value that is dropped may run code that asks for values.
        drop(before);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_none()
    }

    pub(super) fn get<T: Clone + 'static>(&self) -> Option<T> {
        let value = self.lock().as_ref()?.get(&TypeId::of::<T>()).cloned()?;
        // As may one that is cloned.
        value.downcast_ref::<T>().cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<HashMap<TypeId, Value>>>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Values {
    fn clone(&self) -> Self {
        Self { values: Mutex::new(self.lock().clone()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for another value wherever its code runs.
    struct Asks(Arc<Values>);

    impl Clone for Asks {
        fn clone(&self) -> Self {
            assert_eq!(self.0.get::<u8>(), Some(1));
            Self(Arc::clone(&self.0))
        }
    }

    impl Drop for Asks {
        fn drop(&mut self) {
            assert_eq!(self.0.get::<u8>(), Some(1));
        }
    }

    #[test]
    fn a_value_may_ask_for_another_while_it_is_cloned_and_dropped() {
        let values = Arc::new(Values::default());
        values.insert(1_u8);
        values.insert(Asks(Arc::clone(&values)));
        drop(values.get::<Asks>().unwrap());
        values.insert(Asks(Arc::clone(&values)));
    }

    #[test]
    fn a_copy_is_its_own() {
        let values = Values::default();
        values.insert(1_u8);
        let copy = values.clone();
        copy.insert(2_u8);
        values.insert(3_u16);
        assert_eq!((values.get::<u8>(), copy.get::<u8>()), (Some(1), Some(2)));
        assert_eq!((values.get::<u16>(), copy.get::<u16>()), (Some(3), None));
    }
}
