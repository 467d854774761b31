//! A draft of a repository that uses Kitex, in the current folder: the commands that `-record` keeps in
//! `kitex-all.sh`, the service of `kitex_info.yaml`, and the module of `go.mod` (`kitex-tool.md` 7).

use std::path::Path;

use clap::{Command, FromArgMatches};
use saphyr::{LoadableYamlNode, Yaml};

use super::draft::{self, Draft, Value};
use super::{Remarks, idls, package};
use crate::cli::args::Args;
use crate::cli::kitex_thrift::ThriftOptions;
use crate::cli::settings::is_repository;
use crate::cli::{argv, kitex_flags, refusal};
use crate::output::read_text;

/// The files of recorded commands.
const RECORDS: [&str; 2] = ["kitex-all.sh", "kitex-all.bat"];

const INFO: &str = "kitex_info.yaml";

const GO_MOD: &str = "go.mod";

/// The draft, if this is such a repository.
pub(super) fn draft(command: &Command, out: &Path, remarks: &mut Remarks) -> Option<Draft> {
    let record = RECORDS
        .iter()
        .find_map(|name| Some((*name, text_of(name)?)));
    let info = text_of(INFO).and_then(|text| service_of(&text));
    let module = text_of(GO_MOD).and_then(|text| module_of(&text));
    let mut draft = Draft::default();
    let mut sources = Vec::new();
    if let Some((name, text)) = &record {
        draft = recorded(command, out, name, text, remarks);
        sources.extend((!draft.jobs.is_empty()).then_some(*name));
    }
    if draft.jobs.is_empty() {
        // Without either, a Go module is no reason to think of Kitex.
        record.as_ref().map(|_| ()).or(info.as_ref().map(|_| ()))?;
        draft = idls::draft(out, remarks).ok()?;
    }
    if let Some(service) = info {
        sources.push(INFO);
        serve(&mut draft, &service, remarks);
    }
    if let Some(module) = module {
        sources.push(GO_MOD);
        draft.set_module(&package::of_go_module(&module));
    }
    draft.source = Some(sources.join(", "));
    Some(draft)
}

fn text_of(name: &str) -> Option<String> {
    read_text(Path::new(name))
}

/// The recorded commands, one job each.
fn recorded(command: &Command, out: &Path, name: &str, text: &str, remarks: &mut Remarks) -> Draft {
    let mut draft = Draft::default();
    for (number, words) in commands(text) {
        let place = format!("{name}:{number}");
        match one(command, out, words, &place, remarks) {
            Ok(one) => add(&mut draft, one, &place, remarks),
            Err(why) => remarks.warn(format!("{place}: this command got no job: {why}")),
        }
    }
    draft
}

/// The commands of a script that call Kitex, each with the number of its first line.
fn commands(script: &str) -> Vec<(usize, Vec<String>)> {
    let (mut commands, mut open) = (Vec::new(), None);
    for (index, line) in script.lines().enumerate() {
        let (number, begun) = open.take().unwrap_or((index + 1, String::new()));
        let line = begun + line.trim_end();
        match line.strip_suffix(['\\', '^']) {
            Some(begun) => open = Some((number, format!("{begun} "))),
            None => commands.push((number, line)),
        }
    }
    let words = |line: &str| {
        let words = shlex::split(line)?;
        let program = words.first()?.rsplit(['/', '\\']).next()?;
        let is_kitex = ["kitex", "kitex.exe"].contains(&program);
        is_kitex.then(|| words[1..].to_vec())
    };
    let commands = commands.into_iter();
    commands
        .filter_map(|(number, line)| Some((number, words(&line)?)))
        .collect()
}

/// What one command asks for.
fn one(
    command: &Command,
    out: &Path,
    words: Vec<String>,
    place: &str,
    remarks: &mut Remarks,
) -> Result<Draft, String> {
    let matches = argv::matches(command, words).map_err(|error| refusal::sentence(&error))?;
    let args = Args::from_arg_matches(&matches).map_err(|error| refusal::sentence(&error))?;
    let mut draft = draft::of_command(&matches, command, out);
    // The folder of Go code is no place for Rust code.
    draft.project.remove("gen-path");
    // `streamgen` alone repeats all that the file says.
    draft.project.remove("record");
    if let Some(Value::Text(module)) = draft.project.remove("module") {
        draft.set_module(&package::of_go_module(&module));
    }
    let Some(job) = draft.jobs.first_mut() else {
        return Err("it names no IDL".to_owned());
    };
    let mut warn = |text: String| remarks.warn(format!("{place}: {text}"));
    leave_out(job, &mut warn);
    match kitex_flags::judge(&args.kitex) {
        Ok(judged) => add_thrift(job, judged.thrift, &mut warn),
        Err(why) => warn(why),
    }
    Ok(draft)
}

