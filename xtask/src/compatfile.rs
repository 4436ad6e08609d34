//! The notation of tests/compat/*.cmds. tests/compat/README.md explains it to those who write cases.

use crate::util::{Outcome, at};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// One command line to run under both emulators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    /// `file/name`.
    pub(crate) name: String,
    /// Program of the tree, and its arguments.
    pub(crate) words: Vec<String>,
    pub(crate) stdin: Option<String>,
    /// Files made in the working directory beforehand.
    pub(crate) files: Vec<(String, String)>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) compare_stderr: bool,
    /// What the oracle's stdout must hold.
    pub(crate) expect: Vec<String>,
    pub(crate) limit: Duration,
}

/// All cases of a directory, in the order of file names.
pub(crate) fn load(dir: &Path) -> Outcome<Vec<Case>> {
    let mut files: Vec<_> = at(dir, fs::read_dir(dir))?.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "cmds"));
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = at(&file, fs::read_to_string(&file))?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        cases.extend(parse(&stem, &text).map_err(|err| format!("{}:{err}", file.display()))?);
    }
    let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("two cases have the name {}", pair[0])),
        None => Ok(cases),
    }
}

/// Where the lines that begin with `|` go.
enum Block {
    None,
    Stdin,
    File,
}

/// Cases of one file; an error begins with the line's number.
fn parse(stem: &str, text: &str) -> Outcome<Vec<Case>> {
    let mut cases: Vec<Case> = Vec::new();
    let mut block = Block::None;
    for (index, line) in text.lines().enumerate() {
        let fail = |what: &str| format!("{}: {what}: {line}", index + 1);
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            finished(cases.last()).map_err(|err| fail(&err))?;
            cases.push(empty(format!("{stem}/{name}")));
            block = Block::None;
            continue;
        }
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let case = cases.last_mut().ok_or_else(|| fail("expected [name] first"))?;
        if let Some(content) = line.strip_prefix('|') {
            let target = match block {
                Block::None => return Err(fail("no `stdin`, `file` or `script` above")),
                Block::Stdin => case.stdin.get_or_insert_default(),
                Block::File => &mut case.files.last_mut().ok_or_else(|| fail("no file"))?.1,
            };
            target.push_str(content.strip_prefix(' ').unwrap_or(content));
            target.push('\n');
            continue;
        }
        let (key, rest) = line.split_once(' ').unwrap_or((line, ""));
        block = Block::None;
        match key {
            "run" => case.words = split(rest).map_err(|err| fail(&err))?,
            "script" => {
                case.words = split(rest).map_err(|err| fail(&err))?;
                case.words.push("script".into());
                case.files.push(("script".into(), String::new()));
                block = Block::File;
            }
            "file" => {
                case.files.push((rest.trim().into(), String::new()));
                block = Block::File;
            }
            "stdin" => {
                case.stdin = Some(String::new());
                block = Block::Stdin;
            }
            "env" => {
                let (name, value) = rest.split_once('=').ok_or_else(|| fail("expected NAME=VALUE"))?;
                case.env.push((name.into(), value.into()));
            }
            "compare" if rest == "stderr" => case.compare_stderr = true,
            "expect" => case.expect.push(rest.into()),
            "limit" => case.limit = Duration::from_secs(rest.parse().map_err(|_| fail("expected seconds"))?),
            _ => return Err(fail("expected run, script, file, stdin, env, compare stderr, expect or limit")),
        }
    }
    finished(cases.last()).map_err(|err| format!("end of file: {err}"))?;
    Ok(cases)
}

fn empty(name: String) -> Case {
    let limit = Duration::from_secs(60);
    Case {
        name,
        words: vec![],
        stdin: None,
        files: vec![],
        env: vec![],
        compare_stderr: false,
        expect: vec![],
        limit,
    }
}

fn finished(case: Option<&Case>) -> Outcome {
    match case {
        Some(case) if case.words.is_empty() => Err(format!("{} has neither run nor script", case.name)),
        _ => Ok(()),
    }
}

/// Words as in a shell, with single and double quotes and nothing else.
fn split(text: &str) -> Outcome<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".into());
    }
    words.extend(word);
    if words.is_empty() { Err("expected a program".into()) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_with_everything() {
        let text = "# about\n[one]\nrun sort -k '2 3' \"\"\nstdin\n| b\n|\n|  a\nfile x.txt\n| x\nenv A=b=c\n\
                    compare stderr\nlimit 5\n[two]\nscript bash -e\n| echo hi\n";
        let cases = parse("f", text).unwrap();
        assert_eq!(cases[0].name, "f/one");
        assert_eq!(cases[0].words, ["sort", "-k", "2 3", ""]);
        assert_eq!(cases[0].stdin.as_deref(), Some("b\n\n a\n"));
        assert_eq!(cases[0].files, [("x.txt".to_owned(), "x\n".to_owned())]);
        assert_eq!(cases[0].env, [("A".to_owned(), "b=c".to_owned())]);
        assert!(cases[0].compare_stderr);
        assert_eq!(cases[0].limit, Duration::from_secs(5));
        assert_eq!(cases[1].words, ["bash", "-e", "script"]);
        assert_eq!(cases[1].files, [("script".to_owned(), "echo hi\n".to_owned())]);
    }

    #[test]
    fn mistakes_are_told_by_line() {
        for (text, what) in [
            ("run x\n", "1: expected [name] first"),
            ("[a]\n| x\n", "2: no `stdin`"),
            ("[a]\n[b]\nrun x\n", "2: f/a has neither"),
            ("[a]\nrun 'x\n", "2: a quote"),
            ("[a]\nwalk x\n", "2: expected run, script"),
        ] {
            let err = parse("f", text).unwrap_err();
            assert!(err.starts_with(what), "{text:?}: {err}");
        }
    }
}
