import type { ReactNode } from 'react';
import { cleanAccessToken } from './access-token.ts';

interface ToolbarProps {
  readonly endpoint: string;
  readonly accessToken: string;
  readonly onAccessTokenChange: (token: string) => void;
}

/** What GraphiQL does not have: who is asking, and the way to Apollo's own explorer. */
export function Toolbar({ endpoint, accessToken, onAccessTokenChange }: ToolbarProps): ReactNode {
  const sandbox = `https://studio.apollographql.com/sandbox/explorer?endpoint=${encodeURIComponent(endpoint)}`;
  return (
    <header className="toolbar">
      <strong className="toolbar-name">Tributary</strong>
      <code className="toolbar-endpoint">{endpoint}</code>
      <label className="toolbar-token">
        Access token
        <input
          type="password"
          name="access-token"
          placeholder="paste the accessToken of a sign-in"
          autoComplete="off"
          spellCheck={false}
          value={accessToken}
          onChange={(event) => {
            onAccessTokenChange(cleanAccessToken(event.target.value));
          }}
        />
      </label>
      <span className="toolbar-state" role="status">
        {accessToken === '' ? 'anonymous' : 'sent as Bearer'}
      </span>
      <a href={sandbox} target="_blank" rel="noreferrer">
        Open in Apollo Sandbox
      </a>
    </header>
  );
}
