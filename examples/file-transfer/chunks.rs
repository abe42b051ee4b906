//! How a file becomes a stream of chunks: the host does it for an upload, the plugin for a download.

use std::io;

use futures_util::stream::try_unfold;
use rpcplugin::{Status, Streaming};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use crate::contract::FileChunk;

/// How many bytes a chunk has. Well below what a message may have, 64 MiB here and often 4 MiB with gRPC, and enough that a call costs little beside it.
const CHUNK_BYTES: u64 = 256 * 1024;

/// The chunks of a file. Each is read when the other side has room for it, so that a file of any size needs the memory of a few.
pub(crate) fn chunks(file: File) -> Streaming<FileChunk> {
    Streaming::new(try_unfold(Some((file, 0)), |state| async {
        let Some((mut file, sequence)) = state else { return Ok(None) };
        let chunk = read(&mut file, sequence).await.map_err(|error| Status::internal(error.to_string()))?;
        let rest = if chunk.is_last { None } else { Some((file, sequence + 1)) };
        Ok(Some((chunk, rest)))
    }))
}

async fn read(file: &mut File, sequence: u64) -> io::Result<FileChunk> {
    let mut data = Vec::new();
    let bytes = file.take(CHUNK_BYTES).read_to_end(&mut data).await?;
    let is_last = u64::try_from(bytes).is_ok_and(|bytes| bytes < CHUNK_BYTES);
    Ok(FileChunk { data, sequence, is_last })
}
