//! Names of addresses: the symbol tables of ELF (System V ABI 4.1, "Symbol Table"), and the mapping symbols that
//! tell instruction sets and data apart (AAELF32, 5.5.5).

use crate::elf::Elf;
use crate::plt::plt_entries;
use object::elf::{STB_GLOBAL, STB_WEAK, STT_FUNC, STT_GNU_IFUNC, STT_OBJECT, STT_TLS};
use object::{Object, ObjectSymbol, SymbolFlags};
use std::collections::HashMap;
use std::sync::OnceLock;

/// What lies at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// A32 instructions.
    Arm,
    /// T32 instructions.
    Thumb,
    /// No instructions.
    Data,
}

/// An address, and for code the instruction set there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The address, bit 0 clear for Thumb code too.
    pub addr: u32,
    /// Whether it is Thumb code.
    pub thumb: bool,
}

/// A symbol, in the terms of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Symbol {
    pub(crate) name: String,
    pub(crate) addr: u32,
    /// 0 if it is not known.
    pub(crate) size: u32,
    pub(crate) thumb: bool,
    pub(crate) kind: SymbolKind,
    pub(crate) global: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SymbolKind {
    Function,
    Object,
    /// Labels of assembly language mostly.
    Other,
}

/// All symbols of a file.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    /// Ascending by address; at one address the preferred name last.
    pub(crate) all: Vec<Symbol>,
    /// What begins where, ascending.
    mapping: Vec<(u32, Contents)>,
    by_name: OnceLock<HashMap<String, Vec<usize>>>,
}

impl Symbols {
    /// Those of a file and of the one with its debugging information.
    pub(crate) fn of(elf: &Elf, separate: Option<&Elf>) -> Symbols {
        let mut symbols = Symbols::default();
        for file in [Some(elf), separate].into_iter().flatten() {
            symbols.read(file);
        }
        let entries = elf.parse().map(|file| plt_entries(&file)).unwrap_or_default();
        symbols.all.extend(entries.into_iter().map(|entry| Symbol {
            name: entry.name,
            addr: entry.addr,
            size: entry.size,
            thumb: entry.thumb,
            kind: SymbolKind::Function,
            global: false,
        }));
        symbols.sort();
        symbols
    }

    /// Those of labels that are known otherwise.
    pub(crate) fn from_parts(all: Vec<Symbol>, mapping: Vec<(u32, Contents)>) -> Symbols {
        let mut symbols = Symbols { all, mapping, by_name: OnceLock::new() };
        symbols.sort();
        symbols
    }

    fn read(&mut self, elf: &Elf) {
        let Some(file) = elf.parse() else { return };
        for symbol in file.symbols().chain(file.dynamic_symbols()) {
            let SymbolFlags::Elf { st_info, .. } = symbol.flags() else { continue };
            let (Ok(name), value) = (symbol.name(), symbol.address() as u32) else { continue };
            if name.is_empty() || !symbol.is_definition() && st_info.st_type() != object::elf::STT_NOTYPE {
                continue;
            }
            if symbol.is_undefined() {
                continue;
            }
            if let Some(what) = mapping_symbol(name) {
                self.mapping.push((value, what));
                continue;
            }
            let kind = match st_info.st_type() {
                STT_FUNC | STT_GNU_IFUNC => SymbolKind::Function,
                STT_OBJECT => SymbolKind::Object,
                object::elf::STT_NOTYPE => SymbolKind::Other,
                // The value of a thread-local variable is no address; sections and files are no names.
                STT_TLS => continue,
                _ => continue,
            };
            let thumb = kind == SymbolKind::Function && value & 1 != 0;
            self.all.push(Symbol {
                name: name.to_owned(),
                addr: if thumb { value & !1 } else { value },
                size: symbol.size() as u32,
                thumb,
                kind,
                global: matches!(st_info.st_bind(), STB_GLOBAL | STB_WEAK),
            });
        }
    }

    fn sort(&mut self) {
        self.mapping.sort_by_key(|(addr, _)| *addr);
        // A label in Thumb code has no mark of its own.
        for symbol in self.all.iter_mut().filter(|symbol| symbol.kind == SymbolKind::Other) {
            let behind = self.mapping.partition_point(|(at, _)| *at <= symbol.addr);
            symbol.thumb |= behind > 0 && self.mapping[behind - 1].1 == Contents::Thumb;
        }
        let rank = |s: &Symbol| (s.addr, s.kind != SymbolKind::Other, s.global, s.size != 0);
        self.all.sort_by(|a, b| {
            let by_name = || (usize::MAX - a.name.len(), &b.name).cmp(&(usize::MAX - b.name.len(), &a.name));
            rank(a).cmp(&rank(b)).then_with(by_name)
        });
        self.all.dedup_by(|a, b| a.name == b.name && a.addr == b.addr);
    }

    /// What a mapping symbol says of an address.
    pub(crate) fn contents_at(&self, addr: u32) -> Option<Contents> {
        let behind = self.mapping.partition_point(|(at, _)| *at <= addr);
        Some(self.mapping.get(behind.checked_sub(1)?)?.1)
    }

