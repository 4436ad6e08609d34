//! The teaching programs of `examples/manchester` do what their `.expected` files say, without a warning.

use skink_asm::Loader;
use skink_board::{Board, Bytes, Limits, Outcome, Program};
use std::fs;
use std::path::{Path, PathBuf};

struct Beside(PathBuf);

impl Loader for Beside {
    fn load(&self, name: &str) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(name)).map_err(|e| e.to_string())
    }
}

#[test]
fn examples_do_what_is_expected_of_them() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/manchester");
    let mut seen = 0;
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "s") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read(&path).unwrap();
        assert_eq!(skink_asm::detect(&text), skink_asm::Dialect::Manchester, "{name}");
        let program = Program::assemble(&name, &text, &Beside(dir.clone()));
        assert_eq!(program.diagnostics(), "", "{name}");
        let mut board = Board::new(program.image()).unwrap();
        let input = fs::read(path.with_extension("input")).unwrap_or_default();
        let mut output = Vec::new();
        let limits = Limits { instructions: Some(10_000_000), time: None };
        let outcome = board.run(&mut Bytes::new(input), &mut output, &limits);
        assert_eq!(outcome, Outcome::Halted, "{name}");
        let expected = fs::read(path.with_extension("expected")).unwrap();
        assert_eq!(String::from_utf8_lossy(&output), String::from_utf8_lossy(&expected), "{name}");
        seen += 1;
    }
    assert!(seen >= 13, "only {seen} examples");
}
