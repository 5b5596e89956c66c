import chalk from 'chalk';
import { useMemo } from 'react';
import { plural } from '../../core/domain/index.ts';
import { asSophiaError } from '../../core/errors/index.ts';
import type { Field } from '../../core/runs/index.ts';
import type { Given, Opened } from '../answers.ts';
import { keysOf, type Layer, layer } from '../keys.ts';
import { isCompact } from '../layout.ts';
import type { Deps, Size, Subject } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import { entry } from '../stores/entry.ts';
import { Form } from '../stores/form.ts';
import type { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell, tail, wrapped } from '../text.ts';
import { Lines } from '../widgets/overlays.tsx';

/** What is being asked before the answer is given. */
type Stage =
  | { readonly at: 'reading' }
  | { readonly at: 'sending' }
  | { readonly at: 'why'; readonly answer: object; readonly text: string; readonly line: Layer }
  /** Without an answer it is to be withdrawn. */
  | { readonly at: 'sure'; readonly given: Given | null };

class Approval extends Store {
  readonly note = '';
  readonly scroll = new Cursor(() => {
    this.#follows = false;
    this.changed();
  });
  readonly feed: Poll<Opened>;
  readonly form: Form;
  readonly refusal: string | undefined;
  /** Which key turns the page. */
  readonly onward: string;
  stage: Stage = { at: 'reading' };
  /** What one is asked is in view from its first word to its last. */
  isWhole = true;
  readonly #deps: Deps;
  /** The field that one is at is to be seen: one has moved, and not turned a page, last. */
  #follows = false;

  constructor(deps: Deps, id: string) {
    super();
    this.#deps = deps;
    this.refusal = deps.answers.refusal;
    this.onward = keysOf(deps.keys, 'list', 'pageDown')[0] ?? '';
    const [run = '', question = ''] = id.split(' ');
    this.feed = deps.poll(() => deps.answers.open(run, question));
    this.form = new Form({
      fields: () => this.feed.data?.fields ?? [],
      changed: () => {
        this.#follows = true;
        this.changed();
      },
      check: (answer) => deps.answers.faults(this.feed.data?.asked, answer),
      track: deps.track,
      done: (answer) => this.#askWhy(answer),
    });
  }

