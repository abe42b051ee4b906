use std::process::ExitStatus;

/// Nothing is ended by a signal: a crash has a code.
pub(in crate::client) const fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

pub(in crate::client) const fn is_signal_of_its_own(_number: i32) -> bool {
    false
}

/// Whether the system says by this code that it found a library of the program nowhere.
pub(in crate::client) const fn is_missing_library(code: i32) -> bool {
    const STATUS_DLL_NOT_FOUND: u32 = 0xc000_0135;
    const STATUS_ENTRYPOINT_NOT_FOUND: u32 = 0xc000_0139;
    matches!(code.cast_unsigned(), STATUS_DLL_NOT_FOUND | STATUS_ENTRYPOINT_NOT_FOUND)
}
