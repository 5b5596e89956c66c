import type { Kept, Settings, Sold } from './account.ts';
import type { KeptBelongings } from './belongings.ts';

/** Everything that an emulated account is at a moment, as it is kept in a file. */
export type KeptWorld = Kept & KeptBelongings & { /** Milliseconds since 1970. */ readonly now: number };

const REGIONS = ['us-west-3', 'us-east-1', 'us-south-2'];
const PLENTY = 50;

/** An account in which nothing was ever started. Boot times are as others met them: one GPU in five minutes, eight in twenty. */
export function emptyWorld(types: readonly Sold[], now: number, changed: Partial<Settings> = {}): KeptWorld {
  const everywhere = Object.fromEntries(REGIONS.map((region) => [region, PLENTY]));
  const settings: Settings = {
    ...{ types, capacity: Object.fromEntries(types.map(({ name }) => [name, everywhere])), shown: {}, quotaGpus: 64 },
    bootS: [
      { upTo: 0, seconds: 120 },
      { upTo: 1, seconds: 300 },
      { upTo: 4, seconds: 600 },
      { upTo: 64, seconds: 1200 },
    ],
    ...{
      addressS: 15,
      terminateS: 60,
      listLagS: 0,
      lookLagS: 0,
      endedIs: 'unknown',
      unhealthyNext: 0,
      slowNext: 0,
      noneUntil: 0,
      badGpuNext: 0,
      reportS: 60,
      tryS: 60,
      inactive: false,
    },
    ...changed,
  };
  return { settings, machines: [], launched: 0, sshKeys: [], filesystems: [], rulesets: [], now };
}
