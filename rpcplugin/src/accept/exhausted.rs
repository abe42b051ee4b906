use std::io;

/// Whether this process, or the whole system, can open nothing more.
#[cfg(unix)]
pub(super) fn is_out_of_descriptors(error: &io::Error) -> bool {
    use rustix::io::Errno;

    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
}

/// Whether this process, or the whole system, can open no more sockets.
#[cfg(windows)]
pub(super) fn is_out_of_descriptors(error: &io::Error) -> bool {
    const WSAEMFILE: i32 = 10024;

    error.raw_os_error() == Some(WSAEMFILE)
}
