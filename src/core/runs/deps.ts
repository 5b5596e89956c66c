import type { Journal, LeaseDeps } from '../store/index.ts';
import type { Definition } from './workflow.ts';

export interface RunsDeps<Services> extends LeaseDeps {
  readonly journal: Pick<Journal, 'appendIn' | 'since'>;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** What nodes may use, and the workflows that runs may have been begun by. */
  readonly services: Services;
  readonly workflows: readonly Definition<Services>[];
}
