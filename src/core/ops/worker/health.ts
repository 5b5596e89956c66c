import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';

/** How a worker fares, as it is told to whoever asks. */
export interface Health {
  readonly since: Instant;
  /** Runs that were carried on, and how many of them with something thrown out of them. */
  carried: number;
  failed: number;
}

const LOOPBACK = '127.0.0.1';

export interface Listening extends AsyncDisposable {
  readonly url: string;
}

/**
 * `due` counts the runs that wait for a worker, when that is asked for. Answers `/health` in JSON and `/metrics` in the text format of Prometheus, to this machine alone. UserError `config`
 * when the port is taken.
 */
export async function listen(health: Health, due: () => Promise<number>, port: number): Promise<Listening> {
  const told: Readonly<Record<string, { readonly type: string; body(due: number): string }>> = {
    '/health': { type: 'application/json', body: (due) => JSON.stringify({ status: 'ok', ...health, due }) },
    '/metrics': { type: 'text/plain; version=0.0.4', body: (due) => metrics(health, due) },
  };
  const server = createServer(async ({ url = '' }, answer) => {
    const what = told[url];
    if (!what) return answer.writeHead(404).end();
    try {
      const body = what.body(await due());
      return answer.writeHead(200, { 'content-type': what.type }).end(body);
    } catch {
      // The store cannot be read: whoever asks is told that, and no more.
      return answer.writeHead(503).end();
    }
  });
  await new Promise<void>((listening, refused) => {
    server.once('error', () =>
      refused(
        new UserError('config', `port ${port} of this machine cannot be used`, ['--port 0   takes any that is free']),
      ),
    );
    server.listen(port, LOOPBACK, listening);
  });
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/health`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function metrics({ since, carried, failed }: Health, due: number): string {
  return [
    '# TYPE sophia_worker_start_time_seconds gauge',
    `sophia_worker_start_time_seconds ${Date.parse(since) / 1000}`,
    '# TYPE sophia_worker_runs_carried_total counter',
    `sophia_worker_runs_carried_total ${carried}`,
    '# TYPE sophia_worker_runs_failed_total counter',
    `sophia_worker_runs_failed_total ${failed}`,
    '# TYPE sophia_worker_runs_due gauge',
    `sophia_worker_runs_due ${due}`,
    '',
  ].join('\n');
}
