import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { validate } from '@langchain/langgraph-checkpoint-validation';
import { seeded } from '../../../test/rooms.ts';
import { id } from '../domain/index.ts';
import { type FencedTx, openStore, type Store } from '../store/index.ts';
import { openSaver } from './index.ts';

const opened = new Map<BaseCheckpointSaver, { store: Store; dir: string }>();

// The official contract of savers, in full. What it does not cover is in saver.test.ts.
validate({
  checkpointerName: 'sophia on node:sqlite',
  async createCheckpointer() {
    const dir = mkdtempSync(join(tmpdir(), 'sophia-saver-'));
    const file = join(dir, 'sophia.db');
    closeSync(openSync(file, 'a'));
    const store = await openStore({ file, backup: async () => undefined });
    const { read, write } = store;
    const saver = openSaver({
      read,
      write: (work) => write((tx) => work(tx as FencedTx)),
      owner: id('owner', 'hill-street'),
      random: seeded(1),
    });
    opened.set(saver, { store, dir });
    return saver;
  },
  async destroyCheckpointer(saver) {
    const { store, dir } = opened.get(saver) ?? {};
    await store?.[Symbol.asyncDispose]();
    if (dir) rmSync(dir, { recursive: true });
  },
});
