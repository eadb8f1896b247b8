//! Outputs and flags: what is stored of them, and the views that they are read through.
//!
//! The values of all outputs lie in one list of nodes, each before what it holds: a record before its fields, a list before its
//! elements. A value is read without a copy.

use super::{Measure, Money, Quantity, Quote, TextId, Words};
use crate::value::Number;
use std::fmt;

/// One node of a value.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Number(Number),
    Money(Money),
    Quantity(Measure),
    YesNo(bool),
    Text(Words),
    /// A record of so many nodes: each field is its name, a [`Node::Text`], and its value.
    Record(u32),
    /// A list of so many nodes.
    List(u32),
    Absent,
}

impl Node {
    /// How many nodes belong to it, itself included.
    fn nodes(&self) -> usize {
        match self {
            Node::Record(nodes) | Node::List(nodes) => (*nodes as usize).saturating_add(1),
            _ => 1,
        }
    }
}

/// A stored output: its value is the node at this place.
#[derive(Debug, Clone)]
pub(super) struct StoredOutput {
    pub(super) name: TextId,
    pub(super) label: Words,
    pub(super) node: usize,
}

/// A stored flag.
#[derive(Debug, Clone)]
pub(super) struct RaisedFlag {
    pub(super) code: TextId,
    pub(super) message: Words,
}

/// A named output.
#[derive(Clone, Copy)]
pub struct Output<'q> {
    pub(super) quote: &'q Quote,
    pub(super) output: &'q StoredOutput,
}

/// A flag that was raised.
#[derive(Clone, Copy)]
pub struct Flag<'q> {
    pub(super) quote: &'q Quote,
    pub(super) flag: &'q RaisedFlag,
}

/// A value that needs no rule set to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data<'q> {
    /// A plain number.
    Number(&'q Number),
    /// Money.
    Money(&'q Money),
    /// A quantity, a rate or a percent.
    Quantity(Quantity<'q>),
    /// Yes or no.
    YesNo(bool),
    /// A text; also a date, a time, an instant, a member of an enumeration and the like, as rules write them.
    Text(&'q str),
    /// Named fields, in order.
    Record(Fields<'q>),
    /// A list.
    List(Elements<'q>),
    /// An optional value that there is not.
    Absent,
}

/// The values of a list, in order: an iterator, which is copied to go over them again.
#[derive(Clone, Copy)]
pub struct Elements<'q> {
    quote: &'q Quote,
    nodes: &'q [Node],
}

/// The fields of a record, in order: an iterator over names and values, which is copied to go over them again.
#[derive(Clone, Copy)]
pub struct Fields<'q>(Elements<'q>);

impl<'q> Output<'q> {
    /// Its name.
    pub fn name(self) -> &'q str {
        self.quote.text(self.output.name)
    }

    /// Its label.
    pub fn label(self) -> Option<&'q str> {
        self.quote.words(self.output.label)
    }

    /// Its value.
    pub fn value(self) -> Data<'q> {
        let nodes = self.quote.nodes.get(self.output.node..).unwrap_or_default();
        Elements { quote: self.quote, nodes }.next().unwrap_or(Data::Absent)
    }
}

impl<'q> Flag<'q> {
    /// Its code.
    pub fn code(self) -> &'q str {
        self.quote.text(self.flag.code)
    }

    /// Its message.
    pub fn message(self) -> &'q str {
        self.quote.words(self.flag.message).unwrap_or_default()
    }
}

impl<'q> Iterator for Elements<'q> {
    type Item = Data<'q>;

    fn next(&mut self) -> Option<Data<'q>> {
        let node = self.nodes.first()?;
        let (own, rest) = self.nodes.split_at_checked(node.nodes()).unwrap_or((self.nodes, &[]));
        self.nodes = rest;
        let within = Elements { quote: self.quote, nodes: own.get(1..).unwrap_or_default() };
        Some(match node {
            Node::Number(number) => Data::Number(number),
            Node::Money(money) => Data::Money(money),
            Node::Quantity(measure) => Data::Quantity(self.quote.quantity(measure)),
            Node::YesNo(answer) => Data::YesNo(*answer),
            Node::Text(words) => Data::Text(self.quote.words(*words).unwrap_or_default()),
            Node::Record(_) => Data::Record(Fields(within)),
            Node::List(_) => Data::List(within),
            Node::Absent => Data::Absent,
        })
    }
}

impl<'q> Iterator for Fields<'q> {
    type Item = (&'q str, Data<'q>);

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.next()? {
            Data::Text(name) => Some((name, self.0.next()?)),
            _ => None,
        }
    }
}

impl<'q> Fields<'q> {
    /// The value of the field with a name.
    pub fn field(mut self, name: &str) -> Option<Data<'q>> {
        self.find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

impl PartialEq for Elements<'_> {
    fn eq(&self, other: &Self) -> bool {
        Iterator::eq(*self, *other)
    }
}

impl Eq for Elements<'_> {}

impl PartialEq for Fields<'_> {
    fn eq(&self, other: &Self) -> bool {
        Iterator::eq(*self, *other)
    }
}

impl Eq for Fields<'_> {}

impl PartialEq for Output<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.name(), self.label(), self.value()) == (other.name(), other.label(), other.value())
    }
}

impl Eq for Output<'_> {}

impl PartialEq for Flag<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.code(), self.message()) == (other.code(), other.message())
    }
}

impl Eq for Flag<'_> {}

impl fmt::Debug for Elements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(*self).finish()
    }
}

impl fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Output");
        shown.field("name", &self.name()).field("label", &self.label()).field("value", &self.value()).finish()
    }
}

impl fmt::Debug for Flag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flag").field("code", &self.code()).field("message", &self.message()).finish()
    }
}
