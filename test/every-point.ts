/** Every moment, seed and round is wanted, as in CI; else a part stands for the whole, so that `npm test` is over in time. */
export const isWhole = process.env.EVERY_POINT === '1';
