//! The stream benchmark with every heap allocation counted; started by `bench-stream allocations`.

#[global_allocator]
static ALLOCATOR: bench_stream::allocation::Counting = bench_stream::allocation::Counting;

fn main() -> anyhow::Result<()> {
    bench_stream::command::run()
}
