/** Clients of clouds, and nothing else: what may be asked for, what it costs, and how it is neither lost nor had twice. */
export { NotUsable, untilActive } from './lambda/boot.ts';
export type { Catalogue, InstanceType } from './lambda/catalogue.ts';
export { openLambda } from './lambda/client.ts';
export { costBetween, costOf } from './lambda/cost.ts';
export { endInstances } from './lambda/end.ts';
export { type Gate, GPU_REPORT, type Looking, untilHealthy } from './lambda/health.ts';
export { insist, removeUnused } from './lambda/insist.ts';
export { adoptOrLaunch, type Launching, NotLaunched, type Order } from './lambda/launch.ts';
export { adoptOrMake, type Named, type Wish } from './lambda/make.ts';
export type { Filesystem, FirewallRule, FirewallRuleset, Instance, Listed } from './lambda/shapes.ts';
export { isEnding, isOurs, momentIn, tags } from './lambda/tags.ts';
export { openPaced, type Paced, type Reaching } from './lambda/wire.ts';
export { cause, emulatedNow, type Mishap, mishaps } from './rehearsal.ts';
export type { Connect } from './ssh/client.ts';
export { newSshKeyPair, type SshKeyPair } from './ssh/keys.ts';
