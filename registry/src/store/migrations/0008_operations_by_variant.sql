-- Up Migration

-- Operations that clients sent, without literals: what their reporters call signatures. Each variant has its own, because
-- which fields one selects is what its reporters say: those of one variant must not decide in checks of another.
CREATE TABLE recorded_operations (
  graph_id text NOT NULL REFERENCES graphs (id),
  variant text NOT NULL,
  -- SHA-256 of name and signature.
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{64}$'),
  -- Empty: it has none.
  name text NOT NULL,
  signature text NOT NULL,
  -- `Type.field` of each field it selects.
  fields text[] NOT NULL,
  first_seen timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, variant, id)
);

INSERT INTO recorded_operations (graph_id, variant, id, name, signature, fields, first_seen)
SELECT o.graph_id, u.variant, o.id, o.name, o.signature, o.fields, o.first_seen
  FROM operations o
  JOIN (SELECT graph_id, variant, operation_id FROM operation_usage
         UNION SELECT graph_id, variant, operation_id FROM operation_latency) u
    ON u.graph_id = o.graph_id AND u.operation_id = o.id;

ALTER TABLE operation_usage
  DROP CONSTRAINT operation_usage_graph_id_operation_id_fkey,
  ADD FOREIGN KEY (graph_id, variant, operation_id) REFERENCES recorded_operations (graph_id, variant, id);
ALTER TABLE operation_latency
  DROP CONSTRAINT operation_latency_graph_id_operation_id_fkey,
  ADD FOREIGN KEY (graph_id, variant, operation_id) REFERENCES recorded_operations (graph_id, variant, id);
DROP TABLE operations;
