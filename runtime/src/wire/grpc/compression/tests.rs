use super::*;

#[test]
fn g56_identity_is_always_offered() {
    assert!(ACCEPT.split(',').any(|name| name == IDENTITY));
    let names: Vec<_> = Encoding::ALL
        .iter()
        .map(|encoding| encoding.name())
        .collect();
    assert_eq!(ACCEPT.split(',').skip(1).collect::<Vec<_>>(), names);
}

#[test]
fn identity_and_nothing_are_no_encoding_and_unknown_names_an_error() {
    assert_eq!(Encoding::from_name(b"identity"), Ok(None));
    assert_eq!(Encoding::from_name(b""), Ok(None));
    assert_eq!(Encoding::from_name(b"snappy"), Err(()));
    assert_eq!(Encoding::from_list(b"identity, snappy;"), None);
}

#[cfg(any(feature = "gzip", feature = "zstd"))]
mod with_encodings {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::super::super::message::MessageReader;
    use super::*;

    #[test]
    fn the_first_known_name_of_a_list_counts() {
        for &encoding in Encoding::ALL {
            let list = format!("identity, snappy , {} ,br;", encoding.name());
            assert_eq!(Encoding::from_list(list.as_bytes()), Some(encoding));
            assert_eq!(
                Encoding::from_name(encoding.name().as_bytes()),
                Ok(Some(encoding))
            );
        }
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        for &encoding in Encoding::ALL {
            let mut bomb = BytesMut::new();
            encoding.compress(&[0; 1_000_000], &mut bomb).unwrap();
            assert!(bomb.len() < 2_000);
            let error = encoding.decompress(&bomb, 999_999).unwrap_err();
            assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED));
            assert_eq!(
                encoding.decompress(&bomb, 1_000_000).unwrap().len(),
                1_000_000
            );
        }
    }

    #[test]
    fn garbage_and_cut_messages_are_status_13() {
        for &encoding in Encoding::ALL {
            let mut compressed = BytesMut::new();
            encoding.compress(&[7; 1000], &mut compressed).unwrap();
            for bad in [&compressed[..compressed.len() - 1], b"garbage"] {
                let error = encoding.decompress(bad, 10_000).unwrap_err();
                assert_eq!(error.grpc_code(), Some(Code::INTERNAL), "{encoding:?}");
            }
        }
    }

    proptest! {
        /// Statement 55, without a connection.
        #[test]
        fn g55_compressed_messages_come_back(plain in prop::collection::vec(any::<u8>(), 0..5000)) {
            for &encoding in Encoding::ALL {
                let mut wire = BytesMut::from(&[1_u8, 0, 0, 0, 0][..]);
                encoding.compress(&plain, &mut wire).unwrap();
                let len = u32::try_from(wire.len() - 5).unwrap();
                wire[1..5].copy_from_slice(&len.to_be_bytes());
                let mut reader = MessageReader::new(10_000, Some(encoding));
                reader.push(wire.freeze());
                prop_assert_eq!(reader.next_message().unwrap().unwrap(), plain.clone());
            }
        }
    }

    /// A message of so many bytes, compressed, that has another byte somewhere, or is cut there.
    fn damaged(
        encoding: Encoding,
        len: usize,
        at: prop::sample::Index,
        byte: Option<u8>,
    ) -> BytesMut {
        let mut bytes = BytesMut::new();
        encoding.compress(&vec![7; len], &mut bytes).unwrap();
        let at = at.index(bytes.len());
        match byte {
            Some(byte) => bytes[at] = byte,
            None => bytes.truncate(at),
        }
        bytes
    }

    #[test]
    fn no_damage_panics_or_makes_more_than_the_limit() {
        for &encoding in Encoding::ALL {
            let (read, stopped) = (Cell::new(0), Cell::new(0));
            proptest!(|(at: prop::sample::Index, byte in prop::option::weighted(0.9, any::<u8>()))| {
                for len in [900, 5_000] {
                    match encoding.decompress(&damaged(encoding, len, at, byte), 1_000) {
                        Ok(plain) => {
                            prop_assert!(plain.len() <= 1_000);
                            read.set(read.get() + 1);
                        }
                        Err(error) if error.grpc_code() == Some(Code::RESOURCE_EXHAUSTED) => {
                            stopped.set(stopped.get() + 1);
                        }
                        Err(_) => {}
                    }
                }
            });
            assert!(read.get() > 0, "{encoding:?}: some are read all the same");
            assert!(stopped.get() > 0, "{encoding:?}: some are too long");
        }
    }
}
