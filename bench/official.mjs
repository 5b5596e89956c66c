import { MemorySaver } from '@langchain/langgraph';
import { WRITES_IDX_MAP } from '@langchain/langgraph-checkpoint';
import pg from 'pg';

/** The official saver where it is installed, and else one that asks a server as it does. */
export async function officialSaver(url) {
  const name = '@langchain/langgraph-checkpoint-postgres';
  const official = await import(name).catch(() => undefined);
  const pool = new pg.Pool({ connectionString: url });
  const saver = official ? new official.PostgresSaver(pool) : new AsOfficial(pool);
  await saver.setup();
  return { saver, name: official ? name : 'the statements of the official saver 1.0.5', end: () => pool.end() };
}

/**
 * The statements of version 1.0.5: a transaction a put and a transaction a putWrites, with one statement a channel or write.
 * What is read comes from memory, which costs it nothing.
 */
class AsOfficial extends MemorySaver {
  #pool;

  constructor(pool) {
    super();
    this.#pool = pool;
  }

  async setup() {
    await this.#pool.query(`
      create table checkpoints (thread_id text not null, checkpoint_ns text not null default '', checkpoint_id text not null,
        parent_checkpoint_id text, type text, checkpoint jsonb not null, metadata jsonb not null default '{}',
        primary key (thread_id, checkpoint_ns, checkpoint_id));
      create table checkpoint_blobs (thread_id text not null, checkpoint_ns text not null default '', channel text not null,
        version text not null, type text not null, blob bytea, primary key (thread_id, checkpoint_ns, channel, version));
      create table checkpoint_writes (thread_id text not null, checkpoint_ns text not null default '',
        checkpoint_id text not null, task_id text not null, idx integer not null, channel text not null, type text,
        blob bytea not null, primary key (thread_id, checkpoint_ns, checkpoint_id, task_id, idx))`);
  }

  async put(config, checkpoint, metadata, versions) {
    const { thread_id, checkpoint_ns = '', checkpoint_id } = config.configurable;
    const { channel_values, ...rest } = checkpoint;
    await this.#transaction(async (client) => {
      for (const [channel, version] of Object.entries(versions)) {
        const [type, bytes] =
          channel in channel_values ? await this.serde.dumpsTyped(channel_values[channel]) : ['empty', null];
        await client.query('insert into checkpoint_blobs values ($1, $2, $3, $4, $5, $6) on conflict do nothing', [
          ...[thread_id, checkpoint_ns, channel, String(version), type],
          bytes && Buffer.from(bytes),
        ]);
      }
      await client.query(
        `insert into checkpoints (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata)
         values ($1, $2, $3, $4, $5, $6) on conflict (thread_id, checkpoint_ns, checkpoint_id)
         do update set checkpoint = excluded.checkpoint, metadata = excluded.metadata`,
        [thread_id, checkpoint_ns, checkpoint.id, checkpoint_id, rest, metadata],
      );
    });
    return super.put(config, checkpoint, metadata, versions);
  }

  async putWrites(config, writes, taskId) {
    const { thread_id, checkpoint_ns, checkpoint_id } = config.configurable;
    await this.#transaction(async (client) => {
      for (const [at, [channel, value]] of writes.entries()) {
        const [type, bytes] = await this.serde.dumpsTyped(value);
        await client.query(
          'insert into checkpoint_writes values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing',
          [
            ...[thread_id, checkpoint_ns, checkpoint_id, taskId, WRITES_IDX_MAP[channel] ?? at, channel, type],
            Buffer.from(bytes),
          ],
        );
      }
    });
    await super.putWrites(config, writes, taskId);
  }

  async #transaction(work) {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
    } finally {
      client.release();
    }
  }
}
