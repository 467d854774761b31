//! The life of a service: handlers in two files, and an IDL that changes six times. What each run says
//! is in `tests/completion/story.txt`; whoever does that, and nothing else, has a package that compiles.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --test completion story`.

use std::{env, fs};

use streamgen::{Note, NoteSeverity};
use syn::spanned::Spanned;

use crate::generated_target;
use crate::package::Package;

const GOLDEN: &str = "tests/completion/story.txt";

const FIRST: &str = "\
namespace go shop
struct Ask { 1: string text }
exception Gone { 1: string why }
service Desk { Ask ask(1: Ask ask, 2: i32 limit) throws (1: Gone gone), void tidy() }
service Orders { Ask order(1: Ask ask), void cancel(1: i64 id), Ask watch(1: Ask ask) (streaming.mode = \"server\") }
";

/// What happens, and what it replaces in the IDL by what.
const CHANGES: [(&str, &str, &str); 6] = [
    (
        "a method is added",
        "void tidy()",
        "void tidy(), Ask chat(1: Ask ask) (streaming.mode = \"bidirectional\")",
    ),
    ("a method is renamed", "void tidy()", "void clean_up()"),
    ("a method is removed", "void cancel(1: i64 id), ", ""),
    (
        "a type is changed",
        "i32 limit",
        "i64 limit, 3: bool strict",
    ),
    (
        "a service is added",
        "service Orders",
        "service Audit { list<Ask> audit(1: i64 since) }\nservice Orders",
    ),
    (
        "the namespace is changed",
        "namespace go shop",
        "namespace go acme.store",
    ),
];

/// What somebody has written by then.
const DESK: &str = "\
//! The desk.

use crate::stream_gen::shop::{self, Ask, desk::{AskError, Desk}};
use streamgen_runtime::{Context, Result};

#[derive(Clone, Default)]
pub struct DeskImpl;

impl Desk for DeskImpl {
    async fn ask(&self, _cx: Context, question: Ask, limit: i32) -> Result<Ask, AskError> {
        if question.text.len() as i64 > i64::from(limit) {
            return Err(shop::Gone { why: \"too long\".into() }.into());
        }
        Ok(question)
    }

    async fn tidy(&self, _cx: Context) -> Result<()> {
        Ok(())
    }
}
";

const ORDERS: &str = "\
use streamgen_runtime::{Context, Result, ServerStreamingServer};

/// Keeps what it needs, so that its name alone makes none.
pub struct Book { pub name: String }

impl crate::stream_gen::shop::orders::Orders for Book {
	async fn order(&self, _cx: Context, ask: crate::stream_gen::shop::Ask) -> Result<crate::stream_gen::shop::Ask> {
		Ok(ask)
	}

	async fn cancel(&self, _cx: Context, id: i64) -> Result<()> {
		println!(\"{} {id}\", self.name);
		Ok(())
	}

	async fn watch(
		&self,
		_cx: Context,
		ask: crate::stream_gen::shop::Ask,
		mut stream: ServerStreamingServer<crate::stream_gen::shop::Ask>,
	) -> Result<()> {
		stream.send(ask).await
	}
}
";

#[test]
fn six_changes_of_an_idl() {
    let mut package = Package::new("story");
    package.options = |options| {
        let runtime = concat!("path:", env!("CARGO_MANIFEST_DIR"), "/runtime");
        options.runtime = runtime.parse().ok();
    };
    fs::copy("Cargo.lock", package.dir.join("Cargo.lock")).expect("the workspace has a lock file");
    let mut idl = FIRST.to_owned();
    assert!(package.run(&idl).notes.is_empty());
    package.write("src/handler.rs", DESK);
    package.write("src/orders/book.rs", ORDERS);
    package.write("src/orders.rs", "mod book;\npub use book::Book;\n");
    package.edit("src/main.rs", "mod handler;", "mod handler;\nmod orders;");
    package.edit("src/main.rs", "use handler::OrdersImpl;\n", "");
    package.edit(
        "src/main.rs",
        "OrdersServer::new(OrdersImpl)",
        "OrdersServer::new(orders::Book { name: \"book\".into() })",
    );
    assert!(package.run(&idl).notes.is_empty());
    builds(&package, "nothing has happened yet");
    let mut told = String::new();
    for (what, from, to) in CHANGES {
        assert!(idl.contains(from), "{what}");
        idl = idl.replace(from, to);
        let run = package.run(&idl);
        told += &format!("# {what}\n");
        for note in &run.notes {
            let severity = format!("{:?}", note.severity).to_lowercase();
            told += &format!("{severity}: {}\n", note.text);
        }
        // From below, so that the lines of the others stay what they are.
        let mut todo: Vec<_> = run.notes.iter().filter_map(Task::of).collect();
        todo.sort_by(|a, b| (&b.file, b.line).cmp(&(&a.file, a.line)));
        todo.iter().for_each(|task| task.do_in(&package));
        builds(&package, what);
        let run = package.run(&idl);
        assert!(
            run.notes.is_empty(),
            "{what}, and that was done: {:#?}",
            run.notes
        );
    }
    match env::var_os("STREAMGEN_BLESS") {
        Some(_) => fs::write(GOLDEN, told).expect("it can be written"),
        None => assert_eq!(told, fs::read_to_string(GOLDEN).unwrap_or_default()),
    }
}

fn builds(package: &Package, when: &str) {
    let mut cargo = generated_target::cargo();
    let output = cargo
        .args(["build", "--quiet"])
        .current_dir(&package.dir)
        .output();
    let output = output.expect("cargo starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{when}:\n{errors}");
}

/// What a note asks for.
struct Task<'a> {
    file: &'a str,
    line: usize,
    text: &'a str,
}

impl<'a> Task<'a> {
    /// `None` for what has been done already.
    fn of(note: &'a Note) -> Option<Self> {
        if note.severity != NoteSeverity::Warning {
            return None;
        }
        let mut parts = note.text.splitn(3, ':');
        Some(Self {
            file: parts.next()?,
            line: parts.next()?.parse().ok()?,
            text: parts.next()?.trim_start(),
        })
    }

    fn do_in(&self, package: &Package) {
        let text = package.text(self.file);
        let start: usize = text
            .split_inclusive('\n')
            .take(self.line - 1)
            .map(str::len)
            .sum();
        let line = text[start..].lines().next().unwrap_or_default();
        let (range, new) = if let Some((_, signature)) = self.text.split_once("wants:\n\n") {
            let end = text[start..].find('{').expect("a function has a body") + 1;
            (start..start + end, signature.trim_end().to_owned())
        } else if self.text.ends_with("any more: remove it") {
            (function(&text, self.line), String::new())
        } else if let Some((_, lines)) = self.text.split_once("instead of this `use`:\n\n") {
            let end = text[start..].find(';').expect("a use ends") + 1;
            (start..start + end, lines.trim_end().to_owned())
        } else {
            let (old, new) = quoted(self.text);
            let at = start + line.find(old).expect("the path is in that line");
            (at..at + old.len(), new.to_owned())
        };
        let mut changed = text.clone();
        changed.replace_range(range, &new);
        package.write(self.file, &changed);
    }
}

/// The old and the new text of a note that has both.
fn quoted(text: &str) -> (&str, &str) {
    let mut parts = text.split('`');
    let (old, new) = (parts.nth(1), parts.nth(1));
    (old.expect("it quotes the old"), new.expect("and the new"))
}

/// The function that has its name in a line.
fn function(text: &str, line: usize) -> std::ops::Range<usize> {
    let file = syn::parse_file(text).expect("it is Rust");
    let implementations = file.items.iter().filter_map(|item| match item {
        syn::Item::Impl(item) => Some(&item.items),
        _ => None,
    });
    let mut functions = implementations.flatten().filter_map(|item| match item {
        syn::ImplItem::Fn(function) => Some(function),
        _ => None,
    });
    let found = functions.find(|function| function.sig.ident.span().start().line == line);
    found.expect("there is a function").span().byte_range()
}
