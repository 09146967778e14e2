# Every service: its bundle and Node, nothing else. One file, a build argument says which.
#
#   docker build --file docker/service.Dockerfile --build-arg SERVICE=gateway --tag tributary/gateway .
#
# BASE: an image with Node 20.19 or newer, npm, and an account 1000. Pipelines pin it by digest.
ARG BASE=node:24-bookworm-slim

# Only what npm reads, so that a change of code installs nothing again.
FROM ${BASE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc ! -path './gateway/bin/*' -delete

FROM ${BASE} AS source
WORKDIR /app
COPY --from=manifests /app ./
# No scripts: nothing that is bundled has one, and none of a stranger's runs. One layer for all services.
RUN npm ci --workspaces --ignore-scripts --no-audit --no-fund
COPY . .

FROM source AS build
ARG SERVICE
RUN npx tsx scripts/build-service.ts "${SERVICE}" /out

# Keys and passwords for a system on one machine; docker/compose.yaml runs it, nothing else does.
FROM source AS build-local-secrets
RUN npx tsx scripts/containers/build-local-secrets.ts /out

FROM ${BASE} AS local-secrets
COPY --from=build-local-secrets /out /app
ENTRYPOINT ["node", "/app/main.js"]

FROM ${BASE} AS service
# Node's own options for this service: docs/performance.md has the gateway's.
ARG NODE_OPTIONS=
ENV NODE_ENV=production NODE_OPTIONS=${NODE_OPTIONS} HOST=0.0.0.0
COPY docker/certificates /etc/ssl/rds
COPY --from=build /out /app
# gateway.yaml is looked for here, and what it names by relative paths. This one says what the quick start needs; mount
# another over it.
WORKDIR /etc/tributary
RUN echo 'supergraph: ./supergraph.graphql' > gateway.yaml
# ECS gives a task's volume the owner that its place has here, when it is declared.
RUN install -d -o 1000 -g 1000 -m 0700 /run/secrets
VOLUME /run/secrets
USER 1000:1000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s CMD ["node", "/app/healthcheck.js"]
# Node gets SIGTERM: no npm and no shell in between. Arguments of `docker run` are the service's: `migrate`, `--help`.
ENTRYPOINT ["node", "/app/main.js"]
