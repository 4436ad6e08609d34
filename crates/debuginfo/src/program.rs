//! All that is loaded, by the addresses of memory.

use crate::elf::NotElf;
use crate::lines::{LineTable, Row};
use crate::module::{Kind, Module};
use crate::symbols::{Contents, Place, Symbol};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// The modules of a program.
///
/// ```
/// use skink_debuginfo::{Assembled, Contents, Label, Module, Program, SourceFile, SourceLine};
///
/// let line = |addr, line| SourceLine { addr, len: 4, source: 0, line, contents: Contents::Arm };
/// let program = Program::of([Module::assembled(Assembled {
///     name: "count.s".into(),
///     ranges: vec![0..8],
///     labels: vec![Label { name: "count".into(), addr: 0, thumb: false }],
///     sources: vec![SourceFile { name: "count.s".into(), text: "count add r0, r0, #1\n\n b count\n".into() }],
///     lines: vec![line(0, 1), line(4, 3)],
/// })]);
/// assert_eq!(program.symbol_at(4).unwrap().to_string(), "count+4");
/// assert_eq!(program.line_at(4).unwrap().to_string(), "count.s:3");
/// // Line 2 has no code: the next that has is meant.
/// assert_eq!(program.addresses_of("count.s", 2)[0].addr, 4);
/// ```
#[derive(Debug, Default)]
pub struct Program {
    modules: Vec<Arc<Module>>,
}

/// A name, and how far from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymbolAt {
    /// The name, C++ names as they are written in the source.
    pub name: String,
    /// Bytes from there.
    pub offset: u32,
    /// The address of the name.
    pub start: u32,
}

impl std::fmt::Display for SymbolAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.offset {
            0 => f.write_str(&self.name),
            offset => write!(f, "{}+{offset}", self.name),
        }
    }
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The path, as complete as it is known.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1; 0 if it is not known.
    pub column: u32,
    /// The addresses around the one asked for that belong to the line without a gap.
    pub range: Range<u32>,
    /// Whether the range begins at a statement: where a debugger stops.
    pub is_stmt: bool,
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Where a source line has code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The address, behind the prologue if the line is where a function begins.
    pub addr: u32,
    /// Whether Thumb code is there.
    pub thumb: bool,
    /// The path of the source.
    pub file: String,
    /// The line that has code: the one asked for or the next.
    pub line: u32,
    /// The function, if it is known.
    pub function: Option<String>,
}

/// A function, or one that was inlined into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its addresses; of a function in parts, all of them.
    pub ranges: Vec<Range<u32>>,
    /// Where it is entered.
    pub entry: u32,
    /// If it was inlined: file and line of the call.
    pub inlined_at: Option<(String, u32)>,
}

impl Program {
    /// Of these modules.
    pub fn of(modules: impl IntoIterator<Item = Module>) -> Program {
        Program { modules: modules.into_iter().map(Arc::new).collect() }
    }

    /// Of one ELF file, which is read at once; its debugging information only when it is needed.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no ELF file for ARM.
    pub fn open(path: &str, bias: u32) -> Result<Program, std::io::Error> {
        let mut program = Program::default();
        program.load(path, bias, Vec::new())?;
        Ok(program)
    }

    /// Adds an ELF file; `debug_dirs` are searched for separate debugging information.
    ///
    /// # Errors
    ///
    /// As [`Program::open`].
    pub fn load(&mut self, path: &str, bias: u32, debug_dirs: Vec<PathBuf>) -> Result<(), std::io::Error> {
        let bytes = std::fs::read(path)?;
        let invalid = |why: NotElf| std::io::Error::new(std::io::ErrorKind::InvalidData, why);
        self.add(Module::elf(path, bytes, bias).map_err(invalid)?.with_debug_dirs(debug_dirs));
        Ok(())
    }

    /// Adds a module.
    pub fn add(&mut self, module: Module) {
        self.modules.push(Arc::new(module));
    }

