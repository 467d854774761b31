//! The door to pest: its grammar, and a cursor over what it matched.
//!
//! `parse_*` functions elsewhere return a construct; [`Cursor::expect`] fails when the grammar and
//! the caller disagree about what comes next, which is a bug of this crate and not of the IDL, but
//! not worth a panic in somebody's build.

use pest::Parser;
use pest::iterators::{Pair, Pairs};

use crate::source::{FileId, Span};

/// The generated parser. pest makes the rule enum public, hence the private module around it.
mod generated {
    #![allow(missing_docs, unreachable_pub, missing_debug_implementations)]

    #[derive(pest_derive::Parser)]
    #[grammar = "thrift/grammar.pest"]
    pub(crate) struct ThriftParser;
}

pub(crate) use generated::Rule;

/// The caller expected another rule than the grammar matched.
#[derive(Debug)]
pub(crate) struct Mismatch;

/// What a walk over pairs returns.
pub(crate) type Walk<T> = Result<T, Mismatch>;

/// Matches the whole text.
pub(crate) fn match_document(
    file: FileId,
    text: &str,
) -> Result<Cursor<'_>, Box<pest::error::Error<Rule>>> {
    let pairs = generated::ThriftParser::parse(Rule::document, text).map_err(Box::new)?;
    Ok(Cursor { pairs, file })
}

/// A walk over the parts of one matched rule, from left to right.
pub(crate) struct Cursor<'i> {
    pairs: Pairs<'i, Rule>,
    file: FileId,
}

impl<'i> Cursor<'i> {
    /// The rule of the next part.
    pub(crate) fn peek(&self) -> Option<Rule> {
        self.pairs.peek().map(|pair| pair.as_rule())
    }

    /// Takes the next part if it is this rule.
    pub(crate) fn optional(&mut self, rule: Rule) -> Option<Node<'i>> {
        if self.peek()? != rule {
            return None;
        }
        self.any()
    }

    /// Takes the next part if it is this rule, and says whether it was.
    pub(crate) fn skip(&mut self, rule: Rule) -> bool {
        self.optional(rule).is_some()
    }

    /// Takes the next part, which the grammar says is this rule.
    pub(crate) fn expect(&mut self, rule: Rule) -> Walk<Node<'i>> {
        self.optional(rule).ok_or(Mismatch)
    }

    /// Takes the next part.
    pub(crate) fn any(&mut self) -> Option<Node<'i>> {
        let pair = self.pairs.next()?;
        Some(Node {
            pair,
            file: self.file,
        })
    }
}

/// One matched rule.
pub(crate) struct Node<'i> {
    pair: Pair<'i, Rule>,
    file: FileId,
}

impl<'i> Node<'i> {
    pub(crate) fn rule(&self) -> Rule {
        self.pair.as_rule()
    }

    /// The matched text; of rules with parts it may end in blanks.
    pub(crate) fn text(&self) -> &'i str {
        self.pair.as_str()
    }

    /// From the first to the last token that was matched. pest's own span of a rule runs on over
    /// blanks and comments when the rule ends in an optional part.
    pub(crate) fn span(&self) -> Span {
        let mut last = self.pair.clone();
        while let Some(inner) = last.clone().into_inner().next_back() {
            last = inner;
        }
        let start = self.pair.as_span().start();
        Span::new(self.file, start as u32, last.as_span().end() as u32)
    }

    pub(crate) fn into_parts(self) -> Cursor<'i> {
        Cursor {
            pairs: self.pair.into_inner(),
            file: self.file,
        }
    }
}
