import chalk, { type ColorSupportLevel } from 'chalk';
import { Box, render, useInput, usePaste, useWindowSize } from 'ink';
import { type KeyTable, namesOf } from './keys.ts';
import { isCompact, tooSmall } from './layout.ts';
import { asciiOnly } from './letters.ts';
import { openSpoken } from './plain.ts';
import { type Deps, type Model, type Outside, type ScreenKey, type Size, screens } from './screens.ts';
import { type Ending, Shell } from './stores/shell.ts';
import { type Store, useStore } from './stores/store.ts';
import { cell } from './text.ts';
import { Health } from './widgets/health.tsx';
import { Line } from './widgets/line.tsx';
import { Destinations, Help, hintsOf } from './widgets/overlays.tsx';

const HEALTH = 14;
const MOST_FRAMES_A_SECOND = 12;

/**
 * In the alternate screen the mouse wheel is sent as arrows (xterm's mode 1007). The mouse itself is not taken: whoever
 * wants to copy something selects it as anywhere.
 */
const WHEEL_MOVES = '\x1b[?1007s\x1b[?1007h';
const WHEEL_AS_BEFORE = '\x1b[?1007r';

interface AppProps {
  readonly shell: Shell;
  /** As the first line calls where one is, if not in a workspace of one's own. */
  readonly place: string | undefined;
  readonly clock: Deps['clock'];
  /** Heard line by line, and not seen. */
  readonly isSpoken: boolean;
  handled(keys: number): void;
}

function App({ handled, ...props }: AppProps) {
  const { shell, isSpoken } = props;
  const { columns: width, rows } = useWindowSize();
  useStore(shell);
  const height = Math.max(0, rows - 2);
  const unseen = tooSmall({ width, height });
  useInput((input, key) => {
    const names = namesOf(input, key);
    shell.read(names, unseen === undefined);
    handled(names.length);
  });
  usePaste((text) => {
    if (unseen === undefined) shell.paste(text);
    handled(1);
  });
  if (unseen !== undefined) return <Line text={unseen} />;
  return (
    // An explicit height and `overflowY` keep a screen that draws too much from making the terminal scroll. Not
    // `overflow`: clipping to columns makes Ink cut every row again in every frame, and rows are cut already.
    <Box width={width} height={isSpoken ? rows + 1 : rows} flexDirection="column" overflowY="hidden">
      <Header {...props} width={width} height={height} />
      <Box height={height} flexShrink={0} flexDirection="column" overflowY="hidden">
        <Body shell={shell} width={width} height={height} />
      </Box>
      <Footer key={shell.here?.key} shell={shell} width={width} />
    </Box>
  );
}

function Body({ shell, ...size }: Size & { readonly shell: Shell }) {
  const { here, isHelping, palette } = shell;
  if (isHelping) return <Help layers={shell.screenLayers} keys={shell.keys} {...size} />;
  if (palette) return <Destinations palette={palette} {...size} />;
  return here ? <here.View key={shell.path.length + here.key} model={here.model} {...size} /> : null;
}

function Header({ shell, place, clock, isSpoken, ...size }: Omit<AppProps, 'handled'> & Size) {
  const { here, path } = shell;
  const { width } = size;
  const home = ['sophia', place].filter(Boolean).join(' ');
  if (!here) return <Line text={cell(home, width)} />;
  const isShort = isCompact(size);
  const health = isShort ? 1 : HEALTH;
  const titles = path.map(({ key, subject }) => subject?.title ?? screens[key].title);
  // What was invented is told apart however little room there is.
  const crumbs = (isShort ? [place, titles.at(-1)] : [home, ...titles]).filter(Boolean).join(' › ');
  const free = isSpoken ? width : width - health;
  return (
    <Box height={isSpoken ? 2 : 1} flexShrink={0} flexDirection={isSpoken ? 'column' : 'row'}>
      <Box width={free} flexShrink={0}>
        <Crumbs crumbs={crumbs} model={here.model} width={free - 1} />
      </Box>
      <Health feed={here.model.feed} clock={clock} width={health} isSpoken={isSpoken} />
    </Box>
  );
}

