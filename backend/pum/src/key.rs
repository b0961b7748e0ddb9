//! The key that `pum up` makes for itself, so that nobody needs to think of one on a first start.

use crate::config::KEY_FILE;
use anyhow::Context as _;
use pum_app::random;
use pum_app::secret::Secret;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Makes a key of 256 bits and keeps it in the data folder, for its owner's eyes alone.
///
/// Only for an empty database: a new key beside old data would leave what is encrypted there unreadable.
///
/// # Errors
/// When the file cannot be written.
pub fn make(data_dir: &Path) -> anyhow::Result<Secret> {
    let path = data_dir.join(KEY_FILE);
    let key = random::secret();
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => {
            writeln!(file, "{key}")
                .and_then(|()| file.sync_all())
                // The name must be as lasting as the content: encrypted rows follow at once.
                .and_then(|()| File::open(data_dir)?.sync_all())
                .with_context(|| format!("{} cannot be written", path.display()))?;
            Ok(Secret::new(key))
        }
        // Another process was quicker; its key counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            Ok(Secret::new(text.trim()))
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be written", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = make(folder.path()).expect("a key");
        assert!(first.expose().len() >= 32);
        let file = std::fs::metadata(folder.path().join(KEY_FILE)).expect("the file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);

        let second = make(folder.path()).expect("the same key");
        assert_eq!(second.expose(), first.expose());
    }
}
