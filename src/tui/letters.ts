import stringWidth from 'string-width';
import { graphemesOf } from './text.ts';

/** What stands for a sign where only ASCII is shown. Each has as many columns as its sign. */
const signs: Readonly<Record<string, string>> = {
  ...{ '›': '>', '…': '~', '▏': '|', '▼': 'v', '▲': '^', '→': '>', '←': '<', '↑': '^', '↓': 'v' },
  // Where a run stands: told apart by shape alone.
  ...{ '●': '*', '○': 'o', '◆': '!', '✗': 'x', '✓': '+', '⊘': '0', '∅': '/', '–': '-' },
  // How much there is of something.
  ...{ '█': '#', '▓': '#', '▒': ':', '░': '.' },
  ...{ '▁': '_', '▂': ',', '▃': '-', '▄': '=', '▅': '+', '▆': '*', '▇': '%' },
  // Lines, as graphs have them.
  ...{ '─': '-', '━': '-', '│': '|', '┃': '|', '╴': '-', '╶': '-', '╵': '|', '╷': '|', '▶': '>', '◀': '<' },
  ...{ '┌': '+', '┐': '+', '└': '+', '┘': '+', '├': '+', '┤': '+', '┬': '+', '┴': '+', '┼': '+' },
  ...{ '╭': '+', '╮': '+', '╰': '+', '╯': '+' },
  // What people write.
  ...{ '—': '-', '‘': "'", '’': "'", '“': '"', '”': '"', '·': '.', '×': 'x', '•': '*' },
};

/** A letter or more that is none of ASCII; the one before may belong to it. */
const beyond = /[ -~]?[^\0-~]+/g;

/** The same line for a terminal that shows ASCII only, as wide as it was. Colours stay. */
export function inAscii(line: string): string {
  return line.replaceAll(beyond, (run) => graphemesOf(run).map(standIn).join(''));
}

/** The same terminal, which is sent ASCII alone, whoever writes to it: Ink has signs of its own for what it cuts. */
export function asciiOnly(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string, done?: () => void) => stdout.write(inAscii(text), done);
  return new Proxy(stdout, {
    get(terminal, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(terminal, name, terminal);
      return typeof value === 'function' ? value.bind(terminal) : value;
    },
  });
}

function standIn(grapheme: string): string {
  const sign = signs[grapheme];
  if (sign !== undefined) return sign;
  const width = stringWidth(grapheme);
  const bare = grapheme.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return /^[ -~]*$/.test(bare) && bare.length === width ? bare : '?'.repeat(width);
}
