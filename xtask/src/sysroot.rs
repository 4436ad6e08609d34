//! The armhf tree in `.sysroot/armhf`: real Debian programs for the emulator to run.
//!
//! A separate apt, with its own state, cache and architecture, resolves and downloads the packages from the
//! sources this machine already trusts; they are unpacked, not installed, so no maintainer script runs and
//! neither root nor a foreign architecture in the machine's dpkg is needed.

use crate::util::{self, Outcome, at};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is unpacked, beside the packages these depend on. Unversioned names, so that each Debian and Ubuntu
/// release gives its own.
const PACKAGES: &[&str] = &[
    "bash",
    "bc",
    "binutils",
    "busybox-static",
    "bzip2",
    "coreutils",
    "dash",
    "dc",
    "diffutils",
    "file",
    "findutils",
    "gawk",
    "gcc",
    "git",
    "grep",
    "gzip",
    "jq",
    "libc6-dev",
    "lua5.4",
    "luajit",
    "m4",
    "make",
    "mawk",
    "ncurses-bin",
    "openssl",
    "perl",
    "procps",
    "python3",
    "sed",
    "sqlite3",
    "tar",
    "tcl",
    "util-linux",
    "xz-utils",
];

/// Raised when the steps after unpacking change, so that old trees are made anew.
const LAYOUT: u32 = 2;

/// Makes the tree unless it is there already.
pub(crate) fn ensure() -> Outcome {
    let base = util::root().join(".sysroot");
    let tree = util::sysroot();
    let stamp = base.join("stamp");
    let wanted = format!("layout {LAYOUT}\n{}\n", PACKAGES.join("\n"));
    if tree.is_dir() && fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    println!("setup: fetching the armhf programs into {}", base.display());
    let archives = download(&base)?;
    let fresh = base.join("armhf.new");
    if fresh.exists() {
        at(&fresh, fs::remove_dir_all(&fresh))?;
    }
    unpack(&archives, &fresh)?;
    finish(&fresh)?;
    if tree.exists() {
        at(&tree, fs::remove_dir_all(&tree))?;
    }
    at(&tree, fs::rename(&fresh, &tree))?;
    at(&stamp, fs::write(&stamp, wanted))?;
    // The downloads have served their purpose and are as large as the tree.
    let apt = base.join("apt");
    at(&apt, fs::remove_dir_all(&apt))?;
    println!("setup: {} packages unpacked", archives.len());
    Ok(())
}

/// Downloads the packages and all they depend on; answers the .deb files.
fn download(base: &Path) -> Outcome<Vec<PathBuf>> {
    let apt = base.join("apt");
    for dir in ["lists/partial", "archives/partial", "etc/parts", "state"] {
        let dir = apt.join(dir);
        at(&dir, fs::create_dir_all(&dir))?;
    }
    let sources = apt.join("etc/sources.list");
    at(&sources, fs::write(&sources, crate::aptsources::armhf_sources()?))?;
    // An empty status: nothing counts as installed, so that every dependency is downloaded.
    let status = apt.join("state/status");
    at(&status, fs::write(&status, ""))?;
    // One index out of several that a mirror is just renewing is no reason to stop: apt ignores it, and the
    // download below fails by itself if that index was needed.
    if let Err(err) = util::run_quiet(apt_get(&apt).arg("update")) {
        eprintln!("setup: going on without an index: {err}");
    }
    util::run_quiet(
        apt_get(&apt).args(["-y", "--no-install-recommends", "--download-only", "install"]).args(PACKAGES),
    )?;
    let dir = apt.join("archives");
    let mut archives: Vec<PathBuf> = at(&dir, fs::read_dir(&dir))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "deb"))
        .collect();
    archives.sort();
    if archives.len() < PACKAGES.len() {
        return Err(format!(
            "expected at least {} packages in {}, found {}; remove that directory and try again",
            PACKAGES.len(),
            dir.display(),
            archives.len()
        ));
    }
    Ok(archives)
}

