//! Types of C and C++ as debugging information has them, and values of them.

mod format;
mod number;
mod read;
mod value;

pub use format::Format;
pub use value::{Data, Value};

use crate::dwarf::EntryRef;
use crate::module::Module;
use std::fmt;
use std::sync::Arc;

/// How the bits of a base type are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// A signed number.
    Signed,
    /// An unsigned number.
    Unsigned,
    /// A character with a sign.
    SignedChar,
    /// A character without one.
    UnsignedChar,
    /// True or false.
    Bool,
    /// A floating-point number.
    Float,
}

/// A type.
#[derive(Debug, Clone)]
pub enum Type {
    /// No value.
    Void,
    /// A number or character.
    Base {
        /// Its name.
        name: String,
        /// In bytes.
        size: u32,
        /// What the bits mean.
        encoding: Encoding,
    },
    /// A pointer, or a reference of C++.
    Pointer {
        /// What it points to.
        to: Link,
        /// Whether it is a reference.
        reference: bool,
    },
    /// An array; one of arrays for more than one dimension.
    Array {
        /// Its elements.
        of: Link,
        /// How many, if it is known.
        count: Option<u32>,
    },
    /// A struct, union or class.
    Record {
        /// `struct`, `union` or `class`.
        keyword: &'static str,
        /// Its tag.
        name: Option<String>,
        /// In bytes.
        size: u32,
        /// Its members in order.
        members: Vec<Member>,
    },
    /// An enumeration.
    Enum {
        /// Its tag.
        name: Option<String>,
        /// In bytes.
        size: u32,
        /// The names of its values.
        values: Vec<(String, i64)>,
    },
    /// Another name for a type.
    Typedef {
        /// The name.
        name: String,
        /// The type.
        to: Link,
    },
    /// A `const` or `volatile` type.
    Qualified {
        /// The word.
        word: &'static str,
        /// The type.
        to: Link,
    },
    /// A function.
    Function {
        /// What it returns.
        returns: Link,
        /// What it takes.
        parameters: Vec<Link>,
    },
    /// Something that this does not know.
    Unknown(String),
}

/// A member of a record.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name; none for an unnamed record in it.
    pub name: Option<String>,
    /// Its type.
    pub ty: Link,
    /// Bytes from the start of the record.
    pub offset: u32,
    /// Of a bit field: the first bit from the start of the record, and how many.
    pub bits: Option<(u32, u32)>,
    /// Whether it is a base class.
    pub base: bool,
}

/// A type that is looked at when it is needed: types may contain pointers to themselves.
#[derive(Clone)]
pub struct Link(Target);

#[derive(Clone)]
enum Target {
    Known(Arc<Type>),
    Entry(Arc<Module>, EntryRef),
}

impl Link {
    /// The type.
    pub fn get(&self) -> Type {
        match &self.0 {
            Target::Known(ty) => (**ty).clone(),
            Target::Entry(module, at) => read::read(module, *at),
        }
    }

    pub(crate) fn entry(module: &Arc<Module>, at: EntryRef) -> Link {
        Link(Target::Entry(module.clone(), at))
    }
}

impl From<Type> for Link {
    fn from(ty: Type) -> Link {
        Link(Target::Known(Arc::new(ty)))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Target::Known(ty) => write!(f, "{ty:?}"),
            Target::Entry(_, at) => write!(f, "{at:?}"),
        }
    }
}

/// How many typedefs and qualifiers are taken off: a malformed chain may have no end.
const DEPTH: usize = 64;

impl Type {
    /// `int`.
    pub fn int() -> Type {
        Type::Base { name: "int".into(), size: 4, encoding: Encoding::Signed }
    }

    /// A base type by its name in C, as the ABI has it (AAPCS32 8.1): `char` is unsigned.
    pub fn base(name: &str) -> Option<Type> {
        use Encoding::{Bool, Float, Signed, SignedChar, Unsigned, UnsignedChar};
        let (size, encoding) = match name {
            "char" | "unsigned char" | "uint8_t" => (1, UnsignedChar),
            "signed char" | "int8_t" => (1, SignedChar),
            "short" | "short int" | "int16_t" => (2, Signed),
            "unsigned short" | "short unsigned int" | "uint16_t" => (2, Unsigned),
            "int" | "signed" | "signed int" | "int32_t" | "long" | "long int" => (4, Signed),
            "unsigned" | "unsigned int" | "uint32_t" | "unsigned long" | "long unsigned int" | "size_t" => {
                (4, Unsigned)
            }
            "long long" | "long long int" | "int64_t" => (8, Signed),
            "unsigned long long" | "long long unsigned int" | "uint64_t" => (8, Unsigned),
            "float" => (4, Float),
            "double" | "long double" => (8, Float),
            "bool" | "_Bool" => (1, Bool),
            "void" => return Some(Type::Void),
            _ => return None,
        };
        Some(Type::Base { name: name.to_owned(), size, encoding })
    }

