//! `cargo xtask tidy`: the habits of the house that a compiler does not check.

use crate::util::{self, Outcome, Tally, at};
use std::fs;
use std::path::{Path, PathBuf};

/// Which crates of the workspace each crate may import: ARCHITECTURE.md's picture as a table. Whatever is not
/// here runs upwards or sideways.
const EDGES: &[(&str, &[&str])] = &[
    ("fp", &[]),
    ("isa", &[]),
    ("asm", &["isa"]),
    ("semantics", &["isa"]),
    ("machine", &["isa"]),
    ("interp", &["fp", "isa", "machine", "semantics"]),
    ("jit", &["interp", "isa", "machine", "semantics"]),
    ("engine", &["interp", "isa", "jit", "machine"]),
    ("linux", &["engine", "isa", "machine"]),
    ("board", &["asm", "engine", "isa", "machine"]),
    ("debuginfo", &["interp", "isa", "machine", "semantics"]),
    ("debug", &["debuginfo", "engine", "isa", "machine"]),
    ("gdb", &["debug", "engine", "isa", "machine"]),
    ("dap", &["debug", "engine", "isa", "machine"]),
    ("tui", &["debug", "engine", "isa", "machine"]),
    ("wasm", &["asm", "board", "dap", "debug"]),
    (
        "cli",
        &["asm", "board", "dap", "debug", "debuginfo", "engine", "gdb", "isa", "linux", "machine", "tui"],
    ),
];

/// Crates that touch raw memory; every other forbids unsafe code.
const MAY_BE_UNSAFE: &[&str] = &["machine", "jit", "linux"];

/// Of these, the ones in which a single module may.
const ONE_UNSAFE_MODULE: &[&str] = &["linux"];

/// A longer file wants to be two, unless it is a table and says so.
const MAX_LINES: usize = 600;
const TABLE_MARK: &str = "// tidy: table";

/// `cargo xtask tidy`
pub(crate) fn command(args: &[String]) -> Outcome {
    match args.first() {
        Some(arg) => Err(format!("`tidy` takes no {arg}")),
        None => check()?.into_outcome(),
    }
}

/// All checks; each file and each crate counts as one.
pub(crate) fn check() -> Outcome<Tally> {
    let root = util::root();
    let mut tally = Tally::default();
    let mut report = |what: &Path, problems: Vec<String>| {
        tally.count(problems.is_empty());
        let shown = what.strip_prefix(&root).unwrap_or(what).display().to_string();
        problems.iter().for_each(|problem| println!("{shown}: {problem}"));
    };
    let crates = root.join("crates");
    let mut dirs: Vec<PathBuf> =
        at(&crates, fs::read_dir(&crates))?.flatten().map(|entry| entry.path()).collect();
    dirs.retain(|dir| dir.join("Cargo.toml").exists());
    dirs.sort();
    for dir in &dirs {
        report(dir, check_crate(dir)?);
    }
    for (dir, in_crate) in dirs.iter().map(|dir| (dir.clone(), true)).chain([(root.join("xtask"), false)]) {
        for file in rust_files(&dir)? {
            let text = at(&file, fs::read_to_string(&file))?;
            report(&file, check_file(&text, in_crate));
        }
    }
    Ok(tally)
}

