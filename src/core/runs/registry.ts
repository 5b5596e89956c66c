import { createHash } from 'node:crypto';
import { UserError } from '../errors/index.ts';
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
  /** The one that is nearest to it: of its version, or else the newest of its name. */
  nearestTo(run: Begun): Definition<Services>;
  isCompatible(run: Begun): boolean;
}

const ANEW = 'begin it anew: the same command as before gives this run up';

export function openRegistry<Services>(definitions: readonly Definition<Services>[]): Registry<Services> {
  const find = ({ workflow, version }: Begun) =>
    definitions.find((each) => each.name === workflow && each.version === version);
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
    nearestTo(run) {
      const named = definitions.filter(({ name }) => name === run.workflow);
      const nearest = find(run) ?? named.toSorted((a, b) => b.version - a.version)[0];
      if (!nearest) throw unknown(run);
      return nearest;
    },
    isCompatible: (run) => {
      const found = find(run);
      return found !== undefined && fingerprintOf(found) === run.fingerprint;
    },
  };
}

/** Steps in order, and with them edges and channels. A step of one node is its name, as it was before there were others. */
export function shapeOf({ steps }: Shape): readonly unknown[] {
  return steps.map(({ kind, nodes }) => {
    const names = nodes.map(({ name }) => name);
    return kind === 'node' ? names[0] : { [kind]: names };
  });
}

/** SHA-256 of the graph's shape. */
export function fingerprintOf(definition: Shape): string {
  const shape = [definition.name, definition.version, shapeOf(definition)];
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex');
}

/** What has gone and what has come, where the run knows how it was begun. */
function changes({ shape }: Begun, found: Shape): string {
  if (shape === null) return '';
  const texts = (steps: readonly unknown[]) =>
    steps.map((step) => (typeof step === 'string' ? step : JSON.stringify(step)));
  const [before, now] = [texts(JSON.parse(shape)), texts(shapeOf(found))];
  const gone = before.filter((step) => !now.includes(step));
  const come = now.filter((step) => !before.includes(step));
  if (gone.length + come.length === 0) return ': they stand in another order';
  return `: ${[...gone.map((step) => `${step} is gone`), ...come.map((step) => `${step} is new`)].join(', ')}`;
}
