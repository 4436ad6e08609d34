//! Variables: which there are at a place, and where their values are.

use crate::dwarf::{Attr, Debug, Entry, EntryRef};
use crate::functions;
use crate::location::{self, Context, Missing};
use crate::memory::ReadMemory;
use crate::module::Module;
use crate::program::Program;
use crate::types::{Data, Link, Type, Value};
use crate::unwind::Frame;
use gimli::{Location, Piece};
use std::sync::Arc;

/// A variable or parameter.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Link,
    /// Whether it is a parameter.
    pub parameter: bool,
    module: Arc<Module>,
    at: EntryRef,
}

impl Program {
    /// The parameters and local variables of a frame, the innermost block's first; one that another hides is among
    /// them as well, behind it.
    pub fn variables(&self, frame: &Frame) -> Vec<Variable> {
        let Some((module, scopes)) = self.scopes(frame) else { return Vec::new() };
        scopes.into_iter().rev().flat_map(|at| in_scope(&module, at)).collect()
    }

    /// The variable of a name as seen from a frame: a local one, one of the same source, or a global one.
    pub fn variable(&self, name: &str, frame: Option<&Frame>) -> Option<Variable> {
        if let Some(frame) = frame {
            if let Some(local) = self.variables(frame).into_iter().find(|variable| variable.name == name) {
                return Some(local);
            }
            if let Some((module, scopes)) = self.scopes(frame)
                && let Some(unit) = scopes.first().map(|at| at.unit)
                && let Some(found) = global(&module, name, Some(unit))
            {
                return Some(found);
            }
        }
        self.shared_modules().find_map(|module| global(module, name, None))
    }

    /// The type of a name: of a typedef, or with `struct`, `union` or `enum` in front of it a tag.
    pub fn type_named(&self, name: &str) -> Option<Type> {
        let name = name.trim();
        let tag = ["struct ", "union ", "enum ", "class "].iter().find_map(|word| name.strip_prefix(word));
        let wanted = tag.unwrap_or(name).trim();
        let found = self.shared_modules().find_map(|module| {
            let at = module.debug()?.definition(wanted)?;
            Some(Link::entry(module, at).get())
        });
        found.or_else(|| if tag.is_none() { Type::base(name) } else { None })
    }

    /// The names of global variables, for suggestions and completion.
    pub fn variable_names(&self) -> Vec<String> {
        let names = |module: &Arc<Module>| -> Vec<String> {
            module.debug().map_or_else(Vec::new, |debug| debug.globals().names().map(str::to_owned).collect())
        };
        self.shared_modules().flat_map(names).collect()
    }

    /// The function of a frame and the blocks in it that hold its place, from the outside in.
    fn scopes(&self, frame: &Frame) -> Option<(Arc<Module>, Vec<EntryRef>)> {
        let lookup = frame.lookup();
        let module = self.shared_modules().find(|module| module.holds(lookup))?.clone();
        let at = module.to_file(lookup);
        let functions = module.functions_at(at);
        let function = functions.get(frame.level)?.at;
        let mut scopes = vec![function];
        let debug = module.debug()?;
        // Blocks inside blocks; what was inlined is a function of its own.
        for _ in 0..64 {
            let inner = scopes.last().and_then(|scope| block_at(debug, *scope, at));
            let Some(inner) = inner else { break };
            scopes.push(inner);
        }
        Some((module, scopes))
    }
}

/// The block directly inside a scope that holds an address.
fn block_at(debug: &Debug, scope: EntryRef, addr: u32) -> Option<EntryRef> {
    let mut tree = debug.units[scope.unit].unit.entries_tree(Some(scope.offset)).ok()?;
    let mut children = tree.root().ok()?.children();
    while let Ok(Some(child)) = children.next() {
        let entry = child.entry();
        if entry.tag() != gimli::DW_TAG_lexical_block {
            continue;
        }
        if functions::ranges(debug, scope.unit, entry).iter().any(|range| range.contains(&addr)) {
            return Some(EntryRef { unit: scope.unit, offset: entry.offset() });
        }
    }
    None
}

/// The variables that are directly in a scope.
fn in_scope(module: &Arc<Module>, scope: EntryRef) -> Vec<Variable> {
    let mut found = Vec::new();
    let Some(debug) = module.debug() else { return found };
    let Ok(mut tree) = debug.units[scope.unit].unit.entries_tree(Some(scope.offset)) else { return found };
    let Ok(root) = tree.root() else { return found };
    let mut children = root.children();
    while let Ok(Some(child)) = children.next() {
        let entry = child.entry();
        let parameter = entry.tag() == gimli::DW_TAG_formal_parameter;
        if parameter || entry.tag() == gimli::DW_TAG_variable {
            found.extend(variable(
                module,
                debug,
                EntryRef { unit: scope.unit, offset: entry.offset() },
                parameter,
            ));
        }
    }
    found
}

