import type { Time } from './time.ts';

/** How often questions are taken: one a second, and one launch in twelve seconds, five a minute. */
export function openPace(time: Time) {
  let last = Number.NEGATIVE_INFINITY;
  let launches: number[] = [];
  const refused = { questions: 0, launches: 0 };
  return {
    refused,
    takes(isLaunch: boolean): boolean {
      const now = time.now();
      if (now - last < 1000) {
        refused.questions += 1;
        return false;
      }
      last = now;
      if (!isLaunch) return true;
      launches = launches.filter((at) => now - at < 60_000);
      const isTaken = launches.length < 5 && !launches.some((at) => now - at < 12_000);
      if (isTaken) launches.push(now);
      else refused.launches += 1;
      return isTaken;
    },
  };
}
