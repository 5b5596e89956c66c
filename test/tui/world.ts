import { type IsoDay, id, instant, type TimeZone } from '../../src/core/domain/index.ts';
import { UserError } from '../../src/core/errors/index.ts';
import { faultsIn, fieldsOf, type History, runStatuses, type StepSpan } from '../../src/core/runs/index.ts';
import type { Actions } from '../../src/tui/actions.ts';
import type { Answers, Given, Opened } from '../../src/tui/answers.ts';
import type { Environments } from '../../src/tui/environments.ts';
import type { Facts, ListedRun } from '../../src/tui/facts.ts';
import type { Places } from '../../src/tui/places.ts';
import type { Ranker, RiskRow, Risks, TenantRow } from '../../src/tui/risks.ts';
import { environmentOf } from './environment.ts';

/** What other programs may have written into a field. */
const foreign = [
  'elm-house 2026-11-20',
  'evil\x1b[2J\u202etxt.exe',
  '漢字の家 2026-11-20',
  'بيت 2026-11-20',
  '👩‍👩‍👧 home',
];

function run(number: number): ListedRun {
  const at = instant(Date.UTC(2026, 10, 20) + number * 1000);
  return {
    ...{ id: id('run', `run-${String(number).padStart(12, '0')}`), owner: id('owner', 'hill-street') },
    ...{ workflow: 'churn', version: 3, key: `${number}`, input: {}, createdAt: at, updatedAt: at },
    ...{
      status: runStatuses[number % runStatuses.length] ?? 'queued',
      decision: null,
      about: foreign[number % foreign.length] ?? '',
    },
  };
}

export interface TestWorld extends Facts {
  /** What every question about runs meets. */
  failing: UserError | undefined;
  /** What the risks are ranked by. */
  readonly ranks: { by: Ranker };
  readonly answers: Answers;
  readonly risks: Risks;
  readonly environments: Environments;
  readonly places: Places;
  readonly actions: Actions;
  /** What was done with runs. */
  readonly done: string[];
  /** What was answered. */
  readonly given: Given[];
}

/** A question for fields, of a run that waits. */
const asked = {
  ...{ title: 'Which offer?', summary: 'The tenant asks for another term.' },
  answer: {
    type: 'object',
    properties: {
      term: { type: 'integer', minimum: 1, maximum: 24, description: 'months' },
      tone: { enum: ['warm', 'short'] },
      note: { type: 'string', maxLength: 5 },
    },
    required: ['term', 'tone'],
    additionalProperties: false,
  },
};

