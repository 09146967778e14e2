import './workers.ts';
import 'graphiql/style.css';
import './main.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useMemo, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { loadAccessToken, saveAccessToken } from './access-token.ts';
import { Toolbar } from './toolbar.tsx';

interface ExplorerConfig {
  /** Example operations, one tab each. */
  readonly operations: readonly { readonly query: string; readonly variables?: string }[];
}

const EMPTY_TAB = { query: '# Ctrl-Space completes, Ctrl-Enter runs.\n{\n  __typename\n}\n' };

function Explorer({ config }: { readonly config: ExplorerConfig }): ReactNode {
  const endpoint = new URL('/graphql', location.href).href;
  const [accessToken, setAccessToken] = useState(loadAccessToken);
  const fetcher = useMemo(
    () =>
      createGraphiQLFetcher({
        url: endpoint,
        ...(accessToken === '' ? {} : { headers: { authorization: `Bearer ${accessToken}` } }),
      }),
    [endpoint, accessToken],
  );
  return (
    <>
      <Toolbar
        endpoint={endpoint}
        accessToken={accessToken}
        onAccessTokenChange={(token) => {
          saveAccessToken(token);
          setAccessToken(token);
        }}
      />
      <main className="editor">
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={config.operations.length > 0 ? [...config.operations] : [EMPTY_TAB]}
          defaultEditorToolsVisibility="variables"
        />
      </main>
    </>
  );
}

const response = await fetch('/explorer/config.json');
const config = (await response.json()) as ExplorerConfig;
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Explorer config={config} />);
