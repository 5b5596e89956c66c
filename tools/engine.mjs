// Prints the path of Pulumi's engine, the real one, which tests run; builds it from its Go modules where it is not in the
// cache. That takes four to six minutes, and 3 GB of disk until it is done. `--check` builds nothing: it prints where the
// engine is, or would be, and fails where it is not. Needs no package of npm: it runs before they are installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** Where Go is missing or too old: a toolchain as the proxy of Go modules has it, told by its content. */
const GO = {
  version: 'go1.26.8',
  zips: { 'linux-x64': ['linux-amd64', '30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7'] },
};
const PROXY = 'https://proxy.golang.org';
const DOWNLOAD_MS = 300_000;

const source = join(import.meta.dirname, 'engine');
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sophia-engine');
const mod = readFileSync(join(source, 'go.mod'), 'utf8');
const sum = readFileSync(join(source, 'go.sum'), 'utf8');

const go = installedGo();
const key = createHash('sha256')
  .update(`${mod}\0${sum}\0${go ?? GO.version}`)
  .digest('hex')
  .slice(0, 16);
const engine = join(cache, key, 'bin/pulumi');

if (process.argv.includes('--check')) process.exitCode = existsSync(engine) ? 0 : 1;
else if (!existsSync(engine)) await build();
console.log(engine);

/** What `go` on PATH calls itself, where it is as new as go.mod asks for. */
function installedGo() {
  const [, version] =
    /go version (go[\d.]+)/.exec(spawnSync('go', ['version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
  const [, least] = /^go (\S+)$/m.exec(mod);
  const isOlder = version?.slice('go'.length).localeCompare(least, 'en', { numeric: true }) < 0;
  return isOlder ? undefined : version;
}

/** Builds aside and renames at the end: who looks meanwhile sees no half of it, and of two builds one is kept. */
async function build() {
  removeAbandoned();
  const aside = join(cache, `tmp-${process.pid}`);
  try {
    const program = go ? 'go' : await fetchedGo();
    const [, version] = /pulumi\/pkg\/v3 (\S+)/.exec(mod);
    const built = join(aside, 'bin/pulumi');
    console.error(`building the engine of Pulumi ${version} with ${go ?? GO.version}: some minutes`);
    const stamp = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
    const how = ['-trimpath', '-mod=readonly', '-tags', 'osusergo,grpcnotrace', '-ldflags', stamp, '-o', built];
    const { status, error } = spawnSync(program, ['build', ...how, 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi'], {
      cwd: source,
      env: {
        ...withoutRoot(process.env),
        GOCACHE: join(aside, 'gocache'),
        GOMODCACHE: join(aside, 'gomod'),
        GOFLAGS: '-modcacherw', // or they could not be removed
        GOTOOLCHAIN: 'local',
        GOWORK: 'off',
        CGO_ENABLED: '0',
      },
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) throw new Error(`go build failed${error ? `: ${error.message}` : ''}`);
    const said = spawnSync(built, ['version'], { encoding: 'utf8', env: { ...process.env, PULUMI_HOME: aside } });
    if (said.stdout.trim() !== version) throw new Error(`built ${said.stdout || said.stderr} instead of ${version}`);
    mkdirSync(join(cache, key), { recursive: true });
    keep(join(aside, 'bin'), dirname(engine));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** A Go that was installed may have said where it is; the fetched one is elsewhere. */
function withoutRoot({ GOROOT: _, ...others }) {
  return others;
}

async function fetchedGo() {
  const home = join(cache, GO.version);
  if (!existsSync(home)) {
    const [platform, sha256] = GO.zips[`${process.platform}-${process.arch}`] ?? [];
    if (!platform) throw new Error(`install Go, as new as ${source}/go.mod says: https://go.dev/dl`);
    const zip = await download(`golang.org/toolchain/@v/v0.0.1-${GO.version}.${platform}.zip`, sha256);
    const aside = join(cache, `tmp-${process.pid}`, 'go');
    unzip(zip, `golang.org/toolchain@v0.0.1-${GO.version}.${platform}/`, aside);
    keep(aside, home);
  }
  return join(home, 'bin/go');
}

/** From the first proxy that has it, of those that GOPROXY names. */
async function download(path, sha256) {
  const proxies = (process.env.GOPROXY || PROXY).split(/[,|]/).filter((each) => /^https?:/.test(each));
  const faults = proxies.length > 0 ? [] : ['GOPROXY names no proxy'];
  for (const proxy of proxies) {
    const url = `${proxy.replace(/\/$/, '')}/${path}`;
    console.error(`fetching ${url}`);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      const found = createHash('sha256').update(bytes).digest('hex');
      if (found !== sha256) throw new Error(`its sha256 is ${found}, and not ${sha256}`);
      return bytes;
    } catch (error) {
      faults.push(`${url}: ${error.cause?.message ?? error.message}`);
    }
  }
  throw new Error(faults.join('\n'));
}

/** Every file below `prefix`, by the central directory. A module zip tells of no mode: programs are those in two folders. */
function unzip(zip, prefix, into) {
  const END = 0x06054b50;
  const DEFLATED = 8;
  let end = zip.length - 22;
  while (zip.readUInt32LE(end) !== END) end--;
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size, local] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const [named, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const name = zip.toString('utf8', at + 46, at + 46 + named);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(begin, begin + size);
    if (!name.startsWith(prefix)) throw new Error(`${name} is not below ${prefix}`);
    const inside = name.slice(prefix.length);
    const file = join(into, inside);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, method === DEFLATED ? inflateRawSync(bytes) : bytes);
    if (/^(bin|pkg\/tool\/[^/]+)\//.test(inside)) chmodSync(file, 0o755);
    at += 46 + named + extra + comment;
  }
}

/** Into its place, in one step; unless another build was there first. */
function keep(folder, place) {
  try {
    renameSync(folder, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
}

/** What builds left that were ended in their midst. */
function removeAbandoned() {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache).filter((each) => each.startsWith('tmp-'))) {
    try {
      process.kill(Number(name.slice('tmp-'.length)), 0);
    } catch (error) {
      if (error.code === 'ESRCH') rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}
