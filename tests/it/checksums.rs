//! A host that knows the checksum of its plugin runs that program and no other.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rpcplugin::{Checksum, PluginClient, StartError};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::KvClient;

use crate::support::{builder, kv_plugin};

#[tokio::test]
async fn a_program_with_the_right_checksum_is_a_plugin_as_any_other() {
    let known = Checksum::of(&std::fs::read(kv_plugin()).unwrap());
    let plugin = builder().checksum(known).start().await.unwrap();
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn a_program_with_another_checksum_is_not_started() {
    let error = builder().checksum(Checksum::of(b"another")).start().await.unwrap_err();
    let text = error.to_string();
    let StartError::Checksum { program, expected, found } = error else { panic!("{text}") };
    assert_eq!(program, kv_plugin());
    assert_eq!(expected, Checksum::of(b"another"));
    assert_eq!(found, Checksum::of(&std::fs::read(kv_plugin()).unwrap()));
    for part in [program.display().to_string(), expected.to_string(), found.to_string()] {
        assert!(text.contains(&part), "{text}");
    }
}

fn script(path: &Path, text: &str) {
    std::fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn a_program_that_is_exchanged_meanwhile_never_runs() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    script(&path("good"), "echo no handshake");
    script(&path("bad"), &format!("touch '{}'", path("ran").display()));
    let known = Checksum::of(&std::fs::read(path("good")).unwrap());
    std::fs::copy(path("good"), path("plugin")).unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let exchanges = std::thread::spawn({
        let (is_over, names) = (Arc::clone(&is_over), ["bad", "good"].map(&path));
        let (next, plugin) = (path("next"), path("plugin"));
        move || {
            for name in names.iter().cycle().take_while(|_| !is_over.load(Ordering::Relaxed)) {
                std::fs::copy(name, &next).unwrap();
                std::fs::rename(&next, &plugin).unwrap();
            }
        }
    });
    let (mut ran, mut refused) = (0, 0);
    for _ in 0..1000 {
        let builder = PluginClient::builder(path("plugin"), rpcplugin_tests::cookie());
        match builder.checksum(known.clone()).start().await.unwrap_err() {
            StartError::Checksum { .. } => refused += 1,
            StartError::Handshake { .. } | StartError::Exited { .. } => ran += 1,
            other => panic!("{other}"),
        }
    }
    is_over.store(true, Ordering::Relaxed);
    exchanges.join().unwrap();
    assert!(!path("ran").exists(), "the other program ran");
    assert!(ran > 0 && refused > 0, "{ran} ran, {refused} were refused");
}
