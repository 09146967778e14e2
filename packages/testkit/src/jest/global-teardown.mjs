export default async function globalTeardown() {
  const { stopTestPostgres } = await import('./test-postgres.ts');
  await stopTestPostgres();
}
