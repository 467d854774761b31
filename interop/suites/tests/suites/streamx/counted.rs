//! Middleware that counts how often it has run, by side and by the metainfo `RUN` of its call.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use streamgen_runtime::middleware::{
    CallInfo, Calling, Middleware, Next, Receiving, RecvMiddleware, RecvNext, SendMiddleware,
    SendNext, Sending,
};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{ClientBuilder, Result, Side};

/// How often each kind has run: first what was given to the builder, then what a builder has made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) call: [u32; 2],
    pub(crate) stream: [u32; 2],
    pub(crate) recv: [u32; 2],
    pub(crate) send: [u32; 2],
    pub(crate) read_stream: u32,
}

/// The counts of all calls of a case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted(Arc<Mutex<HashMap<String, Counts>>>);

impl Counted {
    pub(crate) fn of(&self, side: Side, run: &str) -> Counts {
        let all = self.0.lock().unwrap();
        all.get(&format!("{side:?} {run}"))
            .copied()
            .unwrap_or_default()
    }

    fn count(&self, call: &CallInfo, add: impl FnOnce(&mut Counts)) {
        let run = call.metainfo("RUN").unwrap_or_default();
        let mut all = self.0.lock().unwrap();
        add(all.entry(format!("{:?} {run}", call.side())).or_default());
    }
}

/// One middleware of each kind: the first, or the one that a builder makes.
#[derive(Clone)]
struct Counting(Counted, usize);

impl RecvMiddleware for Counting {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        self.0.count(recv.call(), |counts| counts.recv[self.1] += 1);
        next.run(recv).await
    }
}

impl SendMiddleware for Counting {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        self.0.count(send.call(), |counts| counts.send[self.1] += 1);
        next.run(send).await
    }
}

impl Middleware for Counting {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let of_stream = calling.stream().is_some() || calling.request().is_none();
        self.0.count(calling.call(), |counts| match of_stream {
            true => counts.stream[self.1] += 1,
            false => counts.call[self.1] += 1,
        });
        next.run(calling).await
    }
}

/// Registers all of them, in Kitex's eight ways.
macro_rules! registered {
    ($builder:expr, $counted:expr) => {{
        let (given, built) = (Counting($counted.clone(), 0), Counting($counted.clone(), 1));
        $builder
            .unary_middleware(given.clone())
            .unary_middleware_builder({
                let built = built.clone();
                move |_: &_| built.clone()
            })
            .stream_middleware(given.clone())
            .stream_middleware_builder({
                let built = built.clone();
                move |_: &_| built.clone()
            })
            .recv_middleware(given.clone())
            .recv_middleware_builder({
                let built = built.clone();
                move |_: &_| built.clone()
            })
            .send_middleware(given)
            .send_middleware_builder(move |_: &_| built.clone())
    }};
}

impl Counted {
    pub(crate) fn at_client<C>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        registered!(builder, self)
    }

    pub(crate) fn at_server(&self, builder: ServerBuilder) -> ServerBuilder {
        let counted = self.clone();
        let builder = builder.on_read_stream(CountStreams(counted));
        registered!(builder, self)
    }
}

/// Counts streams before any other hook does.
struct CountStreams(Counted);

impl streamgen_runtime::middleware::OnReadStream for CountStreams {
    async fn read_stream(&self, calling: &mut Calling) -> Result<()> {
        self.0
            .count(calling.call(), |counts| counts.read_stream += 1);
        Ok(())
    }
}
