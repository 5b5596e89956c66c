import type { Context } from '../context/index.ts';
import type { DatabasePlace } from '../domain/index.ts';

/** Ways to look at a store without opening it for work. What reads databases is loaded when one is looked at. */
export function looksAt({ signal }: Pick<Context, 'signal'>) {
  const door = () => import('../store/index.ts');
  return {
    lookAtStore: async (file: string, still: boolean) => (await door()).lookAtStore(file, { still, signal }),
    peek: async (file: string, still: boolean) => (await door()).peekIntoStore(file, { still, signal }),
    lookAtServer: async (at: DatabasePlace, until = signal) => (await door()).lookAtServer(at, until),
  };
}
