//! Where the machine's own apt gets the distribution from, as one-line sources for armhf.
//!
//! No host is named here: Debian serves every architecture from the sources in /etc/apt; Ubuntu serves armhf
//! from another place, which its own data in python-apt-common knows.

use crate::util::{Outcome, at};
use std::fs;
use std::path::Path;

/// One source of binary packages.
#[derive(Debug, PartialEq, Eq, Clone)]
struct Source {
    uri: String,
    suite: String,
    components: Vec<String>,
    signed_by: Option<String>,
}

/// The contents of a sources.list for armhf.
pub(crate) fn armhf_sources() -> Outcome<String> {
    let release = fs::read_to_string("/etc/os-release").map_err(|err| format!("/etc/os-release: {err}"))?;
    let field = |name: &str| {
        let value = release.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
        Some(value.trim_matches('"').to_owned())
    };
    let distribution = field("ID").unwrap_or_default();
    let codename = field("VERSION_CODENAME").unwrap_or_default();
    let mut sources = distribution_only(machine_sources()?, &codename);
    if sources.is_empty() {
        return Err(format!(
            "expected a source of {distribution} {codename} with the component main in /etc/apt/sources.list or \
             /etc/apt/sources.list.d, found none; add the distribution's own source and run this again"
        ));
    }
    if distribution == "ubuntu" {
        let ports = ubuntu_ports(&codename)?;
        for source in &mut sources {
            source.uri.clone_from(&ports);
            // The armhf programs are spread over main and universe.
            for component in ["main", "universe"] {
                if !source.components.iter().any(|have| have == component) {
                    source.components.push(component.to_owned());
                }
            }
        }
        sources.dedup();
    }
    Ok(sources.iter().map(one_line).collect())
}

fn one_line(source: &Source) -> String {
    let signed_by = source.signed_by.as_ref().map(|key| format!(" signed-by={key}")).unwrap_or_default();
    format!("deb [arch=armhf{signed_by}] {} {} {}\n", source.uri, source.suite, source.components.join(" "))
}

/// The release itself, its updates and its security fixes; nobody else's packages.
fn distribution_only(sources: Vec<Source>, codename: &str) -> Vec<Source> {
    let ours = |suite: &str| {
        let suite = suite.trim_end_matches('/');
        match suite.strip_prefix(codename) {
            Some(rest) => matches!(rest, "" | "-updates" | "-security" | "/updates"),
            None => matches!(suite, "stable" | "stable-updates" | "stable-security"),
        }
    };
    let is_main = |source: &Source| source.components.iter().any(|component| component == "main");
    sources
        .into_iter()
        .filter(|source| !codename.is_empty() && ours(&source.suite) && is_main(source))
        .collect()
}

/// All sources of this machine, in both notations of sources.list(5).
fn machine_sources() -> Outcome<Vec<Source>> {
    let mut sources = Vec::new();
    let main = Path::new("/etc/apt/sources.list");
    if main.exists() {
        sources.extend(parse_lines(&at(main, fs::read_to_string(main))?));
    }
    let parts = Path::new("/etc/apt/sources.list.d");
    let mut files: Vec<_> =
        fs::read_dir(parts).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files {
        match file.extension().and_then(|ext| ext.to_str()) {
            Some("list") => sources.extend(parse_lines(&at(&file, fs::read_to_string(&file))?)),
            Some("sources") => sources.extend(parse_stanzas(&at(&file, fs::read_to_string(&file))?)),
            _ => {}
        }
    }
    Ok(sources)
}

/// `deb [signed-by=... arch=...] URI SUITE COMPONENT...`
fn parse_lines(text: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some(rest) = line.trim().strip_prefix("deb ") else { continue };
        let mut rest = rest.trim_start();
        let mut signed_by = None;
        if let Some((options, after)) = rest.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
            signed_by = options
                .split_whitespace()
                .find_map(|option| option.strip_prefix("signed-by="))
                .map(str::to_owned);
            rest = after;
        }
        let mut words = rest.split_whitespace().map(str::to_owned);
        if let (Some(uri), Some(suite)) = (words.next(), words.next()) {
            sources.push(Source { uri, suite, components: words.collect(), signed_by });
        }
    }
    sources
}

