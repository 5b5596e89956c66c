import { adoptOrLaunch, costOf, endInstances, type Instance, NotUsable } from '../../core/cloud/index.ts';
import { type Doing, type Made, NotReady } from '../resource.ts';
import type { Inputs } from './instance.ts';
import { ready } from './ready.ts';

/**
 * A machine that is of use: one whose GPUs do not compute is ended, and another launched in its place, as often as `gate`
 * allows and never two at a time. The last is kept, whatever it is worth, and so is one that cannot be ended for certain:
 * somebody must know of what bills. Whoever is killed meanwhile has written nothing down, and need not: each attempt is
 * known by its tag, and the next who tries goes on with the last of them.
 */
export async function born(doing: Doing, inputs: Inputs, token: string): Promise<Made> {
  const { bootPatienceS: _, generation: __, gate, ...order } = inputs;
  const most = gate?.replacements ?? 0;
  const tried: string[] = [];
  for (let next = 0; ; ) {
    const { id, type, region, isAdopted, attempt, earlier } = await adoptOrLaunch(doing, {
      ...order,
      ...{ token, attempt: next },
    });
    doing.tell(isAdopted ? `${id} lives already: taken up` : `${id} launched: ${type} in ${region}`);
    const made = { id, outputs: { type, region, isReady: false } };
    await end(doing, earlier, made);
    try {
      return await ready(doing, made, inputs);
    } catch (thrown) {
      const bad = badIn(thrown);
      if (!(thrown instanceof NotReady) || !bad) throw thrown;
      if (attempt >= most) throw tried.length > 0 ? withTried(thrown, tried) : thrown;
      doing.tell(`${thrown.message}: it is ended, and another launched`);
      await end(doing, [bad], thrown.made);
      tried.push(id);
      next = attempt + 1;
    }
  }
}

/** Throws NotReady where one of them may bill on: nothing is launched beside it. What each has come to nobody else can tell. */
async function end(doing: Doing, all: readonly Instance[], made: Made): Promise<void> {
  const { ended, left } = await endInstances(
    doing,
    all.map(({ id }) => id),
  );
  const now = doing.clock.now();
  for (const each of all)
    if (ended.includes(each.id)) doing.tell(`${each.id} is ended: it had come to ${costOf(each, now)} cents`);
  const [one] = left;
  if (one)
    throw new NotReady(made, new Error(`machine ${one.id} may bill on: ${one.why}; sophia gpu ls shows what does`));
}

/** The machine that says itself that its GPUs do not compute. */
function badIn(thrown: unknown): Instance | undefined {
  const { cause } = thrown instanceof NotReady ? thrown : {};
  return cause instanceof NotUsable && cause.code === 'bad-gpu' ? (cause.instance ?? undefined) : undefined;
}

function withTried({ made, cause }: NotReady, tried: readonly string[]): NotReady {
  const { instance, message } = cause as NotUsable;
  const id = made.id;
  const why = `${message.replace(`machine ${id} `, '')}; so was each before it, which is ended: ${tried.join(', ')}`;
  return new NotReady(made, new NotUsable('bad-gpu', { id, instance }, why, cause));
}
