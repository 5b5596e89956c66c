import { z } from 'zod';
import type { Looking } from '../core/cloud/index.ts';
import { kindOf } from './registry.ts';
import type { Change, Made, Properties } from './resource.ts';

/** What the engine asks of a plugin, in plain values. */
export interface Operations {
  /** Inputs with their defaults, or what is wrong with them. */
  check(
    urn: string,
    inputs: Properties,
  ): { inputs: Properties; failures: readonly { property: string; reason: string }[] };
  diff(urn: string, news: Properties, olds: Properties, outputs: Properties): Change;
  create(urn: string, inputs: Properties): Promise<Made>;
  /** Outputs as they will be, of which some are not known yet. */
  preview(urn: string, inputs: Properties, outputs?: Properties): Properties;
  read(urn: string, made: Made): Promise<Made | undefined>;
  update(urn: string, made: Made, inputs: Properties): Promise<Made>;
  remove(urn: string, made: Made): Promise<void>;
}

/** How the engine writes what is not known yet. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export function openOperations(looking: Looking, tell: (urn: string, message: string) => void): Operations {
  const takenUp = new Set<string>();
  const doing = (urn: string) => ({ ...looking, urn, takenUp, tell: (message: string) => tell(urn, message) });
  return {
    check(urn, inputs) {
      // What is not known yet cannot be looked at; it is checked again when it is.
      const isKnown = !JSON.stringify(inputs).includes(UNKNOWN);
      const { data, error } = kindOf(urn).schema(z).safeParse(inputs);
      if (data !== undefined) return { inputs: data as Properties, failures: [] };
      if (!isKnown) return { inputs, failures: [] };
      const failures = error?.issues.map(({ path, message }) => ({ property: path.join('.'), reason: message })) ?? [];
      return { inputs, failures };
    },
    diff: (urn, news, olds, outputs) => kindOf(urn).differs(news, olds, outputs),
    create: (urn, inputs) => kindOf(urn).create(doing(urn), inputs),
    preview: (urn, inputs, outputs = {}) => {
      const unknown = kindOf(urn).unknown.map((name) => [name, outputs[name] ?? UNKNOWN]);
      const shown = Object.entries(inputs).filter(([name]) => !kindOf(urn).hidden.includes(name));
      return Object.fromEntries([...shown, ...unknown]);
    },
    read: (urn, made) => kindOf(urn).read(doing(urn), made),
    update: (urn, made, inputs) => kindOf(urn).update(doing(urn), made, inputs),
    remove: (urn, made) => kindOf(urn).remove(doing(urn), made),
  };
}
