//! The host code of some instructions and loops: `tests/hostcode`.

use std::arch::is_x86_feature_detected;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn skink(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_skink")).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What all pieces of a source are translated to.
fn translated(source: &Path) -> String {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(source.file_stem().unwrap());
    let program = program.to_str().unwrap();
    skink(&["asm", "--format", "elf", "-o", program, source.to_str().unwrap()]);
    let text = std::fs::read_to_string(source).unwrap();
    let pieces = text.lines().filter_map(|line| line.trim().strip_prefix("piece "));
    pieces.map(|piece| format!("== {piece}\n{}", skink(&["jit", "--host", "--at", piece, program]))).collect()
}

#[test]
fn pieces_become_what_is_expected() {
    for feature in [is_x86_feature_detected!("avx2"), is_x86_feature_detected!("fma")] {
        assert!(feature, "the expected code is for a host with AVX2 and FMA; this one has not both");
    }
    let bless = std::env::var_os("SKINK_BLESS").is_some();
    for name in ["a32", "t32"] {
        let source = root().join("tests/hostcode").join(name).with_extension("s");
        let found = translated(&source);
        let expected = source.with_extension("expected");
        if bless {
            std::fs::write(&expected, &found).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        let of = |text: &str| -> Vec<String> { text.split("== ").map(str::to_owned).collect() };
        for (found, wanted) in of(&found).iter().zip(&of(&wanted)) {
            assert_eq!(found, wanted, "{}", expected.display());
        }
        assert_eq!(found.len(), wanted.len(), "{}", expected.display());
    }
}