fn check_crate(dir: &Path) -> Outcome<Vec<String>> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let manifest = dir.join("Cargo.toml");
    let mut problems = match EDGES.iter().find(|(from, _)| *from == name) {
        None => vec!["expected a row for this crate in EDGES of xtask/src/tidy.rs, found none".to_owned()],
        Some((_, allowed)) => imports(&at(&manifest, fs::read_to_string(&manifest))?)
            .into_iter()
            .filter(|import| !allowed.contains(&import.as_str()))
            .map(|import| {
                format!("imports skink-{import}, which the table EDGES of xtask/src/tidy.rs does not allow")
            })
            .collect(),
    };
    let src = dir.join("src");
    if !MAY_BE_UNSAFE.contains(&name.as_str()) {
        for top in ["lib.rs", "main.rs"] {
            let file = src.join(top);
            if file.exists() && !at(&file, fs::read_to_string(&file))?.contains("#![forbid(unsafe_code)]") {
                problems.push(format!("expected #![forbid(unsafe_code)] in src/{top}, found none"));
            }
        }
    } else if ONE_UNSAFE_MODULE.contains(&name.as_str()) {
        let mut modules = Vec::new();
        for file in rust_files(&src)? {
            if has_unsafe(&at(&file, fs::read_to_string(&file))?) {
                // The module is the first component under src: a file, or a directory with its files.
                let below = file.strip_prefix(&src).unwrap_or(&file).components().next();
                let module =
                    below.map(|part| part.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned());
                modules.extend(module);
            }
        }
        modules.sort();
        modules.dedup();
        if modules.len() > 1 {
            problems.push(format!("expected unsafe in one module, found it in {}", modules.join(", ")));
        }
    }
    Ok(problems)
}

/// The crates of the workspace, without `skink-`, that a manifest depends on in any of its dependency tables.
fn imports(manifest: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_dependencies = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            in_dependencies = section.ends_with("dependencies");
            // [dependencies.skink-isa]
            found.extend(section.split_once("dependencies.skink-").map(|(_, name)| name.to_owned()));
        } else if let (true, Some(rest)) = (in_dependencies, line.strip_prefix("skink-")) {
            let name = rest.split(['.', '=', ' ']).next().unwrap_or_default();
            found.push(name.to_owned());
        }
    }
    found
}

fn check_file(text: &str, in_crate: bool) -> Vec<String> {
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if lines > MAX_LINES && !text.lines().any(|line| line.trim() == TABLE_MARK) {
        problems.push(format!(
            "{lines} lines, expected at most {MAX_LINES}; split it, or mark it with `{TABLE_MARK}`"
        ));
    }
    if in_crate {
        for (index, line) in text.lines().enumerate() {
            for word in ["TODO", "FIXME", "unimplemented!", "todo!"] {
                if line.contains(word) {
                    problems
                        .push(format!("line {}: {word}; finish it or write down why it is so", index + 1));
                }
            }
        }
    }
    problems
}

/// Whether code, not a comment, has the keyword.
fn has_unsafe(text: &str) -> bool {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).any(|code| {
        let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word == "unsafe")
    })
}

/// The Rust files below a directory, build output left out.
fn rust_files(dir: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in at(dir, fs::read_dir(dir))? {
        let path = at(dir, entry)?.path();
        if path.is_dir() {
            if !path.ends_with("target") {
                files.extend(rust_files(&path)?);
            }
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_of_every_notation() {
        let manifest = "[package]\nname = \"skink-x\"\nskink-no = 1\n[dependencies]\nskink-isa.workspace = true\n\
                        libc = \"0.2\"\n[dev-dependencies]\nskink-fp = { path = \"../fp\" }\n\
                        [target.'cfg(unix)'.dependencies]\nskink-machine={workspace=true}\n[dependencies.skink-jit]\n";
        assert_eq!(imports(manifest), ["isa", "fp", "machine", "jit"]);
    }

    #[test]
    fn the_table_has_no_circle() {
        // Rows are in order: a crate imports only what stands above it.
        for (index, (from, to)) in EDGES.iter().enumerate() {
            for import in *to {
                assert!(EDGES[..index].iter().any(|(name, _)| name == import), "{from} -> {import}");
            }
        }
    }

    #[test]
    fn long_files_and_loose_ends() {
        let long = "x\n".repeat(MAX_LINES + 1);
        assert_eq!(check_file(&long, true).len(), 1);
        assert!(check_file(&format!("{TABLE_MARK}\n{long}"), true).is_empty());
        assert_eq!(check_file("// TODO\n", true).len(), 1);
        assert!(check_file("// TODO\n", false).is_empty());
    }

    #[test]
    fn the_keyword_not_the_word() {
        assert!(has_unsafe("let x = unsafe { 1 };"));
        assert!(!has_unsafe("// unsafe { }\n#![forbid(unsafe_code)]"));
    }
}
