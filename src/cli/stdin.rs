//! `-`: an IDL from standard input.

use std::io::{self, Read};

use streamgen_idl::MAX_FILE_BYTES;

use crate::options::{INLINE_NAME, INLINE_WORD, Options};

/// Reads all of the IDL; on failure, a sentence for the user.
pub(super) type Input = fn() -> Result<Vec<u8>, String>;

/// Gives the job of `-`, if there is one, the text that `input` reads.
///
/// # Errors
///
/// One sentence for the user, when nobody says which language the text has, when it is asked for twice,
/// where there can be no text, and where there is none: of a pipe whose first command fails, code would
/// be generated that lacks everything.
pub(super) fn take(jobs: &mut [Options], input: Input) -> Result<(), String> {
    let mut inline = jobs
        .iter_mut()
        .filter(|job| job.idl.as_os_str() == INLINE_WORD);
    let Some(job) = inline.next() else {
        return Ok(());
    };
    if inline.next().is_some() {
        return Err("`-` is given twice, but there is one standard input".to_owned());
    }
    if job.descriptor_set.is_some() {
        return Err(
            "with -descriptor-set, the IDL is the name of a file in the set, and not `-`"
                .to_owned(),
        );
    }
    if job.idl_type.is_none() {
        return Err(
            "nothing tells the language of an IDL from standard input: give -type thrift or \
             -type protobuf"
                .to_owned(),
        );
    }
    let text = input()?;
    if text.trim_ascii().is_empty() {
        return Err("standard input is empty: did the command before it fail?".to_owned());
    }
    job.idl = INLINE_NAME.into();
    job.text = Some(text.into());
    Ok(())
}

/// All that comes from standard input, as far as a file may be long.
///
/// # Errors
///
/// When it cannot be read.
pub(super) fn read() -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    // One byte more than is allowed, which the loader reports.
    let mut input = io::stdin().lock().take(MAX_FILE_BYTES + 1);
    match input.read_to_end(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("cannot read standard input: {error}")),
    }
}