/// Removes the entries of a job that a settings file cannot hold, with a warning for each.
fn leave_out(job: &mut draft::Job, warn: &mut dyn FnMut(String)) {
    if let Some(Value::List(folders)) = job.entries.get_mut("include") {
        for url in folders.extract_if(.., |folder| is_repository(folder)) {
            warn(format!(
                "-I {url} is not taken over: keep its IDL in a folder, as a submodule for example"
            ));
        }
    }
    job.entries
        .retain(|_, value| *value != Value::List(Vec::new()));
    if let Some(Value::Text(path)) = job.entries.remove("use") {
        warn(format!(
            "-use {path} is not taken over: write the Rust path of that code as `use`"
        ));
    }
}

/// Adds the options of `-thrift` to a job.
fn add_thrift(job: &mut draft::Job, thrift: ThriftOptions, warn: &mut dyn FnMut(String)) {
    if thrift.code_ref {
        warn(
            "-thrift code_ref is not taken over: write an idl-ref.yaml with modules of Rust, and name it as \
             `idl-ref`"
                .to_owned(),
        );
    }
    for (key, on) in [
        ("enum-as-text", thrift.enum_as_text),
        ("keep-unknown-fields", thrift.keep_unknown_fields),
        ("only-reachable", thrift.trim_idl),
        ("streamx", thrift.streamx),
    ] {
        if on {
            job.entries.insert(key.to_owned(), Value::Switch(true));
        }
    }
}

/// Adds a command to those before it. Kitex keeps one command with `-service`, and one for each other IDL.
fn add(draft: &mut Draft, one: Draft, place: &str, remarks: &mut Remarks) {
    draft.project.extend(one.project);
    for mut job in one.jobs {
        let is_served = |job: &draft::Job| job.entries.contains_key("service");
        if is_served(&job) && draft.jobs.iter().any(is_served) {
            job.entries.remove("service");
            remarks.warn(format!(
                "{place}: its -service is left out, as one program serves one IDL"
            ));
        }
        match draft.jobs.iter_mut().find(|earlier| earlier.idl == job.idl) {
            Some(earlier) => earlier.entries.extend(job.entries),
            None => draft.jobs.push(job),
        }
    }
}

/// Says which job is served, if that can be told.
fn serve(draft: &mut Draft, service: &str, remarks: &mut Remarks) {
    if draft
        .jobs
        .iter()
        .any(|job| job.entries.contains_key("service"))
    {
        return;
    }
    // As in `acme.shop`, for `shop.thrift`.
    let last = service.rsplit('.').next().unwrap_or(service);
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', '.'], "");
    let is_named = |job: &&mut draft::Job| {
        let stem = Path::new(&job.idl).file_stem().unwrap_or_default();
        let stem = plain(&stem.to_string_lossy());
        stem == plain(service) || stem == plain(last)
    };
    let served = match draft.jobs.as_mut_slice() {
        [only] => Some(only),
        jobs => jobs.iter_mut().find(is_named),
    };
    match served {
        Some(job) => {
            let service = Value::Text(service.to_owned());
            job.entries.insert("service".to_owned(), service);
        }
        None => remarks.warn(format!(
            "{INFO} names the service `{service}`, but not its IDL: write `service = \"{service}\"` below the \
             [[job]] that is served"
        )),
    }
}

/// The value of `ServiceName` in a `kitex_info.yaml`.
fn service_of(yaml: &str) -> Option<String> {
    let documents = Yaml::load_from_str(yaml).ok()?;
    let info = documents.first()?.as_mapping_get("kitexinfo")?;
    let name = info.as_mapping_get("ServiceName")?.as_str()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// The module that a `go.mod` names.
fn module_of(go_mod: &str) -> Option<String> {
    let mut lines = go_mod.lines().map(str::trim);
    let value = lines.find_map(|line| line.strip_prefix("module "))?;
    let value = value.split("//").next().unwrap_or_default();
    Some(value.trim().trim_matches(['"', '`']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_a_script() {
        let script = "#! /usr/bin/env bash\n\nkitex -module a -service s a.thrift \n# kitex old.thrift\n\
                      set -e\n/go/bin/kitex -I 'my idl' \\\n  b.thrift # second\nkitexx c.thrift\necho kitex\n";
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let expected: Vec<(usize, Vec<String>)> = vec![
            (3, words(&["-module", "a", "-service", "s", "a.thrift"])),
            (6, words(&["-I", "my idl", "b.thrift"])),
        ];
        assert_eq!(commands(script), expected);
        assert_eq!(commands("kitex 'open"), []);
    }

    #[test]
    fn names_are_read() {
        let yaml = "kitexinfo:\n   ServiceName: 'a.b.shop'\n   ToolVersion: 'v0.16.3'\n";
        assert_eq!(service_of(yaml).as_deref(), Some("a.b.shop"));
        let commented = "kitexinfo:\n  ServiceName: shop # the name in the registry\n";
        assert_eq!(service_of(commented).as_deref(), Some("shop"));
        assert_eq!(service_of("kitexinfo:\n  ServiceName: ''\n"), None);
        assert_eq!(service_of("ServiceName: ''\n"), None);
        let go_mod = "// a comment\nmodule github.com/acme/shop/v2 // here\n\ngo 1.22\n";
        assert_eq!(
            module_of(go_mod).as_deref(),
            Some("github.com/acme/shop/v2")
        );
        assert_eq!(module_of("go 1.22\n"), None);
    }
}
