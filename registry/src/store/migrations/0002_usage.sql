-- Up Migration

-- Operations that clients sent, without literals: what their reporters call signatures.
CREATE TABLE operations (
  graph_id text NOT NULL REFERENCES graphs (id),
  -- SHA-256 of name and signature.
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{64}$'),
  -- Empty: it has none.
  name text NOT NULL,
  signature text NOT NULL,
  -- `Type.field` of each field it selects.
  fields text[] NOT NULL,
  first_seen timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, id)
);

CREATE TABLE operation_usage (
  graph_id text NOT NULL,
  variant text NOT NULL,
  hour timestamptz(0) NOT NULL,
  operation_id text NOT NULL,
  client_name text NOT NULL,
  client_version text NOT NULL,
  requests bigint NOT NULL,
  errors bigint NOT NULL,
  PRIMARY KEY (graph_id, variant, hour, operation_id, client_name, client_version),
  FOREIGN KEY (graph_id, operation_id) REFERENCES operations (graph_id, id)
);

-- How long requests took: bucket n holds what took up to 1.1^n microseconds.
CREATE TABLE operation_latency (
  graph_id text NOT NULL,
  variant text NOT NULL,
  hour timestamptz(0) NOT NULL,
  operation_id text NOT NULL,
  bucket smallint NOT NULL,
  requests bigint NOT NULL,
  PRIMARY KEY (graph_id, variant, hour, operation_id, bucket),
  FOREIGN KEY (graph_id, operation_id) REFERENCES operations (graph_id, id)
);

-- Reports that were counted: one that is sent again, because its answer was lost, is not counted twice.
CREATE TABLE usage_reports (
  digest bytea PRIMARY KEY,
  received_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX usage_reports_received ON usage_reports (received_at);
