import type { AuthContext, Connection, Server, ServerChannel } from 'ssh2';
import { parse } from 'yaml';
import type { Account, Machine } from './account.ts';
import { addressOf } from './answers.ts';
import type { Fault } from './faults.ts';
import type { Time } from './time.ts';

interface Shell {
  readonly server: Server;
  readonly port: number;
}

/**
 * What stands behind the addresses of machines: each that is active, and was given a key to show, is answered for by a port
 * of this machine. It lets in the key that it was launched with, and knows one command.
 */
export function openShells(
  account: Account,
  time: Time,
  heard: (command: string) => Fault | undefined,
  hold: () => Promise<void>,
) {
  const shells = new Map<string, Promise<Shell>>();
  const isUp = (machine: Machine) => account.statusOf(machine) === 'active';

  const answer = async (machine: Machine, command: string, channel: ServerChannel, client: Connection) => {
    const fault = heard(command);
    if (fault?.what === 'hold') await hold();
    if (fault?.what === 'drop') return void client.end();
    const [, path = ''] = /^cat (\/\S+)$/.exec(command) ?? [];
    const since = (time.now() - machine.activeAt) / 1000 - account.settings().reportS;
    // It writes where its user data tell it to.
    const isThere = path !== '' && since >= 0 && machine.body.user_data?.includes(path);
    if (isThere) channel.write(JSON.stringify(reportOf(machine, since >= account.settings().tryS)));
    else channel.stderr.write(`${command}: No such file or directory\n`);
    channel.exit(isThere ? 0 : 1);
    channel.end();
  };

  const open = async (machine: Machine, hostKey: string): Promise<Shell> => {
    const { default: ssh2 } = await import('ssh2');
    const lets = (context: AuthContext) => {
      if (context.method !== 'publickey' || context.username !== 'ubuntu') return false;
      if (!context.key.data.equals(Buffer.from(machine.loginKey.split(' ')[1] ?? '', 'base64'))) return false;
      if (!context.signature || !context.blob) return true;
      const key = ssh2.utils.parseKey(machine.loginKey);
      return !(key instanceof Error) && key.verify(context.blob, context.signature) === true;
    };
    const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
      // Whoever leaves in the middle is nobody's fault.
      client.on('error', () => undefined);
      if (!isUp(machine)) return void client.end();
      client.on('authentication', (context) => (lets(context) ? context.accept() : context.reject(['publickey'])));
      client.on('session', (accept) =>
        accept().on('exec', (accepts, _, { command }) => {
          const channel = accepts();
          channel.on('error', () => undefined);
          answer(machine, command, channel, client).catch(() => client.end());
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, port: (server.address() as { port: number }).port };
  };

  return {
    /** The port that stands for each address. */
    async ports(): Promise<Record<string, number>> {
      const ports: Record<string, number> = {};
      for (const machine of account.alive().filter((each) => isUp(each) && account.hasAddress(each))) {
        const hostKey = hostKeyIn(machine.body.user_data);
        if (hostKey === undefined) continue;
        const shell = shells.get(machine.id) ?? open(machine, hostKey);
        shells.set(machine.id, shell);
        ports[addressOf(machine.number)] = (await shell).port;
      }
      return ports;
    },
    async close(): Promise<void> {
      for (const shell of shells.values()) (await shell).server.close();
    },
  };
}

function reportOf({ type: { gpus }, isGpuBad }: Machine, isFinal: boolean) {
  if (!isGpuBad) return { gpus, usable: gpus, faults: [], isFinal: true };
  return { gpus, usable: 0, faults: ['cuInit: CUDA error 802'], isFinal };
}

/** The private half, as cloud-init is told it. */
function hostKeyIn(userData = ''): string | undefined {
  if (!userData.startsWith('#cloud-config')) return undefined;
  try {
    const key: unknown = parse(userData)?.ssh_keys?.ed25519_private;
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}
