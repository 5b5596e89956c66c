/** Samplers over one stream of numbers: the same seed gives the same draws on every machine. */
export interface Chance {
  /** Uniform in [0, 1). */
  uniform(): number;
  normal(): number;
  poisson(mean: number): number;
  gamma(shape: number): number;
  happens(probability: number): boolean;
  /** Uniform whole number in [from, to]. */
  whole(from: number, to: number): number;
  pick<T>(from: readonly T[]): T;
  /** One of the values, by their weights, which sum to 1. */
  weighted<T>(values: readonly (readonly [T, number])[]): T;
}

export function openChance(seed: number): Chance {
  let state = seed >>> 0;
  // Mulberry32.
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Box and Muller.
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  // Marsaglia and Tsang, 2000.
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  const whole = (from: number, to: number) => from + Math.floor(uniform() * (to - from + 1));
  return {
    ...{ uniform, normal, gamma, whole },
    poisson(mean) {
      let [count, share] = [0, Math.exp(-mean)];
      const drawn = uniform();
      for (let sum = share; drawn > sum && count < 60; sum += share) {
        count += 1;
        share *= mean / count;
      }
      return count;
    },
    happens: (probability) => uniform() < probability,
    pick(from) {
      const chosen = from[whole(0, from.length - 1)];
      if (chosen === undefined) throw new Error('nothing to pick from');
      return chosen;
    },
    weighted(values) {
      let left = uniform();
      for (const [value, weight] of values) {
        left -= weight;
        if (left < 0) return value;
      }
      const last = values.at(-1);
      if (!last) throw new Error('nothing to choose from');
      return last[0];
    },
  };
}

/** A stream for one purpose: what is drawn for another does not move it. */
export function streamOf(seed: number, purpose: string): Chance {
  let mixed = 0x811c9dc5 ^ seed;
  // FNV-1a, then the finish of MurmurHash3: purposes that differ in one letter give streams that do not resemble.
  for (const letter of purpose) mixed = Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return openChance(mixed ^ (mixed >>> 16));
}
