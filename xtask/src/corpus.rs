//! What the assembler is tried on: the project's own C, and source packages of Debian, which apt downloads into the
//! target directory.
//!
//! Packages were chosen for sources that compile one by one, without a configuration or with a few lines of it.

use crate::aptsources;
use crate::util::{self, Outcome, at};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A source package, or this project.
pub(crate) struct Package {
    /// Its name in the distribution; empty for this project.
    pub(crate) name: &'static str,
    /// Files, and directories with all that is below them.
    roots: &'static [&'static str],
    /// Paths that have one of these in them are left out: for other systems, or parts of other files.
    skip: &'static [&'static str],
    /// How they are compiled, from the top of the package.
    pub(crate) args: &'static [&'static str],
    /// Files that a configuration would write.
    files: &'static [(&'static str, &'static str)],
}

const NONE: Package = Package { name: "", roots: &[], skip: &[], args: &[], files: &[] };

/// In this order.
pub(crate) const PACKAGES: &[Package] = &[
    Package { roots: &["tests/guest", "benches", "crates/cli/tests/guest", "tests/asm/gnu"], ..NONE },
    // C.
    Package { name: "zlib", roots: &["."], skip: &["contrib/", "examples/"], args: &["-I."], ..NONE },
    Package { name: "bzip2", roots: &["."], args: &["-I."], ..NONE },
    Package {
        name: "lua5.4",
        roots: &["src", "lua-5.4.4-tests/ltests", "tests"],
        args: &["-Isrc", "-DLUA_USE_POSIX"],
        ..NONE
    },
    Package {
        name: "mbedtls",
        roots: &["library", "programs/test/selftest.c", "programs/test/benchmark.c", "programs/ssl"],
        args: &["-Iinclude", "-Ilibrary"],
        ..NONE
    },
    Package { name: "bearssl", roots: &["src", "test", "tools"], args: &["-Iinc", "-Isrc"], ..NONE },
    Package {
        name: "libzstd",
        roots: &["lib", "programs", "tests"],
        skip: &["tests/fuzz", "lib/dll"],
        args: &["-Ilib", "-Ilib/common", "-Ilib/dictBuilder", "-Iprograms", "-DZSTD_LEGACY_SUPPORT=1"],
        ..NONE
    },
    Package {
        name: "freetype",
        roots: &["src"],
        skip: &["src/tools", "src/dlg"],
        args: &["-Iinclude", "-DFT2_BUILD_LIBRARY"],
        ..NONE
    },
    // C++.
    Package { name: "libjsoncpp", roots: &["src"], args: &["-Iinclude", "-Isrc/jsontestrunner"], ..NONE },
    Package { name: "tinyxml2", roots: &["."], args: &["-I."], ..NONE },
    Package { name: "pugixml", roots: &["src"], args: &["-Isrc"], ..NONE },
    Package { name: "fmtlib", roots: &["src"], args: &["-Iinclude"], ..NONE },
    Package {
        name: "re2",
        roots: &["re2", "util"],
        skip: &["testing", "fuzz", "_test"],
        args: &["-I."],
        ..NONE
    },
    Package { name: "yaml-cpp", roots: &["src", "util"], args: &["-Iinclude"], ..NONE },
    Package {
        name: "ninja-build",
        roots: &["src"],
        skip: &["win32", "-win", "test"],
        args: &["-Isrc"],
        ..NONE
    },
    // Assembly by hand.
    Package {
        name: "dav1d",
        roots: &["src/arm/32"],
        args: &["-I.", "-Ibuilt"],
        files: &[(
            "built/config.h",
            "#define ARCH_ARM 1\n#define ARCH_AARCH64 0\n#define ARCH_X86 0\n#define HAVE_ASM 1\n\
             #define HAVE_AS_FUNC 1\n#define PREFIX 0\n#define CONFIG_8BPC 1\n#define CONFIG_16BPC 1\n\
             #define CONFIG_THUMB 1\n",
        )],
        skip: &["_tmpl", "_common", "util.S"],
    },
    Package { name: "pixman", roots: &["pixman"], skip: &["arma64", ".c"], args: &["-Ipixman"], ..NONE },
    Package { name: "libjpeg-turbo", roots: &["simd/arm/aarch32/jsimd_neon.S"], ..NONE },
    Package {
        name: "musl",
        roots: &["src", "crt"],
        skip: &[
            ".c",
            "aarch64",
            "i386",
            "x32",
            "x86_64",
            "m68k",
            "mips",
            "or1k",
            "powerpc",
            "riscv",
            "s390x",
            "/sh/",
            "microblaze",
        ],
        args: &["-Isrc/internal", "-Iarch/arm"],
        ..NONE
    },
    Package {
        name: "openssl",
        roots: &["crypto"],
        skip: &[".c", "armv8", "armx", ".S", ".s"],
        args: &["-Icrypto", "-Iinclude", "-D__ARM_MAX_ARCH__=8"],
        ..NONE
    },
];

/// What a source is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    C,
    Cxx,
    /// Assembly, preprocessed or not.
    Asm,
    /// A program that writes assembly.
    Perl,
}

