//! Who starts a plugin again that has ended?

mod history;
mod policy;
mod random;

pub use policy::RestartPolicy;
