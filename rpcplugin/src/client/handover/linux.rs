use std::path::Path;

use super::caretaker;
use crate::client::stop::Held;
use crate::client::{DetachError, guard};
use crate::transport::Lifeline;

/// Gives a plugin's pipes, its lifeline and its directory into other hands. `process` is its number.
pub(in crate::client) fn entrust(held: Held, process: Option<u32>) -> Result<(), DetachError> {
    let Held { output, lifeline, sockets, .. } = held;
    let Some(ends) = output.ends() else { return Err(DetachError::OfARunner) };
    let begin = |directory: &Path| {
        let lifeline = lifeline.as_ref().map(Lifeline::end).transpose()?;
        let directory = std::path::absolute(directory)?;
        caretaker::start(ends, lifeline, &directory, process)?;
        guard::keep_directory(directory);
        Ok(())
    };
    begin(sockets.path()).map_err(|source| DetachError::Caretaker { source })?;
    sockets.keep();
    Ok(())
}
