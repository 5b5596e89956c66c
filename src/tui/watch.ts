import type { App } from '../core/app.ts';
import type { Context } from '../core/context/index.ts';
import { UserError } from '../core/errors/index.ts';

/** What screens rest on may be another by the time that they are looked at: they stay open for days. */
export interface Watch {
  /**
   * Throws where the file that was opened is not the store any more: it can still be read when it was moved or deleted,
   * and nothing that happens would ever be seen in it.
   */
  needSame(): Promise<void>;
  /** Throws where the settings of the workspace have changed as well: what they ask of whoever answers is read once. */
  needSameRules(): Promise<void>;
}

const AGAIN = ['leave, and open the screens again'];

export async function openWatch(app: App, files: Context['files']): Promise<Watch> {
  const { storeFile, configFile, database } = app.workspace;
  const storeIs = async () => (database ? '' : (await files.factsOf(storeFile))?.identity);
  const rulesAre = async () => {
    const facts = await files.factsOf(configFile);
    return facts && `${facts.identity} ${facts.changed}`;
  };
  // First: it takes its time to open a store, and the settings were read before.
  const rules = await rulesAre();
  await app.store();
  const store = await storeIs();
  const needSame = async () => {
    const now = await storeIs();
    if (now === store) return;
    throw new UserError('config', `${storeFile} ${now === undefined ? 'is gone' : 'is another store by now'}`, AGAIN);
  };
  return {
    needSame,
    async needSameRules() {
      await needSame();
      if ((await rulesAre()) !== rules)
        throw new UserError('refused', `${configFile} has changed: leave, and open the screens again`, AGAIN);
    },
  };
}
