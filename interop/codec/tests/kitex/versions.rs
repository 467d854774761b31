//! Two versions of a type, each reading what the other writes.

use interop_codec::stream_gen::codec::containers::Nested;
use interop_codec::stream_gen::codec::versions::{
    Demanding, Earlier, EarlierChoice, Later, LaterChoice, Retyped,
};
use streamgen_runtime::Bytes;
use streamgen_runtime::codec::{Encode as _, Struct};

use crate::bytes::canonical;
use crate::go::{Kitex, kitex};
use crate::random::Arbitrary;
use crate::values::{assert_same, decode, echo, random, seeds};

/// Bytes of `W` from both sides, read as `R` by both; what ours reads goes to `check` with its bytes.
fn cross<W: Struct + Arbitrary, R: Struct>(kitex: &Kitex, check: impl Fn(&Bytes, R)) {
    for seed in seeds() {
        for bytes in [random::<W>(seed), kitex.random::<W>(seed)] {
            let about = format!("as {} wrote it, seed {seed}", W::NAME);
            assert_same::<R>(kitex, &echo::<R>(&bytes), &bytes, &about);
            check(&bytes, decode(&bytes).expect("it was read before"));
        }
    }
}

#[test]
fn an_earlier_reader_passes_over_what_it_does_not_know() {
    let Some(kitex) = kitex() else { return };
    cross::<Later, Earlier>(kitex, |bytes, earlier| {
        let later: Later = decode(bytes).expect("its own type");
        assert_eq!(earlier.id, later.id);
        assert_eq!(earlier.name, later.name);
        assert_eq!(earlier.last, later.last);
    });
}

#[test]
fn a_later_reader_does_without_what_is_not_there() {
    let Some(kitex) = kitex() else { return };
    cross::<Earlier, Later>(kitex, |bytes, later| {
        let earlier: Earlier = decode(bytes).expect("its own type");
        let expected = Later {
            id: earlier.id,
            name: earlier.name,
            last: earlier.last,
            ..Later::default()
        };
        assert_eq!(later, expected);
    });
}

/// A field whose type was changed is as good as absent.
#[test]
fn a_field_of_another_type_is_absent() {
    let Some(kitex) = kitex() else { return };
    cross::<Earlier, Retyped>(kitex, |bytes, retyped| {
        let earlier: Earlier = decode(bytes).expect("its own type");
        let expected = Retyped {
            last: earlier.last,
            ..Retyped::default()
        };
        assert_eq!(retyped, expected);
    });
    cross::<Retyped, Earlier>(kitex, |bytes, earlier| {
        let retyped: Retyped = decode(bytes).expect("its own type");
        let expected = Earlier {
            last: retyped.last,
            ..Earlier::default()
        };
        assert_eq!(earlier, expected);
    });
}

#[test]
fn a_field_that_became_required_is_missing() {
    let Some(kitex) = kitex() else { return };
    let bytes = Earlier::default().encode_to_bytes();
    let error = decode::<Demanding>(&bytes).expect_err("no flag");
    let expected = "required field `flag` (3) of `Demanding` is missing";
    assert_eq!(error.to_string(), expected);
    assert!(kitex.text::<Demanding>(&bytes).is_err());
}

/// Neither side keeps a member that its union does not have; ours says which one it was.
#[test]
fn an_unknown_member_of_a_union_is_known_by_its_id() {
    let Some(kitex) = kitex() else { return };
    let members = [
        (LaterChoice::Text("new".into()), 2),
        (LaterChoice::Nested(Nested::default()), 3),
    ];
    for (later, id) in members {
        let bytes = later.encode_to_bytes();
        let earlier: EarlierChoice = decode(&bytes).expect("an unknown member is no error");
        assert_eq!(earlier, EarlierChoice::Unknown { id });
        assert_eq!(canonical(&earlier.encode_to_bytes()), [0]);
        let theirs = kitex.text::<EarlierChoice>(&bytes);
        assert_eq!(theirs.as_deref(), Ok("EarlierChoice{}"));
    }
    let known = LaterChoice::Number(7).encode_to_bytes();
    assert_eq!(decode(&known), Ok(EarlierChoice::Number(7)));
}
