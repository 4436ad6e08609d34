//! `cargo xtask setup`: what the tests need, through the distribution's package manager.
//!
//! Host tools (the cross compiler, qemu-arm) are installed the ordinary way. The armhf programs are not
//! installed at all: `sysroot` fetches them with an apt of its own state and unpacks them. A second run finds
//! everything there and returns at once.

use crate::util::{self, Outcome};
use std::process::{Command, Stdio};

/// A program that must be on PATH, and the package that brings it.
const HOST_TOOLS: &[(&str, &str)] = &[
    ("qemu-arm", "qemu-user"),
    ("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf"),
    ("arm-linux-gnueabihf-g++", "g++-arm-linux-gnueabihf"),
    ("arm-linux-gnueabihf-as", "binutils-arm-linux-gnueabihf"),
    ("arm-linux-gnueabihf-objdump", "binutils-arm-linux-gnueabihf"),
    ("gdb-multiarch", "gdb-multiarch"),
    ("tmux", "tmux"),
    ("gcc", "gcc"),
    ("git", "git"),
    ("setsid", "util-linux"),
    ("dpkg-deb", "dpkg"),
    ("tar", "tar"),
    ("xz", "xz-utils"),
    ("bzip2", "bzip2"),
    ("time", "time"),
    ("perl", "perl-base"),
    ("node", "nodejs"),
    ("npm", "npm"),
];

/// Files that must be there, and the package that brings them: the compilers' C libraries.
const HOST_FILES: &[(&str, &str)] = &[
    ("/usr/arm-linux-gnueabihf/include/stdio.h", "libc6-dev-armhf-cross"),
    ("/usr/arm-linux-gnueabihf/lib/libc.a", "libc6-dev-armhf-cross"),
    ("/usr/include/stdio.h", "libc6-dev"),
];

/// Installs host tools and the armhf tree as far as they are missing.
pub(crate) fn setup() -> Outcome {
    host_tools()?;
    crate::sysroot::ensure()?;
    debug_client()
}

/// The client that drives the tests of `skink dap`, from npm, where those tests look for it: beside their binaries.
fn debug_client() -> Outcome {
    let (wanted, dir) = (util::root().join("tests/dap"), util::built_dir().join("dap-client"));
    let lock = "package-lock.json";
    let read = |path: std::path::PathBuf| std::fs::read(path).ok();
    let modules = dir.join("node_modules/.package-lock.json");
    if modules.exists() && read(dir.join(lock)) == read(wanted.join(lock)) {
        return Ok(());
    }
    util::at(&dir, std::fs::create_dir_all(&dir))?;
    // What was there is of another list, or only half of one.
    let _ = std::fs::remove_file(&modules);
    for file in ["package.json", lock] {
        util::at(&wanted.join(file), std::fs::copy(wanted.join(file), dir.join(file)))?;
    }
    println!("setup: npm's debug client into {}", dir.display());
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&dir);
    util::run_quiet(&mut npm)
}

fn missing_packages() -> Vec<&'static str> {
    let tools =
        HOST_TOOLS.iter().filter(|(tool, _)| util::find_program(tool).is_none()).map(|&(_, package)| package);
    let files = HOST_FILES
        .iter()
        .filter(|(file, _)| !std::path::Path::new(file).exists())
        .map(|&(_, package)| package);
    let mut packages: Vec<&str> = tools.chain(files).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// The packages that have to be installed on the host.
fn host_tools() -> Outcome {
    let packages = missing_packages();
    if packages.is_empty() {
        return Ok(());
    }
    install(&packages)?;
    let still = missing_packages();
    if still.is_empty() {
        return Ok(());
    }
    Err(format!(
        "apt-get ended well, and yet the programs of these packages are not there: {}",
        still.join(" ")
    ))
}

/// Installs packages on the host, asking nothing.
pub(crate) fn install(packages: &[&str]) -> Outcome {
    let by_hand = format!("apt-get install {}", packages.join(" "));
    if util::find_program("apt-get").is_none() {
        return Err(format!(
            "expected a Debian or Ubuntu machine, found no apt-get; install what these packages bring and \
             run this again: {}",
            packages.join(" ")
        ));
    }
    println!("setup: installing {}", packages.join(" "));
    as_root(&["apt-get", "update", "-q"], &by_hand)?;
    let mut install = vec!["apt-get", "install", "-q", "-y", "--no-install-recommends"];
    install.extend(packages);
    as_root(&install, &by_hand)
}

/// Runs an apt command as root: directly, or through a sudo that asks nothing.
fn as_root(words: &[&str], by_hand: &str) -> Outcome {
    let mut command = if is_root()? {
        Command::new("env")
    } else {
        if util::find_program("sudo").is_none() {
            return Err(format!(
                "expected root or sudo, found neither; run `{by_hand}` as root, then this again"
            ));
        }
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "env"]);
        sudo
    };
    command.arg("DEBIAN_FRONTEND=noninteractive").args(words).stdin(Stdio::null());
    util::run_quiet(&mut command)
        .map_err(|err| format!("{err}\nif sudo wants a password, run `sudo {by_hand}` and then this again"))
}

/// Whether this process is root.
pub(crate) fn is_root() -> Outcome<bool> {
    let status =
        std::fs::read_to_string("/proc/self/status").map_err(|err| format!("/proc/self/status: {err}"))?;
    // Uid: real effective saved filesystem (man 5 proc).
    let effective = status.lines().find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().nth(1));
    Ok(effective == Some("0"))
}
