import { retention } from '../../core/flows/retention.ts';
import type { RunSummary } from '../../core/runs/index.ts';

/** It is answered with what would be done in sight; any other question is answered with the fields that it asks for. */
export function isProposal({ workflow }: Pick<RunSummary, 'workflow'>): boolean {
  return workflow === retention.name;
}

/** How a human answers what a run asks. */
export function answering(run: Pick<RunSummary, 'id' | 'workflow'>): string {
  return `sophia runs ${isProposal(run) ? 'approve' : 'reply'} ${run.id}`;
}