function Crumbs({ crumbs, model, width }: { readonly crumbs: string; readonly model: Model; readonly width: number }) {
  useStore(model);
  useStore(model.feed);
  return <Line text={chalk.bold(cell(`${crumbs}  ${model.note}`, width))} />;
}

function Footer({ shell, width }: { readonly shell: Shell; readonly width: number }) {
  const { here, problem, question } = shell;
  useStore<Store>(here?.model ?? shell);
  useStore<Store>(here?.model.feed ?? shell);
  if (question) {
    const hints = hintsOf(shell.layers, shell.keys, Math.max(0, width - question.text.length - 2));
    return <Line text={chalk.bold(cell(`${question.text}  ${hints}`, width))} />;
  }
  const trouble = problem || here?.model.feed.failure;
  const hints = hintsOf(shell.layers, shell.keys, width);
  return <Line text={trouble ? chalk.red(cell(trouble, width)) : chalk.dim(cell(hints, width))} />;
}

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly colours: ColorSupportLevel;
  /** It shows no other letters. */
  readonly isAscii?: boolean;
  /** Aborts when the program is to end. */
  readonly stop: AbortSignal;
  /** Told when keys were handled, their work is over and the frame is written. Tests wait for it. */
  readonly idle?: ((keys: number) => void) | undefined;
}

/** How whoever sits there wants it. */
interface Wishes {
  readonly keys?: KeyTable;
  /** Plain lines, for who hears them or keeps them: nothing is drawn over. */
  readonly isPlain?: boolean;
}

/** From now on: by whoever does not want to wait for what is still being done. */
function signalled(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}

/** How it ended, and what was still to be said then. */
interface Left {
  readonly ending: Ending;
  readonly said: string;
}

/** Takes the terminal until the user leaves, then gives it back as it was. Ends when what was set off has. */
export async function openTui(first: ScreenKey, deps: Outside, terminal: Terminal, wishes: Wishes = {}): Promise<Left> {
  chalk.level = terminal.colours;
  let ending: Ending = 'quit';
  const end = (how: Ending) => {
    ending = how;
    ink.unmount();
  };
  const shell = new Shell(deps, end, wishes.keys);
  let keys = 0;
  const settled = async () => {
    do {
      await Promise.allSettled(shell.underWay);
      await ink.waitUntilRenderFlush();
    } while (shell.underWay.size > 0);
    terminal.idle?.(keys);
  };
  const handled = (more: number) => {
    keys += more;
    if (terminal.idle) void settled();
  };
  const { isPlain = false } = wishes;
  const props = { shell, place: deps.facts.place, clock: deps.clock, isSpoken: isPlain, handled };
  const stdout = terminal.isAscii ? asciiOnly(terminal.stdout) : terminal.stdout;
  const ink = render(<App {...props} />, {
    stdin: terminal.stdin,
    interactive: true,
    exitOnCtrlC: false, // ours ends with 130
    patchConsole: false, // nobody writes to it
    isScreenReaderEnabled: false, // Ink's own rubs out what it has said
    ...(isPlain
      ? { stdout: openSpoken(stdout, () => shell.scene), debug: true } // each frame whole
      : { stdout, alternateScreen: true, incrementalRendering: true, maxFps: MOST_FRAMES_A_SECOND }),
  });
  if (!isPlain) stdout.write(WHEEL_MOVES);
  const leave = () => ink.unmount();
  terminal.stop.addEventListener('abort', leave);
  try {
    void shell.go(first);
    handled(0);
    // What came while it opened was heard by nobody.
    if (terminal.stop.aborted) leave();
    await ink.waitUntilExit();
    // An answer that was given just before is recorded, and left to somebody.
    await Promise.race([Promise.allSettled(shell.deeds), signalled(terminal.stop)]);
  } finally {
    terminal.stop.removeEventListener('abort', leave);
    if (!isPlain) stdout.write(WHEEL_AS_BEFORE);
    shell.stop();
  }
  return { ending, said: shell.problem };
}
