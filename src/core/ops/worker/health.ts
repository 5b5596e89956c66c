import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import type { Load } from '../../runs/index.ts';

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

const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * `loads` counts what waits in each room, when that is asked for. Answers `/health` in JSON and `/metrics` in the text
 * format of Prometheus, to this machine alone. UserError `config` when the port is taken.
 */
export async function listen(health: Health, loads: () => Promise<Load[]>, port: number): Promise<Listening> {
  const told: Readonly<Record<string, { readonly type: object; body(load: Load): string }>> = {
    '/health': { type: JSON_TYPE, body: (load) => JSON.stringify({ status: 'ok', ...health, ...load }) },
    '/metrics': { type: { 'content-type': 'text/plain; version=0.0.4' }, body: (load) => metrics(health, load) },
  };
  const server = createServer(async ({ url = '' }, answer) => {
    const what = told[url];
    if (!what) return answer.writeHead(404).end();
    try {
      const body = what.body(summed(await loads()));
      return answer.writeHead(200, { ...what.type }).end(body);
    } catch {
      // The store cannot be read: whoever asks is told that, and no more.
      return answer.writeHead(503, JSON_TYPE).end(JSON.stringify({ status: 'unreachable' }));
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

function summed(loads: readonly Load[]): Load {
  const sum = (of: keyof Load) => loads.reduce((so, load) => so + load[of], 0);
  return { due: sum('due'), stalled: sum('stalled'), approvals: sum('approvals') };
}

function metrics({ since, carried, failed }: Health, { due, stalled, approvals }: Load): string {
  return [
    '# TYPE sophia_worker_start_time_seconds gauge',
    `sophia_worker_start_time_seconds ${Date.parse(since) / 1000}`,
    '# TYPE sophia_worker_runs_carried_total counter',
    `sophia_worker_runs_carried_total ${carried}`,
    '# TYPE sophia_worker_runs_failed_total counter',
    `sophia_worker_runs_failed_total ${failed}`,
    '# TYPE sophia_worker_runs_due gauge',
    `sophia_worker_runs_due ${due}`,
    '# TYPE sophia_worker_runs_stalled gauge',
    `sophia_worker_runs_stalled ${stalled}`,
    '# TYPE sophia_worker_runs_awaiting_approval gauge',
    `sophia_worker_runs_awaiting_approval ${approvals}`,
    '',
  ].join('\n');
}
