import { StartupError } from '@tributary/service-kit';
import { openMongo, type MongoDatabase } from './database.ts';

/** @throws StartupError naming the setting when nothing answers there. */
export async function openReachableMongo(uri: string): Promise<MongoDatabase> {
  try {
    const database = openMongo(uri);
    await database.db.command({ ping: 1 });
    return database;
  } catch (error) {
    // The driver's messages name hosts and options, never credentials.
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupError(
      `The products database does not answer: ${reason}. Start it, or correct MONGODB_URI.`,
      { cause: error },
    );
  }
}
