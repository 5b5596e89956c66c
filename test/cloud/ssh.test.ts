import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import ssh2 from 'ssh2';
import { describe, expect, test } from 'vitest';
import { type Looking, NotUsable, newSshKeyPair, untilHealthy } from '../../src/core/cloud/index.ts';
import { type SshDeps, SshError, saidBy } from '../../src/core/cloud/ssh/client.ts';
import type { Clock } from '../../src/core/context/index.ts';
import { instant } from '../../src/core/domain/index.ts';

const [login, host] = [newSshKeyPair('sophia'), newSshKeyPair('gpu-0')];
const asked = { ip: '198.51.100.1', hostKey: host.publicKey, privateKey: login.privateKey };

type Answer = (channel: ssh2.ServerChannel, command: string) => void;

/** A machine that lets everybody in, what came to be asked of it, and what leads to it. */
async function machine(answer: Answer, hostKey = host) {
  const tried: string[] = [];
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      tried.push(context.method);
      context.accept();
    });
    client.on('session', (accept) => accept().on('exec', (accepts, _, { command }) => answer(accepts(), command)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = new AbortController();
  let late: () => void = () => undefined;
  const clock: Clock = {
    now: () => instant(0),
    sleep: async () => undefined,
    every(_, work) {
      late = work;
      return { [Symbol.dispose]: () => undefined };
    },
  };
  const deps: SshDeps = {
    ...{ clock, signal: stop.signal },
    async connect() {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  };
  return { deps, tried, stop, late: () => late(), [Symbol.dispose]: () => void server.close() };
}

const says =
  (text: string, status = 0): Answer =>
  (channel) => {
    channel.write(text);
    channel.exit(status);
    channel.end();
  };

const refusal = async (saying: Promise<string>): Promise<SshError> => {
  const thrown = await saying.then(
    (text) => text,
    (error: unknown) => error,
  );
  if (thrown instanceof SshError) return thrown;
  throw new Error('it was answered', { cause: thrown });
};

describe('who is asked by SSH', () => {
  test('is the one that shows its key, and answers', async () => {
    using there = await machine((channel, command) => says(`${command} it is`)(channel, command));
    expect(await saidBy(there.deps, asked, 'cat x')).toBe('cat x it is');
  });

  test('a stranger is not even told who we are', async () => {
    using there = await machine(says('mine'), newSshKeyPair('gpu-0'));
    expect(await refusal(saidBy(there.deps, asked, 'cat x'))).toMatchObject({ code: 'stranger' });
    expect(there.tried).toEqual([]);
  });

  test('a key to compare with that is none is nobody`s', async () => {
    using there = await machine(says('mine'));
    const told = { ...asked, hostKey: 'ssh-ed25519' };
    expect(await refusal(saidBy(there.deps, told, 'cat x'))).toMatchObject({ code: 'stranger' });
  });

  test.each([
    ['a command that fails', says('', 1), 'failed'],
    ['more than anybody would read', says('x'.repeat(200_000)), 'unreachable'],
    ['an end without an answer', (channel: ssh2.ServerChannel) => channel.close(), 'failed'],
  ] as const)('is no answer: %s', async (_, answer, code) => {
    using there = await machine(answer);
    expect(await refusal(saidBy(there.deps, asked, 'cat x'))).toMatchObject({ code });
  });

  test('a machine that stalls is let go of when patience ends, and when somebody cancels', async () => {
    const seen = Promise.withResolvers<void>();
    using there = await machine(() => seen.resolve());
    const first = refusal(saidBy(there.deps, asked, 'cat x'));
    await seen.promise;
    there.late();
    expect(await first).toMatchObject({ code: 'unreachable' });
    const second = saidBy(there.deps, asked, 'cat x');
    there.stop.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
  });

  test('a private key that is none is in no message', async () => {
    using there = await machine(says('x'));
    const { message, cause } = await refusal(saidBy(there.deps, { ...asked, privateKey: 'my secret' }, 'cat x'));
    expect(`${message} ${cause}`).not.toContain('my secret');
  });
});

test('keys are such as OpenSSH reads, also the one in 256 that begins with a zero', () => {
  let zeros = 0;
  for (let made = 0; zeros < 2 && made < 20_000; made += 1) {
    const { publicKey, privateKey } = newSshKeyPair('a comment');
    const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
    const isZero = blob[19] === 0;
    if (made > 20 && !isZero) continue;
    if (isZero) zeros += 1;
    const [own, open] = [privateKey, publicKey].map((text) => ssh2.utils.parseKey(text));
    if (!own || !open || own instanceof Error || open instanceof Error) throw new Error('it is no key');
    expect(own.comment).toBe('a comment');
    expect(own.getPublicSSH()).toEqual(blob);
    expect(open.verify('text', own.sign('text'))).toBe(true);
  }
  expect(zeros).toBe(2);
});

describe('what a machine says of its GPUs', () => {
  const type = { name: 'gpu_2x', gpu: 'H100', gpus: 2, vcpus: 4, memoryGib: 16, centsPerHour: 20 };
  const instance = { id: 'a1', name: 'gpu-0', status: 'active', ip: asked.ip, region: 'us-west-3', type, tags: {} };
  const pair = { hostKey: host.publicKey, privateKey: login.privateKey };
  /** What comes of it where the machine writes these reports, one after the other; patience lasts for all of them. */
  async function judged(...reports: unknown[]): Promise<NotUsable | undefined> {
    const left = reports.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
    let seconds = 0;
    using there = await machine((channel, command) => {
      seconds += 10;
      says(left.shift() ?? '')(channel, command);
    });
    const clock = { ...there.deps.clock, now: () => instant(seconds * 1000) };
    const looking = { ...there.deps, clock } as unknown as Looking;
    try {
      await untilHealthy(looking, { instance, gate: { ...pair, patienceS: reports.length * 10 } });
      return undefined;
    } catch (thrown) {
      if (thrown instanceof NotUsable) return thrown;
      throw thrown;
    }
  }
  const good = { gpus: 2, usable: 2, faults: [], isFinal: true };
  const trying = { gpus: 2, usable: 0, faults: ['cuInit: CUDA error 802'], isFinal: false };

  test('counts when it has done trying: until then it is waited for', async () => {
    expect(await judged(trying, trying, good)).toBeUndefined();
    expect(await judged(trying, { ...trying, isFinal: true }, good)).toMatchObject({ code: 'bad-gpu' });
    expect(await judged(trying, trying, trying)).toMatchObject({ code: 'bad-gpu' });
  });

  test('is held against what is paid for, not against what it finds', async () => {
    expect(await judged({ ...good, gpus: 1, usable: 1 })).toMatchObject({ code: 'bad-gpu' });
  });

  test.each(['', 'not JSON', '[]', '{"gpus":2,"usable":-1}', { ...good, usable: '2' }, { ...good, faults: 'none' }])(
    'is no report: %j',
    async (report) => {
      expect(await judged(report)).toMatchObject({ code: 'gate-silent' });
    },
  );

  test('is shown without anything that moves a terminal, and shortened', async () => {
    const faults = ['\u001b[2J\u202ebad', 'x'.repeat(5000), 'c', 'never shown'];
    const thrown = await judged({ ...trying, faults, isFinal: true });
    expect(thrown?.message).toMatch(/: {2}\[2J bad; x{160}; c$/);
  });
});
