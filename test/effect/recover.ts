import { type Drawn, effectOf } from '../../src/core/policy/effect.ts';
import { armOf, firstDrawn } from '../../src/core/policy/holdout.ts';
import { seeded } from '../rooms.ts';

const TENANTS = 500;
const SHARE = 0.2;
/** Who leaves where nothing is done. Whom the team has no hand for stands lower in the ranking, and leaves less often. */
const LEAVES = { reached: 0.5, unreached: 0.25, inNeed: 0.9 };
/** Of those above the trigger. */
const SHARES = { reached: 0.8, inNeed: 0.1 };

/**
 * One invented world with a known effect: tenants above the trigger, each with a first trigger and half of them with one
 * of another lease term later; the product's own draw parts them. To some of the treated nothing is done, as the team has
 * no hand free. By intention to treat what is done must come to `effect` over all of them.
 */
export function recover({ seed, effect }: { seed: number; effect: number }) {
  const random = seeded(seed);
  const usual = SHARES.reached * LEAVES.reached + (1 - SHARES.reached) * LEAVES.unreached;
  const done = 1 - (effect * usual) / (SHARES.reached * LEAVES.reached);
  const proposed = Array.from({ length: TENANTS }, (_, at) => {
    const [tenant, exempt, isReached] = [`ten-${at}`, random() < SHARES.inNeed, random() < SHARES.reached];
    const triggerOf = (lease: string, firstAt: string) => {
      const key = { owner: 'hill-street', tenant, lease, head: 'leave' };
      const arm = armOf(key, { share: SHARE, salt: `salt-number-${seed}`, exempt });
      return { tenant, arm, firstAt, state: isReached ? 'open' : 'over_capacity' };
    };
    const usually = exempt ? LEAVES.inNeed : isReached ? LEAVES.reached : LEAVES.unreached;
    const first = triggerOf(`lea-${at}`, '2026-01-01');
    const rate = first.arm === 'treated' && isReached ? usually * done : usually;
    const later = triggerOf(`lea-${at}-next`, '2026-07-01');
    return { triggers: at % 2 === 0 ? [later, first] : [first], leaves: random() < rate };
  });
  const leaving = new Map(proposed.map(({ triggers, leaves }) => [triggers[0]?.tenant, leaves]));
  const drawn = firstDrawn(proposed.flatMap(({ triggers }) => triggers)).map(({ tenant, arm }) => {
    return { arm, outcome: leaving.get(tenant) ? ('left' as const) : ('stayed' as const) };
  });
  const { relative, state, arms } = effectOf(drawn, { perMonth: 20, share: SHARE });
  const covers = relative !== null && (relative.low ?? Number.NEGATIVE_INFINITY) <= effect && effect <= relative.high;
  return { relative, state, arms, covers };
}

/** One world that is looked at every month while first triggers come and mature: what was said, look by look. */
export function looksOf(world: { seed: number; months: number; perMonth: number; leaves: number; effect?: number }) {
  const { seed, months, perMonth, leaves, effect = 0 } = world;
  const random = seeded(seed);
  const drawn: Drawn[] = [];
  return Array.from({ length: months }, () => {
    for (let one = 0; one < perMonth; one++) {
      const arm = random() < SHARE ? 'withheld' : 'treated';
      const rate = arm === 'withheld' ? leaves : leaves * (1 - effect);
      drawn.push({ arm, outcome: random() < rate ? 'left' : 'stayed' });
    }
    const { state, relative } = effectOf(drawn, { perMonth, share: SHARE });
    return { state, leavesOutZero: relative !== null && (relative.high < 0 || (relative.low ?? 0) > 0) };
  });
}
