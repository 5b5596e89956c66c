/** Enough to tell shares of a tenth by, to half a hundredth. */
const SIZE = 200;

/** Up to 200 values at even steps through what is known of `values`, rising: they stand for all of them. */
export function sampleOf(values: Float64Array): number[] {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const size = Math.min(SIZE, known.length);
  return Array.from({ length: size }, (_, at) => known[Math.floor(((at + 0.5) * known.length) / size)] ?? 0);
}
