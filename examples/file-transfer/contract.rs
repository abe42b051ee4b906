//! What host and plugin agree on. In a real project this is a crate of its own that both use.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, Streaming, rpc_protocol};

/// Host and plugin know the same cookie: by it a program sees that it was started as a plugin.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("FILE_TRANSFER_PLUGIN", "a-random-text-that-both-know")
}

/// Which file is wanted.
#[derive(BinaryMessage, Clone, Debug)]
pub struct DownloadRequest {
    /// Its path within the plugin's directory.
    #[binary(id = 1)]
    pub file_path: String,
}

/// A part of a file. The last part has fewer bytes than those before it, and may have none.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct FileChunk {
    /// Its bytes.
    #[binary(id = 1)]
    pub data: Vec<u8>,
    /// How many parts are before it.
    #[binary(id = 2)]
    pub sequence: u64,
    /// Whether nothing follows.
    #[binary(id = 3)]
    pub is_last: bool,
}

/// What became of an upload.
#[derive(BinaryMessage, Clone, Debug)]
pub struct UploadResponse {
    /// The file's path within the plugin's directory.
    #[binary(id = 1)]
    pub file_path: String,
    /// How many bytes it has.
    #[binary(id = 2)]
    pub total_bytes: u64,
    /// How many parts there were.
    #[binary(id = 3)]
    pub total_chunks: u64,
}

/// Keeps files.
#[rpc_protocol(service = "files.FileTransfer")]
pub trait FileTransfer {
    /// A file, from its first byte.
    async fn download_file(&self, request: DownloadRequest) -> Result<Streaming<FileChunk>, Status>;

    /// Keeps a file under a name that the plugin chooses.
    async fn upload_file(&self, chunks: Streaming<FileChunk>) -> Result<UploadResponse, Status>;
}