fn variable(module: &Arc<Module>, debug: &Debug, at: EntryRef, parameter: bool) -> Option<Variable> {
    let name = debug.name(at)?;
    let (unit, value) = debug.inherited(at, gimli::DW_AT_type)?;
    let ty = debug.refers(unit, Some(value))?;
    Some(Variable { name, ty: Link::entry(module, ty), parameter, module: module.clone(), at })
}

fn global(module: &Arc<Module>, name: &str, unit: Option<usize>) -> Option<Variable> {
    let debug = module.debug()?;
    let mut found = debug.globals().named(name).iter().filter(|at| unit.is_none_or(|unit| at.unit == unit));
    found.find_map(|at| variable(module, debug, *at, false))
}

impl Variable {
    /// Its value in a frame; for a global one the frame does not matter.
    ///
    /// # Errors
    ///
    /// [`Missing`], if it is nowhere or cannot be read.
    pub fn value(&self, frame: Option<&Frame>, memory: &dyn ReadMemory) -> Result<Value, Missing> {
        let debug = self.module.debug().ok_or(Missing::OptimizedOut)?;
        let entry = debug.entry(self.at).ok_or(Missing::OptimizedOut)?;
        let ty = self.ty.get();
        if let Some((_, value)) = debug.inherited(self.at, gimli::DW_AT_const_value) {
            return Ok(constant(&value, ty));
        }
        // A definition may leave it to its declaration.
        let Some(value) = entry.attr_value(gimli::DW_AT_location) else {
            return Err(Missing::OptimizedOut);
        };
        let unknown = crate::unwind::Registers { core: [None; 16], d: [None; 32], thumb: false };
        let registers = frame.map_or(&unknown, |frame| &frame.registers);
        let mut cx = Context {
            registers,
            memory,
            cfa: frame.and_then(|frame| frame.cfa),
            frame_base: None,
            bias: self.module.bias(),
            tls: None,
            unit: Some((debug, self.at.unit)),
        };
        let at = frame.map(|frame| self.module.to_file(frame.lookup()));
        let expression = expression(debug, self.at.unit, value, at)?;
        cx.frame_base = at.and_then(|at| frame_base(&self.module, debug, at, &cx));
        let encoding = debug.units[self.at.unit].unit.encoding();
        collect(&location::evaluate(expression, encoding, &cx, None)?, ty, registers, memory)
    }
}

/// The expression of a location that holds at an address.
fn expression(
    debug: &Debug,
    unit: usize,
    value: Attr,
    at: Option<u32>,
) -> Result<gimli::Expression<crate::elf::Bytes>, Missing> {
    if let Some(expression) = value.exprloc_value() {
        return Ok(expression);
    }
    let list = debug.dwarf.attr_locations(&debug.units[unit].unit, value)?;
    let (Some(mut list), Some(at)) = (list, at) else { return Err(Missing::OptimizedOut) };
    while let Some(entry) = list.next()? {
        if (entry.range.begin..entry.range.end).contains(&u64::from(at)) {
            return Ok(entry.data);
        }
    }
    Err(Missing::OptimizedOut)
}

/// DW_AT_frame_base of the function that is called (not one that was inlined) at an address.
fn frame_base(module: &Module, debug: &Debug, at: u32, cx: &Context<'_>) -> Option<u32> {
    let functions = module.functions_at(at);
    let function = functions.iter().find(|function| function.inlined_at.is_none())?;
    let value = debug.entry(function.at)?.attr_value(gimli::DW_AT_frame_base)?;
    let expression = expression(debug, function.at.unit, value, Some(at)).ok()?;
    let encoding = debug.units[function.at.unit].unit.encoding();
    match &location::evaluate(expression, encoding, cx, None).ok()?[..] {
        [Piece { location: Location::Address { address }, .. }] => Some(*address as u32),
        [Piece { location: Location::Register { register }, .. }] => {
            location::register_value(cx.registers, register.0).map(|value| value as u32)
        }
        _ => None,
    }
}

/// The biggest value that is kept outside memory, in bytes: a type that lies may say any size.
const BIGGEST: usize = 1 << 16;

fn constant(value: &Attr, ty: Type) -> Value {
    let size = (ty.size() as usize).min(BIGGEST);
    let mut bytes = match value {
        Attr::Block(block) => block.bytes().to_vec(),
        Attr::Data16(value) => value.to_le_bytes().to_vec(),
        Attr::String(text) => text.bytes().to_vec(),
        other => {
            let signed = other.sdata_value().map(|value| value as u64);
            other.udata_value().or(signed).unwrap_or(0).to_le_bytes().to_vec()
        }
    };
    // A constant is written as short as its form allows; a negative one has its sign.
    let fill = match value {
        Attr::Sdata(value) if *value < 0 => 0xff,
        _ => 0,
    };
    bytes.resize(size, fill);
    Value::of(bytes, ty)
}

