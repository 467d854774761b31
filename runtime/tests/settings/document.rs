//! The document with the tables.

use std::fmt::Write;

use crate::{Cell, Row};

const INTRODUCTION: &str = "\
# Settings

For whoever configures a client or a server: which setting affects which kind of call. A cell says what happens to a setting
of a client that makes only this kind of call, or of a server that has only this kind of method:

- **yes**: it has its effect.
- **error**: `build`, `bind` or the awaited call fails with `InvalidArgument`. The error names the setting, the wire and a
  way out.
- –: the type has no such setting, so it does not compile.

A client that makes calls of several kinds may have every setting that affects one of them. A `Channel` whose wires are left
to its clients cannot tell before it knows these: there, only TLS, compression and URLs are errors, of the calls.
`StreamClientBuilder`, of the classic surface, has the settings of streams only.

This file is written by a test, `runtime/tests/settings`; after a wanted change:
`STREAMGEN_BLESS=1 cargo test -p streamgen-runtime --test settings`.
";

const LIMITS: &str = "
## Limits of time, of clients and calls

The test makes each of these settings, and the limit is reached.

";

const OTHERS: &str = "
## Other settings of clients

`address`, `fleet`, `dial`, `config`, `connect_timeout`, `middleware` and `hooks` are for every wire. Framed is as Buffered
here, and so is TTHeader with and without Framed inside. A set of middleware (`hooks`) may be that of several clients: there,
middleware of calls that this one does not make is no error.

";

const OPTIONS: &str = "
## Other options of a call

";

const SERVER: &str = "
## Servers

A server speaks every wire on its port, so that its other settings always have an effect: see [limits.md](limits.md).
Middleware is that of all services of the server, or of a set (`Hooks`), which several servers and services may share: there,
middleware of calls that nobody makes is no error.

";

pub(crate) fn of(limits: &[Row], others: &[Row], options: &[Row], server: &[Row]) -> String {
    let mut text = INTRODUCTION.to_owned();
    let parts = [
        (LIMITS, limits),
        (OTHERS, others),
        (OPTIONS, options),
        (SERVER, server),
    ];
    for (introduction, rows) in parts {
        text += introduction;
        table(&mut text, rows);
    }
    text
}

fn table(text: &mut String, rows: &[Row]) {
    *text += "| setting | in Kitex | TTHeader Streaming | gRPC stream | gRPC call | Framed | TTHeader |\n";
    *text += "| --- | --- | --- | --- | --- | --- | --- |\n";
    for (setting, kitex, cells) in rows {
        let cells = cells.map(|cell| match cell {
            Cell::Effect => "yes",
            Cell::Refused => "error",
            Cell::Absent => "–",
        });
        let kitex = match *kitex {
            "" => "–".to_owned(),
            name => format!("`{name}`"),
        };
        writeln!(text, "| `{setting}` | {kitex} | {} |", cells.join(" | "))
            .expect("a string takes all");
    }
}
