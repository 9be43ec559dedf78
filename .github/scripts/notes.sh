#!/usr/bin/env bash
# Extracts a version's notes from CHANGELOG.md, and compares the tag with the workspace's version.
#
#   notes.sh TAG FILE
#
# Outputs the version and the tags of its images: v1.2.3 makes 1.2.3, 1.2 and latest.
set -euo pipefail

if [ $# -ne 2 ] || ! [[ $1 =~ ^v([0-9]+\.[0-9]+)\.[0-9]+$ ]]; then
    echo 'notes.sh: it takes a tag like v1.2.3, and the file to write the notes to' >&2
    exit 2
fi
version="${1#v}" minor="${BASH_REMATCH[1]}" file="$2"

workspace="$(sed -n '/^\[workspace\.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)"
if [ "$workspace" != "$version" ]; then
    echo "error: the tag says $version, and Cargo.toml says $workspace" >&2
    echo "  hint: tag the commit that sets the version: CONTRIBUTING.md, Releasing" >&2
    exit 1
fi

awk -v heading="## [$version]" '
    index($0, "## ") == 1 { inside = index($0, heading) == 1; next }
    /^\[[^]]*\]: / { next }
    inside
' CHANGELOG.md >"$file"
if ! grep --quiet '[^[:space:]]' "$file"; then
    echo "error: CHANGELOG.md says nothing about $version" >&2
    echo "  hint: give what stands under [Unreleased] the heading ## [$version] - $(date +%F)" >&2
    exit 1
fi

{
    echo "version=$version"
    echo "tags=$version $minor latest"
} | tee -a "${GITHUB_OUTPUT:-/dev/null}"
