# The gateway: its bundle and Node, nothing else.
#
#   docker build --file docker/gateway.Dockerfile --tag tributary-gateway .
#   docker run --publish 4000:4000 --volume ./supergraph.graphql:/etc/tributary/supergraph.graphql:ro tributary-gateway
#
# BASE: an image with Node 20.19 or newer, npm, and an account 1000.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY gateway/package.json gateway/
COPY gateway/bin gateway/bin
COPY packages/service-kit/package.json packages/service-kit/
COPY packages/testkit/package.json packages/testkit/
COPY packages/embedded-mongo/package.json packages/embedded-mongo/
COPY packages/local-postgres/package.json packages/local-postgres/
# No scripts: nothing that is bundled has one, and none of a stranger's runs.
RUN npm ci --workspace gateway --ignore-scripts --no-audit --no-fund
COPY scripts scripts
COPY packages/service-kit packages/service-kit
COPY gateway gateway
COPY tsconfig.json ./
RUN npx tsx scripts/build-gateway.ts

FROM ${BASE}
ENV NODE_ENV=production
COPY --from=build /app/gateway/dist /app/gateway/dist
COPY LICENSE /app/
# gateway.yaml is looked for here, and what it names by relative paths. This one says what the quick start needs; mount
# another over it.
WORKDIR /etc/tributary
RUN echo 'supergraph: ./supergraph.graphql' > gateway.yaml
USER 1000:1000
EXPOSE 4000
HEALTHCHECK --interval=5s --timeout=2s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4000/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process and gets SIGTERM. --max-semi-space-size: docs/performance.md.
ENTRYPOINT ["node", "--max-semi-space-size=64", "/app/gateway/dist/main.js", "--host", "0.0.0.0"]