/// The deb822 notation: stanzas of `Field: value`.
fn parse_stanzas(text: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    let clean: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for stanza in clean.split(|line| line.trim().is_empty()) {
        let field = |name: &str| -> Vec<String> {
            // A field goes on over the lines that begin with a blank.
            let mut lines = stanza.iter().skip_while(|line| {
                !line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name))
            });
            let first = lines.next().and_then(|line| line.split_once(':')).map_or("", |(_, value)| value);
            let more = lines.take_while(|line| line.starts_with([' ', '\t']));
            std::iter::once(first)
                .chain(more.copied())
                .flat_map(str::split_whitespace)
                .map(str::to_owned)
                .collect()
        };
        let enabled = field("Enabled").first().is_none_or(|value| value != "no");
        if !enabled || !field("Types").iter().any(|kind| kind == "deb") {
            continue;
        }
        // A key given in line, not as a file, has blanks in it: left to the machine's trusted keys.
        let signed_by = field("Signed-By").first().filter(|key| key.starts_with('/')).cloned();
        for uri in field("URIs") {
            for suite in field("Suites") {
                let components = field("Components");
                sources.push(Source { uri: uri.clone(), suite, components, signed_by: signed_by.clone() });
            }
        }
    }
    sources
}

/// The place of Ubuntu's ports, from python-apt-common: in `Ubuntu.info` the `BaseURI` of a suite that names no
/// architecture is the one of the ports.
fn ubuntu_ports(codename: &str) -> Outcome<String> {
    let path = Path::new("/usr/share/python-apt/templates/Ubuntu.info");
    if !path.exists() {
        crate::setup::install(&["python-apt-common"])?;
    }
    let text = at(path, fs::read_to_string(path))?;
    base_uri(&text, codename).ok_or_else(|| {
        format!("expected a BaseURI of the suite {codename} in {}, found none", path.display())
    })
}

/// The suite's own, or else the first in the file: a machine may know less of its release than its name.
fn base_uri(info: &str, suite: &str) -> Option<String> {
    let of_suite = info.lines().skip_while(|line| line.strip_prefix("Suite:").map(str::trim) != Some(suite));
    let uri = of_suite.skip(1).take_while(|line| !line.starts_with("Suite:")).find_map(plain_uri);
    uri.or_else(|| info.lines().find_map(plain_uri))
}

fn plain_uri(line: &str) -> Option<String> {
    line.strip_prefix("BaseURI:").map(|uri| uri.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(uri: &str, suite: &str, components: &[&str], key: Option<&str>) -> Source {
        let components = components.iter().map(|&name| name.to_owned()).collect();
        Source { uri: uri.into(), suite: suite.into(), components, signed_by: key.map(str::to_owned) }
    }

    #[test]
    fn one_line_notation() {
        let text = "# deb x y z\ndeb [arch=amd64 signed-by=/k.gpg] mirror:/a bookworm main contrib # why\n\
                    deb-src mirror:/a bookworm main\ndeb mirror:/b extra main\n";
        let a = source("mirror:/a", "bookworm", &["main", "contrib"], Some("/k.gpg"));
        let b = source("mirror:/b", "extra", &["main"], None);
        assert_eq!(parse_lines(text), [a.clone(), b]);
        assert_eq!(distribution_only(parse_lines(text), "bookworm"), std::slice::from_ref(&a));
        assert_eq!(one_line(&a), "deb [arch=armhf signed-by=/k.gpg] mirror:/a bookworm main contrib\n");
    }

    #[test]
    fn deb822_notation() {
        let text = "Types: deb deb-src\nURIs: mirror:/a\nSuites: noble noble-updates\n noble-backports\n\
                    Components: main\nSigned-By: /k.gpg\n\nEnabled: no\nTypes: deb\nURIs: mirror:/b\nSuites: noble\n";
        let found = distribution_only(parse_stanzas(text), "noble");
        let suites: Vec<&str> = found.iter().map(|source| source.suite.as_str()).collect();
        assert_eq!(suites, ["noble", "noble-updates"]);
        assert_eq!(found[0], source("mirror:/a", "noble", &["main"], Some("/k.gpg")));
    }

    #[test]
    fn ports_of_a_suite() {
        let info = "Suite: old\nBaseURI: mirror:/old\n\nSuite: new\nRepositoryType: deb\nBaseURI: mirror:/ports\n\
                    BaseURI-amd64: mirror:/archive\n";
        assert_eq!(base_uri(info, "new").as_deref(), Some("mirror:/ports"));
        assert_eq!(base_uri(info, "none").as_deref(), Some("mirror:/old"));
        assert_eq!(base_uri("Suite: new\n", "new"), None);
    }
}
