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
    Ok(Cursor::new(pairs, file))
}

/// A walk over the parts of one matched rule, from left to right.
pub(crate) struct Cursor<'i> {
    /// The next part: callers look at it often before they take it.
    next: Option<Pair<'i, Rule>>,
    /// Those behind it.
    pairs: Pairs<'i, Rule>,
    file: FileId,
}

impl<'i> Cursor<'i> {
    fn new(mut pairs: Pairs<'i, Rule>, file: FileId) -> Self {
        let next = pairs.next();
        Self { next, pairs, file }
    }

    /// The rule of the next part.
    pub(crate) fn peek(&self) -> Option<Rule> {
        self.next.as_ref().map(Pair::as_rule)
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
        let pair = self.next.take()?;
        self.next = self.pairs.next();
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
        let whole = self.pair.as_span();
        let end = end_of_token(whole).unwrap_or_else(|| end_of_parts(&self.pair));
        Span::new(self.file, whole.start() as u32, end as u32)
    }

    pub(crate) fn into_parts(self) -> Cursor<'i> {
        Cursor::new(self.pair.into_inner(), self.file)
    }
}

/// Where the last token of a match ends.
fn end_of_parts(pair: &Pair<'_, Rule>) -> usize {
    let mut last = pair.clone();
    while let Some(inner) = last.clone().into_inner().next_back() {
        last = inner;
    }
    last.as_span().end()
}

/// The same, quickly, if the text tells: that is so unless it ends in a blank or a comment.
/// A separator is no part of what it ends. A comment to the end of its line has that behind it, but for the
/// last line of the file.
fn end_of_token(matched: pest::Span<'_>) -> Option<usize> {
    if matched.end() == matched.get_input().len() {
        return None;
    }
    let text = matched.as_str();
    let text = text.strip_suffix([',', ';']).unwrap_or(text);
    let is_token = |byte: u8| byte > b' ' && !b"/,;".contains(&byte);
    let known = text.bytes().next_back().is_some_and(is_token);
    known.then(|| matched.start() + text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: &str = "include \"a.thrift\" // x\nstruct A { 1: i32 a /* , */, // b\n 2: i32 b = 2;3: \
                        list<i32 /* > */> c ; 4: A d = {'a': \"b//\",} (k = \"v\",) ,\n 5: i64 e // f\n} # c\n\
                        enum E { A = 1, B, /* c */ }; service S { void f(1: A a,), oneway void g() } // last";

    /// What is quick is right, on every part of a text.
    #[test]
    fn ends_of_matches() {
        let mut open: Vec<_> = generated::ThriftParser::parse(Rule::document, ENDS)
            .expect("it is Thrift")
            .collect();
        let mut known = 0;
        while let Some(pair) = open.pop() {
            if let Some(end) = end_of_token(pair.as_span()) {
                assert_eq!(end, end_of_parts(&pair), "{:?}", pair.as_str());
                known += 1;
            }
            open.extend(pair.into_inner());
        }
        assert!(known > 50, "{known}");
    }
}
