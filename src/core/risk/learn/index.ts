/** What learns from an owner's own past, and judges what was learned. Loaded by who asks for it. */

export { type Backtest, backtest, type Figures, isBacktest, type Unable } from './backtest.ts';
export { type Card, cardOf, cardText, findingText } from './card.ts';
export { type Drift, driftOf } from './drift.ts';
export { type ForeignFile, foreignRankerOf, judgeForeign, openForeign, rowsFor } from './foreign.ts';
export { LEAST_EXITS, type ModelFile, mayRank, openModel, rankerOf, trainModel } from './model.ts';
export { casesOf, firstsOf, monthsOf, type PropertyPast, type TenantMonth, tenantsOn } from './months.ts';
export { probe } from './probe.ts';
export { openTableOf } from './table.ts';
