import * as settings from '@pulumi/pulumi/runtime/settings.js';

/**
 * gRPC remembers for a whole process that nobody answered at a port, and says so at once of the next engine that happens to
 * listen there. Here each connection is made anew. The SDK does not say in its types with what it connects.
 */
export function forgetPorts(): void {
  const { grpcClientOptions } = settings as unknown as { grpcClientOptions: Record<string, unknown> };
  grpcClientOptions['grpc.use_local_subchannel_pool'] = 1;
}
