import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { validate } from '@langchain/langgraph-checkpoint-validation';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { describePostgres } from '../../../test/services.ts';
import { acquireLease } from '../store/index.ts';
import { openSaver } from './index.ts';

// The official contract of savers, in full. What it does not cover is in saver.test.ts.
validateOn('a file', openBench);

describePostgres('on a server', (server) =>
  validateOn('PostgreSQL', async (_owner, atTheEnd) => openBench(undefined, atTheEnd, await server().database())),
);

function validateOn(engine: string, open: typeof openBench): void {
  const opened = new Map<BaseCheckpointSaver, () => Promise<void>>();
  validate({
    checkpointerName: `sophia on ${engine}`,
    async createCheckpointer() {
      let clean = async () => {};
      const bench: Bench = await open(undefined, (closing) => {
        clean = closing;
      });
      const { store, owner, random } = bench;
      const saver = openSaver({ read: store.read, lease: await acquireLease(bench, 'run', 'it'), owner, random });
      opened.set(saver, clean);
      return saver;
    },
    async destroyCheckpointer(saver) {
      await opened.get(saver)?.();
    },
  });
}
