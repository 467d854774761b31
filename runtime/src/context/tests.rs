use super::*;

/// With the counters of the `Arc` it fills what the allocator has for 152 to 168 bytes.
#[test]
fn a_context_is_small() {
    assert!(size_of::<Inner>() <= 152, "{} bytes", size_of::<Inner>());
}

/// Tells how often it was cloned.
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
