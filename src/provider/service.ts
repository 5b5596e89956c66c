import * as grpc from '@grpc/grpc-js';
import pluginpb from '@pulumi/pulumi/proto/plugin_pb.js';
import pb from '@pulumi/pulumi/proto/provider_pb.js';
import statuspb from '@pulumi/pulumi/proto/status_pb.js';
import anypb from 'google-protobuf/google/protobuf/any_pb.js';
import emptypb from 'google-protobuf/google/protobuf/empty_pb.js';
import structpb from 'google-protobuf/google/protobuf/struct_pb.js';
import type { Operations } from './operations.ts';
import { packageSchema, VERSION } from './registry.ts';
import { NotReady, type Properties } from './resource.ts';

/** Pulumi's protocol of resource plugins, as far as this one speaks it; what is left out is answered UNIMPLEMENTED. */
export function serviceOf(operations: Operations, cancel: () => void): grpc.UntypedServiceImplementation {
  return {
    // Secrets are not asked for as such: the engine hands over plain values, and marks outputs of the same name again.
    handshake: answers(() => new pb.ProviderHandshakeResponse()),
    configure: answers(() => {
      const response = new pb.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
    checkConfig: answers((request: pb.CheckRequest) => {
      const response = new pb.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: answers(() => new pb.DiffResponse()),
    getSchema: answers(() => {
      const response = new pb.GetSchemaResponse();
      response.setSchema(packageSchema());
      return response;
    }),
    getPluginInfo: answers(() => {
      const response = new pluginpb.PluginInfo();
      response.setVersion(VERSION);
      return response;
    }),
    check: answers((request: pb.CheckRequest) => {
      const { inputs, failures } = operations.check(request.getUrn(), plain(request.getNews()));
      const response = new pb.CheckResponse();
      response.setInputs(struct(inputs));
      response.setFailuresList(
        failures.map(({ property, reason }) => {
          const failure = new pb.CheckFailure();
          failure.setProperty(property);
          failure.setReason(reason);
          return failure;
        }),
      );
      return response;
    }),
    diff: answers((request: pb.DiffRequest) => {
      const [news, olds] = [plain(request.getNews()), plain(request.getOldInputs())];
      const { replaces, isChanged } = operations.diff(request.getUrn(), news, olds, plain(request.getOlds()));
      const response = new pb.DiffResponse();
      response.setReplacesList([...replaces]);
      const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
      response.setChanges(isChanged || replaces.length > 0 ? DIFF_SOME : DIFF_NONE);
      return response;
    }),
    create: answers(async (request: pb.CreateRequest) => {
      const [urn, inputs] = [request.getUrn(), plain(request.getProperties())];
      const response = new pb.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(struct(operations.preview(urn, inputs)));
        return response;
      }
      const { id, outputs } = await operations.create(urn, inputs);
      response.setId(id);
      response.setProperties(struct(outputs));
      return response;
    }),
    read: answers(async (request: pb.ReadRequest) => {
      const made = { id: request.getId(), outputs: plain(request.getProperties()) };
      const found = await operations.read(request.getUrn(), made);
      const response = new pb.ReadResponse();
      // No id: it is gone.
      if (!found) return response;
      response.setId(found.id);
      response.setProperties(struct(found.outputs));
      response.setInputs(request.getInputs());
      return response;
    }),
    update: answers(async (request: pb.UpdateRequest) => {
      const [urn, inputs] = [request.getUrn(), plain(request.getNews())];
      const made = { id: request.getId(), outputs: plain(request.getOlds()) };
      const response = new pb.UpdateResponse();
      const outputs = request.getPreview()
        ? operations.preview(urn, inputs, made.outputs)
        : (await operations.update(urn, made, inputs)).outputs;
      response.setProperties(struct(outputs));
      return response;
    }),
    delete: answers(async (request: pb.DeleteRequest) => {
      await operations.remove(request.getUrn(), { id: request.getId(), outputs: plain(request.getProperties()) });
      return new emptypb.Empty();
    }),
    cancel: answers(() => {
      cancel();
      return new emptypb.Empty();
    }),
  };
}

/** A handler that tells the engine what was thrown: with the id, where there is one. */
function answers<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    try {
      callback(null, await handle(call.request));
    } catch (thrown) {
      callback(statusOf(thrown instanceof Error ? thrown : new Error(String(thrown))));
    }
  };
}

function statusOf(error: Error): grpc.ServerErrorResponse & { readonly details: string } {
  const message = messageOf(error instanceof NotReady && error.cause instanceof Error ? error.cause : error);
  const status = new statuspb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  if (error instanceof NotReady) {
    const detail = new pb.ErrorResourceInitFailed();
    detail.setId(error.made.id);
    detail.setProperties(struct(error.made.outputs));
    detail.setReasonsList([message]);
    const any = new anypb.Any();
    any.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
    status.addDetails(any);
  }
  const metadata = new grpc.Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
  return Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message, metadata });
}

/** `price-rose: gpu_1x costs more now; next: plan anew`: a code that programs read, and what a person can do. */
function messageOf(error: Error & { readonly code?: unknown; readonly next?: readonly string[] }): string {
  const code = typeof error.code === 'string' ? `${error.code}: ` : '';
  return [`${code}${error.message}`, ...(error.next ?? [])].join('; next: ');
}

function plain(properties: structpb.Struct | undefined): Properties {
  return (properties?.toJavaScript() ?? {}) as Properties;
}

function struct(properties: Properties): structpb.Struct {
  // What is undefined is not there: the protocol has no word for it.
  return structpb.Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}
