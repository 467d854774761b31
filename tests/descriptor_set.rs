//! `-descriptor-set`: what a set of descriptors gives is what its files give, but for comments. The
//! sets are those of `-descriptors`, which have none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use streamgen::{Options, generate};
use streamgen_idl::{Disk, LoadOptions};

const INCLUDE: &str = "idl-samples/proto";

/// As an import would name them.
const SAMPLES: [&str; 4] = [
    "names.proto",
    "proto2.proto",
    "proto3.proto",
    "shop/orders.proto",
];

/// The sample and all that it imports, as bytes of a set in a file.
fn set(sample: &str) -> PathBuf {
    let request = LoadOptions {
        root: Path::new(INCLUDE).join(sample),
        include_dirs: vec![INCLUDE.into()],
        encode_descriptors: true,
        ..LoadOptions::default()
    };
    let loaded = streamgen_idl::load(&request, &Disk);
    let bytes = loaded.encoded_descriptors.expect("the sample is correct");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(sample.replace('/', "-") + ".bin");
    fs::write(&path, bytes).expect("a scratch file can be written");
    path
}

/// The files of a project without their comments.
fn generated(root: &Path, set: Option<PathBuf>) -> BTreeMap<PathBuf, Vec<String>> {
    let mut options = Options::new(root);
    options.include_dirs = vec![INCLUDE.into()];
    options.module = Some("sample".to_owned());
    options.service = Some("sample".to_owned());
    options.out_dir = "target/not-there".into();
    options.descriptors = true;
    options.descriptor_set = set;
    let generated =
        generate(&options).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    // The lock file tells the two apart, as it should.
    let is_code = |path: &Path| path.extension().is_some_and(|suffix| suffix == "rs");
    let files = generated.files.iter().filter(|(path, _)| is_code(path));
    let files = files.map(|(path, file)| {
        let lines = file.contents.lines().map(str::trim_start);
        let code = lines.filter(|line| !line.starts_with("//") && !line.is_empty());
        (path.to_owned(), code.map(str::to_owned).collect())
    });
    files.collect()
}

#[test]
fn a_set_gives_what_its_files_give() {
    for sample in SAMPLES {
        let of_text = generated(&Path::new(INCLUDE).join(sample), None);
        let of_set = generated(Path::new(sample), Some(set(sample)));
        assert!(of_text.keys().eq(of_set.keys()), "{sample}");
        for (path, lines) in &of_text {
            assert_eq!(lines, &of_set[path], "{sample}: {}", path.display());
        }
    }
}
