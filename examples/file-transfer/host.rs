//! The host: `file-transfer-host [MEBIBYTES]` uploads a file of that size, 64 unless said, and downloads it again.

mod chunks;
mod contract;

use std::error::Error;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Instant;

use contract::{DownloadRequest, FileTransfer, FileTransferClient, cookie};
use rpcplugin::PluginClient;
use tokio::fs::File;

const MEBIBYTE: u64 = 1024 * 1024;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mebibytes = match std::env::args().nth(1) {
        Some(text) => text.parse().map_err(|_| format!("`{text}` is no number of mebibytes"))?,
        None => 64,
    };
    // The host's file and the plugin's directory, gone when this program ends.
    let directory = tempfile::tempdir()?;
    let (source, files) = (directory.path().join("source.bin"), directory.path().join("files"));
    write_source(&source, mebibytes)?;
    std::fs::create_dir(&files)?;

    let program = std::env::current_exe()?.with_file_name("file-transfer-plugin");
    let plugin = PluginClient::builder(program, cookie()?).arg(&files).start().await?;
    let transfer = FileTransferClient::new(plugin.channel());

    let clock = Instant::now();
    let upload = transfer.upload_file(chunks::chunks(File::open(&source).await?)).await?;
    println!("upload    {} bytes in {} chunks", upload.total_bytes, upload.total_chunks);
    println!("          {} MiB a second", rate(mebibytes, clock));

    let clock = Instant::now();
    let bytes = compare(&transfer, &upload.file_path, &source).await?;
    println!("download  {bytes} bytes, each as it was sent");
    println!("          {} MiB a second", rate(mebibytes, clock));

    for file_path in ["upload-9.bin", "../source.bin"] {
        let request = DownloadRequest { file_path: file_path.to_owned() };
        // Whether the plugin has looked before the call is under way or later is chance: a refusal may come in either place.
        let refused = match transfer.download_file(request).await {
            Ok(mut chunks) => chunks.message().await.err(),
            Err(status) => Some(status),
        };
        println!("download  {}", refused.ok_or("there is no such file")?);
    }

    let stopped = plugin.stop().await;
    println!("the plugin ended by itself: {}", !stopped.killed);
    Ok(())
}

/// Downloads a file, and holds each chunk against the same one of the source. How many bytes there were.
async fn compare(
    transfer: &FileTransferClient,
    file_path: &str,
    source: &Path,
) -> Result<u64, Box<dyn Error>> {
    let mut came = transfer.download_file(DownloadRequest { file_path: file_path.to_owned() }).await?;
    let mut sent = chunks::chunks(File::open(source).await?);
    let mut bytes = 0;
    while let Some(chunk) = came.message().await? {
        if sent.message().await?.as_ref() != Some(&chunk) {
            return Err(format!("chunk {} is not the one that was sent", chunk.sequence).into());
        }
        bytes += u64::try_from(chunk.data.len())?;
    }
    match sent.message().await? {
        None => Ok(bytes),
        Some(chunk) => Err(format!("chunk {} is missing", chunk.sequence).into()),
    }
}

/// A file with the number of each mebibyte at its beginning and nothing between, so that it hardly takes room on a disk.
fn write_source(path: &Path, mebibytes: u64) -> std::io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    file.set_len(mebibytes * MEBIBYTE)?;
    for number in 0..mebibytes {
        file.seek(SeekFrom::Start(number * MEBIBYTE))?;
        file.write_all(&number.to_be_bytes())?;
    }
    Ok(())
}

fn rate(mebibytes: u64, clock: Instant) -> u128 {
    u128::from(mebibytes) * 1000 / clock.elapsed().as_millis().max(1)
}
