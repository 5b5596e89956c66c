#!/usr/bin/env node
'use strict';
// Parses on any Node >= 12. Node >= 22.19 runs the CLI in this process; an older one starts this file again
// on SOPHIA_NODE, or on the Node that npm installed beside it. Nothing else belongs here.
var fs = require('fs');
var path = require('path');
var root = path.dirname(__dirname);
var version = process.versions.node.split('.').map(Number);

if (version[0] > 22 || (version[0] === 22 && version[1] >= 19)) {
  run();
} else {
  relaunch();
}

function run() {
  delete process.env.SOPHIA_RELAUNCHED;
  if (!fs.existsSync(path.join(root, 'dist', 'cli.js'))) stop('sophia is not built. Fix: npm ci, or npm run build.');
  quietSqlite();
  // Through the module object: the named import would be a syntax error on old Node.
  require('module').enableCompileCache();
  import('../dist/cli.js')
    .then(function (cli) { return cli.main(cli.processHost(root)); })
    .then(function (code) { process.exitCode = code; });
}

// Node 22 warns that node:sqlite is experimental. What we use of it is what Node 24 declares stable.
function quietSqlite() {
  if (version[0] !== 22) return;
  var emit = process.emitWarning;
  process.emitWarning = function (warning, type) {
    if (type === 'ExperimentalWarning' && String(warning).indexOf('SQLite') === 0) return;
    emit.apply(process, arguments);
  };
}

function relaunch() {
  var node = process.env.SOPHIA_NODE || bundledNode();
  if (!node || process.env.SOPHIA_RELAUNCHED) {
    stop('sophia needs Node.js >= 22.19, found ' + process.versions.node + '. Fix: install Node 24, or set SOPHIA_NODE to its path.');
  }
  var child = require('child_process').spawn(node, [__filename].concat(process.argv.slice(2)), {
    stdio: 'inherit',
    env: Object.assign({}, process.env, { SOPHIA_RELAUNCHED: '1', PATH: path.dirname(node) + path.delimiter + process.env.PATH }),
  });
  ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].forEach(function (signal) {
    // A terminal sends SIGINT to the whole group already.
    process.on(signal, function () { if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal); });
  });
  child.on('error', function (error) { stop('sophia: cannot start ' + node + ': ' + error.message); });
  child.on('exit', function (code, signal) {
    if (!signal) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function bundledNode() {
  try {
    var manifest = require.resolve('node-' + (process.platform === 'win32' ? 'win' : process.platform) + '-' + process.arch + '/package.json');
    return path.join(path.dirname(manifest), require(manifest).bin.node);
  } catch (error) {
    return undefined;
  }
}

function stop(message) {
  console.error(message);
  process.exit(3);
}
