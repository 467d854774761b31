use std::collections::HashMap;

use bytes::Bytes;

use super::*;
use crate::codec::ApplicationException as Boom;

/// A method that `throws (2: Boom boom)`.
#[derive(Debug)]
enum Failure {
    Boom(Boom),
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Throws for Failure {
    fn into_declared(self) -> Result<Declared, Error> {
        match self {
            Self::Boom(boom) => Ok(Declared::new(2, boom)),
            Self::Error(error) => Err(error),
        }
    }

    fn as_declared(&mut self) -> Result<&mut dyn AnyMessage, &mut Error> {
        match self {
            Self::Boom(boom) => Ok(boom),
            Self::Error(error) => Err(error),
        }
    }

    fn decode_declared(id: i16, r: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
        match id {
            2 => Boom::decode(r).map(|boom| Some(Self::Boom(boom))),
            _ => Ok(None),
        }
    }
}

fn round_trip<R: Return>(value: R) -> R {
    decode_result::<R, Error>(&Returned(value).encode_to_bytes()).unwrap()
}

#[test]
fn any_thrift_value_can_be_returned() {
    assert_eq!(round_trip(i64::MIN), i64::MIN);
    assert!(round_trip(true));
    let groups = HashMap::from([("odd".to_owned(), vec![1_i64, 3])]);
    assert_eq!(round_trip(groups.clone()), groups);
}

#[test]
fn a_return_value_is_field_0_and_void_is_a_stop_byte() {
    assert_eq!(
        Returned(7_i32).encode_to_bytes()[..],
        [8, 0, 0, 0, 0, 0, 7, 0]
    );
    assert_eq!(Returned(()).encode_to_bytes()[..], [0]);
    decode_result::<(), Error>(&Bytes::from_static(&[0])).unwrap();
}

#[test]
fn a_declared_exception_comes_back_as_itself() {
    let declared = Failure::Boom(Boom::new(7, "boom")).into_declared().unwrap();
    let failed = decode_result::<i32, Failure>(&declared.encode_to_bytes());
    assert!(matches!(failed, Err(Failure::Boom(boom)) if boom == Boom::new(7, "boom")));
}

#[test]
fn an_undeclared_exception_is_skipped_and_the_result_missing() {
    let bytes = Declared::new(3, Boom::new(7, "boom")).encode_to_bytes();
    let Err(Failure::Error(error)) = decode_result::<i32, Failure>(&bytes) else {
        panic!("no error");
    };
    assert_eq!(
        error.kitex_code(),
        Some(ApplicationException::MISSING_RESULT)
    );
}

#[test]
fn a_value_of_another_type_is_no_value() {
    let bytes = Returned(7_i64).encode_to_bytes();
    let error = decode_result::<i32, Error>(&bytes).unwrap_err();
    assert_eq!(
        error.kitex_code(),
        Some(ApplicationException::MISSING_RESULT)
    );
}

#[test]
fn every_truncation_is_a_decode_error() {
    let declared = Failure::Boom(Boom::new(7, "boom")).into_declared().unwrap();
    for bytes in [
        Returned(7_i64).encode_to_bytes(),
        declared.encode_to_bytes(),
    ] {
        for len in 0..bytes.len() {
            let failed = decode_result::<i64, Failure>(&bytes.slice(..len));
            let Err(Failure::Error(error)) = failed else {
                panic!("{len} bytes decode")
            };
            assert_eq!(error.kind(), ErrorKind::Decode, "{len} bytes");
        }
    }
}
