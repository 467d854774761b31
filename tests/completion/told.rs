//! What a run says about files that are the user's by now, where it may not edit them: `src/handler.rs`
//! and `src/main.rs` are read as Rust, wherever their author has put things, and nothing is said that
//! may be wrong.

use crate::package::Package;

const ONE: &str = "
namespace go shop
typedef i64 Id
struct Ask { 1: i32 a }
exception Gone { 1: string why }
service First {
    Ask one(1: Ask a, 2: Id id) throws (1: Gone g)
    map<string, list<Ask>> two()
    Ask three(1: Ask a) (streaming.mode = \"bidirectional\")
}
";

/// Two services with the same methods; traits of one name are in two namespaces.
const TWO: &str = "
service Second extends First {}
";

impl Package {
    /// An empty one, in which the tool may edit nothing.
    fn unedited(test: &str) -> Self {
        let mut package = Self::new(&format!("told-{test}"));
        package.options = |options| options.edit_handlers = false;
        package
    }

    /// The same as the tool makes it, for `ONE`.
    fn unedited_fresh(test: &str) -> Self {
        let package = Self::unedited(test);
        package.write("shop.thrift", ONE);
        assert_eq!(package.remarks(), [] as [&str; 0]);
        package
    }

    /// Runs the tool and returns what it says.
    fn remarks(&self) -> Vec<String> {
        let notes = self.run_again().notes.into_iter();
        notes.map(|note| note.text).collect()
    }

    /// The one thing that is said.
    fn remark(&self) -> String {
        let remarks = self.remarks();
        assert_eq!(remarks.len(), 1, "{remarks:#?}");
        remarks.into_iter().next().unwrap_or_default()
    }
}

fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}

#[test]
fn a_missing_method_comes_with_its_stub() {
    let package = Package::unedited_fresh("missing");
    package.edit("src/handler.rs", "async fn two(", "async fn tow(");
    // A comment is no function.
    package.edit("src/handler.rs", "use crate", "// TODO: fn two(\nuse crate");
    let remarks = package.remarks();
    assert_eq!(remarks.len(), 2, "{remarks:#?}");
    assert_has(
        &remarks[0],
        &[
            "src/handler.rs:12: `impl First for FirstImpl` has no `two`",
            "add in front of the brace in line 39:",
            "    async fn two(\n        &self,\n        _cx: Context,\n    ) -> \
             Result<std::collections::HashMap<FastStr, Vec<shop::Ask>>> {\n",
            "Error::application(\"First.two is not implemented\")",
        ],
    );
    assert_has(&remarks[1], &["`tow` is not a method of `First` any more"]);
}

#[test]
fn a_second_service_with_the_same_methods_is_seen() {
    let package = Package::unedited_fresh("second");
    package.write("shop.thrift", &(ONE.to_owned() + TWO));
    let remarks = package.remarks();
    assert_eq!(remarks.len(), 2, "{remarks:#?}");
    assert_has(
        &remarks[0],
        &[
            "nothing implements `Second`",
            "pub struct SecondImpl;",
            "impl shop::second::Second for SecondImpl {",
            "async fn three(",
        ],
    );
    assert_has(
        &remarks[1],
        &[
            "src/main.rs:20: the program does not serve `Second`",
            ".add_service(crate::stream_gen::shop::second::SecondServer::new(crate::handler::SecondImpl))",
        ],
    );
}

#[test]
fn a_signature_is_held_against_the_traits() {
    for (from, to) in [
        ("_a: shop::Ask, _id: shop::Id", "_a: shop::Ask"),
        (
            "_a: shop::Ask, _id: shop::Id",
            "_a: shop::Ask, _id: shop::Id, _more: i32",
        ),
        ("_a: shop::Ask, _id: shop::Id", "_a: FastStr, _id: shop::Id"),
        (
            "_a: shop::Ask, _id: shop::Id",
            "_a: &shop::Ask, _id: shop::Id",
        ),
        (
            "_a: shop::Ask, _id: shop::Id",
            "_a: shop::Gone, _id: shop::Id",
        ),
        ("one(&self,", "one(&mut self,"),
        ("one(&self,", "one("),
        (
            "Result<shop::Ask, shop::first::OneError>",
            "Result<shop::Ask>",
        ),
        (
            "Result<shop::Ask, shop::first::OneError>",
            "Result<(), shop::first::OneError>",
        ),
        (") -> Result<shop::Ask, shop::first::OneError>", ")"),
    ] {
        let package = Package::unedited_fresh("signature");
        let text = package.text("src/handler.rs");
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let flat = flat
            .replace("( ", "(")
            .replace(", )", ")")
            .replace("use ", "\nuse ")
            .replace("/// ", "\n/// ")
            .replace("#[", "\n#[");
        let flat = flat.replacen(
            "//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.",
            "",
            1,
        );
        assert!(flat.contains(from), "{from} is not in:\n{flat}");
        package.write("src/handler.rs", &flat.replacen(from, to, 1));
        let remark = package.remark();
        assert_has(
            &remark,
            &[
                "`one` has another signature than `First` wants:",
                "_cx: Context",
            ],
        );
    }
}

