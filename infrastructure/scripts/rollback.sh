#!/usr/bin/env bash
# Deploys what deploy.sh stored with --before: the previous template and parameters.
#
#   rollback.sh STACK FOLDER [BUCKET]
#
# CloudFormation itself rolls back a failed deployment. This is for a completed deployment that does not work.
set -euo pipefail

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
    echo "rollback.sh: this is bash $BASH_VERSION, and it takes bash 4.4 (on macOS: brew install bash)" >&2
    exit 2
fi
if [ $# -lt 2 ]; then
    echo 'rollback.sh: it takes the name of a stack and the folder that deploy.sh --before filled' >&2
    exit 2
fi
stack="$1" folder="$2" bucket="${3:-}"

if ! [ -f "$folder/template.yaml" ]; then
    cat >&2 <<END
error: $folder keeps nothing of $stack: it was created just now, so there is nothing to go back to
  hint: look at it, and then remove it with aws cloudformation delete-stack --stack-name $stack
        (after deploy.sh --set Protection=false, if it is protected)
END
    exit 1
fi

echo "### Rolling back \`$stack\`" | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"
parameters=()
for file in "$folder"/parameters/*; do
    [ ! -f "$file" ] || parameters+=(--set "$(basename "$file")=$(<"$file")")
done
exec "$(dirname "${BASH_SOURCE[0]}")/deploy.sh" --stack "$stack" --template "$folder/template.yaml" \
    "${parameters[@]}" ${bucket:+--bucket "$bucket"}
