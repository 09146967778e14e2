export { createRegistry, type Registry, type RegistryOptions } from './registry.ts';
export { createKeyStore, type KeyStore } from './access/key-store.ts';
