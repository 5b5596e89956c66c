import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type Account, openAccount, type Settings } from './account.ts';
import { openBelongings } from './belongings.ts';
import { faultSchema, openFaults } from './faults.ts';
import { openPace } from './pace.ts';
import { Refusal, refusals } from './refusal.ts';
import { openRoutes } from './routes.ts';
import { openShells } from './shells.ts';
import type { Time } from './time.ts';
import type { KeptWorld } from './world.ts';

export interface Emulator {
  readonly url: string;
  close(): Promise<void>;
}

interface ServerDeps {
  readonly time: Time;
  /** The only key that is taken. */
  readonly key: string;
  readonly kept: KeptWorld;
  newId(): string;
  /** Called after each question that changed something, before it is answered. */
  keep(world: KeptWorld): void;
  /** Called whenever anybody asks anything. */
  heard?(): void;
}

/** A client whose time does not pass by itself says how far it has come, and hears how far others have. */
const NOW_HEADER = 'x-emulator-now';
const API = '/api/v1';

/**
 * Lambda Cloud as its contract has it, on this machine alone. Beside `/api/v1` there is `/__emu/`, by which whoever tests
 * or practises says what goes wrong, and asks what lives and what it has cost.
 */
export async function serveEmulator({ time, key, kept, newId, keep, heard }: ServerDeps): Promise<Emulator> {
  const account = openAccount(time, kept, newId);
  const belongings = openBelongings(time, kept, newId, account);
  const answerTo = openRoutes(account, belongings);
  const pace = openPace(time);
  const faults = openFaults();
  const log: { readonly at: number; readonly method: string; readonly path: string }[] = [];
  const shells = openShells(
    account,
    time,
    (command) => {
      log.push({ at: time.now(), method: 'SSH', path: command });
      return faults.take('SSH', command);
    },
    faults.hold,
  );
  const save = () => keep({ ...account.kept(), ...belongings.kept(), now: time.now() });

  const ofVendor = async (request: IncomingMessage, response: ServerResponse, body: string): Promise<void> => {
    const { method = '', url = '' } = request;
    const path = new URL(url, 'http://emulator').pathname.slice(API.length);
    log.push({ at: time.now(), method, path });
    if (!isKey(request.headers.authorization, key)) throw refusals.key();
    if (account.settings().inactive) throw refusals.inactive();
    const fault = faults.take(method, path);
    if (fault?.what === 'drop') return void request.socket.destroy();
    if (fault?.what === 'hold') await faults.hold();
    if (fault?.what === 'answer' && fault.status !== 429)
      throw new Refusal(fault.status, fault.code, 'As it was told.');
    if (fault?.status === 429 && fault.what === 'answer') return tooMany(response);
    if (!pace.takes(path === '/instance-operations/launch')) return tooMany(response);
    const data = answerTo({ method, path, body: parsed(body) });
    if (method !== 'GET') save();
    if (fault?.what === 'lose') return void request.socket.destroy();
    if (fault?.what === 'hold-answer' || fault?.what === 'hold-lose') await faults.hold();
    if (fault?.what === 'hold-lose') return void request.socket.destroy();
    if (fault?.what === 'done-answer') throw new Refusal(fault.status, fault.code, 'As it was told.');
    if (fault?.what === 'malformed') return void response.end('{"data": [');
    if (fault?.what === 'stall') return void response.writeHead(200).write('{"data":');
    sendJson(response, 200, { data });
  };

  const ofTester = async (path: string, body: unknown): Promise<unknown> => {
    if (path === '/alive') return account.alive().map((machine) => aliveView(account, machine));
    if (path === '/belongings') return belongings.kept();
    if (path === '/bill') return account.bill();
    if (path === '/ssh') return shells.ports();
    if (path === '/types') return account.types();
    if (path === '/log') return { requests: log, refused: pace.refused };
    if (path === '/fault') return faults.add(faultSchema.parse(body));
    if (path === '/held') return faults.heldOne();
    if (path === '/release') return faults.release();
    if (path === '/advance')
      return time.reach(time.now() + z.object({ seconds: z.number() }).parse(body).seconds * 1000);
    if (path === '/set') return account.change(body as Partial<Settings>);
    if (path === '/befall') {
      const fate = z.enum(['unhealthy', 'preempted', 'terminated']);
      const told = z.object({ id: z.string(), fate }).parse(body);
      return account.befall(told.id, told.fate);
    }
    throw refusals.path();
  };

  const server = createServer(async (request, response) => {
    try {
      heard?.();
      const told = Number(request.headers[NOW_HEADER]);
      if (Number.isFinite(told)) time.reach(told);
      response.setHeader(NOW_HEADER, time.now());
      response.setHeader('date', new Date(time.now()).toUTCString());
      const body = await text(request);
      const { url = '' } = request;
      if (url.startsWith(`${API}/`)) return await ofVendor(request, response, body);
      const answer = await ofTester(url.replace(/^\/__emu/, ''), parsed(body));
      save();
      return sendJson(response, 200, answer ?? {});
    } catch (thrown) {
      const { status, code, message } = thrown instanceof Refusal ? thrown : internal(thrown);
      return sendJson(response, status, { error: { code, message } });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      await shells.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function internal(thrown: unknown): Refusal {
  return new Refusal(500, 'global/internal-error', thrown instanceof Error ? thrown.message : String(thrown));
}

function aliveView(account: Account, machine: ReturnType<Account['alive']>[number]) {
  const { id, name, type, body, isGpuBad } = machine;
  return {
    id,
    name,
    type: type.name,
    region: body.region_name,
    status: account.statusOf(machine),
    tags: body.tags,
    isGpuBad,
  };
}

/** Bearer, or Basic with the key as the name and no password. */
function isKey(authorization = '', key: string): boolean {
  const [scheme = '', rest = ''] = authorization.split(' ');
  if (scheme === 'Bearer') return rest === key;
  return scheme === 'Basic' && Buffer.from(rest, 'base64').toString() === `${key}:`;
}

function parsed(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw refusals.parameters('Malformed JSON.');
  }
}

/** What the vendor says is in no contract: others met a body that is no JSON. */
function tooMany(response: ServerResponse): void {
  response.writeHead(429, { 'content-type': 'text/plain' }).end('Rate limited');
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
