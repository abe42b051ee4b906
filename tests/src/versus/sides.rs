//! Who is compared: a host with a plugin.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The first argument with which this program is our plugin.
pub(crate) const PLUGIN: &str = "plugin";

/// The first argument with which this program is our host.
pub(crate) const HOST: &str = "host";

/// A host and the plugin that it starts.
pub(crate) struct Side {
    pub(crate) name: &'static str,
    /// Whether what is promised is promised for it.
    pub(crate) is_ours: bool,
    /// The command that is the host.
    pub(crate) host: Vec<String>,
    /// The command that is the plugin.
    pub(crate) plugin: Vec<String>,
}

impl Side {
    /// Those that there are here: without Go only our own, which is said loudly.
    pub(crate) fn all() -> Vec<Self> {
        let own = std::env::current_exe().unwrap().display().to_string();
        let our_host = || vec![own.clone(), HOST.to_owned()];
        let ours = Self {
            name: "rpcplugin",
            is_ours: true,
            host: our_host(),
            plugin: vec![own.clone(), PLUGIN.to_owned()],
        };
        let Some(programs) = go_programs() else {
            let required = std::env::var("RPCPLUGIN_REQUIRE_INTEROP").is_ok_and(|value| value == "1");
            assert!(!required, "Go is absent, and RPCPLUGIN_REQUIRE_INTEROP=1 does not allow to do without");
            eprintln!("\n*** NO GO: this is no comparison, only our own column; install Go 1.26 ***\n");
            return vec![ours];
        };
        let program = |name: &str| vec![programs.join(name).display().to_string()];
        let go = Self {
            name: "go-plugin",
            is_ours: false,
            host: program("versus-host"),
            plugin: program("kv-plugin"),
        };
        let mixed = Self {
            name: "rpcplugin with a plugin of go-plugin",
            is_ours: true,
            host: our_host(),
            plugin: program("kv-plugin"),
        };
        vec![go, ours, mixed]
    }
}

/// The directory of the programs in Go, built now; `None` where there is no Go.
fn go_programs() -> Option<PathBuf> {
    let answers = Command::new("go").arg("version").output().is_ok_and(|output| output.status.success());
    if !answers {
        return None;
    }
    // Beside this program, so that it goes with `cargo clean`.
    let directory = std::env::current_exe().unwrap().with_file_name("versus-go-programs");
    std::fs::create_dir_all(&directory).unwrap();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/go");
    let mut build = Command::new("go");
    build.current_dir(sources).args(["build", "-trimpath", "-o"]).arg(&directory);
    let built = build.args(["./cmd/versus-host", "./cmd/kv-plugin"]).status().unwrap();
    assert!(built.success(), "the programs in Go cannot be built");
    Some(directory)
}
