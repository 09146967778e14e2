// Jest loads this file by itself, without its transform: the TypeScript below needs tsx's loader.
import { register } from 'tsx/esm/api';

export default async function globalSetup() {
  // Apollo's gateway, which ours is compared with, reports to its maker from its constructor on.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  register();
  const { startTestPostgres } = await import('./test-postgres.ts');
  await startTestPostgres();
}
