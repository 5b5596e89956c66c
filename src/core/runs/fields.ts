/** One field of what a question asks for, as somebody is to type it. */
export interface Field {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'choice' | 'json';
  /** Of a choice. */
  readonly choices: readonly Choice[];
  readonly isRequired: boolean;
  /** What is said of it, by whoever wrote the workflow. */
  readonly about: string;
}

type Choice = string | number | boolean | null;

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly Choice[];
  readonly const?: Choice;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly title?: string;
  readonly description?: string;
}

/** The fields of a JSON Schema of an object, in its order. What has no simple form is typed as JSON. */
export function fieldsOf(answer: object): Field[] {
  const { properties = {}, required = [] } = answer as Schema;
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, ...formOf(schema), isRequired: required.includes(name) },
    about: schema.description ?? schema.title ?? '',
  }));
}

function formOf(schema: Schema): Pick<Field, 'kind' | 'choices'> {
  const choices = choicesOf(schema);
  if (choices) return { kind: 'choice', choices };
  const { type } = schema;
  if (type === 'string') return { kind: 'text', choices: [] };
  if (type === 'number' || type === 'integer') return { kind: 'number', choices: [] };
  return { kind: 'json', choices: [] };
}

function choicesOf({ type, enum: values, const: only, anyOf }: Schema): readonly Choice[] | undefined {
  if (values) return values;
  if (only !== undefined) return [only];
  if (type === 'boolean') return [true, false];
  if (type === 'null') return [null];
  const parts = anyOf?.map(choicesOf);
  return parts?.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/**
 * What was typed, as a value of the field; `undefined` where nothing was. What is no number or no JSON stays text, which
 * its schema refuses with its own words.
 */
export function typedValue({ kind, choices }: Pick<Field, 'kind' | 'choices'>, typed: string): unknown {
  const text = typed.trim();
  if (text === '') return undefined;
  if (kind === 'choice') return choices.find((choice) => String(choice) === text) ?? text;
  if (kind === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
  if (kind === 'text') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
