#!/usr/bin/env bash
# Runs a service's migration once and waits for its end: migrate.sh ENVIRONMENT SERVICE
# Exit code 0 when the store is at the newest schema. A service without a store has no migration and nothing to do.
set -euo pipefail
if [ $# -ne 2 ]; then
  echo "Usage: ci/migrate.sh ENVIRONMENT SERVICE" >&2
  exit 2
fi
environment=$1
service=$2

store=$(node -p "require('./services.json').find(({ name }) => name === '$service').store ?? ''")
if [ -z "$store" ]; then exit 0; fi
ci/run-once.sh "$environment" "$service"
