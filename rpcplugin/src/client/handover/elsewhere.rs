use crate::client::DetachError;
use crate::client::stop::Held;

/// No pipe can be opened once more.
#[derive(Debug)]
pub(in crate::client) enum OutputEnds {}

impl OutputEnds {
    pub(in crate::client) const fn of<T, U>(_stdout: &T, _stderr: &U) -> Option<Self> {
        None
    }
}

/// There is nobody to give it to.
pub(in crate::client) fn entrust(held: Held, _process: Option<u32>) -> Result<(), DetachError> {
    match held.output.ends() {
        None => Err(DetachError::Unsupported),
        Some(ends) => match *ends {},
    }
}