/** So many runs, as they would come from a store. */
export function worldOf(runs: number): TestWorld {
  const all = Array.from({ length: runs }, (_, number) => run(number));
  const ranks = { by: { model: 'scorecard-1.2.0', stopped: false } };
  const world = {
    timeZone: 'UTC' as TimeZone,
    place: undefined,
    given: [] as Given[],
    done: [] as string[],
    failing: undefined as UserError | undefined,
    ranks,
    pulse: async () => '',
    async overview() {
      const count = (status: ListedRun['status']) => all.filter((each) => each.status === status).length;
      const tally = Object.fromEntries(runStatuses.map((status) => [status, count(status)]));
      return {
        ...{ tally: tally as never, approvals: count('waiting'), unattended: count('stalled'), synthetic: false },
        activity: all.slice(0, 30).map((_, at) => at),
      };
    },
    async runs({ from, count, text = '' }: Parameters<Facts['runs']>[0]) {
      if (world.failing) throw world.failing;
      const wanted = all.filter(({ id, about, status }) => `${id} ${about} ${status}`.includes(text));
      return { from, total: wanted.length, runs: wanted.slice(from, from + count) };
    },
    async run(wanted: string) {
      const found = all.find(({ id }) => id === wanted);
      if (!found) throw new UserError('refused', `no run "${wanted}"`, []);
      const event = (seq: number) => ({
        ...{ seq, at: found.createdAt, owner: found.owner, actor: id('actor', 'os:ada'), runId: found.id },
        ...{ kind: 'run.node_finished' as const, body: { node: `node-${seq}` } },
      });
      return {
        ...found,
        approvals: [],
        earlier: runs > 1000 ? 9000 : 0,
        timeline: Array.from(
          { length: runs > 1000 ? 40 : 3 },
          (_, at): StepSpan => ({
            ...{ kind: at === 1 ? 'each' : 'node', nodes: [`node-${at}`, ...(at === 2 ? foreign : [])], items: 1000 },
            ...{ ended: at === 0 ? ['node-0'] : [] },
            ...(at === 0
              ? { state: 'done', from: found.createdAt, to: instant(Date.parse(found.createdAt) + 4000), waits: [] }
              : at === 1
                ? { state: 'now', from: found.createdAt, waits: [{ for: 'answer', from: found.createdAt }] }
                : { state: 'later', waits: [] }),
          }),
        ),
        events: Array.from({ length: runs > 1000 ? 1000 : 5 }, (_, at) => event(at + 1)),
      };
    },
    async history(wanted: string): Promise<History> {
      const { id: run, status } = await world.run(wanted);
      const at = instant(Date.UTC(2026, 10, 20));
      const steps = status === 'queued' ? 0 : runs > 1000 ? 300 : 4;
      const said = (step: number) => (step === 2 && runs > 1000 ? 'long '.repeat(200_000) : foreign.join('\n'));
      return {
        ...{ id: run, status, input: { house: foreign.join(' ') } },
        checkpoints: Array.from({ length: steps }, (_, step) => ({
          ...{ id: `checkpoint-${step}`, step: step - 1, at, nodes: [`node-${step}`, ...foreign], next: ['next'] },
          changes:
            step % 3 === 1
              ? [{ of: 'items', added: 1000, total: 1000 * step }]
              : [{ of: `node-${step}`, ...(step % 2 && { before: { step: -1 } }), after: { step, said: said(step) } }],
        })),
        written: status === 'running' ? [{ of: 'left', after: { left: 1 } }] : [],
        ...(status === 'succeeded' && { output: { sum: 1 } }),
      };
    },
    answers: {
      refusal: undefined,
      async pending() {
        const waiting = all.filter(({ status }) => status === 'waiting').slice(0, 500);
        return waiting.map(({ id, about, workflow, createdAt }) => ({
          ...{ run: id, question: 'task:ask', workflow, about, title: asked.title, askedAt: createdAt },
        }));
      },
      async open(wanted, question): Promise<Opened> {
        const found = await world.run(wanted);
        const more = wanted.endsWith('2') ? '' : 'word '.repeat(400);
        const sections = [{ title: 'What is asked', text: `${asked.summary} ${more}` }];
        const common = { run: found.id, question, title: asked.title, sections, rules: ['for manager'], asked };
        return { ...common, fields: fieldsOf(asked.answer), answered: undefined };
      },
      faults: (question, answer) => faultsIn(question, answer),
      async give(_opened, given) {
        if (world.failing) throw world.failing;
        world.given.push(given);
        return { worker: 'present' };
      },
      async withdraw({ run: wanted }) {
        world.done.push(`withdraw ${wanted}`);
      },
    } satisfies Answers,
    risks: {
      today: '2026-11-22' as IsoDay,
      canAnalyse: true,
      async properties() {
        return all.slice(0, 300).map(
          ({ owner, about }, at): RiskRow => ({
            ...{ owner, id: id('property', `pro-${at}`), key: `house-${at}`, name: about, tenants: 40, above: at % 3 },
            isTold: true,
            ...(at % 7 === 6
              ? { index: null, arrears: null, since: null, why: 'nobody was known to live there', by: null }
              : {
                  ...{ index: 1 / (1 + at), arrears: 0.2, why: '', by: ranks.by },
                  since: at % 2 ? { asOf: '2026-11-15' as IsoDay, change: 0.02 } : null,
                }),
          }),
        );
      },
      async property(wanted) {
        const tenants = all.slice(0, 2000).map(
          ({ about, id: run }, at): TenantRow => ({
            ...{ key: `tenant-${at}`, name: about, unit: at % 2 ? `${at}A` : null, index: 1 / (1 + at), band: 'high' },
            ...{
              trend: at % 3 ? 0.1 : null,
              sinceLast: at % 2 ? -0.05 : null,
              arrears: 0.5,
              stage: '0-3 months',
              peers: 5,
            },
            reasons: [
              {
                logOdds: 1.2,
                says: '3+ repairs over a week, in 90 days',
                evidence: ['ticket of 2026-10-30', about, 'x', 'y'],
              },
              { logOdds: 0.2, says: about, evidence: [] },
            ],
            lower: at % 2 ? [`0.20 ${about}`] : [],
            proposal: at % 2 ? undefined : { run, state: 'proposed' as never, status: 'waiting', decision: null },
          }),
        );
        return {
          ...{
            name: wanted,
            capped: false,
            isTold: true,
            by: ranks.by,
            tenants,
            since: { asOf: '2026-11-15' as IsoDay, change: 0.02 },
          },
          coverage: { ledger: 1, tickets: 1, calls: 0, memory: 0, engagement: 0 },
        };
      },
      async analyse() {
        if (world.failing) throw world.failing;
        return { run: all[0]?.id ?? id('run', 'run-none'), trouble: '' };
      },
    } satisfies Risks,
    environments: {
      refusal: undefined,
      async all() {
        if (world.failing) throw world.failing;
        return all.slice(0, 300).map((each, at) => environmentOf(each, at, runs > 1000 ? 100 : 3));
      },
      async askAll() {
        world.done.push('ask all');
      },
      keepUp: async () => false,
      async ask(wanted) {
        if (world.failing) throw world.failing;
        world.done.push(`ask ${wanted}`);
      },
      async destroy(wanted) {
        if (world.failing) throw world.failing;
        world.done.push(`destroy ${wanted}`);
        return 'ended, as the vendor says: 3 machines, which came to $1.00';
      },
    } satisfies Environments,
    actions: {
      async goOn(wanted) {
        world.done.push(`goOn ${wanted}`);
        return 'a worker goes on with it';
      },
      async cancel(wanted) {
        world.done.push(`cancel ${wanted}`);
        return 'it is cancelled';
      },
    } satisfies Actions,
    places: {
      async search(text) {
        if (!'tenant-30'.includes(text)) return [];
        const subject = { id: 'pro-1', title: 'House 1', focus: 'tenant-30' };
        return [{ screen: 'property', subject, title: 'tenant 30, House 1' }];
      },
    } satisfies Places,
    heads: async () => new Map(),
    countSince: async () => 0,
  };
  return world;
}
