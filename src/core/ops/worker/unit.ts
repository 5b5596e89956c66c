import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Chosen } from '../../config/index.ts';
import { exits, UserError } from '../../errors/index.ts';

export interface Service {
  /** Node, and the launcher that it runs. */
  readonly node: string;
  readonly launcher: string;
  /** The workspace. */
  readonly folder: string;
  /** What else the worker is to be told: words of its own. */
  readonly words: readonly string[];
}

/** What a service manager keeps of what a worker prints is a log: it names nobody. */
const WORKER = ['worker', '--discreet', '--quiet', '--cwd'];

/** What a service manager needs to keep a worker running: a user's unit of systemd, or an agent of launchd. */
export function unitFor(platform: string, service: Service): { readonly path: string; readonly text: string } {
  const name = nameFor(service);
  if (platform === 'linux') {
    const path = `~/.config/systemd/user/${name}.service`;
    return { path, text: systemd(service, name, path) };
  }
  if (platform === 'darwin') {
    const path = `~/Library/LaunchAgents/${name}.plist`;
    return { path, text: launchd(service, name, path) };
  }
  throw new UserError('config', `there is no unit for ${platform}: systemd and launchd are known`, [
    'sophia worker   runs it in the foreground',
  ]);
}

/** UserError `config` where a setting counts only because this process was told it: a service is started without. */
export function needSeenByService(settings: readonly Chosen[]): void {
  for (const { key, value, from, at, over } of settings) {
    if (from !== 'env' || over.find((said) => said.from !== 'env')?.value === value) continue;
    throw new UserError('config', `${key} is said by ${at} in the environment, and a service does not see it`, [
      'write it into .env of the workspace',
      ...(key === 'store.url' ? ['or name a file that holds it with SOPHIA_DATABASE_URL_FILE in .env'] : []),
    ]);
  }
}

/** Two workspaces have two names, also where their folders are called the same. In XML no comment has two hyphens. */
function nameFor({ folder }: Service): string {
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 6);
  return ['sophia-worker', ...(basename(folder).match(/[a-z\d]+/gi) ?? []), digest].join('-');
}

function systemd({ node, launcher, folder, words }: Service, name: string, path: string): string {
  return [
    `# ${path}`,
    '# With this in that file:',
    '#   systemctl --user daemon-reload',
    `#   systemctl --user enable --now ${name}`,
    '#   loginctl enable-linger   while nobody is logged in, too',
    '[Unit]',
    'Description=sophia worker',
    '',
    '[Service]',
    `ExecStart=${[node, launcher, ...WORKER, folder, ...words].map(unitWord).join(' ')}`,
    'Restart=on-failure',
    'RestartSec=5',
    // Else a unit that was stopped would count as failed.
    `SuccessExitStatus=${exits.sigterm.code}`,
    '',
    '[Install]',
    'WantedBy=default.target',
  ].join('\n');
}

/** As systemd.syntax(7) has it: `%` and `$` mean something, and spaces part words. */
function unitWord(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
}

function launchd({ node, launcher, folder, words }: Service, name: string, path: string): string {
  const all = [node, launcher, ...WORKER, folder, ...words].map((word) => `    <string>${xml(word)}</string>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<!-- ${path}`,
    '     With this in that file:',
    `       launchctl bootstrap gui/$(id -u) ${path} -->`,
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key>',
    `  <string>${name}</string>`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...all,
    '  </array>',
    '  <key>RunAtLoad</key>',
    '  <true/>',
    '  <key>KeepAlive</key>',
    '  <dict>',
    '    <key>SuccessfulExit</key>',
    '    <false/>',
    '  </dict>',
    '</dict>',
    '</plist>',
  ].join('\n');
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
