//! What there is to look at in a frame, group by group, and what each thing is made of: for front ends that show values
//! as trees, which are opened where the user wants to see more.

use crate::Error;
use crate::session::Session;
use skink_debuginfo::{Contents, Encoding, Format, Frame, Type, Value};
use std::ops::Range;

/// Names without a type that are shown, at the most.
const LABELS: usize = 500;

/// A group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The arguments of the function.
    Arguments,
    /// Its local variables.
    Locals,
    /// Global variables of the program, or labels of data where there are no types.
    Globals,
    /// R0-R15, CPSR.
    General,
    /// Flags by their letters.
    Flags,
    /// S0-S31, FPSCR.
    Vfp,
    /// D0-D31 and Q0-Q15 with their lanes.
    Neon,
}

/// Something with a name and a value.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is called where it is.
    pub name: String,
    /// Its value as text.
    pub text: String,
    /// Its type, empty if there is none.
    pub ty: String,
    /// An expression for it in its frame, if there is one.
    pub expression: Option<String>,
    /// Itself; `None` if it cannot be had, which the text says.
    pub value: Option<Value>,
    /// How many parts it has, if they are numbered; an array.
    pub indexed: u32,
    /// How many, if they are named.
    pub named: u32,
}

impl Item {
    /// Its address and its size in bytes, if it is in memory itself.
    pub fn place(&self) -> Option<(u32, u32)> {
        let value = self.value.as_ref()?;
        Some((value.address()?, value.ty.size()))
    }

    /// Where it is, if it is in memory; of a pointer where it points to.
    pub fn memory(&self, session: &Session) -> Option<u32> {
        let value = self.value.as_ref()?;
        match value.ty.plain() {
            Type::Pointer { .. } => value.scalar(&**session.memory().ok()?).ok().map(|bits| bits as u32),
            _ => value.address(),
        }
    }
}

impl Session {
    /// Chooses the frame that expressions are about, 0 for the innermost.
    ///
    /// # Errors
    ///
    /// If the stack is not so deep.
    pub fn select_frame(&mut self, number: usize) -> Result<Frame, Error> {
        let frame = self.frame_at(number)?;
        self.frame = number;
        Ok(frame)
    }

