import { createHash } from 'node:crypto';
import { UsageError, UserError } from '../errors/index.ts';
import type { Definition, Shape } from './workflow.ts';

/** The part of a run row that says by what it was begun. */
export interface Begun {
  readonly workflow: string;
  readonly version: number;
  readonly fingerprint: string;
  readonly shape: string | null;
}

/** Definitions by name and version. An old one stays here for as long as runs of it may wait. */
export interface Registry<Services> {
  /** The very definition that the run was begun by. UserError `incompatible` when this program has another one. */
  definitionOf(run: Begun): Definition<Services>;
  /** The newest of that name. UsageError when there is none. */
  newestOf(name: string): Definition<Services>;
  /** The one that is nearest to it: of its version, or else the newest of its name. */
  nearestTo(run: Begun): Definition<Services>;
  isCompatible(run: Begun): boolean;
}

const ANEW = 'begin it anew: the same command as before gives this run up';

export function openRegistry<Services>(definitions: readonly Definition<Services>[]): Registry<Services> {
  const find = ({ workflow, version }: Begun) =>
    definitions.find((each) => each.name === workflow && each.version === version);
  const newestOf = (name: string) =>
    definitions.filter((each) => each.name === name).toSorted((a, b) => b.version - a.version)[0];
  const unknown = ({ workflow, version }: Begun) =>
    new UserError(
      'incompatible',
      `this run was begun by ${workflow} version ${version}, which this sophia does not have`,
      ['finish it with the sophia that began it', `or ${ANEW}`],
    );
  return {
    definitionOf(run) {
      const found = find(run);
      if (!found) throw unknown(run);
      if (fingerprintOf(found) === run.fingerprint) return found;
      const named = `${run.workflow} version ${run.version}`;
      const what = `the nodes of ${named} are not those that this run was begun with${changes(run, found)}`;
      throw new UserError('incompatible', what, [ANEW]);
    },
    newestOf(name) {
      const newest = newestOf(name);
      const names = [...new Set(definitions.map((each) => each.name))];
      if (!newest) throw new UsageError(`no workflow "${name}"`, [`one of ${names.join(', ')}`]);
      return newest;
    },
    nearestTo(run) {
      const nearest = find(run) ?? newestOf(run.workflow);
      if (!nearest) throw unknown(run);
      return nearest;
    },
    isCompatible: (run) => {
      const found = find(run);
      return found !== undefined && fingerprintOf(found) === run.fingerprint;
    },
  };
}

/**
 * Steps in order, and with them edges and channels, and the schema of its input. A step of one node is its name, as it was
 * before there were others.
 */
export function shapeOf({ steps, input }: Shape): readonly unknown[] {
  const shapes = steps.map(({ kind, nodes }) => {
    const names = nodes.map(({ name }) => name);
    return kind === 'node' ? names[0] : { [kind]: names };
  });
  return input ? [...shapes, { input: input.toJSONSchema() }] : shapes;
}

/** SHA-256 of the graph's shape. */
export function fingerprintOf(definition: Shape): string {
  const shape = [definition.name, definition.version, shapeOf(definition)];
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex');
}

/** What has gone and what has come, where the run knows how it was begun. */
function changes({ shape }: Begun, found: Shape): string {
  if (shape === null) return '';
  const texts = (steps: readonly unknown[]) => steps.map((step) => JSON.stringify(step));
  const [before, now] = [texts(JSON.parse(shape)), texts(shapeOf(found))];
  const gone = before.filter((step) => !now.includes(step)).map((step) => `${inWords(step)} is gone`);
  const come = now.filter((step) => !before.includes(step)).map((step) => `${inWords(step)} is new`);
  return `: ${[...gone, ...come].join(', ') || 'they stand in another order'}`;
}

function inWords(step: string): string {
  const shape = JSON.parse(step) as string | Readonly<Record<string, readonly string[]>>;
  if (typeof shape === 'string') return shape;
  if ('input' in shape) return 'what it takes';
  return Object.entries(shape)
    .map(([kind, names]) => `${names.join(' and ')} (${kind})`)
    .join();
}
