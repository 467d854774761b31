//! Crates around generated code, as a user would have them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::synthetic::{Language, Size};
use crate::tool::{Idl, Programs, Tool};

/// A crate whose generated code is to be compiled.
pub(crate) struct Project {
    /// Where its manifest is.
    pub(crate) dir: PathBuf,
}

/// The runtime crate of this checkout.
const RUNTIME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../runtime");

impl Project {
    /// Generates code for the synthetic IDL `size` and writes a crate around it; with
    /// `round_trips`, one that encodes and decodes every struct.
    pub(crate) fn create(
        tool: Tool,
        programs: &Programs,
        size: &Size,
        scratch: &Path,
        round_trips: bool,
    ) -> anyhow::Result<Self> {
        let dir = scratch.join(format!("crate-{tool:?}"));
        let source = dir.join("src");
        fs::create_dir_all(&source)?;
        let path = dir.join(format!("{}.thrift", size.name));
        fs::write(&path, size.idl(Language::Thrift))?;
        let idl = Idl {
            path: path.clone(),
            include_dirs: Vec::new(),
        };
        let out = if tool == Tool::Streamgen {
            &dir
        } else {
            &source
        };
        let status = tool.command(programs, &idl, out).output()?;
        ensure!(
            status.status.success(),
            "{tool}: {}",
            String::from_utf8_lossy(&status.stderr)
        );
        fs::write(dir.join("Cargo.toml"), manifest(tool)?)?;
        let trips = if round_trips {
            trips(tool, size)?
        } else {
            String::new()
        };
        fs::write(source.join("lib.rs"), library(tool, size)? + &trips)?;
        Ok(Self { dir })
    }
}

fn manifest(tool: Tool) -> anyhow::Result<String> {
    let dependencies = match tool {
        Tool::Streamgen => format!("streamgen-runtime = {{ path = {RUNTIME:?} }}\n"),
        Tool::Apache => "ordered-float = \"3.0\"\n\
             thrift = { version = \"0.17\", default-features = false, features = [\"server\"] }\n"
            .to_owned(),
        Tool::Pilota | Tool::PilotaUnformatted => "pilota = \"0.13.1\"\n".to_owned(),
        Tool::Kitex | Tool::Prost | Tool::Tonic => {
            anyhow::bail!("{tool} reads no Thrift or writes Go")
        }
    };
    Ok(format!(
        "[package]\nname = \"generated\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependencies}\n[workspace]\n"
    ))
}

fn library(tool: Tool, size: &Size) -> anyhow::Result<String> {
    Ok(match tool {
        Tool::Streamgen => "pub mod stream_gen;\n".to_owned(),
        Tool::Apache => format!("pub mod {};\n", size.name),
        Tool::Pilota | Tool::PilotaUnformatted => "include!(\"generated.rs\");\n".to_owned(),
        Tool::Kitex | Tool::Prost | Tool::Tonic => {
            anyhow::bail!("{tool} reads no Thrift or writes Go")
        }
    })
}

/// A function that decodes and encodes every struct of the IDL.
fn trips(tool: Tool, size: &Size) -> anyhow::Result<String> {
    let (one, module) = match tool {
        Tool::Streamgen => (STREAMGEN_TRIP, format!("stream_gen::{}", size.name)),
        Tool::Apache => (APACHE_TRIP, size.name.to_owned()),
        _ => anyhow::bail!("no round trips for {tool}"),
    };
    let list: String = size
        .struct_names()
        .map(|name| format!("        round_trip::<{module}::{name}>,\n"))
        .collect();
    Ok(format!(
        "{one}\n/// Reads the bytes as each message and writes it again.\n\
         pub fn round_trips(bytes: &Buffer) -> usize {{\n    \
         let all: &[fn(&Buffer) -> usize] = &[\n{list}    ];\n    \
         all.iter().map(|one| one(bytes)).sum()\n}}\n"
    ))
}

const STREAMGEN_TRIP: &str = "
use streamgen_runtime::{Bytes as Buffer, Message};

fn round_trip<T: Message>(bytes: &Buffer) -> usize {
    T::decode_from(bytes.clone()).map_or(0, |value| value.encode_to_bytes().len())
}
";

const APACHE_TRIP: &str = "
use thrift::protocol::{TBinaryInputProtocol, TBinaryOutputProtocol, TSerializable};

type Buffer = [u8];

fn round_trip<T: TSerializable>(bytes: &Buffer) -> usize {
    let mut out = Vec::new();
    if let Ok(value) = T::read_from_in_protocol(&mut TBinaryInputProtocol::new(bytes, true)) {
        let _ = value.write_to_out_protocol(&mut TBinaryOutputProtocol::new(&mut out, true));
    }
    out.len()
}
";

/// Makes Cargo compile the project's own crate again, and nothing else.
pub(crate) fn touch(project: &Project) -> anyhow::Result<()> {
    let path = project.dir.join("src/lib.rs");
    let text = fs::read(&path).with_context(|| path.display().to_string())?;
    fs::write(&path, text)?;
    Ok(())
}
