#!/bin/sh
# Builds the Kitex side of the interop tests into interop/kitex/bin/:
#
#   bin/peer                  the peer contract on Kitex (interop/SCENARIOS.md)
#   bin/grpc                  gRPC's interop suite on Kitex, for the tests of interop/grpc
#   bin/codec                 what Kitex's generated code makes of bytes, for the tests of interop/codec
#   bin/generic               what the JSON generic call makes of JSON and bytes, for the tests of interop/codec
#   bin/defaults-streamx      the pairings of surfaces (interop/idl/defaults), generated with -streamx
#   bin/defaults-classic      the same without it
#   bin/events                what Kitex tells its tracers (interop/idl/events.thrift), for the tests of interop/events
#   bin/guide                 the programs of Kitex's guide to streaming generic calls (interop/idl/guide), for
#                             the tests of interop/suites
#   bin/suites                kitex-tests' suites of streams (interop/idl/suites), for the tests of interop/suites
#   bin/streamx-echo-server   what Kitex's own StreamX example does, on idl-samples/echo.thrift
#   bin/streamx-echo-client
#
# Generated code (kitex_gen/) is made here and never committed. The Kitex tool is
# the one pinned in go.mod. Running the script again without a change in its inputs
# does nothing. Needs Go; the Go module proxy only when the module cache is cold.
set -eu
cd "$(dirname "$0")"

peer_idl=../idl/peer.thrift
peer_proto=../idl/peer.proto
events_idl=../idl/events.thrift
codec_idl=../idl/codec
echo_idl=../../idl-samples/echo.thrift
grpc_idl=../idl/grpc/testing
defaults_idl=../idl/defaults
suites_idl=../idl/suites
guide_idl=../idl/guide

# Test binaries may call this script at the same time.
if [ "${KITEX_BUILD_LOCKED:-}" = "" ] && command -v flock >/dev/null 2>&1; then
    mkdir -p bin
    KITEX_BUILD_LOCKED=1 exec flock bin/.lock ./build.sh "$@"
fi

checksum() {
    cat "$@" | cksum
}

generate() {
    # The tool compares versions with a list it would have to download; they are pinned here.
    go tool kitex -module streamgen/interop/kitex -no-dependency-check "$@" >bin/generate.log 2>&1 || {
        cat bin/generate.log >&2
        exit 1
    }
}

mkdir -p bin
generated=$(checksum build.sh go.mod go.sum "$peer_idl" "$peer_proto" "$events_idl" "$echo_idl" "$codec_idl"/*.thrift "$grpc_idl"/*.proto "$defaults_idl"/* "$suites_idl"/* "$guide_idl"/*)
if [ "$(cat kitex_gen/.inputs 2>/dev/null || true)" != "$generated" ]; then
    rm -rf kitex_gen
    # Kitex wants to be told the Go package, which gRPC's files leave to whoever builds them.
    mkdir -p kitex_gen/idl/grpc/testing
    for idl in "$grpc_idl"/*.proto; do
        awk '{ print } /^package / { print "option go_package = \"grpctesting\";" }' \
            "$idl" >"kitex_gen/idl/grpc/testing/$(basename "$idl")"
    done
    for idl in "$peer_idl" "$peer_proto" "$events_idl" "$echo_idl" "$codec_idl/codec.thrift" kitex_gen/idl/grpc/testing/test.proto; do
        generate -streamx -I kitex_gen/idl "$idl"
    done
    generate -streamx "$suites_idl/suite.thrift"
    generate -streamx "$suites_idl/suite.proto"
    generate -streamx "$guide_idl/echo.thrift"
    generate -streamx "$guide_idl/streaming.proto"
    generate -streamx -combine-service "$suites_idl/combine.thrift"
    generate -streamx -gen-path kitex_gen/old "$suites_idl/old.thrift"
    for surface in streamx classic; do
        flag=$([ "$surface" = classic ] || echo -streamx)
        for idl in "$defaults_idl"/*.thrift "$defaults_idl"/*.proto; do
            # shellcheck disable=SC2086
            generate $flag -gen-path "kitex_gen/$surface" -I "$defaults_idl" "$idl"
        done
    done
    # With -streamx and no stream, the tool of v0.16.3 leaves an import that Go refuses.
    sed '/kitex\/pkg\/streaming"$/d' kitex_gen/streamx/callspb/calls.pb.go >bin/calls.pb.go
    mv bin/calls.pb.go kitex_gen/streamx/callspb/calls.pb.go
    echo "$generated" >kitex_gen/.inputs
fi

built=$( (echo "$generated"; go version; find cmd defaults patience -name '*.go' | LC_ALL=C sort | xargs cat) | cksum)
if [ "$(cat bin/.inputs 2>/dev/null || true)" != "$built" ]; then
    rm -f bin/.inputs
    # Together, so that one is linked while another is compiled.
    go build -o bin/ ./cmd/peer ./cmd/codec ./cmd/generic ./cmd/grpc ./cmd/events ./cmd/guide ./cmd/suites \
        ./cmd/defaults-streamx ./cmd/defaults-classic
    go build -o bin/streamx-echo-server ./cmd/streamx-echo/server
    go build -o bin/streamx-echo-client ./cmd/streamx-echo/client
    echo "$built" >bin/.inputs
fi
