interface Left {
  readonly alive: number;
  readonly recorded: number;
  readonly unrecorded: number;
  readonly centsPerHour: number;
}

/** What lives and what of it is recorded, by what went wrong: as providers usually are, and ours. */
export function sideBySide(): Promise<{ readonly what: string; readonly naive: Left; readonly ours: Left }[]>;
