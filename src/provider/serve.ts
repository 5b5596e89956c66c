import * as grpc from '@grpc/grpc-js';
import enginerpc from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import enginepb from '@pulumi/pulumi/proto/engine_pb.js';
import providerrpc from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import { type Connect, openLambda } from '../core/cloud/index.ts';
import type { Clock } from '../core/context/index.ts';
import { openOperations } from './operations.ts';
import { serviceOf } from './service.ts';
import { rehearsed } from './tcp.ts';

/** What a plugin stands on: its entry module says what time it lives in, and whom it asks. */
export interface PluginDeps {
  /** As the engine starts it: options, and last where the engine listens. */
  readonly args: readonly string[];
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** By which machines are looked into. */
  readonly connect: Connect;
  readonly key: string;
  /** Of the emulator, in a rehearsal. */
  readonly rehearsal?: string | undefined;
}

const MOST_BYTES = { 'grpc.max_receive_message_length': 400 << 20 };
/** How often a question that changes nothing is asked again when nobody answers. */
const AGAIN = 6;

/** Serves the engine, and returns the port on which it does. */
export async function servePlugin({ args, clock, fetch, connect, key, rehearsal }: PluginDeps): Promise<number> {
  const stop = new AbortController();
  const { signal } = stop;
  // The client itself is never stopped: whether a launch was granted is asked after whoever cancelled.
  const reaching = { clock, fetch, signal: new AbortController().signal, patienceS: undefined };
  const lambda = openLambda({ ...reaching, key, again: AGAIN, ...(rehearsal !== undefined && { rehearsal }) });
  const reach = rehearsal === undefined ? connect : rehearsed(fetch, connect, rehearsal);
  const operations = openOperations({ lambda, clock, signal, connect: reach }, tellerTo(args));
  const server = new grpc.Server(MOST_BYTES);
  server.addService(
    providerrpc.ResourceProviderService,
    serviceOf(operations, () => stop.abort(new Error('cancelled'))),
  );
  return new Promise((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error ? reject(error) : resolve(port)));
  });
}

/** `--logtostderr -v=9 --tracing ENDPOINT 127.0.0.1:4711`. */
function engineIn(args: readonly string[]): string | undefined {
  return args.find((each, at) => !each.startsWith('-') && args[at - 1] !== '--tracing');
}

/** What is told goes to whoever watches the update, and is kept nowhere. */
function tellerTo(args: readonly string[]): (urn: string, message: string) => void {
  const address = engineIn(args);
  if (address === undefined) return () => undefined;
  const engine = new enginerpc.EngineClient(address, grpc.credentials.createInsecure(), MOST_BYTES);
  return (urn, message) => {
    const request = new enginepb.LogRequest();
    request.setSeverity(enginepb.LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(true);
    // Whether it is heard changes nothing.
    engine.log(request, () => undefined);
  };
}
