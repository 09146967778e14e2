#!/bin/sh
# As the published image: the first start makes the cluster and runs what is in docker-entrypoint-initdb.d.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username postgres --auth-local trust --auth-host scram-sha-256 --pwfile "$POSTGRES_PASSWORD_FILE" >/dev/null
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  pg_ctl --wait --silent --options "-c listen_addresses=''" start
  for script in /docker-entrypoint-initdb.d/*.sh; do . "$script"; done
  pg_ctl --wait --silent --mode fast stop
fi
exec postgres -c listen_addresses='*'
