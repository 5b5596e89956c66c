import chalk from 'chalk';
import { asSophiaError } from '../../core/errors/index.ts';
import type { Field } from '../../core/runs/index.ts';
import type { Given, Opened } from '../answers.ts';
import { type Layer, layer } from '../keys.ts';
import type { Deps, Size, Subject } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import { entry } from '../stores/entry.ts';
import { Form } from '../stores/form.ts';
import { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell, wrapped } from '../text.ts';
import { Lines } from '../widgets/overlays.tsx';

/** What is asked does not change; whether somebody else has answered it does. */
const EVERY_MS = 2000;

/** What is being asked before the answer is given. */
type Stage =
  | { readonly at: 'reading' }
  | { readonly at: 'sending' }
  | { readonly at: 'why'; readonly answer: object; readonly text: string; readonly line: Layer }
  | { readonly at: 'sure'; readonly given: Given };

class Approval extends Store {
  readonly note = '';
  readonly scroll = new Cursor(() => this.changed());
  readonly feed: Poll<Opened>;
  readonly form: Form;
  readonly refusal: string | undefined;
  stage: Stage = { at: 'reading' };
  readonly #deps: Deps;

  constructor(deps: Deps, id: string) {
    super();
    this.#deps = deps;
    this.refusal = deps.answers.refusal;
    const [run = '', question = ''] = id.split(' ');
    this.feed = new Poll({ ask: () => deps.answers.open(run, question), everyMs: EVERY_MS, clock: deps.clock });
    this.form = new Form({
      fields: () => this.feed.data?.fields ?? [],
      changed: () => this.changed(),
      check: (answer) => deps.answers.faults(this.feed.data?.asked, answer),
      track: deps.track,
      done: (answer) => this.#askWhy(answer),
    });
  }

  layers(): readonly Layer[] {
    const { stage, feed, form, scroll } = this;
    if (stage.at === 'why') return [stage.line];
    if (stage.at === 'sure') {
      const no = () => this.#set({ at: 'reading' });
      return [layer('confirm', { yes: () => this.#give(stage.given), no }, { modal: true })];
    }
    // What cannot be read just now may have been answered by somebody else.
    if (!feed.data || feed.failure || feed.data.answered || this.refusal || stage.at === 'sending')
      return [scroll.layer];
    if (feed.data.fields) return form.layers;
    const acts = {
      approve: () => this.#set({ at: 'sure', given: { answer: { decision: 'approved' }, reason: null } }),
      reject: () => this.#askWhy({ decision: 'rejected' }),
    };
    return [layer('proposal', acts), scroll.layer];
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

  #give(given: Given): void {
    const { data } = this.feed;
    if (!data) return;
    this.#set({ at: 'sending' });
    const { answers, go, say } = this.#deps;
    const giving = answers.give(data, given).then(
      async (left) => {
        await go('run', { id: data.run, title: data.run });
        if (left.worker === 'none')
          say(`answered; no worker could be started (${left.reason}): sophia runs resume ${data.run}`);
      },
      (thrown) => say(asSophiaError(thrown).message),
    );
    this.#deps.track(giving.finally(() => this.#set({ at: 'reading' })));
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

const PROMPT = 2;

export function View({ model, width, height }: Size & { readonly model: Approval }) {
  const { scroll, form, stage } = useStore(model);
  const { data } = useStore(model.feed);
  if (!data) return null;
  const text = textOf(data, width);
  const fields = (data.fields ?? []).map((field, at) => rowOf(form, field, at, width));
  form.cursor.fit(fields.length, fields.length);
  const room = Math.max(1, height - PROMPT - fields.length);
  scroll.fit(Math.max(1, text.length - room + 1), 1);
  const shown = text.slice(scroll.at, scroll.at + room);
  const lines = [...shown, ...fields, '', cell(promptOf(stage, data, model.refusal), width)];
  return <Lines lines={lines.slice(Math.max(0, lines.length - height))} />;
}

function textOf({ title, rules, sections }: Opened, width: number): string[] {
  return [
    chalk.bold(cell(title, width)),
    ...rules.flatMap((rule) => wrapped(rule, width)).map((line) => chalk.yellow(line)),
    ...sections.flatMap((section) => ['', chalk.bold(cell(section.title, width)), ...wrapped(section.text, width)]),
    '',
  ];
}

const NAME = 20;

function rowOf(form: Form, field: Field, at: number, width: number): string {
  const { name, kind, choices, isRequired, about } = field;
  const isHere = form.cursor.at === at;
  const what = kind === 'choice' ? choices.map(String).join(' | ') : about || kind;
  const fault = form.faultOf(field);
  const typed = `${form.textOf(field)}${form.typing === name ? '▏' : ''}`;
  const told = fault ? `✗ ${fault}` : typed ? '' : `${what}${isRequired ? '' : ', may be left out'}`;
  const line = cell(`${isHere ? '›' : ' '} ${cell(name, Math.min(NAME, width >> 1))} ${typed}  ${told}`, width);
  return isHere ? chalk.inverse(line) : line;
}

function promptOf(stage: Stage, { answered, fields }: Opened, refusal: string | undefined): string {
  if (answered) return chalk.bold(answered);
  if (stage.at === 'why') return `Why? ${stage.text}▏`;
  if (stage.at === 'sending') return 'answering…';
  if (stage.at === 'reading') return refusal ?? '';
  const { answer, reason } = stage.given;
  const what = fields
    ? `Answer ${JSON.stringify(answer)}`
    : needsReason(answer)
      ? 'Reject this, and do nothing of it'
      : 'Do this, and write these files';
  return chalk.bold(`${what}${reason ? `, because: ${reason}` : ''}?  y yes  n no`);
}
