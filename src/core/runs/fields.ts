/** One field of what a question asks for, as somebody is to type it. */
export interface Field {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'choice' | 'json';
  /** Of a choice. */
  readonly choices: readonly Choice[];
  readonly isRequired: boolean;
  /** Nothing is an answer too. */
  readonly isNullable: boolean;
  /** What is said of it, by whoever wrote the workflow. */
  readonly about: string;
}

type Choice = string | number | boolean | null;

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly Choice[];
  readonly const?: Choice;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly title?: string;
  readonly description?: string;
}

/** A question that asks for no plain set of fields is answered as a whole: this is the name of that one field. */
const WHOLE = '';

/** The fields of a JSON Schema of an object, in its order. What has no simple form is typed as JSON, by field or in whole. */
export function fieldsOf(answer: object): Field[] {
  const { properties, required = [], additionalProperties, anyOf, oneOf, allOf } = answer as Schema;
  if (!properties || anyOf || oneOf || allOf || (additionalProperties !== undefined && additionalProperties !== false))
    return [
      { name: WHOLE, kind: 'json', choices: [], isRequired: true, isNullable: false, about: 'the answer, as JSON' },
    ];
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, ...formOf(schema), isRequired: required.includes(name) },
    about: schema.description ?? schema.title ?? '',
  }));
}

/** What was typed in all fields, as an answer. */
export function answerIn(fields: readonly Field[], typed: (field: Field) => string): unknown {
  const values = fields.map((field) => [field.name, typedValue(field, typed(field))] as const);
  if (fields.length === 1 && fields[0]?.name === WHOLE) return values[0]?.[1];
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

type Form = Pick<Field, 'kind' | 'choices' | 'isNullable'>;

function formOf(schema: Schema): Form {
  const choices = choicesOf(schema);
  if (choices) return { kind: 'choice', choices, isNullable: false };
  const ways = waysOf(schema);
  const others = ways.filter(({ type }) => type !== 'null');
  const [only] = others;
  if (only && ways.length > 1 && others.length === 1) return { ...formOf(only), isNullable: true };
  const { type } = schema;
  const kind = type === 'string' ? 'text' : type === 'number' || type === 'integer' ? 'number' : 'json';
  return { kind, choices: [], isNullable: false };
}

/** Each of what a value may be. */
function waysOf(schema: Schema): readonly Schema[] {
  const { type, anyOf } = schema;
  return Array.isArray(type) ? type.map((each) => ({ ...schema, type: each })) : (anyOf ?? []);
}

function choicesOf({ type, enum: values, const: only, anyOf }: Schema): readonly Choice[] | undefined {
  if (values) return values;
  if (only !== undefined) return [only];
  if (type === 'boolean') return [true, false];
  if (type === 'null') return [null];
  const parts = anyOf?.map(choicesOf);
  return parts?.every((part) => part !== undefined) ? parts.flat() : undefined;
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/**
 * What was typed, as a value of the field; `undefined` where nothing was. What is no number or no JSON stays text, which
 * its schema refuses with its own words.
 */
function typedValue({ kind, choices, isNullable, isRequired }: Omit<Field, 'name' | 'about'>, typed: string): unknown {
  if (kind === 'choice') return typed === '' ? undefined : choices.find((choice) => String(choice) === typed);
  const text = typed.trim();
  if (text === '') return isNullable && isRequired ? null : undefined;
  if (kind === 'number') return NUMBER.test(text) ? Number(text) : text;
  if (kind === 'text') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
