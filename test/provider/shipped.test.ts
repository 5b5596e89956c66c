import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as grpc from '@grpc/grpc-js';
import analyzerrpc from '@pulumi/pulumi/proto/analyzer_grpc_pb.js';
import pb from '@pulumi/pulumi/proto/analyzer_pb.js';
import structpb from 'google-protobuf/google/protobuf/struct_pb.js';
import { expect, test } from 'vitest';
import { packageRoot } from '../sophia.ts';
import { builtFile } from './built.ts';
import { Plugin, urnOf } from './plugin.ts';

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
