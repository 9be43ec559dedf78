#!/bin/sh
# The part of the official image's entrypoint that we use: it creates a cluster in an empty volume, with one user with a
# password, and a database of the same name. It runs as the owner of the volume, never as root.
set -eu

: "${POSTGRES_USER:=postgres}" "${POSTGRES_DB:=$POSTGRES_USER}"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  secret=$(mktemp)
  printf '%s\n' "${POSTGRES_PASSWORD:?must be set}" >"$secret"
  initdb --username="$POSTGRES_USER" --pwfile="$secret" --auth=scram-sha-256 --encoding=UTF8 --no-sync >/dev/null
  rm "$secret"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "CREATE DATABASE \"$POSTGRES_DB\"" | postgres --single -j postgres >/dev/null
fi
exec "$@" -c listen_addresses='*'
