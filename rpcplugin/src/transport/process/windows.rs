use super::Process;

impl Process {
    /// Whether there is a number: the system would tell more only to who holds the process.
    ///
    /// A number is known here of a process that this one has started and holds: of its end the host learns by that, and the
    /// connection ends with it.
    pub(in crate::transport) fn look(number: Option<u32>) -> Self {
        match number {
            None | Some(0) => Self::Unknown,
            Some(_) => Self::Runs,
        }
    }
}