/// The value whose parts are at these places.
fn collect(
    pieces: &[Piece<crate::elf::Bytes>],
    ty: Type,
    registers: &crate::unwind::Registers,
    memory: &dyn ReadMemory,
) -> Result<Value, Missing> {
    let size = (ty.size() as usize).min(BIGGEST);
    if let [Piece { location: Location::Address { address }, size_in_bits: None, .. }] = pieces {
        return Ok(Value::at(*address as u32, ty));
    }
    let (mut bytes, mut missing) = (Vec::new(), Vec::new());
    for piece in pieces {
        let len = piece.size_in_bits.map_or(size, |bits| bits.div_ceil(8) as usize).min(BIGGEST);
        let start = bytes.len();
        match of_piece(piece, len, registers, memory) {
            Ok(mut part) => {
                part.resize(len, 0);
                bytes.append(&mut part);
            }
            // A value that is nowhere as a whole is said to be so.
            Err(why) if pieces.len() == 1 => return Err(why),
            Err(_) => {
                bytes.resize(start + len, 0);
                missing.push(start..start + len);
            }
        }
    }
    if bytes.len() < size {
        missing.push(bytes.len()..size);
        bytes.resize(size, 0);
    }
    let register = match pieces {
        [Piece { location: Location::Register { register }, .. }] => Some(register.0),
        _ => None,
    };
    Ok(Value { ty, data: Data::Bytes { bytes, missing, register }, bits: None })
}

fn of_piece(
    piece: &Piece<crate::elf::Bytes>,
    len: usize,
    registers: &crate::unwind::Registers,
    memory: &dyn ReadMemory,
) -> Result<Vec<u8>, Missing> {
    match &piece.location {
        Location::Empty | Location::ImplicitPointer { .. } => Err(Missing::OptimizedOut),
        Location::Register { register } => {
            // A value of two words goes on in the next register.
            let mut bytes = Vec::new();
            let mut number = register.0;
            while bytes.len() < len {
                let value = location::register_value(registers, number).ok_or(Missing::NotSaved)?;
                bytes.extend(&value.to_le_bytes()[..if number >= 256 { 8 } else { 4 }]);
                number += 1;
            }
            bytes.truncate(len);
            Ok(bytes)
        }
        Location::Address { address } => {
            let mut bytes = vec![0; len];
            memory.read(*address as u32, &mut bytes).map_err(Missing::Unreadable)?;
            Ok(bytes)
        }
        Location::Value { value } => {
            let value = match value {
                gimli::Value::F32(value) => u64::from(value.to_bits()),
                gimli::Value::F64(value) => value.to_bits(),
                other => other.to_u64(u64::MAX)?,
            };
            Ok(value.to_le_bytes().iter().copied().cycle().take(len.min(8)).collect())
        }
        Location::Bytes { value } => Ok(value.bytes().to_vec()),
    }
}

/// Names at the outermost level of all units: variables, and types.
#[derive(Default)]
pub(crate) struct Globals {
    variables: std::collections::HashMap<String, Vec<EntryRef>>,
    types: std::collections::HashMap<String, EntryRef>,
}

impl Globals {
    pub(crate) fn of(debug: &Debug) -> Globals {
        let mut globals = Globals::default();
        for (unit, info) in debug.units.iter().enumerate() {
            let mut entries = info.unit.entries();
            let mut inside = None;
            while let Ok(Some(entry)) = entries.next_dfs() {
                // What is in functions is no global, static variables aside, which their frames find.
                if inside.is_some_and(|depth| entry.depth() > depth) {
                    continue;
                }
                inside = match entry.tag() {
                    gimli::DW_TAG_subprogram | gimli::DW_TAG_structure_type => Some(entry.depth()),
                    _ => None,
                };
                globals.add(debug, EntryRef { unit, offset: entry.offset() }, entry);
            }
        }
        globals
    }

    fn add(&mut self, debug: &Debug, at: EntryRef, entry: &Entry) {
        let declared = entry.attr(gimli::DW_AT_declaration).is_some();
        match entry.tag() {
            gimli::DW_TAG_variable if !declared => {
                let located = entry.attr(gimli::DW_AT_location).is_some();
                if let Some(name) = debug.name(at) {
                    // One that has been optimized away is found after one that has not.
                    let found = self.variables.entry(name).or_default();
                    let place = if located { 0 } else { found.len() };
                    found.insert(place, at);
                }
            }
            gimli::DW_TAG_base_type
            | gimli::DW_TAG_typedef
            | gimli::DW_TAG_structure_type
            | gimli::DW_TAG_class_type
            | gimli::DW_TAG_union_type
            | gimli::DW_TAG_enumeration_type
                if !declared =>
            {
                if let Some(name) = debug.text(at.unit, entry.attr_value(gimli::DW_AT_name)) {
                    self.types.entry(name).or_insert(at);
                }
            }
            _ => {}
        }
    }

    pub(crate) fn named(&self, name: &str) -> &[EntryRef] {
        self.variables.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    pub(crate) fn type_named(&self, name: &str) -> Option<EntryRef> {
        self.types.get(name).copied()
    }
}