    /// A pointer to it.
    pub fn pointer_to(self) -> Type {
        Type::Pointer { to: self.into(), reference: false }
    }

    /// Without typedefs and qualifiers.
    pub fn plain(&self) -> Type {
        let mut ty = self.clone();
        for _ in 0..DEPTH {
            ty = match ty {
                Type::Typedef { to, .. } | Type::Qualified { to, .. } => to.get(),
                other => return other,
            };
        }
        Type::Unknown("a type that is named by itself".into())
    }

    /// In bytes; 0 where it is not known.
    pub fn size(&self) -> u32 {
        self.size_within(DEPTH)
    }

    fn size_within(&self, depth: usize) -> u32 {
        let Some(depth) = depth.checked_sub(1) else { return 0 };
        match self.plain() {
            Type::Base { size, .. } | Type::Record { size, .. } | Type::Enum { size, .. } => size,
            Type::Pointer { .. } => 4,
            Type::Array { of, count } => of.get().size_within(depth).saturating_mul(count.unwrap_or(0)),
            Type::Void | Type::Function { .. } => 1,
            _ => 0,
        }
    }

    /// Whether it is a character.
    pub fn is_char(&self) -> bool {
        matches!(
            self.plain(),
            Type::Base { size: 1, encoding: Encoding::SignedChar | Encoding::UnsignedChar, .. }
        )
    }

    /// As C writes it around a name: what stands before and behind.
    fn around(&self, depth: usize) -> (String, String) {
        let Some(depth) = depth.checked_sub(1) else { return ("...".into(), String::new()) };
        match self {
            Type::Void => ("void".into(), String::new()),
            Type::Base { name, .. } | Type::Typedef { name, .. } => (name.clone(), String::new()),
            Type::Unknown(what) => (format!("<{what}>"), String::new()),
            Type::Record { keyword, name, .. } => {
                (format!("{keyword} {}", name.as_deref().unwrap_or("{...}")), String::new())
            }
            Type::Enum { name, .. } => {
                (format!("enum {}", name.as_deref().unwrap_or("{...}")), String::new())
            }
            Type::Qualified { word, to } => {
                let to = to.get();
                let (before, behind) = to.around(depth);
                match to {
                    // `char * const`, but `const char`.
                    Type::Pointer { .. } => (format!("{before} {word}"), behind),
                    _ => (format!("{word} {before}"), behind),
                }
            }
            Type::Pointer { to, reference } => {
                let to = to.get();
                let (before, behind) = to.around(depth);
                let sign = if *reference { "&" } else { "*" };
                match to {
                    Type::Array { .. } | Type::Function { .. } => {
                        (format!("{before} ({sign}"), format!("){behind}"))
                    }
                    _ => {
                        let space = if before.ends_with(['*', '&', '(']) { "" } else { " " };
                        (format!("{before}{space}{sign}"), behind)
                    }
                }
            }
            Type::Array { of, count } => {
                let (before, behind) = of.get().around(depth);
                let count = count.map_or(String::new(), |count| count.to_string());
                (before, format!("[{count}]{behind}"))
            }
            Type::Function { returns, parameters } => {
                let (before, behind) = returns.get().around(depth);
                let list: Vec<String> = parameters.iter().map(|ty| ty.get().to_string()).collect();
                let list = if list.is_empty() { "void".into() } else { list.join(", ") };
                (before, format!("({list}){behind}"))
            }
        }
    }
}

impl fmt::Display for Type {
    /// As gdb writes it: `struct node *`, `int (*)[4]`, `void (int)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, behind) = self.around(16);
        let bare = !behind.is_empty() && !before.ends_with(['*', '&']);
        write!(f, "{before}{}{behind}", if bare { " " } else { "" })
    }
}