  layers(): readonly Layer[] {
    const { stage, feed, form, scroll } = this;
    const { data } = feed;
    // What is being typed is typed to its end, whatever comes meanwhile: a letter of it is no key.
    if (stage.at === 'why') return [stage.line];
    if (form.typing !== undefined) return form.layers;
    // What cannot be read just now may have been answered by somebody else.
    const isOpen = data && !feed.failure && !data.answered && !this.refusal && stage.at !== 'sending';
    if (stage.at === 'sure') {
      const isMeant = isOpen && (stage.given !== null || data.lapsed !== undefined);
      const yes = isMeant && this.isWhole ? () => this.#send(stage.given) : undefined;
      return [layer('confirm', { yes, no: () => this.#set({ at: 'reading' }) }, { modal: true })];
    }
    if (!isOpen) return [scroll.layer];
    if (data.lapsed) return [layer('lapsed', { withdraw: () => this.#set({ at: 'sure', given: null }) }), scroll.layer];
    if (data.fields) return [...form.layers, scroll.layer];
    const acts = {
      approve: () => this.#set({ at: 'sure', given: { answer: { decision: 'approved' }, reason: null } }),
      reject: () => this.#askWhy({ decision: 'rejected' }),
    };
    return [layer('proposal', acts), scroll.layer];
  }

  /** The first line in view, of so many, with `room` for some; `line` is that of the field one is at. */
  topOf(lines: number, line: number, room: number): number {
    this.scroll.fit(Math.max(1, lines - room + 1), 1);
    this.scroll.page = Math.max(1, room - 1);
    if (this.#follows) this.scroll.at = Math.max(0, Math.min(Math.max(this.scroll.at, line - room + 1), line));
    return this.scroll.at;
  }

  #askWhy(answer: object): void {
    const line = entry({
      text: '',
      changed: (text) => this.#set({ at: 'why', answer, text, line }),
      done: (isKept) => {
        const text = this.stage.at === 'why' ? this.stage.text.trim() : '';
        if (!isKept) this.#set({ at: 'reading' });
        else if (text !== '' || !needsReason(answer))
          this.#set({ at: 'sure', given: { answer, reason: text || null } });
        else this.#deps.say('say why: it is kept with the run');
      },
    });
    this.#set({ at: 'why', answer, text: '', line });
  }

  #send(given: Given | null): void {
    const { data } = this.feed;
    if (!data) return;
    this.#set({ at: 'sending' });
    const sending = given ? this.#give(data, given) : this.#withdraw(data);
    const told = sending.catch((thrown) => this.#deps.say(asSophiaError(thrown).message));
    this.#deps.perform(told.finally(() => this.#set({ at: 'reading' })));
  }

  async #give({ run, question }: Opened, given: Given): Promise<void> {
    const { answers, go, isHere, say } = this.#deps;
    const left = await answers.give({ run, question }, given);
    // Who has gone elsewhere meanwhile is not taken away from there.
    if (isHere(this)) await go('run', { id: run, title: run });
    if (left.worker === 'none') say(`answered; no worker could be started (${left.reason}): sophia runs resume ${run}`);
  }

  async #withdraw(opened: Opened): Promise<void> {
    await this.#deps.answers.withdraw(opened);
    this.#deps.say('withdrawn');
    await this.feed.refresh();
  }

  #set(stage: Stage): void {
    this.stage = stage;
    this.changed();
  }
}

/** Who says no says why; any other answer may do so. */
function needsReason(answer: object): boolean {
  return 'decision' in answer && answer.decision === 'rejected';
}

export function open(deps: Deps, subject?: Subject): Approval {
  return new Approval(deps, subject?.id ?? '');
}

export function View({ model, width, height }: Size & { readonly model: Approval }) {
  const { form, stage, refusal } = useStore(model);
  const { data } = useStore(model.feed);
  const isShort = isCompact({ width, height });
  const text = useMemo(() => (data ? textOf(data, width, isShort ? [] : ['']) : []), [data, width, isShort]);
  if (!data) return null;
  const fields = (data.fields ?? []).map((field, at) => rowOf(form, field, at, width));
  form.cursor.fit(fields.length, fields.length);
  const body = [...text, ...fields];
  const asked = promptOf(stage, data, { refusal, loose: form.looseFault }, width);
  // What one says yes to is seen whole, before anything else is; and where it is not, nobody can.
  model.isWhole = asked.length <= height;
  const prompt = model.isWhole ? asked : [...asked.slice(0, height - 1), chalk.yellow(cell(TOO_LONG, width))];
  const room = Math.max(0, height - prompt.length - 1);
  const top = model.topOf(body.length, text.length + form.cursor.at, room);
  const more = body.length - top - room;
  const rest = more > 0 ? chalk.dim(cell(`▼ ${plural(more, 'more line')}: ${model.onward}`, width)) : '';
  const shown = body.slice(top, top + room);
  return <Lines lines={[...shown, rest, ...prompt].slice(-height)} />;
}

/** What is to be written is told as it is: only our own empty lines are spared. */
function textOf({ title, rules, sections, lapsed }: Opened, width: number, gap: readonly string[]): string[] {
  return [
    chalk.bold(cell(title, width)),
    ...rules.flatMap((rule) => wrapped(rule, width)).map((line) => chalk.yellow(line)),
    ...(lapsed ? [...gap, ...wrapped(`It does not hold any more: ${lapsed}.`, width)] : []),
    ...sections.flatMap((section) => [...gap, chalk.bold(cell(section.title, width)), ...wrapped(section.text, width)]),
    ...gap,
  ];
}

const NAME = 20;
const TOO_LONG = '▼ no room for the rest';

function rowOf(form: Form, field: Field, at: number, width: number): string {
  const { name, kind, choices, isRequired, about } = field;
  const isHere = form.cursor.at === at;
  const head = `${isHere ? '›' : ' '} ${cell(name || 'answer', Math.min(NAME, width >> 1))} `;
  const what = kind === 'choice' ? choices.map(String).join(' | ') : about || kind;
  const fault = form.faultOf(field);
  const text = form.textOf(field);
  const isTyped = form.typing === name;
  const told = fault ? `✗ ${fault}` : text || isTyped ? '' : `${what}${isRequired ? '' : ', may be left out'}`;
  const free = width - head.length;
  const typed = isTyped ? `${tail(text, Math.max(1, (free >> 1) - 1))}▏` : text;
  const line = cell(`${head}${typed}${typed && told ? '  ' : ''}${told}`, width);
  return isHere ? chalk.inverse(line) : line;
}

interface Beside {
  readonly refusal: string | undefined;
  /** What is wrong with no field in particular. */
  readonly loose: string;
}

function promptOf(stage: Stage, { answered, fields }: Opened, { refusal, loose }: Beside, width: number): string[] {
  if (answered) return wrapped(answered, width).map((line) => chalk.bold(line));
  if (stage.at === 'why') return [`Why? ${tail(stage.text, width - 6)}▏`];
  if (stage.at === 'sending') return ['answering…'];
  if (stage.at === 'reading') return refusal || loose ? wrapped(refusal ?? `✗ ${loose}`, width) : [];
  return wrapped(questionIn(stage.given, fields), width).map((line) => chalk.bold(line));
}

function questionIn(given: Given | null, fields: Opened['fields']): string {
  if (!given) return 'Withdraw it?';
  const { answer, reason } = given;
  const no = 'Reject this, and do nothing of it';
  const what = fields
    ? `Answer ${JSON.stringify(answer)}`
    : needsReason(answer)
      ? no
      : 'Do this, and write these files';
  return `${what}${reason ? `, because: ${reason}` : ''}?`;
}
