#!/bin/sh
# rustdoc that takes options of a nightly.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
