//! Guest paths to host paths: `-L DIR`.
//!
//! An absolute path that exists under the sysroot is taken from there, as qemu-arm's `-L` does, so
//! that a guest finds its libraries without chroot and still sees the host's files. Unlike there,
//! a symbolic link inside the sysroot with an absolute target is followed inside the sysroot.

use std::path::{Component, Path, PathBuf};

/// As many symbolic links as Linux follows.
const MAX_LINKS: usize = 40;

/// The host path for a guest path.
pub(crate) fn translate(sysroot: Option<&Path>, path: &Path) -> PathBuf {
    match sysroot.filter(|_| path.is_absolute()) {
        Some(root) => resolve(root, path, true).unwrap_or_else(|| path.to_path_buf()),
        None => path.to_path_buf(),
    }
}

/// The host path for a guest path whose last component must not be followed.
pub(crate) fn translate_nofollow(sysroot: Option<&Path>, path: &Path) -> PathBuf {
    match sysroot.filter(|_| path.is_absolute()) {
        Some(root) => resolve(root, path, false).unwrap_or_else(|| path.to_path_buf()),
        None => path.to_path_buf(),
    }
}

/// The path under `root`, if there is something.
fn resolve(root: &Path, path: &Path, follow: bool) -> Option<PathBuf> {
    // The common case first: it exists, and no link on the way leads out.
    let joined = root.join(path.strip_prefix("/").ok()?);
    let metadata = joined.symlink_metadata().ok();
    if let Some(metadata) = &metadata
        && !(follow && metadata.is_symlink())
    {
        return Some(joined);
    }
    let mut links = 0;
    let mut pending: Vec<std::ffi::OsString> = components(path);
    let mut done = PathBuf::new();
    while let Some(name) = pending.pop() {
        if name == ".." {
            done.pop();
            continue;
        }
        let candidate = root.join(&done).join(&name);
        let metadata = candidate.symlink_metadata().ok()?;
        if !metadata.is_symlink() || (pending.is_empty() && !follow) {
            done.push(name);
            continue;
        }
        links += 1;
        if links > MAX_LINKS {
            return None;
        }
        let target = candidate.read_link().ok()?;
        if target.is_absolute() {
            done = PathBuf::new();
        }
        pending.extend(components(&target));
    }
    Some(root.join(done))
}

/// The names in a path, last first.
fn components(path: &Path) -> Vec<std::ffi::OsString> {
    path.components()
        .rev()
        .filter_map(|c| match c {
            Component::Normal(name) => Some(name.to_os_string()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn paths_under_the_sysroot_win_and_links_stay_inside() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        std::fs::create_dir_all(root.join("usr/lib")).unwrap();
        std::fs::write(root.join("usr/lib/libx.so.1"), "x").unwrap();
        symlink("/usr/lib", root.join("lib")).unwrap();
        symlink("/usr/lib/libx.so.1", root.join("usr/lib/libx.so")).unwrap();
        symlink("/loop", root.join("loop")).unwrap();
        let host = |path: &str| translate(Some(root), Path::new(path));
        assert_eq!(host("/usr/lib/libx.so.1"), root.join("usr/lib/libx.so.1"));
        assert_eq!(host("/lib/libx.so"), root.join("usr/lib/libx.so.1"));
        assert_eq!(host("/etc/passwd"), Path::new("/etc/passwd"));
        assert_eq!(host("relative"), Path::new("relative"));
        assert_eq!(host("/loop"), Path::new("/loop"));
        let link = translate_nofollow(Some(root), Path::new("/usr/lib/libx.so"));
        assert_eq!(link, root.join("usr/lib/libx.so"));
    }
}
