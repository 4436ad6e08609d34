//! From tokens to a tree, by precedence as in C.

use super::Problem;
use super::lex::{Placed, Token, tokens};
use std::ops::Range;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number(u64, bool),
    Float(f64),
    Char(u8),
    Name(String),
    /// `&1F` is a hexadecimal number or the address of a variable: its name says which.
    HexOrAddress(String),
    /// The width in bytes, the sign, the address.
    Memory(u8, bool, Box<Node>),
    Index(Box<Node>, Box<Node>),
    Member(Box<Node>, String, bool),
    Unary(&'static str, Box<Node>),
    Binary(&'static str, Box<Node>, Box<Node>),
    Choice(Box<Node>, Box<Node>, Box<Node>),
    Cast(TypeName, Box<Node>),
    SizeOf(Box<Node>),
    SizeOfType(TypeName),
}

/// A type as it is written: its words, and how many pointers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TypeName {
    pub(super) words: String,
    pub(super) pointers: usize,
    pub(super) span: Range<usize>,
}

/// Nesting of operators, parentheses and brackets.
const DEPTH: usize = 200;

/// Operators from the weakest to the strongest.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

/// Words that begin a type.
const TYPE_WORDS: &[&str] = &[
    "unsigned", "signed", "char", "short", "int", "long", "float", "double", "void", "struct", "union",
    "enum", "const", "volatile", "_Bool", "bool",
];

pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let node = parser.choice()?;
    match parser.peek() {
        Token::End => Ok(node),
        _ => Err(parser.expected("an operator or the end")),
    }
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn next(&mut self) -> Placed {
        let token = self.tokens[self.at].clone();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(other) if *other == sign);
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), Problem> {
        if self.take(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    fn expected(&self, what: &str) -> Problem {
        let found = match self.peek() {
            Token::Number(value, _) => format!("the number {value}"),
            Token::Float(value) => format!("the number {value}"),
            Token::Char(_) => "a character".into(),
            Token::Name(name) => format!("`{name}`"),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::End => "the end".into(),
        };
        Problem::at(&self.span(), format!("expected {what}, found {found}"))
    }

    /// Goes one level deeper; what is nested too deeply would overflow the stack.
    fn deeper<T>(&mut self, f: impl FnOnce(&mut Parser) -> Result<T, Problem>) -> Result<T, Problem> {
        if self.depth >= DEPTH {
            return Err(Problem::at(
                &self.span(),
                format!("expected an expression of at most {DEPTH} levels"),
            ));
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }

    fn choice(&mut self) -> Result<Node, Problem> {
        self.deeper(|p| {
            let condition = p.binary(0)?;
            if !p.take("?") {
                return Ok(condition);
            }
            let yes = p.choice()?;
            p.expect(":")?;
            let no = p.choice()?;
            let span = condition.span.start..no.span.end;
            Ok(Node { kind: Kind::Choice(condition.into(), yes.into(), no.into()), span })
        })
    }

    fn binary(&mut self, level: usize) -> Result<Node, Problem> {
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        let mut count = 0;
        while let Token::Sign(sign) = *self.peek() {
            let Some(sign) = signs.iter().find(|other| **other == sign) else { break };
            self.next();
            let right = self.binary(level + 1)?;
            let span = left.span.start..right.span.end;
            left = Node { kind: Kind::Binary(sign, left.into(), right.into()), span };
            count += 1;
            // A long row of operators is as deep as it is long.
            if count > DEPTH {
                return Err(Problem::at(&left.span, format!("expected at most {DEPTH} operators in a row")));
            }
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Node, Problem> {
        self.deeper(Parser::unary_inside)
    }

    fn unary_inside(&mut self) -> Result<Node, Problem> {
        let start = self.span().start;
        if let Token::Sign(sign @ ("-" | "+" | "!" | "~" | "*" | "&")) = *self.peek() {
            self.next();
            if sign == "&"
                && let Some(hex) = self.hexadecimal(start)
            {
                return self.postfix(hex);
            }
            let operand = self.unary()?;
            let span = start..operand.span.end;
            return Ok(Node { kind: Kind::Unary(sign, operand.into()), span });
        }
        if matches!(self.peek(), Token::Name(name) if name == "sizeof") {
            self.next();
            if let Some(ty) = self.type_in_parentheses(false) {
                return Ok(Node { span: start..ty.span.end, kind: Kind::SizeOfType(ty) });
            }
            let operand = self.unary()?;
            return Ok(Node { span: start..operand.span.end, kind: Kind::SizeOf(operand.into()) });
        }
        if let Some(ty) = self.type_in_parentheses(true) {
            let operand = self.unary()?;
            return Ok(Node { span: start..operand.span.end, kind: Kind::Cast(ty, operand.into()) });
        }
        let primary = self.primary()?;
        self.postfix(primary)
    }

    /// `&` and hexadecimal digits without a space, `&` having been read.
    fn hexadecimal(&mut self, start: usize) -> Option<Node> {
        let (token, span) = self.tokens[self.at].clone();
        if span.start != start + 1 {
            return None;
        }
        let text = match token {
            Token::Name(name) if name.chars().all(|c| c.is_ascii_hexdigit()) => name,
            // The number's error is said when it is evaluated: `&12G`.
            Token::Name(name) if name.starts_with(|c: char| c.is_ascii_digit()) => name,
            _ => return None,
        };
        self.next();
        Some(Node { kind: Kind::HexOrAddress(text), span: start..span.end })
    }

    /// A type in parentheses, if that is what stands here; `cast` if a value must follow.
    fn type_in_parentheses(&mut self, cast: bool) -> Option<TypeName> {
        let start = self.at;
        let from = self.span().start;
        let found = self.type_inside(from, cast);
        if found.is_none() {
            self.at = start;
        }
        found
    }

    fn type_inside(&mut self, from: usize, cast: bool) -> Option<TypeName> {
        if !self.take("(") {
            return None;
        }
        let mut words: Vec<String> = Vec::new();
        while let Token::Name(name) = self.peek() {
            words.push(name.clone());
            self.next();
        }
        let known = words.first().is_some_and(|word| TYPE_WORDS.contains(&word.as_str()));
        // Two names in a row are no expression either, but no type that C knows.
        if words.is_empty() || !known && words.len() > 1 {
            return None;
        }
        let mut pointers = 0;
        while self.take("*") {
            pointers += 1;
        }
        let end = self.span().end;
        if !self.take(")") {
            return None;
        }
        // `(name)` alone is a value in parentheses, unless another value follows.
        let value_follows =
            matches!(self.peek(), Token::Number(..) | Token::Name(_) | Token::Char(_) | Token::Float(_))
                || matches!(self.peek(), Token::Sign("("));
        if !known && pointers == 0 && !(cast && value_follows) {
            return None;
        }
        words.retain(|word| word != "const" && word != "volatile");
        Some(TypeName { words: words.join(" "), pointers, span: from..end })
    }

    fn primary(&mut self) -> Result<Node, Problem> {
        let span = self.span();
        let kind = match self.peek().clone() {
            Token::Number(value, decimal) => Kind::Number(value, decimal),
            Token::Float(value) => Kind::Float(value),
            Token::Char(value) => Kind::Char(value),
            Token::Name(name) => {
                self.next();
                return self.named(name, span);
            }
            Token::Sign("(") => {
                self.next();
                let inside = self.choice()?;
                let end = self.span().end;
                self.expect(")")?;
                return Ok(Node { kind: inside.kind, span: span.start..end });
            }
            Token::Sign("[") => {
                self.next();
                return self.memory(4, false, span.start);
            }
            _ => return Err(self.expected("a value")),
        };
        self.next();
        Ok(Node { kind, span })
    }

    /// A name, or one of the words for memory in front of a bracket.
    fn named(&mut self, name: String, span: Range<usize>) -> Result<Node, Problem> {
        let width = match name.to_ascii_lowercase().as_str() {
            "mem" | "word" => Some((4, false)),
            "half" => Some((2, false)),
            "byte" => Some((1, false)),
            "shalf" => Some((2, true)),
            "sbyte" => Some((1, true)),
            _ => None,
        };
        match width {
            Some((bytes, signed)) if self.take("[") => self.memory(bytes, signed, span.start),
            _ => Ok(Node { kind: Kind::Name(name), span }),
        }
    }

    fn memory(&mut self, bytes: u8, signed: bool, start: usize) -> Result<Node, Problem> {
        let address = self.choice()?;
        let end = self.span().end;
        self.expect("]")?;
        Ok(Node { kind: Kind::Memory(bytes, signed, address.into()), span: start..end })
    }

    fn postfix(&mut self, mut node: Node) -> Result<Node, Problem> {
        for _ in 0..DEPTH {
            let start = node.span.start;
            if self.take("[") {
                let index = self.choice()?;
                let end = self.span().end;
                self.expect("]")?;
                node = Node { kind: Kind::Index(node.into(), index.into()), span: start..end };
                continue;
            }
            let arrow = match self.peek() {
                Token::Sign("->") => true,
                Token::Sign(".") => false,
                _ => return Ok(node),
            };
            self.next();
            let end = self.span().end;
            let Token::Name(name) = self.peek().clone() else {
                return Err(self.expected("the name of a member"));
            };
            self.next();
            node = Node { kind: Kind::Member(node.into(), name, arrow), span: start..end };
        }
        Err(Problem::at(&node.span, format!("expected at most {DEPTH} members in a row")))
    }
}
