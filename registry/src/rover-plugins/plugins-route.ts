import { errorBody, sendJson, type RouteHandler } from '@tributary/service-kit';
import type { Admission } from '../access/admission.ts';
import { compositionVersion } from '../schema-work/composition-version.ts';
import { bundlePlugin } from './bundle-plugin.ts';

export const PLUGINS_PATH = '/tar/';

const TARGET = /^\/tar\/supergraph\/([\w-]+)\/([\w.-]+)$/;
const VERSION = `v${compositionVersion}`;
const NAMES: readonly string[] = [VERSION, 'latest-2'];

/**
 * GET and HEAD /tar/supergraph/MACHINE/VERSION: where rover takes what `rover supergraph compose` runs, when
 * APOLLO_ROVER_DOWNLOAD_HOST says so. Without a key, for rover sends none.
 */
export function pluginsRoute(admission: Admission): RouteHandler {
  let bundled: Promise<Buffer> | undefined;
  return async (request, response, url) => {
    admission.anybody(request);
    const [, machine = '', version = ''] = TARGET.exec(url.pathname) ?? [];
    if (!NAMES.includes(version) || machine.includes('windows')) {
      const message = `Here are supergraph ${VERSION} and latest-2, for machines that run scripts: not for Windows.`;
      sendJson(response, 404, errorBody('NOT_FOUND', message));
      return;
    }
    const headers = { 'content-type': 'application/gzip', 'x-version': VERSION };
    if (request.method === 'HEAD') {
      response.writeHead(200, headers).end();
      return;
    }
    bundled ??= bundlePlugin();
    let archive: Buffer;
    try {
      archive = await bundled;
    } catch (error) {
      bundled = undefined;
      throw error;
    }
    response.writeHead(200, { ...headers, 'content-length': archive.length });
    response.end(archive);
  };
}
