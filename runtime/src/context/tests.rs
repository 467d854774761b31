use std::time::Duration;

use super::*;
use crate::call::{Shape, StopStages};
use crate::error::{Error, Result};
use crate::service::{Mode, PayloadCodec, Transport};

static SERVICE: ServiceInfo = ServiceInfo::new(
    "S",
    "",
    PayloadCodec::Thrift,
    Transport::Grpc,
    &[MethodInfo::new("m", Mode::PingPong)],
);

/// The context of a call without stream on a wire with these abilities.
fn of_call(abilities: &'static CallAbilities) -> Context {
    let incoming = Incoming {
        shape: Shape::Stream,
        package: None,
        service: "S".into(),
        method: "m".into(),
        metadata: [("key", "value")].into_iter().collect(),
        caller: FastStr::empty(),
        payload: PayloadCodec::Thrift,
        abilities,
        peer: None,
        certificates: None,
        timeout: None,
    };
    let called = (&SERVICE, &SERVICE.methods[0]);
    let answer = Some(Arc::default());
    let (stop, cancellation) = (StopStages::default(), Cancellation::new());
    Context::serving(called, incoming, stop, cancellation, answer)
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
        rpc_system: "kitex",
        header: Some(only_lower_case),
        backward: true,
        compression: true,
        streams_only: true,
    };
    static NOTHING: CallAbilities = CallAbilities {
        wire: "nothing",
        rpc_system: "kitex",
        header: None,
        backward: false,
        compression: false,
        streams_only: false,
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
    // The wire decides which pairs it can carry.
    assert!(of_call(&ALL).set_header([("A", "1")]).is_err());
}

/// With the counters of its `Arc`, a context fits the block size that the allocator has for 152 to
/// 168 bytes.
#[test]
fn a_context_is_small() {
    assert!(size_of::<Inner>() <= 152, "{} bytes", size_of::<Inner>());
}

/// Its `Arc` counts how often it was cloned.
struct Counted(Arc<()>);

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[test]
fn extensions_are_found_by_type_and_belong_to_their_context() {
    let outer = Context::new();
    assert!(outer.extensions().is_empty());
    let inner = outer.clone().with_extension(7_u32).with_extension("x");
    let replaced = inner.clone().with_extension(8_u32);
    for (cx, number, text) in [(&inner, 7_u32, "x"), (&replaced, 8, "x")] {
        assert_eq!(cx.extensions().get(), Some(&number));
        assert_eq!(cx.extensions().get(), Some(&text));
        assert_eq!(cx.extensions().get::<u64>(), None);
    }
    assert!(outer.extensions().is_empty());
}

#[test]
fn extensions_are_shared_by_contexts_that_differ_in_something_else() {
    let value = Arc::new(());
    let cx = Context::new().with_extension(Counted(Arc::clone(&value)));
    let others = [
        cx.clone(),
        cx.clone().with_metainfo("k", "v"),
        cx.clone().with_timeout(Duration::from_secs(1)),
    ];
    assert_eq!(Arc::strong_count(&value), 2);
    let found = others.iter().map(|cx| cx.extensions().get::<Counted>());
    assert!(found.into_iter().all(|found| found.is_some()));
    drop(cx.with_extension(Counted(Arc::default())));
    assert_eq!(Arc::strong_count(&value), 2);
}
