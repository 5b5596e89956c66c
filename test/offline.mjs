// Preloaded into a process that is to reach nothing: whoever opens a socket, looks up a name or starts another program
// ends the process there and then, so that no `catch` can keep it quiet.
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { writeSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

const CAUGHT = 99;

function forbid(owner, names) {
  for (const name of names)
    owner[name] = () => {
      writeSync(2, `reached for ${name}\n${new Error().stack}\n`);
      process.exit(CAUGHT);
    };
}

const functionsOf = (owner) => Object.keys(owner).filter((name) => /^(lookup|resolve|reverse)/.test(name));
forbid(net, ['connect', 'createConnection', 'createServer']);
forbid(net.Socket.prototype, ['connect']);
forbid(net.Server.prototype, ['listen']);
forbid(tls, ['connect']);
forbid(dgram, ['createSocket']);
forbid(dns, functionsOf(dns));
forbid(dns.promises, functionsOf(dns.promises));
forbid(http, ['request', 'get']);
forbid(https, ['request', 'get']);
forbid(http2, ['connect']);
forbid(globalThis, ['fetch', 'WebSocket', 'EventSource']);
forbid(childProcess, ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']);
syncBuiltinESMExports();