/// What a user may write for the same types.
#[test]
fn the_same_types_by_other_names_are_the_same() {
    let package = Package::unedited_fresh("other-names");
    package.write(
        "src/handler.rs",
        "use std::future::Future;
         use std::collections::*;
         use crate::stream_gen::shop::{self as s, Ask as Question, first::{First as Trait, *}};
         use streamgen_runtime as rt;
         type Many = HashMap<rt::FastStr, Vec<Question>>;
         pub struct FirstImpl;
         impl Trait for FirstImpl {
             async fn one(&self, cx: rt::Context, mut a: s::Ask, id: i64) -> std::result::Result<Question, OneError> {
                 todo!()
             }
             fn two(&self, _: rt::Context) -> impl Future<Output = rt::Result<Many>> + Send {
                 async { todo!() }
             }
             async fn three(self: &Self, _: crate::stream_gen::Whatever, s: super::Alias) -> Result<(), rt::Error> {
                 todo!()
             }
         }",
    );
    let remarks = package.remarks();
    // A generated type of that name does not exist.
    assert_eq!(remarks.len(), 1, "{remarks:#?}");
    assert_has(
        &remarks[0],
        &["src/handler.rs:14: `three` has another signature"],
    );
}

#[test]
fn handlers_may_be_anywhere() {
    let package = Package::unedited_fresh("anywhere");
    let handler = package.text("src/handler.rs");
    package.write("src/handler.rs", "mod shop;\npub use shop::FirstImpl;\n");
    package.write("src/handler/shop.rs", &handler);
    assert_eq!(package.remarks(), [] as [&str; 0]);
    package.edit("src/handler/shop.rs", "async fn two(", "async fn tow(");
    let remarks = package.remarks();
    assert_has(&remarks[0], &["src/handler/shop.rs:", "has no `two`"]);

    let package = Package::unedited_fresh("inline");
    let handler = package.text("src/handler.rs").replace("//!", "//");
    package.write(
        "src/handler.rs",
        &format!("pub mod a {{ pub mod b {{\n{handler}\n}} }}\n#[path = \"other.rs\"] mod c;"),
    );
    package.write("src/other.rs", "fn helper() {}\n");
    assert_eq!(package.remarks(), [] as [&str; 0]);
}

#[test]
fn each_implementation_is_held_against_its_own_trait() {
    let package = Package::unedited("per-trait");
    let a = "namespace go a\nservice Same { void one() }\n";
    package.write("a.thrift", a);
    package.write(
        "shop.thrift",
        "include \"a.thrift\"\nnamespace go b\nservice Base extends a.Same {}\nservice Same { void two() }\n",
    );
    assert_eq!(package.remarks(), [] as [&str; 0]);
    package.edit("src/handler.rs", "async fn two(", "async fn one(");
    let remarks = package.remarks();
    assert_eq!(remarks.len(), 2, "{remarks:#?}");
    assert_has(&remarks[0], &["`impl Same for SameImpl` has no `two`"]);
    assert_has(&remarks[1], &["`one` is not a method of `Same` any more"]);
}

#[test]
fn macros_and_text_that_is_no_rust_are_left_alone() {
    let package = Package::unedited_fresh("macros");
    package.write(
        "src/handler.rs",
        "pub struct FirstImpl;\nimpl crate::stream_gen::shop::first::First for FirstImpl { methods!(); }\n",
    );
    assert_eq!(package.remarks(), [] as [&str; 0]);
    package.write("src/handler.rs", "pub struct FirstImpl;\nimpl {\n");
    let remark = package.remark();
    assert_has(&remark, &["src/handler.rs:2: this is no Rust"]);
}

#[test]
fn a_program_serves_what_it_names_in_code() {
    let package = Package::unedited_fresh("serves");
    let add = ".add_service(FirstServer::new(FirstImpl))";
    package.edit(
        "src/main.rs",
        add,
        "// .add_service(FirstServer::new(FirstImpl))\n",
    );
    let remark = package.remark();
    assert_has(
        &remark,
        &["src/main.rs:19: the program does not serve `First`", add],
    );
    // Elsewhere in the package, and by a longer path.
    package.edit("src/main.rs", "mod handler;", "mod handler;\nmod server;");
    package.write(
        "src/server.rs",
        "pub fn add() { let _ = macros!(crate::stream_gen::shop::first::FirstServer::new(1)); }\n",
    );
    assert_eq!(package.remarks(), [] as [&str; 0]);
}

#[test]
fn what_is_for_a_service_that_is_gone_is_named() {
    let package = Package::unedited("gone");
    package.write("shop.thrift", &(ONE.to_owned() + TWO));
    assert_eq!(package.remarks(), [] as [&str; 0]);
    package.write("shop.thrift", ONE);
    let remarks = package.remarks();
    assert_eq!(remarks.len(), 3, "{remarks:#?}");
    assert_has(
        &remarks[0],
        &[
            "src/handler.rs:",
            "`impl Second for SecondImpl` is for a service that is not generated",
        ],
    );
    assert_has(
        &remarks[1],
        &["src/main.rs:9: `stream_gen::shop::second::SecondServer` is of"],
    );
    assert_has(
        &remarks[2],
        &[
            "src/main.rs:",
            "`SecondServer` is of a service that is not generated",
        ],
    );
}
