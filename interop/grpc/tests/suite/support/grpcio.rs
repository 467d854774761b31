//! The scripts of `grpcio/`, in a virtual environment of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::alone::alone;
use super::skip::skip;

/// Where the environment is.
const TMP: &str = env!("CARGO_TARGET_TMPDIR");

/// The folder of the Python scripts. Other packages include this file too: in folders of the root, or in the
/// root itself.
fn scripts() -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut folders = above.map(|folder| folder.join("interop/grpc/grpcio"));
    let found = folders.find(|folder| folder.is_dir());
    found.expect("the scripts are committed")
}

/// A script by its file name; `None` without Python or grpcio, said in one line.
pub(crate) fn script(name: &str) -> Option<Command> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let python = PYTHON.get_or_init(|| {
        alone(TMP, "grpcio", install)
            .inspect_err(|missing| {
                skip(&format!("{missing}, so nothing was tested against grpcio"));
            })
            .ok()
    });
    let mut script = Command::new(python.as_ref()?);
    // Nothing compiled beside the scripts.
    script.arg("-B").arg(scripts().join(name));
    Some(script)
}

/// Python with the packages of `requirements.txt`, installed once for each state of that file.
fn install() -> Result<PathBuf, String> {
    let requirements = scripts().join("requirements.txt");
    let wanted = fs::read_to_string(&requirements).expect("it is committed");
    let folder = Path::new(TMP).join("grpcio");
    let (python, installed) = (folder.join("bin/python"), folder.join("installed.txt"));
    let is_current = fs::read_to_string(&installed).is_ok_and(|text| text == wanted);
    // The interpreter that the environment was made of may be gone by now.
    if is_current && Command::new(&python).arg("--version").output().is_ok() {
        return Ok(python);
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    run(&mut venv, "Python 3 with venv is missing")?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--requirement"]);
    run(pip.arg(&requirements), "grpcio cannot be installed")?;
    fs::write(&installed, wanted).expect("the environment can be written to");
    Ok(python)
}

fn run(command: &mut Command, otherwise: &str) -> Result<(), String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let errors = String::from_utf8_lossy(&output.stderr);
            let last = errors.lines().last().unwrap_or_default();
            Err(format!("{otherwise} ({last})"))
        }
        Err(error) => Err(format!("{otherwise} ({error})")),
    }
}
