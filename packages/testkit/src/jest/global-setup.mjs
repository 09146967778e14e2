// Jest loads this file by itself, without its transform: the TypeScript below needs tsx's loader.
import { register } from 'tsx/esm/api';

export default async function globalSetup() {
  register();
  const { startTestPostgres } = await import('./test-postgres.ts');
  await startTestPostgres();
}
