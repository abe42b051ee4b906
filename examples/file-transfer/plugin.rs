//! The plugin: `file-transfer-plugin DIRECTORY` keeps its files there.

mod chunks;
mod contract;

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use contract::{DownloadRequest, FileChunk, FileTransfer, FileTransferServer, UploadResponse, cookie};
use rpcplugin::{PluginServer, Status, Streaming};
use tempfile::NamedTempFile;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args_os().nth(1).ok_or("file-transfer-plugin DIRECTORY")?.into();
    let files = Directory { path: directory, uploads: AtomicU64::new(0) };
    PluginServer::new(cookie()?).service(FileTransferServer::new(files)).serve().await?;
    Ok(())
}

struct Directory {
    path: PathBuf,
    uploads: AtomicU64,
}

impl FileTransfer for Directory {
    async fn download_file(&self, request: DownloadRequest) -> Result<Streaming<FileChunk>, Status> {
        let path = Path::new(&request.file_path);
        if request.file_path.is_empty() {
            return Err(Status::invalid_argument("the path is empty; name a file"));
        }
        // Neither `/etc/passwd` nor `../secret` is in this directory.
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(Status::invalid_argument(format!("`{}` leads out of the directory", path.display())));
        }
        match open(&self.path.join(path)).await {
            Ok(Some(file)) => Ok(chunks::chunks(file)),
            Ok(None) => Err(Status::not_found(format!("no file `{}`; upload it first", path.display()))),
            Err(error) => Err(Status::internal(format!("failed to open `{}`: {error}", path.display()))),
        }
    }

    async fn upload_file(&self, mut chunks: Streaming<FileChunk>) -> Result<UploadResponse, Status> {
        let failed = |error: io::Error| Status::internal(format!("failed to keep the file: {error}"));
        // Until all of it is there the file has another name, and it is gone if the upload ends too early. To make and to name a
        // file keeps this thread for a moment; what takes long are its bytes, and tokio's `File` writes them on other threads.
        let mut unfinished = NamedTempFile::new_in(&self.path).map_err(failed)?;
        let mut file = File::from_std(unfinished.reopen().map_err(failed)?);
        let (mut total_bytes, mut total_chunks, mut is_complete) = (0, 0, false);
        while let Some(chunk) = chunks.message().await? {
            if is_complete || chunk.sequence != total_chunks {
                return Err(Status::invalid_argument(format!(
                    "chunk {} came where {total_chunks} was due",
                    chunk.sequence
                )));
            }
            file.write_all(&chunk.data).await.map_err(failed)?;
            total_bytes += u64::try_from(chunk.data.len()).unwrap_or(u64::MAX);
            total_chunks += 1;
            is_complete = chunk.is_last;
        }
        if !is_complete {
            return Err(Status::invalid_argument(format!("no last chunk after {total_chunks} chunks")));
        }
        file.flush().await.map_err(failed)?;
        loop {
            let file_path = format!("upload-{}.bin", self.uploads.fetch_add(1, Ordering::Relaxed) + 1);
            match unfinished.persist_noclobber(self.path.join(&file_path)) {
                Ok(_) => return Ok(UploadResponse { file_path, total_bytes, total_chunks }),
                // The number was given before this plugin was started.
                Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => unfinished = taken.file,
                Err(error) => return Err(failed(error.error)),
            }
        }
    }
}

/// Opens a file, if there is one: a directory can be opened as well, and has no bytes.
async fn open(path: &Path) -> io::Result<Option<File>> {
    match tokio::fs::metadata(path).await {
        Ok(found) if found.is_file() => File::open(path).await.map(Some),
        Ok(_) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}
