import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { GPU_REPORT, newSshKeyPair } from '../../cloud/index.ts';
import { userDataOf } from './user-data.ts';

const hostKey = newSshKeyPair('gpu-0');

describe('what a machine is told at its first boot', () => {
  test('is the same of the same, byte by byte, and another of another key', async () => {
    expect(await userDataOf({ hostKey })).toBe(await userDataOf({ hostKey: { ...hostKey } }));
    expect(await userDataOf({ hostKey: newSshKeyPair('gpu-0') })).not.toBe(await userDataOf({ hostKey }));
  });

  test('means the same to cloud-init, which reads an older YAML, and to us', async () => {
    const text = await userDataOf({ hostKey });
    expect(text.startsWith('#cloud-config\n')).toBe(true);
    expect(parse(text, { version: '1.1' })).toEqual(parse(text));
    expect(Buffer.byteLength(text)).toBeLessThan(16_384);
  });

  test('is which key to show, what tries the GPUs, and that it be started, for a report at the agreed place', async () => {
    const told = parse(await userDataOf({ hostKey }));
    expect(told.ssh_keys).toEqual({ ed25519_private: hostKey.privateKey, ed25519_public: hostKey.publicKey });
    expect(told.ssh_deletekeys).toBe(true);
    const [probe, unit] = told.write_files;
    expect(probe.permissions).toBe('0644');
    expect(unit.content).toContain(`ExecStart=/usr/bin/python3 ${probe.path} ${GPU_REPORT}\n`);
    expect(told.runcmd.at(-1)).toEqual(['systemctl', 'enable', '--now', '--no-block', 'sophia-gpu.service']);
  });
});

/** What CUDA is where there is none: `faulty` calls fail with 802, of GPUs beyond the first only where `at` says so. */
const CUDA = `
import ctypes, os
FAULTY, COUNT = os.environ.get('FAULTY', ''), int(os.environ.get('COUNT', '8'))
BAD = [int(each) for each in os.environ.get('BAD', '').split(',') if each]
class Cuda:
    def __getattr__(self, name):
        def call(*args):
            if name == FAULTY and os.environ.get('HANGS'):
                import time
                time.sleep(600)
            if name == FAULTY and os.environ.get('DIES'):
                os.abort()
            if name == 'cuDeviceGetCount':
                args[0]._obj.value = COUNT
            if name == 'cuDeviceGet':
                args[0]._obj.value = args[1].value
                self.at = args[1].value
            is_bad = not BAD or getattr(self, 'at', -1) in BAD
            if name == 'cuMemcpyDtoH_v2':
                ctypes.memset(args[0], 0 if FAULTY == 'memory' and is_bad else 0xA5, args[2].value)
            return 802 if name == FAULTY and is_bad else 0
        return call
if os.environ.get('FAULTY') is not None:
    ctypes.CDLL = lambda name: Cuda()
`;

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The probe as a machine runs it, with so many GPUs on its bus, and CUDA as `env` has it; without: the one there is. */
async function probed(gpus: number, env: Record<string, string> = {}, ...more: string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-probe-'));
  try {
    const [script, report, bus] = [join(dir, 'probe.py'), join(dir, 'gpu.json'), join(dir, 'bus')];
    const told = parse(await userDataOf({ hostKey }));
    writeFileSync(script, told.write_files[0].content);
    writeFileSync(join(dir, 'sitecustomize.py'), CUDA);
    // Beside each GPU a bridge of the same maker, and a card of another.
    for (let at = 0; at < gpus; at += 1)
      for (const [vendor, kind] of [
        ['0x10de', '0x030200'],
        ['0x10de', '0x068000'],
        ['0x1af4', '0x030000'],
      ]) {
        const device = join(bus, `${at}-${vendor}-${kind}`);
        mkdirSync(device, { recursive: true });
        writeFileSync(join(device, 'vendor'), `${vendor}\n`);
        writeFileSync(join(device, 'class'), `${kind}\n`);
      }
    const args = [script, '--bus', bus, '--pause', '0', '--tries', '2', ...more, report];
    const { status, stderr } = spawnSync('python3', args, {
      ...{ encoding: 'utf8', env: { PATH: process.env.PATH, PYTHONPATH: dir, ...env } },
    });
    return {
      ...{ status, stderr, isReadable: (statSync(report).mode & 0o004) !== 0 },
      ...{ report: JSON.parse(readFileSync(report, 'utf8')) },
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe.runIf(hasPython)('what tries the GPUs', () => {
  test('says at once of a machine without one that there is none', async () => {
    const { report, isReadable } = await probed(0);
    expect(report).toEqual({ gpus: 0, usable: 0, faults: [], isFinal: true });
    expect(isReadable).toBe(true);
  });

  test('all that are built in compute: they are usable', async () => {
    expect((await probed(8, { FAULTY: '' })).report).toEqual({ gpus: 8, usable: 8, faults: [], isFinal: true });
  });

  test.each([
    ['the driver has no library', {}, ['libnone.so: cannot open shared object file: No such file or directory'], 0],
    ['CUDA does not begin', { FAULTY: 'cuInit' }, ['cuInit: CUDA error 802'], 0],
    ['one takes no work', { FAULTY: 'cuCtxCreate_v2', BAD: '1' }, ['GPU 1: cuCtxCreate_v2: CUDA error 802'], 1],
    ['one gives no memory', { FAULTY: 'cuMemAlloc_v2', BAD: '0' }, ['GPU 0: cuMemAlloc_v2: CUDA error 802'], 1],
    ['one forgets', { FAULTY: 'memory', BAD: '0' }, ['GPU 0: its memory does not keep what is written to it'], 1],
    ['CUDA does not see one', { FAULTY: '', COUNT: '1' }, ['CUDA finds 1 of 2 GPUs'], 1],
    ['CUDA dies', { FAULTY: 'cuInit', DIES: '1' }, ['CUDA ended the process that tried it (-6)'], 0],
    ['CUDA hangs', { FAULTY: 'cuInit', HANGS: '1' }, ['CUDA did not answer within 0.5 s'], 0],
  ] as const)('says what is wrong, and ends well, where %s', async (_, env, faults, usable) => {
    // Whoever waits for what never comes does not wait long here; who is slow to begin has time enough.
    const limit = 'HANGS' in env ? '0.5' : '60';
    const { report, status, stderr } = await probed(
      2,
      { COUNT: '2', ...env },
      '--library',
      'libnone.so',
      '--limit',
      limit,
    );
    expect({ report, status, stderr }).toEqual({
      report: { gpus: 2, usable, faults, isFinal: true },
      ...{ status: 0, stderr: '' },
    });
  });
});
