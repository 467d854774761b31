//! The code generation benchmark; `--help` lists the commands.

fn main() -> anyhow::Result<()> {
    bench_codegen::command::run()
}
