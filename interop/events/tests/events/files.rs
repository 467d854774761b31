//! The files of `golden/`: what tracers are told, for one shape and one ending.

use std::fmt::Write as _;
use std::path::PathBuf;

use interop_events::{Ending, Shape, Talk, Wire};

use crate::peers::Told;

/// A side of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Client, Self::Server];
}

/// A part of a file.
pub(crate) struct Section {
    pub(crate) wire: Wire,
    pub(crate) side: Side,
    /// What we tell instead, where the two differ.
    pub(crate) ours: bool,
}

impl Section {
    fn title(&self) -> String {
        let side = match self.side {
            Side::Client => "client",
            Side::Server => "server",
        };
        let ours = match self.ours {
            true => ", ours: bytes of messages, not of frames",
            false => "",
        };
        format!("[{} {side}{ours}]", self.wire.name())
    }
}

/// Whether Kitex and we tell something else of that conversation, by intention: without stream, Kitex
/// counts the bytes of frames, which depend on what a peer puts into their headers.
pub(crate) fn differ(talk: Talk) -> bool {
    talk.shape == Shape::Unary && talk.wire == Wire::TtHeader
}

/// Whether the files are to be written.
pub(crate) fn bless() -> bool {
    std::env::var_os("STREAMGEN_BLESS").is_some()
}

/// A file as it is on disk.
pub(crate) struct File(String);

impl File {
    pub(crate) fn read(talk: Talk) -> Self {
        let path = path(talk.shape, talk.ending);
        let text = std::fs::read_to_string(&path);
        Self(text.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    pub(crate) fn section(&self, section: &Section) -> Vec<&str> {
        let title = section.title();
        let lines = self.0.lines().skip_while(|line| *line != title).skip(1);
        lines.take_while(|line| !line.is_empty()).collect()
    }
}

fn path(shape: Shape, ending: Ending) -> PathBuf {
    let name = format!("{}-{}.txt", shape.name(), ending.name());
    [env!("CARGO_MANIFEST_DIR"), "golden", &name]
        .iter()
        .collect()
}

/// Writes all files, from what Kitex was told, and where we differ from what we were told.
pub(crate) fn write(kitex: &[(Talk, Told)], ours: &[(Talk, Told)]) {
    for shape in Shape::ALL {
        for ending in Ending::ALL {
            let mut text = format!(
                "# What tracers are told of a call: shape {}, ending {}. Kitex v0.16.3 has told it.\n",
                shape.name(),
                ending.name()
            );
            for side in Side::BOTH {
                append(&mut text, kitex, (shape, ending, side), false);
                append(&mut text, ours, (shape, ending, side), true);
            }
            std::fs::write(path(shape, ending), text).unwrap();
        }
    }
}

fn append(
    text: &mut String,
    told: &[(Talk, Told)],
    (shape, ending, side): (Shape, Ending, Side),
    ours: bool,
) {
    let of = |talk: &Talk| talk.shape == shape && talk.ending == ending;
    for (talk, told) in told.iter().filter(|(talk, _)| of(talk)) {
        if ours && !differ(*talk) {
            continue;
        }
        let wire = talk.wire;
        let section = Section { wire, side, ours };
        let events = told.of(side).join("\n");
        let _ = writeln!(text, "\n{}\n{events}", section.title());
    }
}
