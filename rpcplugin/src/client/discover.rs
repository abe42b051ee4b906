use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use glob::Pattern;

use super::files::is_executable;
use crate::limits::DISCOVERED_PLUGINS_MAX;
use crate::quote::quote;

/// Why the plugins in a directory could not be listed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoverError {
    /// The pattern is none.
    #[error(
        "{} is no pattern for names of plugins: {source}; use `*`, `?` and `[a-z]`, and no directory",
        quote(pattern)
    )]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The directory could not be read.
    #[error("failed to look for plugins in {}: {source}; is it a directory that this user may read?", directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// More programs have such a name than anybody has plugins.
    #[error(
        "{} holds more than {limit} programs whose names fit; keep plugins in a directory of their own, or use a narrower pattern",
        directory.display()
    )]
    TooMany {
        /// The directory.
        directory: PathBuf,
        /// How many are listed.
        limit: usize,
    },
}

/// Lists the plugins in a directory: the programs whose names fit a pattern, by their absolute paths, in the order of their names.
///
/// In the pattern `*` is any characters, `?` is one, and `[a-z]` is one of these; a name that begins with a dot fits only a
/// pattern that does. A file that this user may not execute is no program, and neither is a directory; a symbolic link is what
/// it leads to. Directories inside are not looked into. At most 4096 are listed. On Windows a program is what ends in `.exe`, `.com`,
/// `.bat` or `.cmd`, and that end is part of its name.
///
/// A name proves nothing: see [`PluginClientBuilder::checksum`](crate::PluginClientBuilder::checksum) for what does. The files are
/// looked at on the calling thread.
///
/// # Errors
///
/// [`DiscoverError`] if the pattern is none or the directory cannot be read. A directory without a plugin is no error.
///
/// # Examples
///
/// ```
/// for program in rpcplugin::discover("/bin", "greeter-plugin-*")? {
///     println!("{}", program.display());
/// }
/// # Ok::<(), rpcplugin::DiscoverError>(())
/// ```
pub fn discover(directory: impl AsRef<Path>, pattern: &str) -> Result<Vec<PathBuf>, DiscoverError> {
    let refused = |source| DiscoverError::Pattern { pattern: pattern.to_owned(), source };
    if pattern.contains(std::path::is_separator) {
        return Err(refused("a name holds no `/`".into()));
    }
    let names = Pattern::new(pattern).map_err(|error| refused(error.into()))?;
    let unread = |source| DiscoverError::Directory { directory: directory.as_ref().to_owned(), source };
    let directory = std::path::absolute(directory.as_ref()).map_err(unread)?;
    let mut found = Vec::new();
    for entry in fs::read_dir(&directory).map_err(unread)? {
        let name = entry.map_err(unread)?.file_name();
        let path = directory.join(&name);
        if !fits(&names, &name.to_string_lossy()) || !is_program(&path) {
            continue;
        }
        if found.len() == DISCOVERED_PLUGINS_MAX {
            return Err(DiscoverError::TooMany { directory, limit: DISCOVERED_PLUGINS_MAX });
        }
        found.push(path);
    }
    found.sort();
    Ok(found)
}

fn fits(names: &Pattern, name: &str) -> bool {
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    names.matches_with(name, options)
}

/// Whether this is a file that this user may execute.
fn is_program(path: &Path) -> bool {
    let is_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    is_file && is_executable(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn program(directory: &Path, name: &str, mode: u32) {
        let path = directory.join(name);
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn names(directory: &Path, pattern: &str) -> Vec<String> {
        let found = discover(directory, pattern).unwrap();
        assert!(found.iter().all(|path| path.is_absolute() && path.parent() == Some(directory)));
        found.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn programs_with_fitting_names_are_found_in_order() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        for name in ["kv-b", "kv-a", "kv-[x]", ".kv-hidden", "other"] {
            program(path, name, 0o755);
        }
        program(path, "kv-text", 0o644);
        fs::create_dir(path.join("kv-directory")).unwrap();
        symlink(path.join("other"), path.join("kv-link")).unwrap();
        symlink(path.join("nowhere"), path.join("kv-broken")).unwrap();
        assert_eq!(names(path, "kv-*"), ["kv-[x]", "kv-a", "kv-b", "kv-link"]);
        assert_eq!(names(path, "kv-?"), ["kv-a", "kv-b"]);
        assert_eq!(names(path, "kv-[[]*"), ["kv-[x]"]);
        assert_eq!(names(path, ".kv*"), [".kv-hidden"]);
        assert_eq!(names(path, "nothing*"), Vec::<String>::new());
    }

    #[test]
    fn what_cannot_be_listed_is_said() {
        let directory = tempfile::tempdir().unwrap();
        for pattern in ["kv-[", "../*", "a***"] {
            let error = discover(directory.path(), pattern).unwrap_err();
            assert!(matches!(error, DiscoverError::Pattern { .. }), "{error}");
            assert!(error.to_string().contains(pattern), "{error}");
        }
        let error = discover(directory.path().join("absent"), "*").unwrap_err();
        assert!(matches!(error, DiscoverError::Directory { .. }), "{error}");
    }

    #[test]
    fn more_than_the_limit_is_an_error_and_not_a_part() {
        let directory = tempfile::tempdir().unwrap();
        for number in 0..=DISCOVERED_PLUGINS_MAX {
            program(directory.path(), &format!("kv-{number}"), 0o755);
        }
        let error = discover(directory.path(), "kv-*").unwrap_err();
        assert!(matches!(error, DiscoverError::TooMany { limit: DISCOVERED_PLUGINS_MAX, .. }), "{error}");
        assert_eq!(discover(directory.path(), "kv-1*").unwrap().len(), 1111);
    }
}
