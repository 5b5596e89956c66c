import type { App } from '../../core/app.ts';
import type { IsoDay } from '../../core/domain/index.ts';
import { UsageError } from '../../core/errors/index.ts';

/** UsageError for a day that has not come yet; the demo knows nothing after its last one. */
export function checkDay({ today, workspace }: App, day: IsoDay): void {
  if (day <= today) return;
  const why = workspace.synthetic ? `the demo ends on ${today}` : `it is ${today}`;
  throw new UsageError(`${day} is in the future: ${why}`, [`--as-of ${today}`]);
}