impl Language {
    /// The language of a file.
    pub(crate) fn of(path: &Path) -> Option<Language> {
        Some(match path.extension()?.to_str()? {
            "c" => Language::C,
            "cc" | "cpp" | "cxx" => Language::Cxx,
            "s" | "S" => Language::Asm,
            "pl" if path.to_string_lossy().contains("-armv4") => Language::Perl,
            _ => return None,
        })
    }
}

impl Package {
    /// What messages call it.
    pub(crate) fn title(&self) -> &'static str {
        if self.name.is_empty() { "skink" } else { self.name }
    }

    /// Its top directory.
    pub(crate) fn dir(&self) -> PathBuf {
        if self.name.is_empty() { util::root() } else { sources_dir().join(self.name) }
    }

    /// The sources, as paths from the top directory, in order.
    pub(crate) fn sources(&self) -> Outcome<Vec<(PathBuf, Language)>> {
        let (top, mut found) = (self.dir(), Vec::new());
        for root in self.roots {
            self.walk(&top, Path::new(root), &mut found)?;
        }
        Ok(found)
    }

    fn walk(&self, top: &Path, path: &Path, found: &mut Vec<(PathBuf, Language)>) -> Outcome {
        let full = top.join(path);
        if !full.exists() {
            // A root that this release of the package does not have.
            return Ok(());
        }
        if full.is_dir() {
            let mut entries: Vec<_> =
                at(&full, fs::read_dir(&full))?.flatten().map(|entry| entry.file_name()).collect();
            entries.sort();
            return entries.into_iter().try_for_each(|name| {
                let path = if path == Path::new(".") { name.into() } else { path.join(name) };
                self.walk(top, &path, found)
            });
        }
        let text = path.to_string_lossy();
        // `.c` and the like are endings.
        let skipped =
            |part: &&str| if part.starts_with('.') { text.ends_with(*part) } else { text.contains(*part) };
        if let Some(language) = Language::of(path).filter(|_| !self.skip.iter().any(skipped)) {
            found.push((path.to_path_buf(), language));
        }
        Ok(())
    }
}

fn asm_dir() -> PathBuf {
    util::target_dir().join("asm")
}

fn sources_dir() -> PathBuf {
    asm_dir().join("sources")
}

/// Downloads and unpacks the packages that are not there.
pub(crate) fn fetch() -> Outcome {
    let missing: Vec<&Package> =
        PACKAGES.iter().filter(|p| !p.name.is_empty() && !p.dir().join(".unpacked").exists()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let dir = asm_dir();
    for sub in ["sources", "download", "lists/partial", "cache/archives/partial"] {
        let sub = dir.join(sub);
        at(&sub, fs::create_dir_all(&sub))?;
    }
    let list = dir.join("sources.list");
    // The release as it was made: of its updates mirrors keep only the latest.
    let lines: Vec<String> = aptsources::armhf_sources()?
        .lines()
        .filter(|line| !line.contains("-updates ") && !line.contains("-security "))
        .filter_map(|line| line.strip_prefix("deb "))
        .map(|rest| format!("deb-src {}\n", rest.replace("arch=armhf ", "").replace("arch=armhf", "")))
        .map(|line| line.replace("[] ", ""))
        .collect();
    at(&list, fs::write(&list, lines.concat()))?;
    let apt = || {
        let mut command = Command::new("apt-get");
        for (key, value) in [
            ("Dir::Etc::sourcelist", list.as_path()),
            ("Dir::Etc::sourceparts", Path::new("-")),
            ("Dir::State::lists", &dir.join("lists")),
            ("Dir::Cache", &dir.join("cache")),
        ] {
            command.arg("-o").arg(format!("{key}={}", value.display()));
        }
        command
    };
    util::run_quiet(apt().arg("update"))?;
    let download = dir.join("download");
    let names = missing.iter().map(|package| package.name);
    util::run_quiet(
        apt().current_dir(&download).args(["source", "--download-only", "--tar-only"]).args(names),
    )?;
    missing.into_iter().try_for_each(|package| unpack(package, &download))
}

fn unpack(package: &Package, download: &Path) -> Outcome {
    let top = package.dir();
    at(&top, fs::create_dir_all(&top))?;
    let archive = at(download, fs::read_dir(download))?.flatten().map(|entry| entry.path()).find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.strip_prefix(package.name).is_some_and(|rest| rest.starts_with('_'))
            && name.contains(".orig.tar.")
            && !name.ends_with(".asc")
    });
    let archive = archive.ok_or_else(|| {
        format!("expected an .orig.tar of {} in {}, found none", package.name, download.display())
    })?;
    let mut tar = Command::new("tar");
    util::run_quiet(tar.arg("xf").arg(archive).args(["--strip-components=1", "-C"]).arg(&top))?;
    for (name, text) in package.files {
        let path = top.join(name);
        let parent = path.parent().unwrap_or(&top);
        at(parent, fs::create_dir_all(parent))?;
        at(&path, fs::write(&path, text))?;
    }
    let stamp = top.join(".unpacked");
    at(&stamp, fs::write(&stamp, ""))
}
