import chalk from 'chalk';
import type { Deps } from '../screens.ts';
import type { Poll } from '../stores/poll.ts';
import { useStore } from '../stores/store.ts';
import { flush } from '../text.ts';
import { Line } from './line.tsx';
import { useSeconds } from './seconds.ts';

/** So much may pass between two answers before a reader should know. */
const FRESH_S = 10;

interface HealthProps {
  readonly feed: Poll<unknown>;
  readonly clock: Deps['clock'];
  /** One column has room for a sign. */
  readonly width: number;
  /** Heard, and not seen: how old it is would be said every second. */
  readonly isSpoken?: boolean;
}

/** Stands still while data is fresh. Otherwise: how old it is; why is told in the last line. */
export function Health({ feed, clock, width, isSpoken = false }: HealthProps) {
  const { ageMs, failure } = useStore(feed);
  useSeconds(clock);
  const ageS = ageMs === undefined ? undefined : Math.floor(ageMs / 1000);
  const { mark, told, paint } = standing(ageS, failure !== undefined, isSpoken);
  return <Line text={paint(width === 1 ? mark : flush(`${mark} ${told}`, width))} />;
}

function standing(ageS: number | undefined, hasFailed: boolean, isSpoken: boolean) {
  const old = isSpoken ? 'not fresh' : `${ageS} s old`;
  if (hasFailed) return { mark: '✗', told: ageS === undefined ? 'no data' : old, paint: chalk.red };
  if (ageS === undefined) return { mark: '…', told: 'loading', paint: chalk.dim };
  if (ageS >= FRESH_S) return { mark: '○', told: old, paint: chalk.yellow };
  return { mark: '●', told: 'live', paint: chalk.green };
}
