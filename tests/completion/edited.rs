//! Handlers that somebody has edited at random. Whatever the file looks like: bytes outside of the
//! insertions are kept, the result is Rust, and each method is in the `impl` of its service.
//!
//! `STREAMGEN_EDITS=10000 cargo test --test completion random` tries more than the 200 of every run;
//! `STREAMGEN_EDITS_SEED` begins with another one.

use std::env;

use streamgen::NoteSeverity;
use syn::{ImplItem, Item, ItemImpl};

use crate::any_file::file;
use crate::package::{Package, inserted};
use crate::random::Random;

const IDL: &str = "namespace go shop
struct Ask { 1: i32 a }
service First { Ask one(1: Ask a), void two(), Ask three(1: Ask a) (streaming.mode = \"server\") }
service Second { Ask one(1: Ask a), oneway void four() }
";

/// The one implementation of a trait for a type, in a file or its modules.
fn find<'a>(items: &'a [Item], for_type: &str, traits: &[&str]) -> Vec<&'a ItemImpl> {
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Impl(item) => {
                let last =
                    |path: &syn::Path| path.segments.last().map(|last| last.ident.to_string());
                let of_trait = item.trait_.as_ref().and_then(|(_, path, _)| last(path));
                let own = match &*item.self_ty {
                    syn::Type::Path(ty) => last(&ty.path),
                    _ => None,
                };
                if own.as_deref() == Some(for_type)
                    && of_trait.is_some_and(|name| traits.contains(&&*name))
                {
                    found.push(item);
                }
            }
            Item::Mod(item) => {
                let items = item.content.as_ref().map(|(_, items)| items);
                found.extend(items.map_or_else(Vec::new, |items| find(items, for_type, traits)));
            }
            _ => {}
        }
    }
    found
}

fn functions(implementation: &ItemImpl) -> Vec<String> {
    let functions = implementation.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(
            function
                .sig
                .ident
                .to_string()
                .trim_start_matches("r#")
                .to_owned(),
        ),
        _ => None,
    });
    functions.collect()
}

/// Fails unless the bytes of `before` are in `after`, in their order.
fn assert_kept(before: &str, after: &str, seed: u64) {
    let mut rest = after.bytes();
    let kept = before.bytes().all(|byte| rest.any(|found| found == byte));
    assert!(kept, "seed {seed}: bytes are gone:\n{before}\n---\n{after}");
}

fn assert_complete(after: &str, seed: u64) {
    let file =
        syn::parse_file(after).unwrap_or_else(|error| panic!("seed {seed}: {error}:\n{after}"));
    for (for_type, traits, wanted) in [
        (
            "FirstImpl",
            &["First", "Trait"][..],
            &["one", "two", "three"][..],
        ),
        ("SecondImpl", &["Second"], &["one", "four"]),
    ] {
        let found = find(&file.items, for_type, traits);
        assert_eq!(found.len(), 1, "seed {seed}: {for_type}:\n{after}");
        let mut functions = functions(found[0]);
        functions.sort();
        let mut wanted = wanted.to_vec();
        wanted.sort_unstable();
        assert_eq!(functions, wanted, "seed {seed}: {for_type}:\n{after}");
    }
}

/// A byte that somebody has struck by mistake. What is no Rust then is left alone.
fn check_slip(random: &mut Random, package: &Package, text: &str, seed: u64) {
    let at = (0..text.len()).cycle().skip(random.below(text.len()));
    let at = at
        .into_iter()
        .find(|at| text.is_char_boundary(*at))
        .expect("a text has one");
    let slip = random.pick(&["}", "{", "\"", "/*", "'"]);
    let broken = format!("{}{slip}{}", &text[..at], &text[at..]);
    package.write("src/handler.rs", &broken);
    let run = package.run(IDL);
    let after = package.text("src/handler.rs");
    if syn::parse_file(&broken).is_err() {
        assert_eq!(after, broken, "seed {seed}");
        let mut notes = run.notes.iter();
        assert!(
            notes.any(|note| note.severity == NoteSeverity::Error),
            "seed {seed}"
        );
    } else {
        assert_kept(&broken, &after, seed);
        assert!(syn::parse_file(&after).is_ok(), "seed {seed}: {after}");
    }
}

fn number(variable: &str, default: u64) -> u64 {
    let given = env::var(variable).ok();
    given.map_or(default, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is a number"))
    })
}

#[test]
fn random_edits_are_kept_and_completed() {
    let package = Package::fresh("random", IDL);
    let first = number("STREAMGEN_EDITS_SEED", 0);
    let (mut completed, mut single) = (0, 0);
    for seed in first..first + number("STREAMGEN_EDITS", 200) {
        let mut random = Random(seed);
        let before = file(&mut random);
        assert!(
            syn::parse_file(&before).is_ok(),
            "seed {seed} is no Rust:\n{before}"
        );
        package.write("src/handler.rs", &before);
        let run = package.run(IDL);
        let after = package.text("src/handler.rs");
        assert_kept(&before, &after, seed);
        assert_complete(&after, seed);
        completed += usize::from(!run.completed.is_empty());
        if run
            .texts()
            .iter()
            .filter(|text| text.contains("has got"))
            .count()
            == 1
        {
            inserted(&before, &after);
            single += 1;
        }
        // Nothing is left to do.
        let again = package.run(IDL);
        assert!(
            again.completed.is_empty(),
            "seed {seed}: {:#?}",
            again.notes
        );
        check_slip(&mut random, &package, &before, seed);
    }
    assert!(completed > 0 && single > 0, "the cases test nothing");
}
