//! Completion of commands, methods and the members of requests.

use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};
use serde_json::Value;
use streamgen_dynamic::Schema;

use super::fields;
use super::word::{COMMANDS, IN_STREAM, split};

/// Knows what may be typed.
pub(super) struct Words {
    /// Methods by their names with and without service, with an example of a request.
    methods: Vec<(String, Value)>,
    /// Services, structs and all else that `.describe` takes, besides methods.
    services: Vec<String>,
    /// The method whose requests are being typed.
    pub(super) within: Option<String>,
}

impl Words {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut methods = Vec::new();
        for service in schema.services() {
            let last = schema.last_service();
            let is_last = last.is_ok_and(|last| last.name() == service.name());
            for method in service.methods() {
                let example: Value = serde_json::from_str(&method.template()).unwrap_or_default();
                if is_last {
                    methods.push((method.name().to_owned(), example.clone()));
                }
                methods.push((format!("{}/{}", service.name(), method.name()), example));
            }
        }
        Self {
            methods,
            services: schema.services().map(|one| one.name().to_owned()).collect(),
            within: None,
        }
    }

    /// What may stand at the end of the line instead of its last part, which begins at the number.
    fn offered(&self, line: &str) -> (usize, Vec<String>) {
        let (word, rest) = split(line);
        let is_first = !line.contains(char::is_whitespace);
        let names = self.methods.iter().map(|(name, _)| name.as_str());
        if word.starts_with('.') {
            let start = line.len() - rest.len();
            return match (is_first, &self.within) {
                (true, None) => (0, begun(word, COMMANDS.iter().map(|&(name, _)| name))),
                (true, Some(_)) => (0, begun(word, IN_STREAM.iter().map(|&(name, _)| name))),
                (false, _) => {
                    let services = self.services.iter().map(String::as_str);
                    (start, begun(rest, names.chain(services)))
                }
            };
        }
        match &self.within {
            Some(method) => self.members(method, line, 0),
            None if is_first => (0, begun(word, names)),
            None => self.members(word, rest, line.len() - rest.len()),
        }
    }

    fn members(&self, method: &str, typed: &str, offset: usize) -> (usize, Vec<String>) {
        let found = self.methods.iter().find(|(name, _)| name == method);
        let choice = found.and_then(|(_, example)| fields::choose(example, typed));
        match choice {
            Some(choice) => (offset + choice.start, choice.texts),
            None => (offset + typed.len(), Vec::new()),
        }
    }
}

fn begun<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names = names.filter(|name| name.starts_with(word));
    names.map(str::to_owned).collect()
}

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.offered(&line[..at]))
    }
}

impl Hinter for Words {
    type Hint = String;
}

impl Highlighter for Words {}
impl Validator for Words {}
impl Helper for Words {}

#[cfg(test)]
mod tests {
    use streamgen_dynamic::Provider;

    use super::Words;

    const IDL: &str = "
        struct Request { 1: required string message, 2: optional i64 id }
        service Other { void Ping() }
        service Echo { Request Call(1: Request req), Request Close(1: Request req) }
    ";

    fn offered(line: &str, within: Option<&str>) -> Vec<String> {
        let schema = Provider::text("echo.thrift", IDL).load();
        let mut words = Words::of(&schema.expect("it is sound"));
        words.within = within.map(str::to_owned);
        words.offered(line).1
    }

    #[test]
    fn methods_commands_and_members() {
        assert_eq!(offered("C", None), ["Call", "Close"]);
        assert_eq!(offered("Other/", None), ["Other/Ping"]);
        assert_eq!(offered(".de", None), [".describe"]);
        assert_eq!(offered(".template Ca", None), ["Call"]);
        assert_eq!(offered(".describe Ot", None), ["Other/Ping", "Other"]);
        assert_eq!(offered(r#"Call {"m"#, None), [r#"message":"#]);
        assert_eq!(offered(r#"Echo/Call {"message":"a","#, None), [r#""id":"#]);
        assert_eq!(offered("Unknown {", None), [""; 0]);
    }

    #[test]
    fn in_a_stream_a_line_is_a_request() {
        assert_eq!(offered(r#"{"i"#, Some("Call")), [r#"id":"#]);
        assert_eq!(offered(".e", Some("Call")), [".end"]);
        assert_eq!(offered("C", Some("Call")), [""; 0]);
    }
}
