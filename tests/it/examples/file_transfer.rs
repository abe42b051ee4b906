//! Files in both directions: what the README shows, and that a large file takes no more memory than a small one.

use std::path::Path;
use std::time::Duration;

use crate::examples::{LEFT_TIMEOUT, Running, leaves_nothing, processes_of, shown};

/// What the README says that neither process needs, whatever the file has.
const MEMORY_KIB_MAX: u64 = 64 * 1024;

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
        let end = running.end();
        tokio::pin!(end);
        loop {
            tokio::select! {
                printed = &mut end => break printed,
                () = tokio::time::sleep(Duration::from_millis(20)) => look(directory.path(), &mut peaks),
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
/// two looks.
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