    /// The symbol that an address belongs to: the nearest one before it whose size reaches so far or is not known.
    pub(crate) fn at(&self, addr: u32) -> Option<&Symbol> {
        let behind = self.all.partition_point(|symbol| symbol.addr <= addr);
        let reaches = |s: &&Symbol| s.size == 0 || addr - s.addr < s.size;
        // A name without a size inside a function that reaches further is a label in it; what lies far back
        // reaches only if it is a big object.
        self.all[..behind].iter().rev().take(64).find(reaches)
    }

    /// The function that an address belongs to.
    pub(crate) fn function_at(&self, addr: u32) -> Option<&Symbol> {
        let behind = self.all.partition_point(|symbol| symbol.addr <= addr);
        let mut before = self.all[..behind].iter().rev();
        let found =
            before.find(|s| s.kind == SymbolKind::Function && (s.size == 0 || addr - s.addr < s.size));
        found.or_else(|| self.at(addr).filter(|s| s.kind != SymbolKind::Object))
    }

    /// The first address behind a symbol without a size: that of the next one.
    pub(crate) fn next_after(&self, addr: u32) -> Option<u32> {
        let behind = self.all.partition_point(|symbol| symbol.addr <= addr);
        self.all.get(behind).map(|symbol| symbol.addr)
    }

    /// All symbols of a name, the preferred one first. C++ names are found as they are written, with or without
    /// their parameters.
    pub(crate) fn named(&self, name: &str) -> Vec<&Symbol> {
        let index = self.by_name.get_or_init(|| {
            let mut index: HashMap<String, Vec<usize>> = HashMap::new();
            for (i, symbol) in self.all.iter().enumerate() {
                index.entry(symbol.name.clone()).or_default().push(i);
                // PLT entries and versions: `puts` is not `puts@plt`, but `memcpy@@GLIBC_2.4` is `memcpy`.
                if let Some((plain, version)) = symbol.name.split_once('@')
                    && version != "plt"
                {
                    index.entry(plain.to_owned()).or_default().push(i);
                }
                if let Some(readable) = demangle(&symbol.name) {
                    let short = without_parameters(&readable);
                    if let Some(name) = without_result(short) {
                        index.entry(name.to_owned()).or_default().push(i);
                    }
                    index.entry(short.to_owned()).or_default().push(i);
                    index.entry(readable).or_default().push(i);
                }
            }
            index
        });
        let mut found: Vec<&Symbol> = index.get(name).into_iter().flatten().map(|&i| &self.all[i]).collect();
        found.sort_by_key(|s| (!s.global, s.kind, s.addr));
        found
    }

    /// Names, for suggestions and completion.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|symbol| symbol.name.as_str())
    }
}

fn mapping_symbol(name: &str) -> Option<Contents> {
    let mark = name.strip_prefix('$')?;
    let (mark, rest) = mark.split_at_checked(1)?;
    if !rest.is_empty() && !rest.starts_with('.') {
        return None;
    }
    match mark {
        "a" => Some(Contents::Arm),
        "t" => Some(Contents::Thumb),
        "d" => Some(Contents::Data),
        _ => None,
    }
}

/// A C++ name as it is written in the source, or `None` if it is none.
pub(crate) fn demangle(name: &str) -> Option<String> {
    let plain = name.split('@').next()?;
    if !plain.starts_with("_Z") {
        return None;
    }
    cpp_demangle::Symbol::new(plain).ok()?.demangle().ok()
}

/// `ns::f(int) const` without what is behind the name.
pub(crate) fn without_parameters(name: &str) -> &str {
    let mut depth = 0;
    for (at, c) in name.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            '(' if depth == 0 && at > 0 && !name[..at].ends_with("operator") => return &name[..at],
            _ => {}
        }
    }
    name
}

/// `int ns::f<int>` without what it returns, which only templates say.
fn without_result(name: &str) -> Option<&str> {
    let mut depth = 0;
    let mut space = None;
    for (at, c) in name.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            ' ' if depth == 0 => space = Some(at),
            _ => {}
        }
    }
    let at = space?;
    (!name[..at].ends_with("operator")).then(|| &name[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cpp() {
        let name = demangle("_ZN2ns5queueIiE4pushERKi").expect("a C++ name");
        assert_eq!(without_parameters(&name), "ns::queue<int>::push");
        assert_eq!(without_result("long ns::larger<long, int>"), Some("ns::larger<long, int>"));
        assert_eq!(demangle("main"), None);
    }

    #[test]
    fn mapping_symbols_may_have_a_suffix() {
        assert_eq!(mapping_symbol("$t.42"), Some(Contents::Thumb));
        assert_eq!(mapping_symbol("$tx"), None);
        assert_eq!(mapping_symbol("$"), None);
    }

    #[test]
    fn a_size_bounds_a_name() {
        let symbol = |name: &str, addr, size| Symbol {
            name: name.into(),
            addr,
            size,
            thumb: false,
            kind: SymbolKind::Function,
            global: true,
        };
        let all = vec![symbol("a", 0x10, 8), symbol("b", 0x20, 0)];
        let symbols = Symbols::from_parts(all, Vec::new());
        let name = |addr| symbols.at(addr).map(|s| s.name.as_str());
        assert_eq!([name(0xf), name(0x17), name(0x18), name(0x99)], [None, Some("a"), None, Some("b")]);
    }
}
