import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Context } from '../context/index.ts';
import { ExternalError, UserError } from '../errors/index.ts';
import { bytesOf, type Reaching } from './download.ts';
import { BY_HAND, type Engine, fetchedFile, findEngine, TRIED } from './engine.ts';

/** Which engine would be fetched, from where, and what it would become. */
export interface EngineOffer {
  readonly version: string;
  /** Of its makers: the program with what comes beside it. */
  readonly archive: string;
  /** Of its makers too, on another host: who can change one of them alone is noticed. */
  readonly sums: string;
  readonly file: string;
}

type InstallDeps = Reaching & Pick<Context, 'files' | 'programs' | 'processes' | 'random' | 'logger'>;

/** For which its makers build it, as they and Node call them alike. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const MOST_OF_ARCHIVE = 1 << 30;
const MOST_OF_SUMS = 1 << 16;

/** UserError `config` where its makers build none for this machine. Asks nobody. */
export function offerOf({ machine, files }: Pick<Context, 'machine' | 'files'>): EngineOffer {
  const platform = `${machine.platform}-${machine.architecture}`;
  if (!PLATFORMS.includes(platform))
    throw new UserError('config', `Pulumi's engine is offered for ${PLATFORMS.join(', ')}, and not for ${platform}`, [
      'or set SOPHIA_PULUMI to the file of one that runs here',
    ]);
  return {
    version: TRIED,
    archive: `https://get.pulumi.com/releases/sdk/pulumi-v${TRIED}-${platform}.tar.gz`,
    sums: `https://github.com/pulumi/pulumi/releases/download/v${TRIED}/pulumi-${TRIED}-checksums.txt`,
    file: fetchedFile(files),
  };
}

/**
 * Fetches what was offered, and agreed to. Nothing is unpacked whose sum is another than its makers say, and nothing put in
 * its place that does not run: what goes wrong leaves nothing behind. Of two at once one lays it down.
 */
export async function installEngine(deps: InstallDeps, offer: EngineOffer): Promise<Engine> {
  const { files, programs, signal, logger } = deps;
  const tar = await programs.find('tar');
  if (tar === undefined) throw new UserError('config', 'tar, which unpacks the engine, is not in PATH', BY_HAND);
  const folder = dirname(dirname(offer.file));
  await removeAbandoned(deps, folder);
  const beside = join(folder, partOf(deps));
  const { archive, program } = partsOf(beside);
  try {
    await files.makeFolder(beside);
    const sum = await sumOf(deps, offer);
    await receive(deps, offer, archive, sum);
    logger.progress('unpacking it');
    await unpack(deps, tar, beside);
    const { version } = await tried(deps, program);
    signal.throwIfAborted();
    await files.makeFolder(dirname(offer.file));
    await files.move(program, offer.file, 'new');
    return { path: offer.file, version };
  } finally {
    await clear(files, beside);
    await files.removeFolder(folder);
  }
}

/** What its makers say of the archive. */
async function sumOf(deps: InstallDeps, { sums, archive }: EngineOffer): Promise<string> {
  deps.logger.progress('asking for its sum');
  const chunks = await Array.fromAsync(bytesOf(deps, { url: sums, mostBytes: MOST_OF_SUMS }));
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  const [sum, ...others] = lines.flatMap((line) => {
    const [, said, name] = /^([0-9a-f]{64}) [ *](\S+)\s*$/.exec(line) ?? [];
    return said !== undefined && name === basename(archive) ? [said] : [];
  });
  if (sum !== undefined && others.length === 0) return sum;
  throw new ExternalError('failed', `${sums} says no sum of ${basename(archive)}`, false, undefined, BY_HAND);
}

async function receive(deps: InstallDeps, offer: EngineOffer, file: string, sum: string): Promise<void> {
  const what = `fetching Pulumi ${offer.version}`;
  deps.logger.progress(what);
  const hash = createHash('sha256');
  const wanted = { url: offer.archive, mostBytes: MOST_OF_ARCHIVE };
  const hear = (share: number) => deps.logger.progress(what, share);
  await deps.files.receive(file, told(bytesOf(deps, { ...wanted, hear }), hash));
  const found = hash.digest('hex');
  if (found === sum) return;
  const amiss = `${offer.archive} is not what its makers released: its sum is ${found}, and ${sum} is what they say`;
  throw new ExternalError('failed', amiss, true, undefined, [
    'the same command tries again; nothing was unpacked, and nothing is left of it',
    'where it says so again, do not use it, and tell its makers',
  ]);
}

async function* told(bytes: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The one program that we drive, and none of those beside it. `-o`: it is of whoever unpacks it. */
async function unpack({ programs, signal }: InstallDeps, tar: string, beside: string): Promise<void> {
  const args = ['-xzof', basename(partsOf(beside).archive), 'pulumi/pulumi'];
  const { code, stderr } = await programs.run({ program: tar, args, cwd: beside, env: {}, signal });
  signal.throwIfAborted();
  if (code === 0) return;
  const [why = ''] = stderr.trim().split('\n');
  throw new ExternalError('failed', `what was fetched cannot be unpacked: ${why}`, false, undefined, BY_HAND);
}

/** It must run here, and be what was offered. */
async function tried(deps: InstallDeps, program: string): Promise<Engine> {
  const engine = await findEngine(deps, program).catch((thrown) => {
    if (thrown instanceof UserError) return undefined;
    throw thrown;
  });
  if (engine?.version === TRIED) return engine;
  throw new UserError('config', `what was fetched does not run here as Pulumi ${TRIED}`, BY_HAND);
}

function partsOf(beside: string) {
  return { archive: join(beside, 'archive.tar.gz'), program: join(beside, 'pulumi', 'pulumi') };
}

/** By name it is told whose it is: what a killed process leaves is taken away by the next. */
function partOf({ processes, random }: Pick<InstallDeps, 'processes' | 'random'>): string {
  const { process, world } = processes.self;
  const once = Math.floor(random() * 2 ** 48).toString(36);
  return ['part', once, ...[process, world].map(encodeURIComponent)].join(',');
}

async function removeAbandoned({ files, processes }: InstallDeps, folder: string): Promise<void> {
  for (const name of await files.list(folder)) {
    const [, process, world] = /^part,[0-9a-z]+,([^,]+),([^,]+)$/.exec(name)?.map(decodeURIComponent) ?? [];
    if (process === undefined || world === undefined || !processes.isDead({ process, world })) continue;
    await clear(files, join(folder, name));
  }
}

/** All that is ever laid there: of the archive one file is unpacked. */
async function clear(files: Context['files'], beside: string): Promise<void> {
  const { archive, program } = partsOf(beside);
  for (const file of [archive, program]) await files.remove(file);
  for (const folder of [dirname(program), beside]) await files.removeFolder(folder);
}
