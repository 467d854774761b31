//! Values of enums that are called otherwise in Rust keep the names of the IDL in the functions that
//! take and give these, and leave those of other enums alone.

use std::fs;
use std::path::Path;

use streamgen::{Options, generate};

/// Of two enums, one gets for a value what the other has; of one, two values would be equal in Rust.
const IDL: &str = r#"syntax = "proto3";
package colours;
enum Paint { RED = 0; BLUE = 1; }
enum Light { Rouge = 0; Green = 1; }
enum Shade { DARK_RED = 0; DarkRed = 1; }
"#;

/// The module `colours`, generated with the options that users have.
fn generated() -> String {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("renamed-values");
    fs::create_dir_all(&dir).expect("a scratch folder can be made");
    let idl = dir.join("colours.proto");
    fs::write(&idl, IDL).expect("it can be written");
    let mut options = Options::new(&idl);
    options.module = Some("m".to_owned());
    options.out_dir = dir.join("out");
    let rename = "colours.Paint.RED=Rouge".parse();
    options.renames = vec![rename.expect("it is a value of the option")];
    let files = generate(&options).expect("the IDL is right").files;
    let found = files.iter().find(|(path, _)| path.ends_with("colours.rs"));
    found.expect("the package has a module").1.contents.clone()
}

#[test]
fn functions_know_the_names_of_the_idl() {
    let text = generated();
    for [value, name] in [
        ["Rouge", "RED"],
        ["Blue", "BLUE"],
        ["Rouge", "Rouge"],
        ["Green", "Green"],
        ["DarkRed", "DARK_RED"],
        ["DarkRed2", "DarkRed"],
    ] {
        for arm in [
            format!("Self::{value} => \"{name}\","),
            format!("\"{name}\" => Some(Self::{value}),"),
        ] {
            assert_eq!(text.matches(&arm).count(), 1, "{arm}\n{text}");
        }
    }
}
