import { join } from 'node:path';
import type { Files } from '../context/index.ts';
import type { IsoDay } from '../domain/index.ts';
import type { Services } from '../flows/index.ts';
import type { Portfolio } from '../portfolio/index.ts';

interface WritingDeps {
  portfolio(): Promise<Portfolio>;
  today(): IsoDay;
}

/** What a run writes: the draft that a human is asked about, and the files that are handed out. */
export function writing(
  files: Files,
  outFolder: string,
  { portfolio, today }: WritingDeps,
): Pick<Services, 'compose' | 'handOut'> {
  return {
    compose: async (about) =>
      (await import('../ops/draft.ts')).composeDraft({ files, portfolio: await portfolio(), today: today() }, about),
    async handOut(runId, name, text) {
      await (await import('../ops/hand-out.ts')).handOut(files, join(outFolder, runId, name), text);
      return `out/${runId}/${name}`;
    },
  };
}
