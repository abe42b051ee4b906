//! Files in both directions: what the README shows, and that a large file takes no more memory than a small one.

#[path = "../../../examples/file-transfer/contract.rs"]
mod contract;

use std::path::Path;
use std::time::Duration;

use contract::{DownloadRequest, FileChunk, FileTransfer, FileTransferClient, cookie};
use rpcplugin::{Code, PluginClient, Streaming};

use crate::examples::{LEFT_TIMEOUT, Running, build_all, built, leaves_nothing, processes_of, shown};

/// What the README says that neither process needs, whatever the file has.
const MEMORY_KIB_MAX: u64 = 64 * 1024;

/// A gibibyte that has not come back by then never does: programs without optimisation, on a machine that does other things.
const GIBIBYTE_TIMEOUT: Duration = Duration::from_secs(600);

/// How often is looked how much memory there is in use.
const LOOK: Duration = Duration::from_millis(20);

#[tokio::test]
async fn file_transfer_does_what_its_readme_shows() {
    shown("file-transfer").first().unwrap().holds().await;
}

#[tokio::test]
async fn a_file_of_a_gibibyte_passes_in_constant_memory() {
    let directory = tempfile::tempdir().unwrap();
    let command = "cargo build --bin file-transfer-plugin && cargo run --bin file-transfer-host -- 1024";
    let mut running = Running::start(command, directory.path());
    let mut peaks = Vec::new();
    let printed = {
        let end = running.end_within(GIBIBYTE_TIMEOUT);
        tokio::pin!(end);
        loop {
            tokio::select! {
                printed = &mut end => break printed,
                () = tokio::time::sleep(LOOK) => look(directory.path(), &mut peaks),
            }
        }
    };
    assert!(printed.contains("download  1073741824 bytes, each as it was sent"), "{printed}");
    for name in ["file-transfer-h", "file-transfer-p"] {
        let seen = peaks.iter().filter(|(other, _)| other == name).map(|(_, peak)| *peak);
        let peak = seen.max().unwrap_or_else(|| panic!("{name} was never seen: {peaks:?}"));
        println!("{name} took {peak} KiB");
        assert!(peak < MEMORY_KIB_MAX, "{name} took {peak} KiB");
    }
    leaves_nothing(directory.path(), LEFT_TIMEOUT).await;
}

/// Notes the most memory that each process of the example has taken so far. The system remembers it: no peak is missed between
/// two looks, and none but what comes behind the last one, at most [`LOOK`] before the end.
fn look(directory: &Path, peaks: &mut Vec<(String, u64)>) {
    for process in processes_of(directory) {
        // A process that has ended since says nothing.
        let status = std::fs::read_to_string(Path::new(&process).join("status")).unwrap_or_default();
        let value = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()
        };
        if let (Some(name), Some(peak)) = (value("Name:"), value("VmHWM:")) {
            peaks.push((name.to_owned(), peak.parse().unwrap()));
        }
    }
}

/// The plugin with this directory, called without the host of the example.
async fn start(files: &Path) -> (PluginClient, FileTransferClient) {
    let program = built().join("file-transfer-plugin");
    let plugin = PluginClient::builder(program, cookie().unwrap()).arg(files).start().await.unwrap();
    let transfer = FileTransferClient::new(plugin.channel());
    (plugin, transfer)
}

#[tokio::test]
async fn a_plugin_that_is_started_again_keeps_what_is_there() {
    build_all();
    let directory = tempfile::tempdir().unwrap();
    for number in 1..=3_u8 {
        let (plugin, transfer) = start(directory.path()).await;
        let chunk = FileChunk { data: vec![number], sequence: 0, is_last: true };
        let upload = transfer.upload_file(Streaming::new(futures_util::stream::iter([Ok(chunk)]))).await;
        assert_eq!(upload.unwrap().file_path, format!("upload-{number}.bin"));
        plugin.stop().await;
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 3);
    for number in 1..=3_u8 {
        let path = directory.path().join(format!("upload-{number}.bin"));
        assert_eq!(std::fs::read(path).unwrap(), [number]);
    }
}

#[tokio::test]
async fn what_is_no_file_of_the_directory_is_refused_with_the_code_of_its_fault() {
    build_all();
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("inner")).unwrap();
    std::fs::write(directory.path().join("file"), "").unwrap();
    let (plugin, transfer) = start(directory.path()).await;
    for (path, code) in [
        ("", Code::InvalidArgument),
        ("/etc/passwd", Code::InvalidArgument),
        ("inner", Code::NotFound),
        ("inner/file", Code::NotFound),
        ("file/inner", Code::NotFound),
    ] {
        let request = DownloadRequest { file_path: path.to_owned() };
        let refused = match transfer.download_file(request).await {
            Ok(mut chunks) => chunks.message().await.unwrap_err(),
            Err(status) => status,
        };
        assert_eq!(refused.code(), code, "{path}: {refused}");
    }
    plugin.stop().await;
}
