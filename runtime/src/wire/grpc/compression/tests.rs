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

        #[test]
        fn no_bytes_panic_or_become_more_than_the_limit(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            for &encoding in Encoding::ALL {
                if let Ok(plain) = encoding.decompress(&bytes, 1_000) {
                    prop_assert!(plain.len() <= 1_000);
                }
            }
        }
    }
}
