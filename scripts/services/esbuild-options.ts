import type { BuildOptions, Plugin } from 'esbuild';
import { root } from './services.ts';

/**
 * What no bundle runs: pg looks for pg-native when it is asked to use libpq, and nobody asks; the registry takes esbuild
 * only when it runs from its source.
 */
const NEVER_LOADED = ['pg-native', 'esbuild'];

/**
 * Its index loads a browser's whole network, and Node's own copy of it, besides: a tenth of what the gateway's start takes.
 * Here stands what is asked of it; for anything else the build fails.
 */
const UNDICI: Plugin = {
  name: 'undici',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'undici' }));
    onLoad({ filter: /./, namespace: 'undici' }, () => ({
      contents: `export { default as Pool } from 'undici/lib/dispatcher/pool.js';
        export { default as buildConnector } from 'undici/lib/core/connect.js';`,
      resolveDir: root,
    }));
  },
};

export interface BundleOptions {
  /** Packages that stay outside. */
  readonly external?: readonly string[];
  /** Whether main.cjs.map says where the code of main.cjs is from: for who reads a profile, nothing that runs reads it. */
  readonly sourceMaps?: boolean;
}

/** What all bundles have in common. */
export const esbuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: NEVER_LOADED,
  plugins: [UNDICI],
  // The licences of what is bundled go with it: main.js.LEGAL.txt.
  legalComments: 'external',
  // To read code is a part of every start that has not been compiled before. Names stay, and lines that an error's place can be found in.
  minifyWhitespace: true,
  lineLimit: 160,
  logLevel: 'error',
} as const satisfies BuildOptions;
