import { describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../domain/index.ts';
import { openLambda } from './client.ts';
import { openPaced } from './wire.ts';

const KEY = 'secret_test_0123456789';
const type = {
  ...{ name: 'gpu_1x_h100_pcie', description: '1x H100 (80 GB PCIe)', gpu_description: 'H100 (80 GB PCIe)' },
  ...{ price_cents_per_hour: 329, specs: { vcpus: 26, memory_gib: 225, storage_gib: 1024, gpus: 1 } },
};
const regions = [{ name: 'us-west-3', description: 'Utah, USA' }];
const types = { [type.name]: { instance_type: type, regions_with_capacity_available: regions } };
const instance = {
  ...{ id: '0'.repeat(32), status: 'active', ssh_key_names: ['k'], file_system_names: [], actions: {} },
  ...{ region: regions[0], instance_type: type, jupyter_token: 'jupyter-secret' },
};

interface Asked {
  readonly url: string;
  readonly init: RequestInit | undefined;
  readonly at: number;
}

/** A client beside a vendor that answers what the test says, and a clock that only waiting moves. */
function opened(answer: (asked: Asked) => Response | Promise<Response>, takesMs = 40, key = KEY) {
  let now = Date.parse('2026-11-22T09:00:00.000Z');
  const asked: Asked[] = [];
  const timers: (() => void)[] = [];
  const stop = new AbortController();
  const lambda = openLambda({
    ...{ key, signal: stop.signal, patienceS: undefined },
    clock: {
      now: (): Instant => instant(now),
      sleep: async (ms) => {
        now += ms;
      },
      every: (_ms, work) => {
        timers.push(work);
        return { [Symbol.dispose]: () => timers.splice(timers.indexOf(work), 1) };
      },
    },
    fetch: async (url, init) => {
      asked.push({ url: String(url), init, at: now });
      now += takesMs;
      return answer({ url: String(url), init, at: now });
    },
  });
  return { lambda, asked, stop, timers };
}
const json = (data: unknown, status = 200) => Response.json(data, { status });
const failing = (status: number, code: string) => opened(() => json({ error: { code, message: 'whatever' } }, status));

test('several that ask in one process keep one pace between them', async () => {
  let now = 0;
  const clock = {
    now: (): Instant => instant(now),
    sleep: async (ms: number) => {
      now += ms;
    },
    every: () => ({ [Symbol.dispose]: () => undefined }),
  };
  const at: number[] = [];
  const fetch = async () => {
    at.push(now);
    return Response.json({ data: [] });
  };
  const deps = { clock, fetch, key: KEY, signal: new AbortController().signal, patienceS: undefined };
  const pace = openPaced(clock);
  for (const lambda of [openLambda({ ...deps, pace }), openLambda({ ...deps, pace })]) await lambda.instances();
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(1000);
});

test('reads what is sold, by the name of the model, with where capacity is shown', async () => {
  const { lambda, asked } = opened(() => json({ data: types }));
  expect(await lambda.types()).toEqual([
    {
      ...{ name: 'gpu_1x_h100_pcie', gpu: 'H100', gpus: 1, vcpus: 26, memoryGib: 225, centsPerHour: 329 },
      regions: ['us-west-3'],
    },
  ]);
  expect(asked[0]).toMatchObject({
    url: 'https://cloud.lambda.ai/api/v1/instance-types',
    init: { headers: { authorization: `Bearer ${KEY}` } },
  });
});

test.each([
  ['H100 (80 GB SXM5)', 'H100'],
  ['Tesla V100 (16 GB)', 'V100'],
  ['NVIDIA GH200', 'GH200'],
])('knows %s for an %s', async (gpu_description, gpu) => {
  const other = { ...type, gpu_description };
  const { lambda } = opened(() => json({ data: { a: { instance_type: other, regions_with_capacity_available: [] } } }));
  expect(await lambda.types()).toMatchObject([{ gpu, regions: [] }]);
});

test('a status that nobody had heard of hides no machine', async () => {
  const { lambda } = opened(() => json({ data: [{ ...instance, status: 'contactable' }] }));
  expect(await lambda.instances()).toMatchObject([{ status: 'contactable' }]);
});

test('a part of a cent is rounded up, in what is sold too', async () => {
  const odd = { ...type, price_cents_per_hour: 31.5 };
  const sold = { a: { instance_type: odd, regions_with_capacity_available: regions } };
  expect(await opened(() => json({ data: sold })).lambda.types()).toMatchObject([{ centsPerHour: 32 }]);
});

test('who must know of every machine, or all of one, is told where that cannot be read', async () => {
  const { instance_type: _, ...untyped } = instance;
  const listed = opened(() => json({ data: [instance, { ...instance, id: undefined }] })).lambda;
  expect(await listed.listed()).toMatchObject({ instances: [{ id: instance.id }], unread: 1 });
  await expect(listed.instances()).rejects.toMatchObject({ exit: 'failed', code: 'unexpected-answer' });
  const one = opened(() => json({ data: untyped })).lambda;
  await expect(one.instance('a')).rejects.toMatchObject({ exit: 'failed', code: 'unexpected-answer' });
  expect(await one.seen('a')).toMatchObject({ id: instance.id, untold: ['price', 'specs', 'type'] });
});

test('keeps nothing of a machine that is a secret', async () => {
  const tags = [{ key: 'sophia:stack', value: 'production' }];
  const { lambda } = opened(() => json({ data: [{ ...instance, tags }] }));
  const found = await lambda.instances();
  expect(found).toMatchObject([{ status: 'active', region: 'us-west-3', tags: { 'sophia:stack': 'production' } }]);
  expect(JSON.stringify(found)).not.toContain('jupyter');
});

test('follows no redirect, which would carry the key with it', async () => {
  const { lambda, asked } = opened(() => json({ data: [] }));
  await lambda.instances();
  expect(asked[0]?.init?.redirect).toBe('error');
});

test('asks one thing at a time, a second after the last answer', async () => {
  const { lambda, asked } = opened(({ url }) => json({ data: url.endsWith('types') ? types : [] }), 700);
  await Promise.all([lambda.types(), lambda.instances(), lambda.instances()]);
  const [a = 0, b = 0, c = 0] = asked.map(({ at }) => at);
  for (const between of [b - a, c - b]) expect(between).toBeGreaterThanOrEqual(700 + 1000);
});

test('one that fails holds up none behind it', async () => {
  let times = 0;
  const { lambda } = opened(() => (times++ === 0 ? json({}, 500) : json({ data: [] })));
  const both = await Promise.allSettled([lambda.instances(), lambda.instances()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});

describe('what goes wrong has its own end, and never tells the key', () => {
  test.each([
    [401, 'global/invalid-api-key', 'auth', false],
    [403, 'global/account-inactive', 'auth', false],
    [429, 'none', 'unreachable', true],
    [500, 'global/internal-error', 'unreachable', true],
    [503, 'provider/internal-unavailable', 'unreachable', true],
    [400, 'global/invalid-parameters', 'failed', false],
  ])('%s %s', async (status, code, exit, retryable) => {
    const told = await failing(status, code)
      .lambda.types()
      .catch((thrown: unknown) => thrown);
    expect(told).toMatchObject({ exit, retryable });
    expect(JSON.stringify(told) + String(told)).not.toContain(KEY);
  });

  test.each([
    ['text', () => new Response('Rate limited', { status: 429 }), 'unreachable'],
    ['half of JSON', () => new Response('{"data":', { status: 200 }), 'failed'],
    [
      'another shape',
      () => json({ data: { a: { instance_type: { ...type, price_cents_per_hour: '3.29' } } } }),
      'failed',
    ],
    [
      'a price below nothing',
      () => json({ data: { a: { ...types[type.name], instance_type: { ...type, price_cents_per_hour: -1 } } } }),
      'failed',
    ],
  ])('%s', async (_what, answer, exit) => {
    await expect(opened(answer).lambda.types()).rejects.toMatchObject({ exit });
  });

  test.each(['GET', 'POST'])(
    'one too many was not done, and is asked again four times, later each time: %s',
    async (method) => {
      const ask = ({ lambda }: ReturnType<typeof opened>) =>
        method === 'GET' ? lambda.instances() : lambda.terminate(['a']);
      for (const times of [4, 5]) {
        let left = times;
        const { lambda, asked, ...rest } = opened(() =>
          left-- > 0 ? new Response('Rate limited', { status: 429 }) : json({ data: method === 'GET' ? [] : {} }),
        );
        const came = ask({ lambda, asked, ...rest });
        if (times === 4) await came;
        else await expect(came).rejects.toMatchObject({ exit: 'unreachable', code: 'HTTP 429' });
        expect(asked).toHaveLength(5);
        const waits = asked.slice(1).map(({ at }, before) => at - (asked[before]?.at ?? 0));
        expect(waits).toEqual(waits.toSorted((a, b) => a - b));
        expect(waits.at(-1)).toBeGreaterThan(8000);
      }
    },
  );

  test.each([
    ['no body', () => new Response('', { status: 404 })],
    ['a page', () => new Response('<html>404</html>', { status: 404 })],
    ['an error without a code', () => json({ error: { message: 'Not found' } }, 404)],
  ])('a 404 of anybody on the way says of nothing that it is gone: %s', async (_what, answer) => {
    await expect(opened(answer).lambda.instance('a')).rejects.toMatchObject({ code: 'HTTP 404' });
    await expect(opened(answer).lambda.terminate(['a'])).rejects.toMatchObject({ code: 'HTTP 404' });
    await expect(opened(answer).lambda.removeSshKey('a')).rejects.toMatchObject({ code: 'HTTP 404' });
  });

  test.each([
    ['global/quota-exceeded', 400, 'larger quota'],
    ['global/object-does-not-exist', 400, '--candidates'],
  ])('%s says what can be done', async (code, status, step) => {
    const thrown = await failing(status, code)
      .lambda.types()
      .catch((error: unknown) => error);
    expect((thrown as { next: string[] }).next.join()).toContain(step);
  });

  test('nobody there', async () => {
    const { lambda } = opened(() => Promise.reject(new TypeError('fetch failed')));
    await expect(lambda.types()).rejects.toMatchObject({ exit: 'unreachable', retryable: true });
  });

  test('who is silent is not waited for beyond the limit, and no timer is left', async () => {
    const { lambda, timers } = opened(({ init }) => {
      const silent = new Promise<Response>((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });
      for (const each of timers) each();
      return silent;
    });
    await expect(lambda.types()).rejects.toMatchObject({
      exit: 'unreachable',
      message: expect.stringContaining('silent'),
    });
    expect(timers).toEqual([]);
  });

  test('nor is a body that stalls', async () => {
    const { lambda, timers } = opened(({ init }) => {
      const stalled = new ReadableStream({
        start(body) {
          body.enqueue(new TextEncoder().encode('{"data":'));
          init?.signal?.addEventListener('abort', () => body.error(new DOMException('aborted', 'AbortError')));
        },
        pull(body) {
          if (timers.length === 0) body.error(new Error('nobody would ever give up'));
          for (const each of timers) each();
        },
      });
      return new Response(stalled);
    });
    await expect(lambda.types()).rejects.toMatchObject({
      exit: 'unreachable',
      message: expect.stringContaining('silent'),
    });
  });

  test('a key that no header may hold is no network that is down', async () => {
    const { lambda, asked } = opened(() => json({ data: [] }), 40, 'two words');
    await expect(lambda.types()).rejects.toMatchObject({ exit: 'auth' });
    expect(asked).toEqual([]);
  });

  test('an interruption is one', async () => {
    const { lambda, stop } = opened(() => {
      stop.abort('sigint');
      return Promise.reject(new DOMException('aborted', 'AbortError'));
    });
    await expect(lambda.types()).rejects.toBe('sigint');
  });
});