/// apt-get on the state under `.sysroot/apt`. Options on the command line, since only they come after the
/// machine's own configuration files.
fn apt_get(apt: &Path) -> Command {
    let mut command = Command::new("apt-get");
    let path = |name: &str| apt.join(name).display().to_string();
    for (option, value) in [
        ("APT::Architecture", "armhf".to_owned()),
        ("APT::Architectures", "armhf".to_owned()),
        ("Dir::State", path("state")),
        ("Dir::State::status", path("state/status")),
        ("Dir::State::lists", path("lists")),
        ("Dir::Cache", apt.display().to_string()),
        ("Dir::Cache::archives", path("archives")),
        ("Dir::Etc::sourcelist", path("etc/sources.list")),
        ("Dir::Etc::sourceparts", path("etc/parts")),
        // The user _apt may have no way into the checkout.
        ("APT::Sandbox::User", "root".to_owned()),
        ("Acquire::Languages", "none".to_owned()),
        ("Acquire::IndexTargets::deb::DEP-11::DefaultEnabled", "false".to_owned()),
        ("Acquire::Retries", "3".to_owned()),
        ("APT::Keep-Downloaded-Packages", "true".to_owned()),
        ("Debug::NoLocking", "true".to_owned()),
    ] {
        command.arg("-o").arg(format!("{option}={value}"));
    }
    command.arg("-q").env("DEBIAN_FRONTEND", "noninteractive").env("LC_ALL", "C");
    command
}

fn unpack(archives: &[PathBuf], tree: &Path) -> Outcome {
    // Merged /usr, before anything is unpacked: some packages still ship /bin/..., others /usr/bin/...
    for dir in ["bin", "sbin", "lib"] {
        let real = tree.join("usr").join(dir);
        at(&real, fs::create_dir_all(&real))?;
        let link = tree.join(dir);
        at(&link, symlink(format!("usr/{dir}"), &link))?;
    }
    for archive in archives {
        // Not `dpkg-deb -x`: its tar replaces a link to a directory by a directory.
        let script = r#"set -e; dpkg-deb --fsys-tarfile "$1" | tar -x -f - -C "$2" --keep-directory-symlink --no-same-owner"#;
        util::run_quiet(Command::new("sh").args(["-c", script, "sh"]).arg(archive).arg(tree))?;
    }
    Ok(())
}

/// What the packages' maintainer scripts would have done, as far as programs see it.
fn finish(tree: &Path) -> Outcome {
    for (link, target) in [
        ("usr/bin/awk", "gawk"),
        ("usr/bin/sh", "dash"),
        ("usr/bin/cc", "gcc"),
        ("usr/bin/lua", "lua5.4"),
        ("usr/bin/python", "python3"),
        ("usr/lib/ld-linux-armhf.so.3", "arm-linux-gnueabihf/ld-linux-armhf.so.3"),
    ] {
        let path = tree.join(link);
        if path.symlink_metadata().is_err() {
            at(&path, symlink(target, &path))?;
        }
    }
    // A path is taken from the tree if it exists there: an empty /proc or /tmp would hide the host's.
    for name in
        ["boot", "dev", "home", "media", "mnt", "opt", "proc", "root", "run", "srv", "sys", "tmp", "var"]
    {
        let path = tree.join(name);
        if path.is_dir() {
            at(&path, fs::remove_dir_all(&path))?;
        }
    }
    let etc = tree.join("etc");
    at(&etc, fs::create_dir_all(&etc))?;
    for (name, text) in [
        (
            "passwd",
            "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
        ),
        ("group", "root:x:0:\nnogroup:x:65534:\n"),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n"),
        ("hosts", "127.0.0.1 localhost\n"),
    ] {
        let path = etc.join(name);
        at(&path, fs::write(&path, text))?;
    }
    relative_links(tree, tree)?;
    for must in
        ["usr/lib/ld-linux-armhf.so.3", "usr/bin/bash", "usr/bin/python3", "usr/bin/gcc", "usr/bin/busybox"]
    {
        let path = tree.join(must);
        at(&path, path.metadata()).map_err(|err| format!("expected it in the unpacked tree: {err}"))?;
    }
    Ok(())
}

/// Absolute links would lead out of the tree to the host's files; makes each relative.
fn relative_links(tree: &Path, dir: &Path) -> Outcome {
    for entry in at(dir, fs::read_dir(dir))? {
        let entry = at(dir, entry)?;
        let path = entry.path();
        let kind = at(&path, entry.file_type())?;
        if kind.is_dir() {
            relative_links(tree, &path)?;
        } else if kind.is_symlink() {
            let target = at(&path, fs::read_link(&path))?;
            let Ok(inside) = target.strip_prefix("/") else { continue };
            // /dev, /proc, /run ... stay the host's.
            if tree.join(inside).symlink_metadata().is_err() {
                continue;
            }
            let depth = dir.strip_prefix(tree).map_or(0, |below| below.components().count());
            let relative: PathBuf = std::iter::repeat_n("..", depth).collect::<PathBuf>().join(inside);
            at(&path, fs::remove_file(&path))?;
            at(&path, symlink(relative, &path))?;
        }
    }
    Ok(())
}