    /// The groups of the selected frame that have something in them.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn scopes(&self) -> Result<Vec<Scope>, Error> {
        let frame = self.frame_at(self.frame)?;
        let variables = self.program.variables(&frame);
        let mut scopes = Vec::new();
        if variables.iter().any(|variable| variable.parameter) {
            scopes.push(Scope::Arguments);
        }
        if variables.iter().any(|variable| !variable.parameter) {
            scopes.push(Scope::Locals);
        }
        if !self.global_names(&frame).is_empty() {
            scopes.push(Scope::Globals);
        }
        scopes.extend([Scope::General, Scope::Flags, Scope::Vfp, Scope::Neon]);
        Ok(scopes)
    }

    /// What is in a group of the selected frame.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn items(&self, scope: Scope) -> Result<Vec<Item>, Error> {
        let frame = self.frame_at(self.frame)?;
        let register = |name: String| self.named_item(&name, &format!("${name}"));
        Ok(match scope {
            Scope::Arguments => self.variables(&frame, true),
            Scope::Locals => self.variables(&frame, false),
            Scope::Globals => {
                let names = self.global_names(&frame);
                names.iter().map(|name| self.global(name)).collect()
            }
            Scope::General => {
                let names = (0..13).map(|n| format!("r{n}"));
                names.chain(["sp", "lr", "pc", "cpsr"].map(str::to_owned)).map(register).collect()
            }
            Scope::Flags => {
                ["n", "z", "c", "v", "q", "ge"].map(|name| self.named_item(name, &format!("${name}"))).into()
            }
            Scope::Vfp => {
                let names = (0..32).map(|n| format!("s{n}"));
                names.chain(["fpscr".to_owned()]).map(register).collect()
            }
            Scope::Neon => {
                let doubles = (0..32).map(|n| format!("d{n}"));
                doubles.chain((0..16).map(|n| format!("q{n}"))).map(register).collect()
            }
        })
    }

    fn variables(&self, frame: &Frame, parameters: bool) -> Vec<Item> {
        let Ok(memory) = self.memory() else { return Vec::new() };
        let mut seen = Vec::new();
        let mut items = Vec::new();
        for variable in self.program.variables(frame) {
            let hidden = seen.contains(&variable.name);
            seen.push(variable.name.clone());
            if variable.parameter != parameters {
                continue;
            }
            // An expression means the innermost of a name.
            let expression = (!hidden).then(|| variable.name.clone());
            items.push(match variable.value(Some(frame), &**memory) {
                Ok(value) => self.item(&variable.name, expression, value),
                Err(missing) => {
                    let text = format!("<{missing}>");
                    self.missing(&variable.name, expression, variable.ty.get().to_string(), text)
                }
            });
        }
        items
    }

    fn global_names(&self, frame: &Frame) -> Vec<String> {
        let mut names = self.program.variable_names();
        if names.is_empty()
            && let Some(module) = self.program.module_at(frame.pc)
        {
            let data = |name: &&str| {
                let place = self.program.address_of(name);
                place.is_some_and(|place| {
                    module.holds(place.addr) && self.program.contents_at(place.addr) == Some(Contents::Data)
                })
            };
            names = self.program.names().filter(data).take(LABELS).map(str::to_owned).collect();
        }
        names.sort();
        names.dedup();
        names
    }

    /// A global variable; a label is the word there.
    fn global(&self, name: &str) -> Item {
        let unsigned = || Type::base("unsigned int").unwrap_or(Type::Void);
        match self.program.variable(name, None) {
            Some(_) => self.named_item(name, name),
            None => match self.program.address_of(name) {
                Some(place) => self.item(name, Some(format!("[{name}]")), Value::at(place.addr, unsigned())),
                None => self.missing(name, None, String::new(), "<unknown>".to_owned()),
            },
        }
    }

    fn named_item(&self, name: &str, expression: &str) -> Item {
        match self.value(expression) {
            Ok(value) => self.item(name, Some(expression.to_owned()), value),
            Err(error) => {
                let text = error.to_string();
                let text = format!("<{}>", text.lines().next().unwrap_or_default());
                self.missing(name, Some(expression.to_owned()), String::new(), text)
            }
        }
    }

    fn missing(&self, name: &str, expression: Option<String>, ty: String, text: String) -> Item {
        Item { name: name.to_owned(), text, ty, expression, value: None, indexed: 0, named: 0 }
    }

    /// A value under a name.
    pub fn item(&self, name: &str, expression: Option<String>, value: Value) -> Item {
        let (indexed, named) = match value.ty.plain() {
            Type::Array { count, .. } => (count.unwrap_or(0), 0),
            Type::Record { members, .. } => (0, members.len() as u32),
            Type::Pointer { to, .. } => match to.get().plain() {
                Type::Void | Type::Function { .. } | Type::Unknown(_) => (0, 0),
                Type::Record { members, .. } => (0, members.len() as u32),
                _ => (0, 1),
            },
            _ => (0, 0),
        };
        let ty = value.ty.to_string();
        let bits = expression.as_ref().is_some_and(|text| text.starts_with(['$', '[']));
        let text = self.value_text(&value, bits);
        Item { name: name.to_owned(), text, ty, expression, value: Some(value), indexed, named }
    }

    /// A value in a line, of something big the beginning; registers and words are looked at as bits.
    fn value_text(&self, value: &Value, bits: bool) -> String {
        let Ok(memory) = self.memory() else { return String::new() };
        let format = Format { elements: 32, depth: 2, ..Format::default() };
        let plain = value.ty.plain();
        let text = value.display(&self.program, &**memory, format);
        if let (Type::Record { name: Some(name), size, .. }, true) = (&plain, bits)
            && name.starts_with("neon_")
            && let Ok(bytes) = value.bytes(0..*size as usize, &**memory)
        {
            // All views of a register at once say little.
            return bytes.iter().rev().fold("0x".to_owned(), |text, byte| format!("{text}{byte:02x}"));
        }
        match (&plain, value.scalar(&**memory)) {
            (Type::Base { size: 4, encoding: Encoding::Unsigned, .. }, Ok(word)) if bits => {
                format!("{word:#010x} ({})", word as u32 as i32)
            }
            _ => text,
        }
    }

    /// What something is made of: the members of a record, the elements of an array in `range`, what a pointer
    /// points to.
    pub fn parts(&self, item: &Item, range: Range<u32>) -> Vec<Item> {
        let (Some(value), Ok(memory)) = (&item.value, self.memory()) else { return Vec::new() };
        let outer = item.expression.as_deref();
        match value.ty.plain() {
            Type::Array { count, .. } => {
                let range = range.start..range.end.min(count.unwrap_or(0));
                let element = |index: u32| {
                    let expression = outer.map(|outer| format!("{}[{index}]", operand(outer)));
                    Some(self.item(&format!("[{index}]"), expression, value.element(index)?))
                };
                range.filter_map(element).collect()
            }
            Type::Record { .. } => self.members(value, outer.map(|outer| format!("{}.", operand(outer)))),
            Type::Pointer { .. } => {
                let Ok(target) = value.target(&**memory) else { return Vec::new() };
                if matches!(target.ty.plain(), Type::Record { .. }) {
                    return self.members(&target, outer.map(|outer| format!("{}->", operand(outer))));
                }
                let name = outer.map_or_else(|| "*".to_owned(), |outer| format!("*{}", operand(outer)));
                let expression = outer.map(|_| name.clone());
                vec![self.item(&name, expression, target)]
            }
            _ => Vec::new(),
        }
    }

    fn members(&self, value: &Value, prefix: Option<String>) -> Vec<Item> {
        let Type::Record { members, .. } = value.ty.plain() else { return Vec::new() };
        let part = |member: &skink_debuginfo::Member| {
            let base = member.ty.get().to_string();
            let name = member.name.clone().unwrap_or(base);
            // Members of what has no name are members of what it is in.
            let named = member.name.is_some() && !member.base;
            let expression = prefix.as_ref().filter(|_| named).map(|prefix| format!("{prefix}{name}"));
            let mut item = self.item(&name, expression, value.member(member));
            if !named {
                item.expression = prefix.as_ref().map(|p| p.trim_end_matches(['.', '>', '-']).to_owned());
            }
            item
        };
        members.iter().map(part).collect()
    }
}

/// As something that `.` and `[` may follow.
fn operand(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_$.[]>".contains(c);
    let simple = text.replace("->", ">").chars().all(plain) && !text.starts_with('[');
    if simple { text.to_owned() } else { format!("({text})") }
}
