//! A package that goes from one of Kitex's surfaces to the other: which handlers change, and how.

use streamgen::NoteSeverity;

use crate::package::Package;

const IDL: &str = "
namespace go shop
struct Ask { 1: i32 a }
service Desk {
    Ask ask(1: Ask a)
    Ask touch(1: Ask a) (streaming.mode = \"unary\")
    Ask collect(1: Ask a) (streaming.mode = \"client\")
    Ask watch(1: Ask a) (streaming.mode = \"server\")
}
";

/// The handlers of both surfaces: calls are the same.
const SWITCHED: [(&str, &str); 2] = [
    (
        "async fn collect(&self, _cx: Context, mut requests: ClientStreamingServer<Ask>)",
        "async fn collect(&self, mut requests: ClientStreamingServer<Ask>)",
    ),
    (
        "async fn watch(&self, cx: Context, ask: Ask, _stream: ServerStreamingServer<Ask>)",
        "async fn watch(&self, ask: Ask, _stream: ServerStreamingServer<Ask>)",
    ),
];

fn handler(streamx: bool) -> String {
    let [collect, watch] = SWITCHED.map(|(with, without)| if streamx { with } else { without });
    format!(
        "use streamgen_runtime::{{ClientStreamingServer, Context, Result, ServerStreamingServer}};

use crate::stream_gen::shop::{{Ask, desk::Desk}};

pub struct DeskImpl;

impl Desk for DeskImpl {{
    async fn ask(&self, _cx: Context, a: Ask) -> Result<Ask> {{
        Ok(a)
    }}

    async fn touch(&self, _cx: Context, a: Ask) -> Result<Ask> {{
        Ok(a)
    }}

    {collect} -> Result<Ask> {{
        Ok(requests.recv().await?.unwrap_or_default())
    }}

    {watch} -> Result<()> {{
        Ok(())
    }}
}}
"
    )
}

/// The package on one surface, then run for the other.
fn switched(test: &str, streamx: bool) -> (Package, crate::package::Run) {
    let surface = |streamx| match streamx {
        true => |options: &mut streamgen::Options| options.streamx = true,
        false => |options: &mut streamgen::Options| options.streamx = false,
    };
    let mut package = Package::new(&format!("surfaces-{test}"));
    package.options = surface(!streamx);
    package.write("src/handler.rs", &handler(!streamx));
    let run = package.run(IDL);
    let says_signature = |note: &&str| note.contains("signature");
    assert!(!run.texts().iter().any(says_signature), "{:#?}", run.notes);
    package.options = surface(streamx);
    let run = package.run_again();
    assert_eq!(package.text("src/handler.rs"), handler(!streamx));
    (package, run)
}

/// Writes what was told, after which nothing is said any more.
fn follows(package: &Package, streamx: bool) {
    package.write("src/handler.rs", &handler(streamx));
    let run = package.run_again();
    assert!(run.notes.is_empty(), "{:#?}", run.notes);
}

#[test]
fn without_streamx_handlers_of_streams_lose_their_context() {
    let (package, run) = switched("to-classic", false);
    run.assert_says(
        NoteSeverity::Note,
        "`shop.thrift` was generated with -streamx before: now streams have clients of their own, \
         `DeskStreamClient`, and give their handlers the context themselves",
    );
    let why = ": without -streamx, the stream gives the context, by `.context()`:";
    run.assert_says(
        NoteSeverity::Warning,
        &format!(
            "src/handler.rs:16: `collect` has another signature than `Desk` wants{why}\n\n    \
             async fn collect(&self, requests: ClientStreamingServer<Ask>) -> Result<Ask> {{\n"
        ),
    );
    run.assert_says(
        NoteSeverity::Warning,
        &format!("src/handler.rs:20: `watch` has another signature than `Desk` wants{why}"),
    );
    assert_eq!(run.notes.len(), 3, "{:#?}", run.notes);
    follows(&package, false);
}

#[test]
fn with_streamx_handlers_of_streams_get_a_context() {
    let (package, run) = switched("to-streamx", true);
    run.assert_says(
        NoteSeverity::Note,
        "`shop.thrift` was generated without -streamx before: now a service has one client, for its \
         streams too, and handlers of streams are given a context",
    );
    let why = ": with -streamx, handlers of streams are given a context:";
    for line in ["src/handler.rs:16: `collect`", "src/handler.rs:20: `watch`"] {
        let text = format!("{line} has another signature than `Desk` wants{why}");
        run.assert_says(NoteSeverity::Warning, &text);
    }
    // With -streamx, the mode `unary` has no effect, which the IDL's own warnings say.
    assert_eq!(run.notes.len(), 3, "{:#?}", run.notes);
    follows(&package, true);
}

#[test]
fn another_signature_is_not_blamed_on_the_surface() {
    let (package, _) = switched("another", false);
    let wrong = handler(false).replace("watch(&self, ask: Ask, ", "watch(&self, ask: i64, ");
    package.write("src/handler.rs", &wrong);
    let run = package.run_again();
    run.assert_says(
        NoteSeverity::Warning,
        "src/handler.rs:20: `watch` has another signature than `Desk` wants:\n",
    );
}
