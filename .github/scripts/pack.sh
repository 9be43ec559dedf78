#!/usr/bin/env bash
# Packs each program with its licence, and writes a checksum beside it.
#
#   pack.sh VERSION MACHINE FOLDER
#
# The programs are those that `cargo build --profile dist` has built.
set -euo pipefail

if [ $# -ne 3 ]; then
    echo 'pack.sh: it takes a version, a kind of machine and a folder, like 1.2.3 linux-amd64 packed' >&2
    exit 2
fi
version="$1" machine="$2" folder="$3"
built="${CARGO_TARGET_DIR:-target}/dist"

checksum() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum --algorithm 256 "$1"; fi
}

mkdir -p "$folder"
for program in hello-tui hello-server hello-sandbox; do
    if ! [ -x "$built/$program" ]; then
        echo "error: there is no $built/$program" >&2
        echo "  hint: cargo build --profile dist --locked --package $program" >&2
        exit 1
    fi
    name="$program-$version-$machine"
    mkdir -p "$folder/$name"
    cp "$built/$program" LICENSE README.md CHANGELOG.md "$folder/$name/"
    tar -C "$folder" -czf "$folder/$name.tar.gz" "$name"
    rm -r "${folder:?}/$name"
    (cd "$folder" && checksum "$name.tar.gz" >"$name.tar.gz.sha256")
done
ls -l "$folder"
