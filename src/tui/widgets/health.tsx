import chalk from 'chalk';
import { useEffect, useReducer } from 'react';
import type { Deps } from '../screens.ts';
import type { Poll } from '../stores/poll.ts';
import { useStore } from '../stores/store.ts';
import { cell } from '../text.ts';
import { Line } from './line.tsx';

/** So much may pass between two answers before a reader should know. */
const FRESH_S = 10;

interface HealthProps {
  readonly feed: Poll<unknown>;
  readonly clock: Deps['clock'];
  readonly width: number;
}

/** Silent while data is fresh, so that a healthy screen stands still. Otherwise: how old it is, and why. */
export function Health({ feed, clock, width }: HealthProps) {
  const { ageMs, failure } = useStore(feed);
  const [ticks, tick] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each tick orders the next
  useEffect(() => {
    const gone = new AbortController();
    clock.sleep(1000, gone.signal).then(() => {
      if (!gone.signal.aborted) tick();
    });
    return () => gone.abort();
  }, [clock, ticks]);
  if (ageMs === undefined && !failure) return <Line text={chalk.dim(cell('loading', width))} />;
  const ageS = Math.floor((ageMs ?? 0) / 1000);
  if (failure)
    return <Line text={chalk.red(cell(`✗ ${ageMs === undefined ? '' : `${ageS} s old: `}${failure}`, width))} />;
  return (
    <Line text={ageS >= FRESH_S ? chalk.yellow(cell(`○ ${ageS} s old`, width)) : chalk.green(cell('● live', width))} />
  );
}
