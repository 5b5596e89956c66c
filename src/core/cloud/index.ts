/** Clients of clouds, and nothing else: what may be asked for, and what it costs. */
export type { Catalogue, InstanceType } from './lambda/catalogue.ts';
export { type Instance, openLambda, type Reaching } from './lambda/client.ts';
