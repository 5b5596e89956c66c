import type { FC } from 'react';
import type { Clock } from '../core/context/index.ts';
import type { Actions } from './actions.ts';
import type { Answers } from './answers.ts';
import type { Environments } from './environments.ts';
import type { Facts } from './facts.ts';
import type { KeyTable, Layer } from './keys.ts';
import type { Places } from './places.ts';
import type { Risks } from './risks.ts';
import type { Poll } from './stores/poll.ts';
import type { Store } from './stores/store.ts';

export interface Deps {
  readonly facts: Facts;
  readonly answers: Answers;
  readonly risks: Risks;
  readonly environments: Environments;
  readonly actions: Actions;
  readonly places: Places;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** For texts that name a key. */
  readonly keys: KeyTable;
  /** Returns when the screen is open. */
  go(screen: ScreenKey, subject?: Subject): Promise<void>;
  /** The answer to a question, kept up to date while its screen is open. */
  poll<T>(ask: () => Promise<T>): Poll<T>;
  /** Shows it in the last line, until the next key. */
  say(text: string): void;
  /** Does it when whoever sits there has said yes, and means it. */
  confirm(question: string, yes: () => void): void;
  /** Whether somebody looks at it. */
  isHere(model: Model): boolean;
  /** Of work that a key has set off, and that changes nothing. */
  track(work: Promise<unknown>): void;
  /** The same of what changes something: whoever leaves waits for it. */
  perform(deed: Promise<unknown>): void;
}

/** What a screen is not given by whoever opens them all. */
export type Outside = Omit<Deps, 'keys' | 'go' | 'poll' | 'say' | 'confirm' | 'isHere' | 'track' | 'perform'>;

/** What a screen is about, where it is about one thing. */
export interface Subject {
  readonly id: string;
  /** As the breadcrumbs call it. */
  readonly title: string;
  /** What of it is meant: the customer's own id of a tenant. */
  readonly focus?: string;
}

/** What a screen knows and can do. The frame starts and stops its feed, and shows how old that is. */
export interface Model extends Store {
  readonly feed: Poll<unknown>;
  /** Said behind the breadcrumbs. */
  readonly note: string;
  layers(): readonly Layer[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** `View` answers with at most `height` lines of at most `width` columns. */
export interface ScreenModule<M extends Model> {
  open(deps: Deps, subject: Subject | undefined): M;
  readonly View: FC<Size & { readonly model: M }>;
}

type Load = () => Promise<ScreenModule<Model>>;

/** Hides which model a screen has: only its own view ever sees it. */
function screen<M extends Model>(title: string, load: () => Promise<ScreenModule<M>>) {
  return { title, load: load as unknown as Load };
}

/** One line a screen: palette, breadcrumbs and command line read it. None is loaded until it is opened. */
export const screens = {
  overview: screen('Overview', () => import('./screens/overview.tsx')),
  runs: screen('Runs', () => import('./screens/runs.tsx')),
  approvals: screen('Approvals', () => import('./screens/approvals.tsx')),
  approval: { ...screen('Approval', () => import('./screens/approval.tsx')), isOfOne: true },
  risk: screen('Risk', () => import('./screens/risk.tsx')),
  property: { ...screen('Property', () => import('./screens/property.tsx')), isOfOne: true },
  deploy: screen('Deploy', () => import('./screens/deploy.tsx')),
  run: { ...screen('Run', () => import('./screens/run.tsx')), isOfOne: true },
  state: { ...screen('State', () => import('./screens/state.tsx')), isOfOne: true },
} as const satisfies Record<string, { title: string; load: Load; isOfOne?: true }>;

export type ScreenKey = keyof typeof screens;

/** Those that one can go to without saying what they are about. */
export const destinations = (Object.keys(screens) as ScreenKey[]).filter((key) => !('isOfOne' in screens[key]));
