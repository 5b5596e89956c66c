import { expect, test } from 'vitest';
import type { Question } from '../../core/ops/proposals/answer.ts';
import { decide } from './answer.ts';

const question = {
  run: { id: 'run-1', status: 'waiting' },
  proposal: { key: 'ada', name: 'Ada Example', index: 0.9, stage: '0-3 months', evidence: [] },
  draft: { task: 'Call her', message: 'Dear Ada' },
} as unknown as Question;
const plain = { bold: String, text: String };

test.each(['approved', 'rejected'] as const)(
  'a human at the terminal sees what is asked before it is %s',
  async (decision) => {
    const seen: string[] = [];
    const ask = {
      isHeard: true,
      confirm: async ({ message, fallback }: { message: string; fallback: boolean }) => {
        seen.push(message);
        return fallback;
      },
    };
    const outcome = await decide(
      { ask, show: (draw: (style: typeof plain) => string) => seen.push(draw(plain)) } as never,
      question,
      { message: 'Really?', yes: false, json: false, detach: false, answer: { decision, reason: null } },
    );
    expect(seen).toEqual([expect.stringContaining('Dear Ada'), 'Really?']);
    // Enter alone agrees to nothing.
    expect(outcome).toMatchObject({ exit: 'paused', data: { decision: null, executed: [] } });
  },
);
