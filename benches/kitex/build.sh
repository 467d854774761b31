#!/bin/sh
# Builds bin/kitex-bench: generates the Kitex code for both IDLs in ../stream/idl with the tool that
# go.mod pins, then compiles. And bin/kitex-generic, which has no generated code. Neither the generated code nor the binary is committed.
set -eu
cd "$(dirname "$0")"
go tool kitex -streamx -module kitexbench -no-dependency-check ../stream/idl/bench.thrift
go tool kitex -streamx -module kitexbench -no-dependency-check -I ../stream/idl ../stream/idl/bench.proto
go build -o bin/kitex-bench .
go build -o bin/kitex-generic ./generic
