/** How the channels of a run are called in its checkpoints. */

/** Channel with what a node returned. A node is finished when a write to its channel is on disk. */
export const resultOf = (node: string) => `${node}.result`;
/** Ends the name of a channel with what came of each item. */
export const RESULTS = '.results';
export const resultsOf = (node: string) => `${node}${RESULTS}`;
export const planOf = (node: string) => `${node}.plan`;
export const INPUT = 'input';

/** The node that a channel, or a node of LangGraph, belongs to. */
export function nodeIn(name: string): string {
  return name.replace(/\.(result|results|plan)$/, '');
}

/** Whether it stands before a node that is run for each of many. */
export function isPlan(name: string): boolean {
  return name.endsWith(planOf(''));
}
