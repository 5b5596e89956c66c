import { dirname, join } from 'node:path';
import type { Context, Files } from '../context/index.ts';
import { dayIn, type IsoDay, isIsoDay } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import { type Layers, readLayers } from './layers.ts';
import { CONFIG, type Places } from './places.ts';
import type { Config, Owner } from './schema.ts';
import { type Chosen, settle } from './settings.ts';

export {
  envFileOf,
  type Layers,
  notHere,
  readLayers,
  type Said,
  surveyLayers,
  withoutFiles,
  wrongValue,
} from './layers.ts';
export { nearestWorkspace, type Places } from './places.ts';
export { type Config, configSchema, type Owner, userSchema } from './schema.ts';
export { type Chosen, choose } from './settings.ts';
export { knownVariables, unknownVariables } from './variables.ts';
export { type Lines, readYaml, readYamlLines, writeYaml } from './yaml.ts';

/** Where a command works. */
export interface Workspace extends Config, Places {
  /** "Today" of a portfolio that ends on a day; absent when today is today. */
  readonly endDay?: IsoDay;
}

/** The day it is in the time zone of the workspace; the end day of one that has one. */
export function todayIn({ endDay, timeZone }: Workspace, { clock }: Pick<Context, 'clock'>): IsoDay {
  return endDay ?? dayIn(timeZone, clock.now());
}

/** Whether who acts can be proved to be who they are: only then a rule about persons binds anybody. */
export function provesActors({ database, issuers }: Workspace): boolean {
  return database !== undefined || issuers.length > 0;
}

/** Reads the settings that count here. Where only the demo stands in, `own` is refused with UserError `config`. */
export async function openWorkspace(context: Context, place: 'any' | 'own'): Promise<Workspace> {
  const layers = await readLayers(context);
  const { places } = layers;
  if (places.synthetic && place === 'own')
    throw new UserError(
      'config',
      `there is no ${CONFIG} in ${context.files.places.here} nor above it, and the demo portfolio is not changed`,
      ['sophia init   makes a workspace here', '--cwd <dir>   works in another folder'],
    );
  return (await settleWorkspace(context, layers)).workspace;
}

/** As `openWorkspace` and `explainConfig`, over layers that were read. */
export async function settleWorkspace(context: Context, layers: Layers): Promise<Settled> {
  const { places } = layers;
  const endDay = places.synthetic ? { endDay: await endOfDemo(context.files, dirname(places.configFile)) } : {};
  const { chosen, checked } = await settle(context, layers);
  return { workspace: { ...(await checked()), ...places, ...endDay }, chosen };
}

interface Settled {
  readonly workspace: Workspace;
  readonly chosen: readonly Chosen[];
}

/** Each setting of the files that counts here, with who says so and whom that overrules, be it right or wrong. */
export async function explainConfig(context: Context): Promise<readonly Chosen[]> {
  return (await settle(context, await readLayers(context))).chosen;
}

async function endOfDemo(files: Files, folder: string): Promise<IsoDay> {
  const { endDay } = JSON.parse((await files.readText(join(folder, 'demo.json'))) ?? '{}');
  if (!isIsoDay(String(endDay))) throw new UserError('config', `${folder} is incomplete: install sophia again`);
  return endDay;
}

/** The owners that a command may act for: the one asked for by id or name, else all of them. */
export function allowedOwners({ owners }: Config, asked: string | undefined): readonly Owner[] {
  if (asked === undefined) return owners;
  const chosen = owners.filter(({ id, name }) => id === asked || name.toLowerCase() === asked.toLowerCase());
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    `no owner "${asked}" in this workspace`,
    owners.map(({ id }) => `--owner ${id}`),
  );
}