    /// Takes out what is loaded at an address, as when a library is unmapped.
    pub fn remove(&mut self, addr: u32) {
        self.modules.retain(|module| !module.holds(addr));
    }

    /// The modules in the order in which they were added.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().map(|module| &**module)
    }

    pub(crate) fn shared_modules(&self) -> impl Iterator<Item = &Arc<Module>> {
        self.modules.iter()
    }

    /// The module that is loaded at an address.
    pub fn module_at(&self, addr: u32) -> Option<&Module> {
        self.modules().find(|module| module.holds(addr))
    }

    /// The nearest name before an address, as far as it reaches.
    pub fn symbol_at(&self, addr: u32) -> Option<SymbolAt> {
        let module = self.module_at(addr)?;
        let symbol = module.symbols().at(module.to_file(addr))?;
        Some(symbol_at(module, symbol, addr))
    }

    /// The name that gdb writes behind a pointer: none without a size, but in code.
    pub(crate) fn pointed_at(&self, addr: u32) -> Option<SymbolAt> {
        let module = self.module_at(addr)?;
        let symbol = module.symbols().at(module.to_file(addr))?;
        let code = || !matches!(self.contents_at(addr), None | Some(Contents::Data));
        (symbol.size != 0 || code()).then(|| symbol_at(module, symbol, addr))
    }

    /// What mapping symbols say of an address; `None` where they say nothing.
    pub fn contents_at(&self, addr: u32) -> Option<Contents> {
        let module = self.module_at(addr)?;
        module.symbols().contents_at(module.to_file(addr))
    }

    /// The address of a name: that of the first module that has it, a function or object rather than a label, and
    /// a global one rather than a local one.
    pub fn address_of(&self, name: &str) -> Option<Place> {
        self.addresses_named(name).into_iter().next()
    }

    /// The addresses of all that have a name.
    pub fn addresses_named(&self, name: &str) -> Vec<Place> {
        let place = |module: &Module, symbol: &Symbol| Place {
            addr: module.to_memory(symbol.addr),
            thumb: symbol.thumb,
        };
        let of = |module| {
            let symbols = Module::symbols(module).named(name);
            symbols.into_iter().map(|symbol| place(module, symbol)).collect::<Vec<_>>()
        };
        self.modules().flat_map(of).collect()
    }

    /// All names, for suggestions and completion.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.modules().flat_map(|module| module.symbols().names())
    }

    /// The source line of an address.
    pub fn line_at(&self, addr: u32) -> Option<Line> {
        let module = self.module_at(addr)?;
        let at = module.to_file(addr);
        let (table, index) =
            module.lines_at(at).into_iter().find_map(|table| table.index_at(at).map(|i| (table, i)))?;
        let row = table.rows[index];
        // Line 0 is code that belongs to no line.
        (row.line != 0).then(|| line_around(module, table, index))
    }

    /// Where a line of a source has code, or the next line that has: every copy of it, by inlining or otherwise,
    /// once. `file` is a path or the last parts of one.
    pub fn addresses_of(&self, file: &str, line: u32) -> Vec<Location> {
        let wanted = |row: &Row| row.is_stmt && !row.end && row.line >= line;
        let mut best = u32::MAX;
        let mut tables = Vec::new();
        for module in self.modules() {
            for table in module.lines() {
                let files = table.files_named(file);
                let rows = table.rows.iter().filter(|row| files.contains(&row.file) && wanted(row));
                let Some(nearest) = rows.map(|row| row.line).min() else { continue };
                best = best.min(nearest);
                tables.push((module, table, files));
            }
        }
        let mut found = BTreeSet::new();
        for (module, table, files) in tables {
            for addr in entries(module, table, &files, best) {
                found.insert(self.behind_prologue(module, addr));
            }
        }
        found.into_iter().filter_map(|addr| self.location(addr, best)).collect()
    }

    fn location(&self, addr: u32, line: u32) -> Option<Location> {
        let file = self.line_at(addr)?.file;
        let function = self.function_at(addr).map(|function| function.name);
        Some(Location { addr, thumb: self.is_thumb(addr), file, line, function })
    }

    /// Where to stop for an address: behind the prologue if a function begins there.
    fn behind_prologue(&self, module: &Module, addr: u32) -> u32 {
        let begins = |function: &&crate::functions::FunctionInfo| {
            function.inlined_at.is_none() && function.entry == module.to_file(addr)
        };
        let starts = module.functions_at(module.to_file(addr)).iter().any(begins);
        if starts { self.prologue_end(addr).unwrap_or(addr) } else { addr }
    }

    /// Whether Thumb code is at an address, as far as symbols say.
    pub fn is_thumb(&self, addr: u32) -> bool {
        match self.contents_at(addr) {
            Some(contents) => contents == Contents::Thumb,
            None => self.module_at(addr).is_some_and(|module| {
                module.symbols().function_at(module.to_file(addr)).is_some_and(|symbol| symbol.thumb)
            }),
        }
    }

    /// The function of an address: the innermost one that was inlined there, or the one that is called.
    pub fn function_at(&self, addr: u32) -> Option<Function> {
        self.functions_at(addr).pop()
    }

    /// The functions of an address, the one that is called first, then what was inlined into it. Without debugging
    /// information it is what the symbols say.
    pub fn functions_at(&self, addr: u32) -> Vec<Function> {
        let Some(module) = self.module_at(addr) else { return Vec::new() };
        let at = module.to_file(addr);
        let known = module.functions_at(at);
        if known.is_empty() {
            return module.symbols().function_at(at).map(|s| from_symbol(module, s)).into_iter().collect();
        }
        let table = module.lines_at(at).into_iter().next();
        let shift = |range: &Range<u32>| module.to_memory(range.start)..module.to_memory(range.end);
        let file = |index: u32| table.and_then(|table| table.files.get(index as usize)).cloned();
        let of = |function: &&crate::functions::FunctionInfo| Function {
            name: function.name.clone(),
            ranges: function.ranges.iter().map(shift).collect(),
            entry: module.to_memory(function.entry),
            inlined_at: function.inlined_at.map(|(index, line)| (file(index).unwrap_or_default(), line)),
        };
        known.iter().map(of).collect()
    }

    /// The first address behind the prologue of the function that begins at `entry`, by its line table: where a
    /// row says so, or the second line begins. It is `entry` itself in code whose variables can be followed through
    /// the prologue; `None` without a line table.
    pub fn prologue_end(&self, entry: u32) -> Option<u32> {
        let module = self.module_at(entry)?;
        let start = module.to_file(entry);
        let functions = module.functions_at(start);
        let function = functions.iter().find(|function| function.inlined_at.is_none())?;
        if module.debug().is_some_and(|debug| debug.locations_follow(function.at.unit)) {
            return Some(entry);
        }
        let table = module.lines_at(start).into_iter().next()?;
        let first = table.index_at(start)?;
        let inside = || table.rows[first..].iter().take_while(|row| function.holds(row.addr) && !row.end);
        if let Some(marked) = inside().find(|row| row.prologue_end) {
            return Some(module.to_memory(marked.addr));
        }
        let opening = table.rows[first];
        // The second row of gcc's is the body's first, even if it is of the same line: `int f(void) { return 1; }`.
        let body = inside().skip(1).find(|row| row.line != 0 && row.addr > opening.addr)?;
        Some(module.to_memory(body.addr))
    }

    /// The paths of all sources.
    pub fn sources(&self) -> Vec<String> {
        let of = |table: &LineTable| table.files.iter().filter(|file| !file.is_empty()).cloned().collect();
        let all: BTreeSet<String> = self
            .modules()
            .flat_map(|module| module.lines())
            .flat_map(|table| -> Vec<String> { of(table) })
            .collect();
        all.into_iter().collect()
    }

    /// The text of a source that came with the program, by its path or the last parts of it. Sources of ELF files
    /// are files, which are read by who shows them.
    pub fn source_text(&self, file: &str) -> Option<&str> {
        self.modules().find_map(|module| match &module.kind {
            Kind::Elf(_) => None,
            Kind::Assembled(assembled, _) => assembled
                .sources
                .iter()
                .find(|source| source.name == file || crate::lines::is_suffix(&source.name, file))
                .map(|source| source.text.as_str()),
        })
    }

    /// The statements of a run of addresses: where stepping by source lines may stop, with their lines.
    pub fn statements(&self, range: Range<u32>) -> Vec<(u32, u32)> {
        let Some(module) = self.module_at(range.start) else { return Vec::new() };
        let from = module.to_file(range.start);
        let to = module.to_file(range.end);
        let rows = module.lines_at(from).into_iter().flat_map(|table| &table.rows);
        let inside =
            rows.filter(|row| row.is_stmt && !row.end && row.line != 0 && (from..to).contains(&row.addr));
        inside.map(|row| (module.to_memory(row.addr), row.line)).collect()
    }
}

