import {
  daysBetween,
  type IsoDay,
  type LeaseId,
  type Snapshot,
  type Source,
  type Stage,
  sources,
  type TenantId,
} from '../domain/index.ts';
import { engagement } from './features/engagement.ts';
import { lease } from './features/lease.ts';
import { payment } from './features/payment.ts';
import { service } from './features/service.ts';
import type { Measure, Signal } from './features/signal.ts';
import { voice } from './features/voice.ts';
import { type Feature, features } from './scorecard.ts';

export type { Signal } from './features/signal.ts';

type Signals = Readonly<Partial<Record<Feature, Signal>>>;

/** Ids and numbers only: this is what a run records. */
export interface TenantSignals {
  readonly tenant: TenantId;
  readonly lease: LeaseId;
  readonly leaseEnds: IsoDay;
  readonly stage: Stage;
  /** A feature is absent when its source is not connected, or says nothing of it: it then weighs exactly nothing. */
  readonly signals: Signals;
}

/** Days that must be covered before a source counts whole. */
const windows: Readonly<Record<Source, number>> = { ledger: 183, tickets: 90, calls: 90, engagement: 90, memory: 90 };

/** Share of each source's window in which it was stated connected, 0 to 1. */
export function coverageOf(connectedDays: Snapshot['connectedDays']): Record<Source, number> {
  // What a run recorded before there was such a source does not say it.
  const share = (source: Source) => Math.min(1, (connectedDays[source] ?? 0) / windows[source]);
  return Object.fromEntries(sources.map((source) => [source, share(source)])) as Record<Source, number>;
}

/** How far the sources reach together. Engagement says too little to make up for one of the others. */
export function reachOf({ engagement: _, ...others }: Readonly<Record<Source, number>>): number {
  return Object.values(others).reduce((sum, share) => sum + share, 0);
}

/** How each feature is measured. Nothing is stored as memory until its room stands. */
const measures: Readonly<Record<Feature, Measure>> = { ...payment, ...service, ...voice, ...lease, ...engagement };

/**
 * `wanted` features of all who may stay: whoever has given notice has decided, and is neither ranked nor a peer. What no
 * model asks for is not measured, nor recorded.
 */
export function readSignals(
  { day, tenancies, connectedDays }: Snapshot,
  wanted: readonly Feature[] = Object.keys(features) as Feature[],
): TenantSignals[] {
  const known = wanted.filter((feature) => {
    const source = features[feature];
    return source === 'lease' || connectedDays[source] > 0;
  });
  const needed = [...new Set(known.map((feature) => measures[feature]))];
  return tenancies
    .filter(({ noticeOn }) => noticeOn === undefined)
    .map((tenancy) => {
      const { tenant, lease, leaseEnds } = tenancy;
      const all: Signals = Object.assign({}, ...needed.map((measure) => measure(tenancy, day)));
      const signals: Partial<Record<Feature, Signal>> = {};
      for (const feature of known) {
        const signal = all[feature];
        if (signal) signals[feature] = signal;
      }
      return { tenant, lease, leaseEnds, stage: stageOf(daysBetween(day, leaseEnds)), signals };
    });
}

function stageOf(daysToEnd: number): Stage {
  if (daysToEnd < 0) return 'month to month';
  if (daysToEnd <= 92) return '0-3 months';
  return daysToEnd <= 183 ? '4-6 months' : '7+ months';
}
