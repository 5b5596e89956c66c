import { UserError } from '../../errors/index.ts';

export interface Service {
  /** Node, and the launcher that it runs. */
  readonly node: string;
  readonly launcher: string;
  /** The workspace. */
  readonly folder: string;
}

/** What a service manager keeps of what a worker prints is a log: it names nobody. */
const WORKER = ['worker', '--discreet', '--quiet', '--cwd'];

/** What a service manager needs to keep a worker running: a user's unit of systemd, or an agent of launchd. */
export function unitFor(platform: string, service: Service): { readonly path: string; readonly text: string } {
  if (platform === 'linux') return { path: '~/.config/systemd/user/sophia-worker.service', text: systemd(service) };
  if (platform === 'darwin') return { path: '~/Library/LaunchAgents/sophia-worker.plist', text: launchd(service) };
  throw new UserError('config', `there is no unit for ${platform}: systemd and launchd are known`, [
    'sophia worker   runs it in the foreground',
  ]);
}

function systemd({ node, launcher, folder }: Service): string {
  return [
    '[Unit]',
    'Description=sophia worker',
    '',
    '[Service]',
    `ExecStart=${[node, launcher, ...WORKER, folder].map(unitWord).join(' ')}`,
    'Restart=on-failure',
    'RestartSec=5',
    '',
    '[Install]',
    'WantedBy=default.target',
  ].join('\n');
}

/** As systemd.syntax(7) has it: `%` and `$` mean something, and spaces part words. */
function unitWord(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
}

function launchd({ node, launcher, folder }: Service): string {
  const words = [node, launcher, ...WORKER, folder].map((word) => `    <string>${xml(word)}</string>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key>',
    '  <string>sophia-worker</string>',
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...words,
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
