import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as grpc from '@grpc/grpc-js';
import providerrpc from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import pb from '@pulumi/pulumi/proto/provider_pb.js';
import statuspb from '@pulumi/pulumi/proto/status_pb.js';
import emptypb from 'google-protobuf/google/protobuf/empty_pb.js';
import structpb from 'google-protobuf/google/protobuf/struct_pb.js';
import type { Vendor } from '../cloud/emulator.ts';
import { packageRoot } from '../sophia.ts';

type Values = Record<string, unknown>;
type Client = InstanceType<typeof providerrpc.ResourceProviderClient>;

/** What the engine is told when something is not as it should be: with an id, it writes that down; without, nothing. */
export class Refused extends Error {
  readonly id: string | undefined;
  readonly outputs: Values;

  constructor(message: string, id: string | undefined, outputs: Values) {
    super(message);
    this.id = id;
    this.outputs = outputs;
  }
}

export const urnOf = (name: string, kind = 'Instance') =>
  `urn:pulumi:production::sophia::sophialambda:index:${kind}::${name}`;

/** The plugin as a process of its own, asked over gRPC as the engine asks it. */
export class Plugin implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly #client: Client;

  constructor(child: ChildProcess, port: string) {
    this.child = child;
    this.#client = new providerrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  async check(inputs: Values, urn = urnOf('gpu-0')): Promise<{ inputs: Values; failures: Values[] }> {
    const request = new pb.CheckRequest();
    request.setUrn(urn);
    request.setNews(struct(inputs));
    const response = await this.#ask<pb.CheckResponse>('check', request);
    return { inputs: plain(response.getInputs()), failures: response.getFailuresList().map((each) => each.toObject()) };
  }

  async diff(news: Values, olds: Values, outputs: Values, urn = urnOf('gpu-0')) {
    const request = new pb.DiffRequest();
    request.setUrn(urn);
    request.setNews(struct(news));
    request.setOldInputs(struct(olds));
    request.setOlds(struct(outputs));
    const response = await this.#ask<pb.DiffResponse>('diff', request);
    const isChanged = response.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME;
    return { isChanged, replaces: response.getReplacesList(), deletesFirst: response.getDeletebeforereplace() };
  }

  async create(inputs: Values, urn = urnOf('gpu-0'), isPreview = false): Promise<{ id: string; outputs: Values }> {
    const request = new pb.CreateRequest();
    request.setUrn(urn);
    request.setProperties(struct(inputs));
    request.setPreview(isPreview);
    const response = await this.#ask<pb.CreateResponse>('create', request);
    return { id: response.getId(), outputs: plain(response.getProperties()) };
  }

  async read(id: string, outputs: Values = {}, urn = urnOf('gpu-0')): Promise<{ id: string; outputs: Values }> {
    const request = new pb.ReadRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(struct(outputs));
    const response = await this.#ask<pb.ReadResponse>('read', request);
    return { id: response.getId(), outputs: plain(response.getProperties()) };
  }

  async update(
    id: string,
    news: Values,
    outputs: Values = {},
    urn = urnOf('gpu-0'),
    isPreview = false,
  ): Promise<Values> {
    const request = new pb.UpdateRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setNews(struct(news));
    request.setOlds(struct(outputs));
    request.setPreview(isPreview);
    return plain((await this.#ask<pb.UpdateResponse>('update', request)).getProperties());
  }

  async remove(id: string, urn = urnOf('gpu-0'), outputs: Values = {}): Promise<void> {
    const request = new pb.DeleteRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(struct(outputs));
    await this.#ask('delete', request);
  }

  cancel = () => this.#ask('cancel', new emptypb.Empty());
  info = () => this.#ask('getPluginInfo', new emptypb.Empty());
  schema = () => this.#ask<pb.GetSchemaResponse>('getSchema', new pb.GetSchemaRequest());

  /** As `kill -9` ends it. */
  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    this.#client.close();
  }

  #ask<T>(method: string, request: object): Promise<T> {
    const client = this.#client as unknown as Record<string, (request: object, done: Done<T>) => void>;
    return new Promise((resolve, reject) => {
      client[method]?.call(this.#client, request, (error, answer) =>
        error ? reject(refusedBy(error)) : resolve(answer as T),
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
  }
}

type Done<T> = (error: grpc.ServiceError | null, answer: T | undefined) => void;

function refusedBy({ details, metadata }: grpc.ServiceError): Refused {
  const [bytes] = metadata?.get('grpc-status-details-bin') ?? [];
  const [detail] = bytes ? statuspb.Status.deserializeBinary(new Uint8Array(bytes as Buffer)).getDetailsList() : [];
  if (!detail) return new Refused(details, undefined, {});
  const failed = pb.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return new Refused(details, failed.getId(), plain(failed.getProperties()));
}

function plain(properties: structpb.Struct | undefined): Values {
  return (properties?.toJavaScript() ?? {}) as Values;
}

function struct(values: Values): structpb.Struct {
  return structpb.Struct.fromJavaScript(JSON.parse(JSON.stringify(values)));
}

export async function openPlugin(vendor: Vendor, engineAddress?: string): Promise<Plugin> {
  const args = [join(packageRoot, 'test/provider/entry.ts'), ...(engineAddress ? [engineAddress] : [])];
  const told = { EMULATOR_URL: vendor.url, EMULATOR_KEY: vendor.key };
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...told },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return new Plugin(child, port);
}
