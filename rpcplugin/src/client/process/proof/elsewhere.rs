use std::io;

use super::Verdict;
use crate::call::UnixCredentials;
use crate::transport::Address;

/// Nobody is proven.
#[derive(Debug)]
pub(in crate::client) enum Proven {}

impl Proven {
    pub(in crate::client) const fn number(&self) -> Option<u32> {
        match *self {}
    }

    pub(in crate::client) const fn agrees(&self, _listener: Option<&UnixCredentials>) -> bool {
        match *self {}
    }
}

impl Verdict {
    /// Not told here.
    pub(in crate::client) const fn of(_address: &Address, _process: Option<u32>) -> Self {
        Self::Unknown
    }
}

/// There is none.
#[derive(Debug)]
pub(in crate::client::process) enum AttachedProcess {}

impl AttachedProcess {
    pub(in crate::client::process) const fn new(proven: Proven) -> io::Result<Self> {
        match proven {}
    }

    pub(in crate::client::process) const fn id(&self) -> Option<u32> {
        match *self {}
    }

    pub(in crate::client::process) async fn ended(&self) {
        match *self {}
    }

    pub(in crate::client::process) const fn terminate(&self) {
        match *self {}
    }

    pub(in crate::client::process) const fn kill(&self) {
        match *self {}
    }
}
