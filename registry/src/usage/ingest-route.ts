import { BadRequestError, readBody, sendJson, type RouteHandler } from '@tributary/service-kit';
import type { Admission } from '../access/admission.ts';
import { assertMay, UnknownKeyError } from '../access/viewer.ts';
import { parseGraphRef } from '../graphs/graph-ref.ts';
import { createOperationReader } from './operation-reader.ts';
import { readReport } from './read-report.ts';
import { UsageOverloadError, type UsageRecorder } from './usage-recorder.ts';

export const INGEST_PATH = '/api/ingress/traces';
const MAX_BODY_BYTES = 8_000_000;
/** Of all the reports that are being taken at a time. */
const MAX_HELD_BYTES = 64_000_000;

/**
 * POST /api/ingress/traces: usage reports in Apollo's format, of Apollo Server, Apollo Router or our gateway. The answer
 * asks the reporter for counts in the place of traces, which are much smaller.
 *
 * @see https://www.npmjs.com/package/@apollo/usage-reporting-protobuf
 */
export function ingestRoute({
  admission,
  recorder,
}: {
  admission: Admission;
  recorder: UsageRecorder;
}): RouteHandler {
  const operations = createOperationReader();
  let heldBytes = 0;
  return async (request, response) => {
    const key = request.headers['x-api-key'];
    const viewer = await admission.reporting(request, typeof key === 'string' ? key : undefined);
    // Nobody without a key has a report unpacked.
    if (viewer === undefined) throw new UnknownKeyError();
    const bytes = Math.min(Number(request.headers['content-length'] ?? MAX_BODY_BYTES), MAX_BODY_BYTES);
    if (heldBytes + bytes > MAX_HELD_BYTES) throw new UsageOverloadError();
    heldBytes += bytes;
    try {
      const body = await readBody(request, MAX_BODY_BYTES);
      const isZipped = request.headers['content-encoding'] === 'gzip';
      const { graphRef, ...report } = await readReport(body, isZipped, operations);
      const ref = parseGraphRef(graphRef);
      if (ref === undefined)
        throw new BadRequestError('header.graph_ref of the report must be GRAPH@VARIANT.');
      assertMay(viewer, 'report', ref);
      if (report.size > 0) await recorder.record({ ...ref, ...report });
      sendJson(response, 200, { tracesIgnored: true });
    } finally {
      heldBytes -= bytes;
    }
  };
}
