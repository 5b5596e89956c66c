import { type Instant, instant, plural } from '../../domain/index.ts';
import { got, isThere, unlessAbsent } from './absent.ts';
import { type Belongings, openBelongings } from './belongings.ts';
import type { InstanceType } from './catalogue.ts';
import { type Instance, instanceSchema, type Listed, listSchema, rowSchema, typesSchema } from './shapes.ts';
import { LAUNCH, LambdaError, openWire, type WireDeps } from './wire.ts';

/** One machine to be started. */
export interface LaunchRequest {
  readonly type: string;
  readonly region: string;
  /** By name; it must be there. */
  readonly sshKey: string;
  /** At most 64 characters. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Family of images; absent: the vendor's newest. */
  readonly image?: string | undefined;
  /** cloud-init, 1 MB at most. It is never told again. */
  readonly userData?: string | undefined;
  /** By id; in its region, and from its birth alone. */
  readonly rulesets?: readonly string[] | undefined;
  /** By name; in its region, and from its birth alone. */
  readonly filesystems?: readonly string[] | undefined;
}

/**
 * Lambda Cloud. Each call throws LambdaError: `auth`, `unreachable` or `failed`. Of one that changes something, the error
 * says whether it may have been done all the same.
 */
export interface Lambda extends Belongings {
  /** What is sold, with the regions in which capacity is shown just now. */
  types(signal?: AbortSignal): Promise<InstanceType[]>;
  /** Every machine of the account, whoever started it. Of what cannot be read it is told how many there are. */
  listed(signal?: AbortSignal): Promise<Listed>;
  /** The same for who must know of every one. LambdaError `failed` where one cannot be read. */
  instances(signal?: AbortSignal): Promise<Instance[]>;
  /** Undefined for one that the vendor does not know, or no longer. LambdaError `failed` where not all of it is told. */
  instance(id: string, signal?: AbortSignal): Promise<Instance | undefined>;
  /** The same for who ends it: it may be told in part. */
  seen(id: string, signal?: AbortSignal): Promise<Instance | undefined>;
  /**
   * Starts one machine, and returns its id. There is no way to ask twice and get it once. `first` is done when its turn
   * has come: launches wait for each other, and what was looked up before that may have changed.
   */
  launch(request: LaunchRequest, when?: { readonly signal?: AbortSignal; first?(): Promise<void> }): Promise<string>;
  /**
   * Asks that they be ended, all or none. False: the vendor knows no such machine, or not all of them. Each bills until it
   * says `terminating`.
   */
  terminate(ids: readonly string[]): Promise<boolean>;
  /** What time it was when the vendor answered last, by its own clock; by ours, where it never said. Clocks go wrong. */
  now(): Instant;
  /** Of a machine, its name is all that can be changed. */
  rename(id: string, name: string): Promise<Instance>;
}

function unreadable(count: number): LambdaError {
  const told = { code: 'unexpected-answer', retryable: false };
  return new LambdaError('failed', `Lambda lists ${plural(count, 'machine')} otherwise than agreed`, told, [
    'sophia gpu ls   shows what can be read, and sophia gpu kill-all ends it',
    'look at cloud.lambda.ai for the rest',
  ]);
}

const LIST = '/instances';
const pathOf = (id: string) => `${LIST}/${encodeURIComponent(id)}`;

export function openLambda(deps: WireDeps): Lambda {
  let said: Instant | undefined;
  const dated = (ms: number) => {
    said = instant(ms);
  };
  const ask = openWire({ ...deps, dated });
  const listed = (signal?: AbortSignal) => ask(got(LIST, signal), listSchema);
  return {
    now: () => said ?? deps.clock.now(),
    types: async (signal) => Object.values(await ask(got('/instance-types', signal), typesSchema)),
    listed,
    async instances(signal) {
      const { instances, unread } = await listed(signal);
      if (unread > 0) throw unreadable(unread);
      return instances;
    },
    instance: (id, signal) => unlessAbsent(ask(got(pathOf(id), signal), instanceSchema)),
    seen: (id, signal) => unlessAbsent(ask(got(pathOf(id), signal), rowSchema)),
    async launch({ type, region, sshKey, name, tags, image, userData, rulesets = [], filesystems = [] }, when) {
      const body = {
        ...{ instance_type_name: type, region_name: region, ssh_key_names: [sshKey], name },
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        ...(image !== undefined && { image: { family: image } }),
        ...(userData !== undefined && { user_data: userData }),
        ...(rulesets.length > 0 && { firewall_rulesets: rulesets.map((id) => ({ id })) }),
        ...(filesystems.length > 0 && { file_system_names: filesystems }),
      };
      const question = { method: 'POST', path: LAUNCH, body, ...when } as const;
      const { instance_ids: ids } = await ask(question, (z) => z.object({ instance_ids: z.tuple([z.string()]) }));
      return ids[0];
    },
    terminate(ids) {
      const question = {
        method: 'POST',
        path: '/instance-operations/terminate',
        body: { instance_ids: ids },
      } as const;
      return isThere(ask(question, (z) => z.object({})));
    },
    rename(id, name) {
      return ask({ method: 'POST', path: pathOf(id), body: { name } }, instanceSchema);
    },
    ...openBelongings(ask),
  };
}
