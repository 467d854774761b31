//! The text of `streamgen.toml`: which keys it has, with their places, and what is wrong with them.

use std::ops::Range;

use clap::Command;
use streamgen_idl::{Code, Diagnostic, FileId, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::options::INLINE_WORD;

use super::judge::judge;
use super::keys::{IDL, JOB, Key, Kind, Place, Way, keys};
use super::unknown;

/// Most mistakes in the syntax that are shown: one often leads to others.
const MAX_SYNTAX_ERRORS: usize = 5;

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// What is said above the jobs.
    pub(super) common: Vec<Entry>,
    pub(super) jobs: Vec<Job>,
}

/// One key with its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    /// As words of a command line.
    pub(super) words: Vec<String>,
    /// Where the value is.
    pub(super) span: Span,
}

/// One `[[job]]`.
#[derive(Debug)]
pub(super) struct Job {
    /// As it is in the file; empty if it is missing, which is an error.
    pub(super) idl: String,
    pub(super) idl_span: Span,
    pub(super) entries: Vec<Entry>,
}

/// Reads the text of a file. The document is whole only if nothing is found to be wrong.
pub(super) fn read(
    text: &str,
    file: FileId,
    command: &Command,
    way: &Way,
) -> (Document, Vec<Diagnostic>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        keys: keys(command),
        probe: command.clone(),
        way,
        file,
        text,
        found: Vec::new(),
    };
    let mut document = Document::default();
    if errors.is_empty() {
        document = reader.document(table.get_ref());
    }
    for error in errors.iter().take(MAX_SYNTAX_ERRORS) {
        let span = reader.span(error.span().unwrap_or(text.len()..text.len()));
        let found = Diagnostic::new(Code::SettingsSyntax, error.message().trim());
        reader.found.push(found.label(span, ""));
    }
    reader.found.sort_by_key(Diagnostic::primary_span);
    (document, reader.found)
}

struct Reader<'a> {
    keys: Vec<Key<'a>>,
    /// The definition of the flags, which judges values.
    probe: Command,
    way: &'a Way,
    file: FileId,
    text: &'a str,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn document(&mut self, table: &DeTable<'_>) -> Document {
        let mut document = Document::default();
        for (key, value) in table {
            if key.get_ref() == JOB {
                document.jobs = self.jobs(value);
            } else {
                document
                    .common
                    .extend(self.entry(key, value, Place::Project));
            }
        }
        let jobs = table.get(JOB);
        let is_empty = |jobs: &Spanned<DeValue<'_>>| {
            let jobs = jobs.get_ref().as_array();
            jobs.is_some_and(|jobs| jobs.is_empty())
        };
        if jobs.is_none_or(is_empty) {
            let end = self.text.len()..self.text.len();
            let place = jobs.map_or(end, Spanned::span);
            let found = Diagnostic::new(Code::SettingsJobs, "there is no [[job]]");
            let found = found.label(self.span(place), "");
            let help = "add one for each IDL:\n[[job]]\nidl = \"idl/echo.thrift\"";
            self.found.push(found.help(help));
        }
        document
    }

    fn jobs(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Job> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, "a list of tables, each `[[job]]`");
            return Vec::new();
        };
        let jobs = array
            .iter()
            .filter_map(|value| match value.get_ref().as_table() {
                Some(table) => Some(self.job(table, value.span())),
                None => {
                    self.wrong_type(value, "a table, as in `[[job]]`");
                    None
                }
            });
        jobs.collect()
    }

    fn job(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Job {
        let mut job = Job {
            idl: String::new(),
            idl_span: self.span(span),
            entries: Vec::new(),
        };
        for (key, value) in table {
            if key.get_ref() != IDL {
                job.entries.extend(self.entry(key, value, Place::Job));
                continue;
            }
            job.idl_span = self.span(value.span());
            match value.get_ref().as_str() {
                Some("") => self.wrong_value(job.idl_span, "the path of an IDL is empty".into()),
                Some(INLINE_WORD) => self.wrong_value(
                    job.idl_span,
                    "an IDL from standard input is not there in the next run".into(),
                ),
                Some(idl) => job.idl = idl.to_owned(),
                None => self.wrong_type(value, "a string: one IDL for each job"),
            }
        }
        if !table.contains_key(IDL) {
            let found = Diagnostic::new(Code::SettingsJobs, "a job without `idl`");
            let found = found.label(job.idl_span, "");
            self.found
                .push(found.help("say which file it reads: idl = \"idl/echo.thrift\""));
        }
        job
    }

    /// A key that stands above the jobs, or in one.
    fn entry(
        &mut self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        place: Place,
    ) -> Option<Entry> {
        let name: &str = key.get_ref();
        let known = self.keys.iter().find(|known| known.name == name).copied();
        let Some(known) = known.filter(|known| known.stands_in(place)) else {
            let span = self.span(key.span());
            self.found.push(match known {
                Some(_) => unknown::misplaced(name, span, place),
                None => unknown::unknown(name, span, place, &self.keys),
            });
            return None;
        };
        let values = self.values(known, value)?;
        let mut words = Vec::new();
        for (value, span) in values {
            let word = known.word(&value, self.way);
            if let Err(why) = judge(&mut self.probe, &word) {
                self.wrong_value(span, why);
            }
            words.push(word);
        }
        Some(Entry {
            key: name.to_owned(),
            words,
            span: self.span(value.span()),
        })
    }

    /// The values of a key as text, each with its place; `None` if they are of a wrong type.
    fn values(
        &mut self,
        key: Key<'_>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Vec<(String, Span)>> {
        let text = |value: &Spanned<DeValue<'_>>| {
            Some((
                value.get_ref().as_str()?.to_owned(),
                self.span(value.span()),
            ))
        };
        let (values, expected) = match (key.kind(), value.get_ref()) {
            (Kind::Switch, DeValue::Boolean(on)) => {
                return Some(vec![(on.to_string(), self.span(value.span()))]);
            }
            (Kind::Switch, _) => (None, "true or false"),
            (Kind::Text, _) => (text(value).map(|one| vec![one]), "a string"),
            (Kind::List, DeValue::Array(array)) => {
                if let Some(wrong) = array.iter().find(|one| one.get_ref().as_str().is_none()) {
                    self.wrong_type(wrong, "a string");
                    return None;
                }
                return Some(array.iter().filter_map(text).collect());
            }
            (Kind::List, _) => (text(value).map(|one| vec![one]), "a list of strings"),
        };
        if values.is_none() {
            self.wrong_type(value, expected);
        }
        values
    }

    fn wrong_type(&mut self, value: &Spanned<DeValue<'_>>, expected: &str) {
        let message = format!(
            "this is {}, but has to be {expected}",
            described(value.get_ref())
        );
        let found = Diagnostic::new(Code::SettingsType, message);
        let mut found = found.label(self.span(value.span()), "");
        let unquoted = value
            .get_ref()
            .as_str()
            .filter(|text| ["true", "false"].contains(text));
        if let (Some(text), "true or false") = (unquoted, expected) {
            found = found.suggest("leave out the quotes", self.span(value.span()), text);
        }
        self.found.push(found);
    }

    fn wrong_value(&mut self, span: Span, why: String) {
        let found = Diagnostic::new(Code::SettingsValue, why);
        self.found.push(found.label(span, ""));
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start as u32, range.end as u32)
    }
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
