import { createHash } from 'node:crypto';
import { UserError } from '../errors/index.ts';
import type { Definition, Shape } from './workflow.ts';

/** The part of a run row that says by what it was begun. */
export interface Begun {
  readonly workflow: string;
  readonly version: number;
  readonly fingerprint: string;
}

/** Definitions by name and version. An old one stays here for as long as runs of it may wait. */
export interface Registry<Services> {
  /** The very definition that the run was begun by. UserError `incompatible` when this program has another one. */
  definitionOf(run: Begun): Definition<Services>;
  isCompatible(run: Begun): boolean;
}

export function openRegistry<Services>(definitions: readonly Definition<Services>[]): Registry<Services> {
  const find = ({ workflow, version }: Begun) =>
    definitions.find((each) => each.name === workflow && each.version === version);
  return {
    definitionOf(run) {
      const found = find(run);
      const named = `${run.workflow} version ${run.version}`;
      if (!found)
        throw new UserError('incompatible', `this run was begun by ${named}, which this sophia does not have`, [
          'finish it with the sophia that began it',
          'or begin it anew: the same command as before gives this run up',
        ]);
      if (fingerprintOf(found) !== run.fingerprint)
        throw new UserError('incompatible', `the nodes of ${named} are not those that this run was begun with`, [
          'begin it anew: the same command as before gives this run up',
        ]);
      return found;
    },
    isCompatible: (run) => {
      const found = find(run);
      return found !== undefined && fingerprintOf(found) === run.fingerprint;
    },
  };
}

/** SHA-256 of the graph's shape: nodes in order, and with them edges and channels. */
export function fingerprintOf({ name, version, nodes }: Shape): string {
  const shape = [name, version, nodes.map((node) => node.name)];
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex');
}
