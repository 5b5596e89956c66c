import type { Instant } from '../core/domain/index.ts';
import type { Known } from '../core/ops/deploy/known.ts';
import type { Course, Step } from './steps.ts';

/** A machine that is recorded, or of which somebody has told since it was ordered. */
export interface NodeRow {
  readonly name: string;
  /** As an engine or the vendor spoke of it last; undefined where nobody has since it was ordered. */
  readonly stands: string | undefined;
  readonly seconds: number | undefined;
  readonly at: Instant | undefined;
  /** What is recorded of it; undefined before it is, and where it is no more. */
  readonly recorded: Known['recorded']['machines'][number] | undefined;
}

const GONE = 'delete:done';
const collator = new Intl.Collator('en', { numeric: true });

/** By name, and `node-10` behind `node-2`. What has ended is no more. */
export function nodesOf(machines: Known['recorded']['machines'], course: Course | undefined): NodeRow[] {
  const steps: ReadonlyMap<string, Step> = course?.steps ?? new Map();
  const recorded = new Map(machines.map((each) => [each.name.toLowerCase(), each]));
  return [...new Set([...recorded.keys(), ...steps.keys()])]
    .map((key) => {
      const { stands, seconds, at } = steps.get(key) ?? {};
      return { name: recorded.get(key)?.name ?? key, stands, seconds, at, recorded: recorded.get(key) };
    })
    .filter((node) => node.recorded || node.stands !== GONE)
    .sort((a, b) => collator.compare(a.name, b.name));
}
