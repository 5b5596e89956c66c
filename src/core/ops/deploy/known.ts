import { join } from 'node:path';
import type { Context } from '../../context/index.ts';
import { isRefused } from '../../deploy/index.ts';
import type { IsoDay } from '../../domain/index.ts';
import { asSophiaError } from '../../errors/index.ts';
import { isTouched, type Place, type Recorded, recordedNames, recordedOf, touchedNames } from '../../stack/index.ts';
import type { AccountDeps } from './account.ts';
import type { Deploys } from './deploys.ts';
import { environmentIn, fileOf, isNameOfOne } from './names.ts';
import { type PlanReport, planDeploy } from './plan.ts';
import { type Practice, practiceHere } from './practice.ts';

/** What a file comes to. */
export interface Planned {
  readonly report: PlanReport;
  readonly isRefused: boolean;
}

/** An environment that is wished for or recorded, by what lies in files. */
export interface Known {
  readonly environment: string;
  readonly practice: Practice | undefined;
  /** Where its wish lies; null where it has none any more. */
  readonly file: string | null;
  /** Another word whenever the wish is another. */
  readonly stamp: string;
  /** By recorded prices; null without a file, where that cannot be read, and for a rehearsal, which has the same. */
  readonly plan: Planned | null;
  readonly recorded: Recorded;
  /** Whether what was last done to it did not come to its end, or is under way: something may live that is recorded nowhere. */
  readonly isUnsettled: boolean;
  /** Why the file, or what is recorded, cannot be read. */
  readonly trouble: string;
  /** Whether somebody is there to be asked what bills: a key of the vendor, or an emulator at work. */
  readonly isReachable: boolean;
}

type KnownDeps = Pick<Context, 'files' | 'programs'> &
  AccountDeps & {
    readonly root: string;
    placeOf(meant: Pick<Known, 'environment' | 'practice'>): Place;
  };

const NOTHING: Recorded = { machines: [], resources: 0, pending: 0 };

/**
 * All of them by name, a rehearsal behind what it rehearses; of rehearsals those of which something is recorded, and those
 * that are `rehearsed` just now. What is to be `kept` is among them though nothing is left of it. Nobody is asked, and
 * nothing started.
 */
export function openKnown(deps: KnownDeps): Deploys['known'] {
  const { files, root, placeOf } = deps;
  const planned = openPlans(deps);
  const namesIn = async (practice: Practice | undefined) => {
    const { folder } = placeOf({ environment: '', practice });
    const names = [...(await recordedNames(deps, folder)), ...(await touchedNames(deps, folder))];
    // Who copies such a folder aside has made no environment.
    return names.filter(isNameOfOne);
  };
  const recorded = async (environment: string, practice: Practice | undefined) => {
    try {
      const place = placeOf({ environment, practice });
      return { recorded: await recordedOf(deps, place), isUnsettled: await isTouched(deps, place), trouble: '' };
    } catch (thrown) {
      return { recorded: NOTHING, isUnsettled: true, trouble: asSophiaError(thrown).message };
    }
  };
  const isThere = (one: Pick<Known, 'recorded' | 'trouble' | 'isUnsettled'>) =>
    one.isUnsettled || one.recorded.resources + one.recorded.pending > 0 || one.trouble !== '';
  return async (rehearsed, kept = []) => {
    const wished = (await files.list(join(root, 'deploy'))).flatMap((name) => environmentIn(name) ?? []);
    const hasKey = (await deps.key().catch(() => undefined)) !== undefined;
    const all: Known[] = [];
    for (const environment of new Set([...wished, ...(await namesIn(undefined)), ...kept])) {
      const found = await recorded(environment, undefined);
      const file = wished.includes(environment) ? fileOf(environment) : null;
      if (file === null && !isThere(found) && !kept.includes(environment)) continue;
      const { stamp, plan, why } = file === null ? NO_PLAN : await planned(environment, file);
      const trouble = [found.trouble, why].filter(Boolean).join('; ');
      all.push({ environment, practice: undefined, file, stamp, plan, ...found, trouble, isReachable: hasKey });
    }
    const { speed, isAtWork } = await practiceHere(deps);
    const practice = { speed };
    for (const environment of new Set([...rehearsed, ...(await namesIn(practice))])) {
      const found = await recorded(environment, practice);
      if (!rehearsed.includes(environment) && !isThere(found)) continue;
      const file = wished.includes(environment) ? fileOf(environment) : null;
      all.push({ environment, practice, file, stamp: '', plan: null, ...found, isReachable: isAtWork });
    }
    return all.sort((a, b) => (a.environment < b.environment ? -1 : a.environment > b.environment ? 1 : 0));
  };
}

interface Plans {
  readonly stamp: string;
  readonly plan: Planned | null;
  readonly why: string;
}

const NO_PLAN: Plans = { stamp: '', plan: null, why: '' };

/** A file is planned again when it has changed, or on another day. */
function openPlans(deps: KnownDeps): (environment: string, file: string) => Promise<Plans> {
  const known = new Map<string, Plans>();
  return async (environment, file) => {
    const today = deps.clock.now().slice(0, 10) as IsoDay;
    const facts = await deps.files.factsOf(join(deps.root, file));
    const stamp = `${facts?.identity} ${facts?.changed} ${today}`;
    const before = known.get(environment);
    if (before?.stamp === stamp) return before;
    const request = { environment, offline: true, suggest: false };
    const plans = await planDeploy({ ...deps, today, folder: deps.root }, request).then(
      (report) => ({ stamp, plan: { report, isRefused: isRefused(report) }, why: '' }),
      (thrown: unknown) => ({ stamp, plan: null, why: asSophiaError(thrown).message }),
    );
    known.set(environment, plans);
    return plans;
  };
}
