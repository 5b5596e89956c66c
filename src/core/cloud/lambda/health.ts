import type { z as zod } from 'zod';
import { type Login, type SshDeps, SshError, saidBy } from '../ssh/client.ts';
import { NotUsable } from './boot.ts';
import type { Launching } from './launch.ts';
import type { Instance } from './shapes.ts';

/** Where a machine writes down what its GPUs are worth. */
export const GPU_REPORT = '/var/lib/sophia/gpu.json';

/** What is needed to look into a machine, beside what is needed to launch it. */
export type Looking = Launching & Pick<SshDeps, 'connect'>;

/** How a machine is known, and logged in to; how long its report may take. */
export interface Gate extends Omit<Login, 'ip'> {
  readonly patienceS: number;
}

interface Health {
  /** Active, with an address: it says how many GPUs were paid for. */
  readonly instance: Instance;
  readonly gate: Gate;
  tell?(status: string, seconds: number): void;
}

/** As the machine writes it: GPUs that are built in, those that CUDA could use, and why not the others. */
interface Report {
  readonly gpus: number;
  readonly usable: number;
  readonly faults: readonly string[];
  /** Not tried again. */
  readonly isFinal: boolean;
}

const LOOK_EVERY_MS = 10_000;
const MOST_FAULTS = 3;

/**
 * Resolves when every GPU that was paid for has computed: `active` says nothing of that. Throws NotUsable: `bad-gpu` when
 * the machine itself says so, `gate-silent` when it says nothing, `stranger` when somebody else answers at its address.
 * Nobody is believed but who shows the key that the machine was given; a stranger may be gone the next time.
 */
export async function untilHealthy(deps: Looking, { instance, gate, tell }: Health): Promise<void> {
  const { clock, signal } = deps;
  const { id } = instance;
  const began = Date.parse(clock.now());
  let report: Report | undefined;
  for (;;) {
    const heard = await reportOf(deps, { ...gate, ip: instance.ip ?? '' });
    if (signal.aborted) throw left();
    if (!(heard instanceof SshError)) report = heard;
    if (report && report.usable >= instance.type.gpus) return;
    const waited = (Date.parse(clock.now()) - began) / 1000;
    const isLate = waited >= gate.patienceS;
    if (report && (report.isFinal || isLate))
      throw new NotUsable('bad-gpu', { id, instance }, faultsOf(report, instance));
    if (isLate) {
      const silence = heard as SshError;
      const code = silence.code === 'stranger' ? 'stranger' : 'gate-silent';
      const why = `is active, and said nothing of its GPUs for ${gate.patienceS} s: ${silence.message}`;
      throw new NotUsable(code, { id, instance }, why, silence);
    }
    tell?.(report ? 'active; its GPUs do not compute yet' : 'active; its GPUs are being tried', waited);
    await clock.sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) throw left();
  }

  function left(): NotUsable {
    return new NotUsable('cancelled', { id, instance }, 'was left before its GPUs were tried, and bills');
  }
}

function faultsOf({ usable, faults }: Report, { type }: Instance): string {
  const told = faults.length > 0 ? `: ${faults.slice(0, MOST_FAULTS).join('; ')}` : '';
  return `is active, and can use ${usable} of its ${type.gpus} GPUs${told}`;
}

/** What it wrote, or why there is nothing to read. */
async function reportOf(deps: Looking, login: Login): Promise<Report | SshError> {
  const { z } = await import('zod');
  try {
    const { data } = reportSchema(z).safeParse(JSON.parse(await saidBy(deps, login, `cat ${GPU_REPORT}`)));
    return data ?? new SshError('failed', `${login.ip} wrote a report that is none`);
  } catch (thrown) {
    if (thrown instanceof SshError) return thrown;
    return new SshError('failed', `${login.ip} wrote a report that is none`, thrown);
  }
}

function reportSchema(z: typeof zod) {
  const count = z.int().min(0).max(1024);
  // It comes from another machine, and is shown at a terminal.
  const fault = z.string().transform((text) => text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 160));
  return z.object({ gpus: count, usable: count, faults: z.array(fault).max(64), isFinal: z.boolean() });
}
