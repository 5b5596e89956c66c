import chalk from 'chalk';
import { useEffect, useReducer } from 'react';
import type { Deps } from '../screens.ts';
import type { Poll } from '../stores/poll.ts';
import { useStore } from '../stores/store.ts';
import { flush } from '../text.ts';
import { Line } from './line.tsx';

/** So much may pass between two answers before a reader should know. */
const FRESH_S = 10;

interface HealthProps {
  readonly feed: Poll<unknown>;
  readonly clock: Deps['clock'];
  readonly width: number;
}

/** Stands still while data is fresh. Otherwise: how old it is; why is told in the last line. */
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
  const ageS = ageMs === undefined ? undefined : Math.floor(ageMs / 1000);
  if (failure) return <Line text={chalk.red(flush(ageS === undefined ? '✗ no data' : `✗ ${ageS} s old`, width))} />;
  if (ageS === undefined) return <Line text={chalk.dim(flush('loading', width))} />;
  return (
    <Line
      text={ageS >= FRESH_S ? chalk.yellow(flush(`○ ${ageS} s old`, width)) : chalk.green(flush('● live', width))}
    />
  );
}
