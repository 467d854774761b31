//! The stream benchmark; `--help` lists the commands.

fn main() -> anyhow::Result<()> {
    bench_stream::command::run()
}
