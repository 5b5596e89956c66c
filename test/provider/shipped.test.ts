import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as grpc from '@grpc/grpc-js';
import analyzerrpc from '@pulumi/pulumi/proto/analyzer_grpc_pb.js';
import pb from '@pulumi/pulumi/proto/analyzer_pb.js';
import structpb from 'google-protobuf/google/protobuf/struct_pb.js';
import { expect, test } from 'vitest';
import { newSshKeyPair } from '../../src/core/cloud/index.ts';
import { GPU_REPORT } from '../../src/core/cloud/lambda/health.ts';
import { saidBy } from '../../src/core/cloud/ssh/client.ts';
import { userDataOf } from '../../src/core/deploy/index.ts';
import { rehearsed, tcp } from '../../src/provider/tcp.ts';
import { Vendor } from '../cloud/emulator.ts';
import { virtualTime } from '../cloud/virtual.ts';
import { packageRoot } from '../sophia.ts';
import { builtFile } from './built.ts';
import { Plugin, urnOf } from './plugin.ts';
import { ONE } from './world.ts';

/** A program of the build that is shipped, started as it will be. */
function shipped(name: string, word: string) {
  const env = { PATH: process.env.PATH, LAMBDA_API_KEY: 'no-key-of-anybody' };
  return spawn(process.execPath, [builtFile(name), word], { env, stdio: ['pipe', 'pipe', 'inherit'] });
}

test('the plugin as it is built, with nothing beside it, serves an engine', async () => {
  const child = shipped('provider', '127.0.0.1:1');
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  await using plugin = new Plugin(child, port);
  expect(JSON.parse((await plugin.schema()).getSchema())).toMatchObject({ name: 'sophialambda' });
  // What needs no vendor is done; what does is not tried.
  expect((await plugin.check({}, urnOf('key', 'SshKey'))).failures).not.toEqual([]);
});

test('the gate of cost as it is built, with nothing beside it, answers an engine', async () => {
  const child = shipped('policy', '127.0.0.1:1');
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const client = new analyzerrpc.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const request = new pb.AnalyzeRequest();
  request.setType('sophialambda:index:Instance');
  request.setUrn(urnOf('gpu-0'));
  request.setOptions(new pb.AnalyzerResourceOptions());
  request.setProperties(structpb.Struct.fromJavaScript({ candidates: [{ centsPerHour: 1 }] }));
  const answer = await new Promise<pb.AnalyzeResponse>((resolve, reject) => {
    client.analyze(request, (error, response) => (error ? reject(error) : resolve(response)));
  });
  const mandatory = pb.EnforcementLevel.MANDATORY;
  expect(answer.toObject().diagnosticsList).toMatchObject([
    { policyname: 'agreed', enforcementlevel: mandatory, message: expect.stringContaining('nobody said') },
  ]);
  client.close();
  const ended = once(child, 'exit');
  child.kill();
  await ended;
});

test('the emulator as it is built listens to this machine alone, and ends with who started it', async () => {
  const start = { templates: join(packageRoot, 'templates'), now: 0 };
  const child = shipped('emulator', JSON.stringify(start));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  expect(JSON.parse(line)).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    key: expect.stringMatching(/^emulator-[0-9a-f]{24}$/),
  });
  const ended = once(child, 'exit');
  child.stdin.end();
  expect(await ended).toEqual([0, null]);
});

test('a machine of the emulator as it is built answers by SSH, without anything that was compiled', async () => {
  const [login, hostKey] = [newSshKeyPair('sophia'), newSshKeyPair('gpu-0')];
  const settings = { bootS: [{ upTo: 64, seconds: 0 }], addressS: 0, reportS: 0 };
  const start = { templates: join(packageRoot, 'templates'), now: 0, speed: 10_000, settings };
  const child = shipped('emulator', JSON.stringify(start));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url, key } = JSON.parse(line);
  await using vendor = new Vendor(child, { url, key });
  const ask = (path: string, body: object) =>
    fetch(`${url}/api/v1${path}`, {
      ...{ method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify(body) },
    });
  await ask('/ssh-keys', { name: 'own', public_key: login.publicKey });
  const type = { region_name: 'us-west-3', instance_type_name: 'gpu_8x_h100_sxm5', ssh_key_names: ['own'] };
  const launched = await ask('/instance-operations/launch', { ...type, user_data: await userDataOf({ hostKey }) });
  expect(launched.status).toBe(200);
  const deps = { ...virtualTime(0), signal: new AbortController().signal, connect: rehearsed(fetch, tcp, url) };
  const there = { ip: '198.51.100.1', hostKey: hostKey.publicKey, privateKey: login.privateKey };
  expect(JSON.parse(await saidBy(deps, there, `cat ${GPU_REPORT}`))).toMatchObject({ gpus: 8, usable: 8 });
  expect(await vendor.left()).toEqual(ONE);
});
