/** What an environment is wished to be, what of it is sold, and what that costs. Nothing here starts anything. */
export { dollars } from '../domain/index.ts';
export { userDataOf } from './boot/user-data.ts';
export { type Finding, LIMIT_FLAG } from './findings.ts';
export { cheapestSingle, priced } from './fleet.ts';
export { packed } from './pack.ts';
export { isRefused, type Plan, planOf, quoteFor } from './plan.ts';
export { mechanismFor } from './sharing.ts';
export { type Suggestion, suggestionsOf } from './suggest.ts';
export { type Located, readWish, type Service, wishSchema } from './wish.ts';
