//! Vectors as nodes: what the host has an operation for is one node, most of the rest is made of such.
//!
//! `builder` is the Builder's vocabulary, `compose` what it is made of here, `bytes` the moves of bytes.

mod builder;
mod bytes;
mod compose;

use crate::build::IrBuilder;
use crate::ir::{Bin, Node, Val, Vec1, Vec2};
use skink_isa::simd::operand::ExtReg;

impl IrBuilder {
    /// There is no node for it.
    fn none_vec(&mut self) -> Val {
        self.interpret = true;
        self.push(Node::VecConst(0))
    }

    fn constant_of(&mut self, bits: u128) -> u16 {
        let found = self.constants.iter().position(|&known| known == bits);
        found.unwrap_or_else(|| {
            self.constants.push(bits);
            self.constants.len() - 1
        }) as u16
    }

    fn vector(&mut self, bits: u128) -> Val {
        let number = self.constant_of(bits);
        self.push(Node::VecConst(number))
    }

    fn vec1(&mut self, op: Vec1, a: Val) -> Val {
        self.push(Node::Vec1(op, a))
    }

    fn vec2(&mut self, op: Vec2, a: Val, b: Val) -> Val {
        self.push(Node::Vec2(op, a, b))
    }

    /// The register and the offset that an address is made of.
    fn parts(&self, addr: Val) -> (Val, u32) {
        match self.nodes[addr.index()] {
            Node::Bin(Bin::Add, base, by) => match self.nodes[by.index()] {
                Node::Word(by) => (base, by),
                _ => (addr, 0),
            },
            _ => (addr, 0),
        }
    }

    /// An address must be a multiple of a power of two: said once for each base.
    fn aligned(&mut self, addr: Val, to: u32) {
        let (base, by) = self.parts(addr);
        let addr = if by.is_multiple_of(to) { base } else { addr };
        let check = Node::Aligned(to as u8, addr);
        if !self.nodes[self.start..].contains(&check) {
            self.push(check);
        }
    }

    /// Makes one access of two to the halves of a quadword register.
    pub(crate) fn pair_up(&mut self) {
        let nodes = self.start..self.nodes.len();
        for i in nodes.clone() {
            for j in i + 1..nodes.end {
                self.pair_loads(i, j);
                self.pair_stores(i, j);
            }
        }
    }

    fn follows(&self, first: Val, second: Val) -> bool {
        let ((a, i), (b, j)) = (self.parts(first), self.parts(second));
        a == b && j == i.wrapping_add(8)
    }

    fn pair_loads(&mut self, i: usize, j: usize) {
        let (Node::SetExt(ExtReg::D(low), a), Node::SetExt(ExtReg::D(high), b)) =
            (self.nodes[i], self.nodes[j])
        else {
            return;
        };
        let (Node::VecLoad(8, first), Node::VecLoad(8, second)) =
            (self.nodes[a.index()], self.nodes[b.index()])
        else {
            return;
        };
        if low.is_multiple_of(2) && high == low + 1 && self.follows(first, second) {
            self.nodes[a.index()] = Node::VecLoad(16, first);
            self.nodes[i] = Node::SetExt(ExtReg::Q(low / 2), a);
            self.nodes[b.index()] = Node::Dead;
            self.nodes[j] = Node::Dead;
        }
    }

    fn pair_stores(&mut self, i: usize, j: usize) {
        let (Node::VecStore(8, first, a), Node::VecStore(8, second, b)) = (self.nodes[i], self.nodes[j])
        else {
            return;
        };
        let (Node::Ext(ExtReg::D(low)), Node::Ext(ExtReg::D(high))) =
            (self.nodes[a.index()], self.nodes[b.index()])
        else {
            return;
        };
        if low.is_multiple_of(2) && high == low + 1 && self.follows(first, second) {
            self.nodes[a.index()] = Node::Ext(ExtReg::Q(low / 2));
            self.nodes[i] = Node::VecStore(16, first, a);
            self.nodes[b.index()] = Node::Dead;
            self.nodes[j] = Node::Dead;
        }
    }
}
