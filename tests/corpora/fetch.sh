#!/bin/sh
# Brings the repositories that the tables beside this script name, at the commits named there, to where the test
# `corpora` looks for them: $STREAMGEN_CORPORA, or target/corpora. Needs git and the network. Behind a commit stands what
# `git sparse-checkout set` takes: folders, or patterns, which is why the shell expands none. A repository with files of
# both IDLs is in two tables and says the same in both.
set -euf
cd "$(dirname "$0")/../.."
into=${STREAMGEN_CORPORA:-target/corpora}

tables="thrift thrift_projects protobuf protobuf_projects"
for table in $tables; do
    sed -n 's|^## \([^ /]*\)/\([^ ]*\) \([0-9a-f]\{40\}\) *\(.*\)|\1 \2 \3 \4|p' "tests/corpora/$table.md"
done |
    while read -r owner name commit folders; do
        dir=$into/$owner+$name
        if [ "$(git -C "$dir" rev-parse HEAD 2>/dev/null || true)" = "$commit" ]; then
            continue
        fi
        echo "$owner/$name"
        rm -rf "$dir"
        git init -q "$dir"
        if [ -n "$folders" ]; then
            # shellcheck disable=SC2086
            git -C "$dir" sparse-checkout set $folders
        fi
        git -C "$dir" fetch -q --depth 1 "https://github.com/$owner/$name" "$commit"
        git -C "$dir" checkout -q FETCH_HEAD
    done
