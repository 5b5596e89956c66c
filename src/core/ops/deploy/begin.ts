import { dollars, plural } from '../../domain/index.ts';
import { asSophiaError, ExternalError, type SophiaError, UserError } from '../../errors/index.ts';
import { deploy } from '../../flows/deploy.ts';
import type { RunSummary, Runs } from '../../runs/index.ts';
import { StackFailed } from '../../stack/index.ts';
import type { Bill } from './bill.ts';
import type { Deploys, Meant, Prepared, Raised, Wanted } from './deploys.ts';
import { fleetText } from './order.ts';
import { ANY_SPEED } from './practice.ts';

/** What came of a deployment that was begun. `raised` is null while somebody has to approve it, or where nobody did. */
export interface Begun {
  readonly run: RunSummary;
  readonly raised: Raised | null;
  readonly bill: Bill;
}

type DeployRooms = { runs(): Promise<Runs>; deploys(): Promise<Deploys> };

const MOST = 100;

/**
 * Deploys what was prepared and agreed to, as a run. One that was killed is gone on with where the same is wished for; one
 * that wished for something else is given up, so that nobody finishes it later. UserError `held` while another is at it;
 * `billing` where it went wrong and machines of it bill.
 */
export async function beginDeploy(rooms: DeployRooms, wanted: Wanted, prepared: Prepared): Promise<Begun> {
  const { environment, practice, candidates, replace, expiresS, waitS } = wanted;
  const [runs, deploys] = [await rooms.runs(), await rooms.deploys()];
  const speed = practice?.speed ?? 0;
  const cents = prepared.agreedCents;
  const fleet = fleetText(prepared.plan.fleet ?? []);
  const input = { environment, cents, fleet, speed, candidates, replace, expires: expiresS, waits: waitS };
  await giveUp(runs, wanted, input);
  try {
    const { run, state } = await runs.start(deploy, input);
    const { raised = null } = state as { readonly raised?: Raised | null };
    return { run, raised, bill: await deploys.bill(wanted) };
  } catch (thrown) {
    // Whoever stops it, or is told that it went wrong, does not want it finished by somebody who comes by.
    const told = await withBill(thrown, deploys, wanted);
    await giveUpStalled(runs, wanted).catch(() => undefined);
    throw told;
  }
}

/** The runs that deploy an environment, and have not ended. */
export async function unfinished(runs: Runs, { environment, practice }: Meant): Promise<readonly RunSummary[]> {
  const terms = [{ text: deploy.name }, { text: environment }];
  const { runs: found } = await runs.page({ from: 0, count: MOST, order: 'urgent', anyOf: [terms] });
  return found.filter(
    ({ workflow, status, input }) =>
      workflow === deploy.name &&
      ['running', 'stalled', 'queued', 'waiting'].includes(status) &&
      input.environment === environment &&
      Number(input.speed) > 0 === (practice !== undefined),
  );
}

/**
 * Gives up the unfinished runs that deploy an environment, but for one of the `same` input: what was begun and killed would be
 * finished by whoever comes by, after it was wished otherwise, or ended. UserError `held` where one is at work.
 */
export async function giveUp(runs: Runs, meant: Meant, same: object = {}): Promise<void> {
  for (const { id, status, input } of await unfinished(runs, meant)) {
    if (JSON.stringify(sorted(input)) === JSON.stringify(sorted(same))) continue;
    if (status === 'running')
      throw new UserError('held', `${meant.environment} is being deployed by ${id}`, [
        `sophia runs watch ${id}   looks on`,
        `sophia runs cancel ${id}   stops it: then it can be destroyed`,
      ]);
    await runs.cancel(id);
  }
}

async function giveUpStalled(runs: Runs, meant: Meant): Promise<void> {
  for (const { id, status } of await unfinished(runs, meant)) if (status === 'stalled') await runs.cancel(id);
}

function sorted(input: object): object {
  return Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * What is to be told of something that went wrong and may have cost money: what bills is asked of the vendor, and outranks
 * how it went wrong. That nothing is listed proves nothing where a launch is in doubt: it may be missing for a while.
 */
export async function withBill(
  thrown: unknown,
  deploys: Deploys,
  meant: Meant,
  wasInDoubt = false,
): Promise<SophiaError> {
  const error = asSophiaError(thrown);
  if (error.kind === 'usage' || error.exit === 'held' || error.exit === 'billing') return error;
  const { environment, practice } = meant;
  const flag = practice ? ` --rehearse${practice.speed === ANY_SPEED ? '' : ` --speed ${practice.speed}`}` : '';
  const end = [
    `sophia deploy destroy ${environment}${flag} --confirm ${environment}   ends all of it`,
    `sophia gpu kill-all --stack ${environment}${flag} --confirm ${environment}   ends all of that name, without an engine`,
    `sophia gpu ls --stack ${environment}${flag}   shows what bills`,
  ];
  const bill = await deploys.bill(meant).catch(() => undefined);
  const isNoneListed = bill && bill.machines.length + bill.unread === 0;
  if (isNoneListed && !wasInDoubt && !(await mayBeUnlisted(error, deploys, meant))) return asItIs(error);
  return new UserError('billing', `${error.message}; ${told(bill)}`, [...error.next, ...end]);
}

function told(bill: Bill | undefined): string {
  if (!bill) return 'machines of it may bill on: what does cannot be told';
  const { machines, centsPerHour, soFarCents, unread } = bill;
  if (machines.length === 0 && unread > 0)
    return `machines of it may bill on: ${plural(unread, 'machine')} of the account cannot be read; look at cloud.lambda.ai`;
  if (machines.length === 0)
    return 'machines of it may bill: none is listed, and what was just launched is listed after a while';
  return `${machines.length} of its machines bill on, ${dollars(centsPerHour)} an hour, ${dollars(soFarCents)} so far`;
}

/** Whether something may live that nobody lists: recorded, begun and not ended, or of a plugin that did not say what came of it. */
async function mayBeUnlisted(error: SophiaError, deploys: Deploys, meant: Meant): Promise<boolean> {
  if (error instanceof StackFailed && error.faults.some(({ code }) => code === undefined)) return true;
  return deploys.isInDoubt(meant);
}

/** Where nothing bills, why it went wrong decides how it ends. */
function asItIs(error: SophiaError): SophiaError {
  if (!(error instanceof StackFailed)) return error;
  const message = `${error.message}; nothing of it bills`;
  const areAll = (codes: readonly string[]) =>
    error.faults.length > 0 && error.faults.every(({ code = '' }) => codes.includes(code));
  const patience = ['--wait-capacity 2h   waits until there is some'];
  if (areAll(['no-capacity'])) return new UserError('insufficient', message, [...error.next, ...patience]);
  if (areAll(['no-capacity', 'global/quota-exceeded'])) return new UserError('insufficient', message, error.next);
  if (areAll(['price-rose', 'not-sold'])) return new UserError('refused', message, error.next);
  return new ExternalError('failed', message, true, error, error.next);
}
