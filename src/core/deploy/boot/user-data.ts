import { GPU_REPORT, type SshKeyPair } from '../../cloud/index.ts';
import { PROBE } from './probe.ts';

const PROBE_FILE = '/usr/local/lib/sophia/gpu-probe.py';
const UNIT = 'sophia-gpu.service';

/** It runs at every boot: a report of the one before is worth nothing. */
const UNIT_TEXT = `[Unit]
Description=Sophia: whether the GPUs of this machine can be used

[Service]
Type=oneshot
StateDirectory=sophia
StateDirectoryMode=0755
ExecStartPre=/bin/rm -f ${GPU_REPORT}
ExecStart=/usr/bin/python3 ${PROBE_FILE} ${GPU_REPORT}

[Install]
WantedBy=multi-user.target
`;

/**
 * What a machine is told at its first boot, as cloud-init: which key to show, so that nobody has to believe whoever answers
 * at its address, and to try its GPUs. It holds a secret, the private half. The same of the same, byte by byte: another
 * text means another machine.
 */
export async function userDataOf({ hostKey }: { readonly hostKey: SshKeyPair }): Promise<string> {
  // A CommonJS package: in a bundle a lazy import of one has its names on `default` only.
  const { default: yaml } = await import('yaml');
  const told = {
    // Those of the image go: every machine of it would show the same.
    ssh_deletekeys: true,
    ssh_keys: { ed25519_private: hostKey.privateKey, ed25519_public: hostKey.publicKey },
    write_files: [
      { path: PROBE_FILE, permissions: '0644', content: PROBE },
      { path: `/etc/systemd/system/${UNIT}`, permissions: '0644', content: UNIT_TEXT },
    ],
    // The boot waits for nothing of it.
    runcmd: [
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', '--now', '--no-block', UNIT],
    ],
  };
  return `#cloud-config\n${yaml.stringify(told, { lineWidth: 0 })}`;
}
