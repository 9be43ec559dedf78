#!/usr/bin/env bash
# Joins images of single architectures, pushed by digest, into one image with tags.
#
#   join-image.sh REPOSITORY FOLDER TAGS
#
# FOLDER has a file for each image, named by its digest without `sha256:`; TAGS are separated by blanks. The digest of the
# joined image is printed, and set as an output of the step.
set -euo pipefail

if [ $# -ne 3 ]; then
    echo "join-image.sh: it takes a repository, a folder of digests and tags, like docker.io/me/hello-server digests latest" >&2
    exit 2
fi
repository="$1" folder="$2"
read -ra tags <<<"$3"

images=()
for file in "$folder"/*; do
    name="$(basename "$file")"
    if ! [[ $name =~ ^[0-9a-f]{64}$ ]]; then
        echo "join-image.sh: $file is not named by a digest; the build leaves one such file for each architecture" >&2
        exit 1
    fi
    images+=("$repository@sha256:$name")
done

named=()
for tag in "${tags[@]}"; do
    named+=(--tag "$repository:$tag")
done

docker buildx imagetools create "${named[@]}" "${images[@]}"
digest="$(docker buildx imagetools inspect "$repository:${tags[0]}" --format '{{ .Manifest.Digest }}')"
echo "$digest"
echo "digest=$digest" >>"${GITHUB_OUTPUT:-/dev/null}"
