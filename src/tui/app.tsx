import chalk, { type ColorSupportLevel } from 'chalk';
import { Box, render, useInput, usePaste, useWindowSize } from 'ink';
import { namesOf } from './keys.ts';
import { type Deps, type Model, type Outside, type ScreenKey, screens } from './screens.ts';
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
  /** As the first line calls where one is. */
  readonly place: string;
  readonly clock: Deps['clock'];
  handled(keys: number): void;
}

function App({ shell, place, clock, handled }: AppProps) {
  const { columns: width, rows } = useWindowSize();
  useStore(shell);
  useInput((input, key) => {
    const names = namesOf(input, key);
    shell.read(names);
    handled(names.length);
  });
  usePaste((text) => {
    shell.paste(text);
    handled(1);
  });
  const height = Math.max(0, rows - 2);
  return (
    // An explicit height and `overflowY` keep a screen that draws too much from making the terminal scroll. Not
    // `overflow`: clipping to columns makes Ink cut every row again in every frame, and rows are cut already.
    <Box width={width} height={rows} flexDirection="column" overflowY="hidden">
      <Header shell={shell} place={place} clock={clock} width={width} />
      <Box height={height} flexShrink={0} flexDirection="column" overflowY="hidden">
        <Body shell={shell} width={width} height={height} />
      </Box>
      <Footer key={shell.here?.key} shell={shell} width={width} />
    </Box>
  );
}

function Body({ shell, ...size }: { readonly shell: Shell; readonly width: number; readonly height: number }) {
  const { here, isHelping, palette } = shell;
  if (isHelping) return <Help layers={shell.screenLayers} {...size} />;
  if (palette) return <Destinations palette={palette} {...size} />;
  return here ? <here.View key={shell.path.length + here.key} model={here.model} {...size} /> : null;
}

function Header({ shell, place, clock, width }: Omit<AppProps, 'handled'> & { readonly width: number }) {
  const { here, path } = shell;
  if (!here) return <Line text={cell(place, width)} />;
  const health = Math.min(HEALTH, width >> 1);
  const crumbs = [place, ...path.map(({ key, subject }) => subject?.title ?? screens[key].title)].join(' › ');
  return (
    <Box height={1} flexShrink={0}>
      <Box width={width - health} flexShrink={0}>
        <Crumbs crumbs={crumbs} model={here.model} width={width - health - 1} />
      </Box>
      <Health feed={here.model.feed} clock={clock} width={health} />
    </Box>
  );
}

function Crumbs({ crumbs, model, width }: { readonly crumbs: string; readonly model: Model; readonly width: number }) {
  useStore(model);
  useStore(model.feed);
  return <Line text={chalk.bold(cell(`${crumbs}  ${model.note}`, width))} />;
}

function Footer({ shell, width }: { readonly shell: Shell; readonly width: number }) {
  const { here, problem } = shell;
  useStore<Store>(here?.model ?? shell);
  useStore<Store>(here?.model.feed ?? shell);
  const trouble = problem || here?.model.feed.failure;
  return <Line text={trouble ? chalk.red(cell(trouble, width)) : chalk.dim(cell(hintsOf(shell.layers), width))} />;
}

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly colours: ColorSupportLevel;
  /** Aborts when the program is to end. */
  readonly stop: AbortSignal;
  /** Told when keys were handled, their work is over and the frame is written. Tests wait for it. */
  readonly idle?: ((keys: number) => void) | undefined;
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
export async function openTui(first: ScreenKey, deps: Outside, terminal: Terminal): Promise<Left> {
  chalk.level = terminal.colours;
  let ending: Ending = 'quit';
  const shell = new Shell(deps, (how) => {
    ending = how;
    ink.unmount();
  });
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
  const place = ['sophia', deps.facts.place].filter(Boolean).join(' ');
  const ink = render(<App shell={shell} place={place} clock={deps.clock} handled={handled} />, {
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    exitOnCtrlC: false, // ours ends with 130
    patchConsole: false, // nobody writes to it
    maxFps: MOST_FRAMES_A_SECOND,
  });
  terminal.stdout.write(WHEEL_MOVES);
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
    terminal.stdout.write(WHEEL_AS_BEFORE);
    shell.stop();
  }
  return { ending, said: shell.problem };
}
