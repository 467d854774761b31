//! What is inserted, and where.

use streamgen::NoteSeverity::{Note, Warning};

use crate::package::{Package, inserted};

const ONE: &str = "namespace go shop
struct Ask { 1: i32 a }
service First { Ask one(1: Ask a) }
";

const TWO: &str = "namespace go shop
struct Ask { 1: i32 a }
service First { Ask one(1: Ask a), void two(), Ask three(1: Ask a) (streaming.mode = \"server\") }
";

const SECOND: &str = "namespace go shop
struct Ask { 1: i32 a }
service First { Ask one(1: Ask a) }
service Second { Ask other(1: Ask a) }
";

const STUBS: &str = "
    async fn two(&self, _cx: Context) -> Result<()> {
        let error = Error::application(\"First.two is not implemented\");
        Err(error)
    }

    async fn three(
        &self,
        _cx: Context,
        _a: shop::Ask,
        _stream: streamgen_runtime::ServerStreamingServer<shop::Ask>,
    ) -> Result<()> {
        let error = Error::application(\"First.three is not implemented\");
        Err(error)
    }
";

#[test]
fn a_new_method_gets_its_stub() {
    let package = Package::fresh("stub", ONE);
    let before = package.text("src/handler.rs");
    let run = package.run(TWO);
    assert_eq!(run.completed, ["src/handler.rs"]);
    assert_eq!(
        run.texts(),
        [
            "src/handler.rs:17: `impl First for FirstImpl` has got `two`, `three`: write what they do"
        ]
    );
    let after = package.text("src/handler.rs");
    assert_eq!(inserted(&before, &after), STUBS);
    assert!(after.ends_with("    }\n}\n"), "{after}");
    // Once is enough.
    let run = package.run(TWO);
    assert!(run.notes.is_empty() && run.completed.is_empty());
}

#[test]
fn the_implementation_may_be_in_any_file() {
    let package = Package::fresh("any-file", ONE);
    let handler = package.text("src/handler.rs").replace("//!", "//");
    let nested = format!("pub mod deep {{\n{}}}\n", handler.replace('\n', "\n\t"));
    for (at, text) in [
        ("src/handler/shop.rs", &handler),
        ("src/handler/shop.rs", &nested),
        // Nothing that is read leads there.
        ("src/elsewhere/included.rs", &handler),
    ] {
        package.write(
            "src/handler.rs",
            "#[rustfmt::skip]\nmod shop;\npub use shop::*;\n",
        );
        package.write("src/handler/shop.rs", "");
        package.write(at, text);
        let run = package.run(TWO);
        assert_eq!(run.completed, [at]);
        let after = package.text(at);
        assert!(after.contains("fn three("), "{after}");
        inserted(text, &after);
        let _ = std::fs::remove_dir_all(package.dir.join("src/elsewhere"));
    }
    // Not even a file of that name is needed, and none comes back.
    std::fs::remove_file(package.dir.join("src/handler.rs")).expect("it is there");
    package.edit(
        "src/main.rs",
        "mod handler;",
        "#[path = \"handler/shop.rs\"]\nmod handler;",
    );
    package.write("src/handler/shop.rs", &handler);
    assert_eq!(package.run(TWO).completed, ["src/handler/shop.rs"]);
    assert!(!package.dir.join("src/handler.rs").exists());
}

#[test]
fn a_new_service_is_implemented_and_served() {
    let package = Package::fresh("service", ONE);
    let (handler, main) = (package.text("src/handler.rs"), package.text("src/main.rs"));
    let run = package.run(SECOND);
    assert_eq!(run.completed, ["src/handler.rs", "src/main.rs"]);
    assert_eq!(
        run.texts(),
        [
            "src/handler.rs:18: `SecondImpl` is new, for the service `Second`: write what its methods do",
            "src/main.rs:21: the program serves `Second` now",
        ]
    );
    let text = package.text("src/handler.rs");
    let text = inserted(&handler, &text);
    assert!(
        text.starts_with("\n/// Answers `Second`.\n#[derive(Clone, Debug, Default)]\n"),
        "{text}"
    );
    assert!(
        text.contains("\nimpl shop::second::Second for SecondImpl {\n"),
        "{text}"
    );
    let text = package.text("src/main.rs");
    inserted(&main, &text);
    let chain = "        .add_service(FirstServer::new(FirstImpl))
        .add_service(crate::stream_gen::shop::second::SecondServer::new(
            crate::handler::SecondImpl,
        ))
        // SERVICE_REGISTRY=";
    assert!(text.contains(chain), "{text}");
    let run = package.run(SECOND);
    assert!(
        run.notes.is_empty() && run.completed.is_empty(),
        "{:#?}",
        run.notes
    );
}

/// How a program may look in which a service can be added.
#[test]
fn the_chain_of_a_program_is_found_wherever_it_stands() {
    for tail in [
        "    Server::builder()\n        .add_service(FirstServer::new(FirstImpl)) // ) first\n        .serve(a).await\n}",
        "\tServer::builder()\n\t\t.add_fallback_service(FirstServer::from(make(\")\")))\n\t\t.on_cancel(policy)\n\t\t.serve(a).await\n}",
        // The other service has gone another way.
        "    let first = FirstServer::new(FirstImpl);\n    Server::builder().add_service(first).serve(a).await\n}",
        "    Server::builder().add_service(FirstServer::new(FirstImpl)).serve(a).await\n}",
        "    select! { x = Server::builder().add_service(FirstServer::new(FirstImpl)).serve(a) => x }\n}",
    ] {
        let package = Package::fresh("chains", ONE);
        let main = package.text("src/main.rs");
        let (head, _) = main
            .split_once("    streamgen_runtime::")
            .expect("it makes a server");
        let head = head.replace(
            "mod handler;",
            "use streamgen_runtime::Server;\nmod handler;",
        );
        let before = head + tail;
        package.write("src/main.rs", &before);
        let run = package.run(SECOND);
        assert_eq!(
            run.completed,
            ["src/handler.rs", "src/main.rs"],
            "{tail}: {:#?}",
            run.notes
        );
        let after = package.text("src/main.rs");
        inserted(&before, &after);
        syn::parse_file(&after).expect("it is Rust still");
        let (serve, at) = (after.find(".serve("), after.find("SecondServer::new("));
        assert!(at.is_some() && at < serve, "{after}");
    }
}

/// Where nobody can tell, the line is printed.
#[test]
fn a_program_with_two_servers_is_left_alone() {
    let package = Package::fresh("two-servers", ONE);
    let twice = "let _other = streamgen_runtime::Server::builder()\n        \
                 .add_service(FirstServer::new(FirstImpl));\n    streamgen_runtime::Server::builder()";
    package.edit("src/main.rs", "streamgen_runtime::Server::builder()", twice);
    let before = package.text("src/main.rs");
    let run = package.run(SECOND);
    assert_eq!(run.completed, ["src/handler.rs"]);
    run.assert_says(
        Note,
        "src/main.rs:22: the program does not serve `Second`; add to its server:",
    );
    assert_eq!(package.text("src/main.rs"), before);
}

#[test]
fn services_that_share_methods_need_a_fallback() {
    let package = Package::fresh("fallback", ONE);
    let run = package.run(&SECOND.replace("other", "one"));
    run.assert_says(
        Warning,
        "src/main.rs:20: `Second` and `First` have methods of one name, so that the server only starts \
         with a fallback",
    );
}

/// A library with the handlers and the generated code, and a program that uses it.
#[test]
fn a_program_beside_a_library_names_the_library() {
    let package = Package::fresh("library", ONE);
    let main = package.text("src/main.rs");
    let main = main.replace("mod handler;\nmod stream_gen;\n", "");
    let main = main.replace("use handler", "use shop::handler");
    package.write(
        "src/main.rs",
        &main.replace("use stream_gen", "use shop::stream_gen"),
    );
    package.write("src/lib.rs", "pub mod handler;\npub mod stream_gen;\n");
    let run = package.run(SECOND);
    assert_eq!(
        run.completed,
        ["src/handler.rs", "src/main.rs"],
        "{:#?}",
        run.notes
    );
    let text = package.text("src/main.rs");
    let line = ".add_service(shop::stream_gen::shop::second::SecondServer::new(\n            shop::handler::SecondImpl,";
    assert!(text.contains(line), "{text}");
}

#[test]
fn names_that_are_taken_are_not_taken_again() {
    let package = Package::fresh("taken", ONE);
    package.edit(
        "src/handler.rs",
        "use crate",
        "pub enum SecondImpl {}\n\nuse crate",
    );
    let run = package.run(SECOND);
    run.assert_says(Note, "src/handler.rs:20: `SecondImpl2` is new");
    assert!(
        package
            .text("src/main.rs")
            .contains("crate::handler::SecondImpl2")
    );
}

#[test]
fn traits_with_bodies_need_no_stub() {
    let mut package = Package::new("bodies");
    package.options = |options| options.default_handlers = true;
    assert!(package.run(ONE).notes.is_empty());
    let run = package.run(TWO);
    assert!(run.completed.is_empty());
    run.assert_says(
        Note,
        "src/handler.rs:11: `impl First for FirstImpl` leaves `two`, `three` to the trait",
    );
    let text = package.text("src/stream_gen/shop/first.rs");
    assert!(
        text.contains("let status = ::streamgen_runtime::Code::UNIMPLEMENTED;"),
        "{text}"
    );
    // A whole service has nobody to leave it to.
    assert_eq!(
        package.run(SECOND).completed,
        ["src/handler.rs", "src/main.rs"]
    );
}

#[test]
fn lines_are_those_of_the_file_after_the_run() {
    let package = Package::fresh("lines", ONE);
    let more = "\n    fn gone(&self) {}\n}\n\nimpl shop::first::First for Other {\n    fn gone(&self) {}\n}\n";
    package.edit("src/handler.rs", "\n}\n", more);
    package.edit(
        "src/handler.rs",
        "impl shop",
        "pub struct Other;\n\nimpl shop",
    );
    let run = package.run(ONE);
    let text = package.text("src/handler.rs");
    let mut lines = 0;
    for (index, line) in text.lines().enumerate() {
        if line.contains("fn gone") {
            lines += 1;
            let start = format!(
                "src/handler.rs:{}: `gone` is not a method of `First` any more",
                index + 1
            );
            run.assert_says(Warning, &start);
        }
    }
    assert_eq!(lines, 2, "{text}");
}
