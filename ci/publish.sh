#!/usr/bin/env bash
# Publishes a subgraph's contract: publish.sh SERVICE GRAPH_REF. A service that has none has nothing to do.
set -euo pipefail
if [ $# -ne 2 ]; then
  echo "Usage: ci/publish.sh SERVICE GRAPH_REF" >&2
  exit 2
fi
service=$1
graph=$2
if [ ! -f "schema/$service.graphql" ]; then exit 0; fi
port=$(node -p "require('./services.json').find(({ name }) => name === '$service').port")
# Without a registry's address: GraphOS. rover takes an empty one for an address.
if [ -z "${APOLLO_REGISTRY_URL:-}" ]; then unset APOLLO_REGISTRY_URL; fi
npx rover subgraph publish "$graph" --name "$service" --schema "schema/$service.graphql" \
  --routing-url "http://$service:$port/graphql"
