use super::*;
use crate::service::{Mode, PayloadCodec, Transport};

static SERVICE: ServiceInfo = ServiceInfo {
    name: "S",
    package: "",
    payload: PayloadCodec::Thrift,
    default_transport: Transport::Grpc,
    methods: &[MethodInfo::new("m", Mode::PingPong)],
};

/// The context of a call without stream on a wire with these abilities.
fn of_call(abilities: &'static CallAbilities) -> Context {
    let incoming = Incoming {
        package: None,
        service: "S".into(),
        method: "m".into(),
        metadata: [("key", "value")].into_iter().collect(),
        caller: FastStr::empty(),
        payload: PayloadCodec::Thrift,
        abilities,
        peer: None,
        timeout: None,
    };
    let called = (&SERVICE, &SERVICE.methods[0]);
    let answer = Some(Arc::default());
    let [draining, cancellation] = [(); 2].map(|()| Cancellation::new());
    Context::serving(called, incoming, draining, cancellation, answer)
}

#[test]
fn a_handler_learns_what_its_wire_does_not_carry() {
    fn only_lower_case(pairs: &Metadata) -> Result<()> {
        let upper = pairs
            .iter()
            .any(|(key, _)| key.contains(char::is_uppercase));
        match upper {
            true => Err(Error::invalid_argument("upper case")),
            false => Ok(()),
        }
    }
    static ALL: CallAbilities = CallAbilities {
        wire: "all",
        header: Some(only_lower_case),
        backward: true,
        compression: true,
    };
    static NOTHING: CallAbilities = CallAbilities {
        wire: "nothing",
        header: None,
        backward: false,
        compression: false,
    };
    for (abilities, carried) in [(&ALL, true), (&NOTHING, false)] {
        let cx = of_call(abilities);
        assert_eq!(cx.header().get("key").is_some(), carried);
        assert_eq!(cx.set_header([("a", "1")]).unwrap(), carried);
        assert_eq!(cx.set_trailer([("a", "1")]).unwrap(), carried);
        assert_eq!(cx.send_backward("b", "2"), carried);
        assert_eq!(cx.set_message_compression(false), carried);
        let answer = std::mem::take(&mut *cx.0.answer.as_ref().unwrap().lock().unwrap());
        assert_eq!(
            (answer.header.len(), answer.trailer.len()),
            match carried {
                true => (1, 2),
                false => (0, 0),
            }
        );
        assert_eq!(answer.uncompressed, carried);
    }
    // The wire says which pairs it can carry.
    assert!(of_call(&ALL).set_header([("A", "1")]).is_err());
}

/// With the counters of the `Arc` it fills what the allocator has for 152 to 168 bytes.
#[test]
fn a_context_is_small() {
    assert!(size_of::<Inner>() <= 152, "{} bytes", size_of::<Inner>());
}