fn symbol_at(module: &Module, symbol: &Symbol, addr: u32) -> SymbolAt {
    let start = module.to_memory(symbol.addr);
    let name = crate::symbols::demangle(&symbol.name).unwrap_or_else(|| symbol.name.clone());
    SymbolAt { name, offset: addr.wrapping_sub(start), start }
}

fn from_symbol(module: &Module, symbol: &Symbol) -> Function {
    let end = match symbol.size {
        0 => module.symbols().next_after(symbol.addr).unwrap_or(u32::MAX),
        size => symbol.addr.saturating_add(size),
    };
    let start = module.to_memory(symbol.addr);
    Function {
        name: crate::symbols::demangle(&symbol.name).unwrap_or_else(|| symbol.name.clone()),
        ranges: std::iter::once(start..module.to_memory(end)).collect(),
        entry: start,
        inlined_at: None,
    }
}

/// The row at `index` and its neighbours of the same line.
fn line_around(module: &Module, table: &LineTable, index: usize) -> Line {
    let row = table.rows[index];
    let same = |other: &Row| other.line == row.line && other.file == row.file && !other.end;
    let mut first = index;
    while first > 0 && same(&table.rows[first - 1]) {
        first -= 1;
    }
    let mut last = index;
    while table.rows.get(last + 1).is_some_and(same) {
        last += 1;
    }
    Line {
        file: table.files.get(row.file as usize).cloned().unwrap_or_default(),
        line: row.line,
        column: row.column,
        range: module.to_memory(table.rows[first].addr)..module.to_memory(table.end_of(last)),
        is_stmt: table.rows[first].is_stmt,
    }
}

/// Where a line is entered: the lowest address of each run of it, and of several runs in one function, or in one
/// copy of one, the lowest.
fn entries(module: &Module, table: &LineTable, files: &[u32], line: u32) -> Vec<u32> {
    let mut found: Vec<(Option<crate::dwarf::EntryRef>, u32)> = Vec::new();
    for row in &table.rows {
        if row.end || !row.is_stmt || row.line != line || !files.contains(&row.file) {
            continue;
        }
        let scope = module.functions_at(row.addr).last().map(|function| function.at);
        // Without functions each run counts that does not continue the one before.
        let known = match scope {
            Some(_) => found.iter().any(|(other, _)| *other == scope),
            None => table
                .index_at(row.addr.wrapping_sub(1))
                .is_some_and(|i| table.rows[i].line == line && files.contains(&table.rows[i].file)),
        };
        if !known {
            found.push((scope, row.addr));
        }
    }
    found.into_iter().map(|(_, addr)| module.to_memory(addr)).collect()
}

#[cfg(test)]
mod tests {
    use super::Program;

    /// A debugger's threads share it.
    #[test]
    fn it_may_be_shared() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&Program::default());
    }
}
