import { z } from 'zod';

/** Field types that several contracts share, with the leniency that the public API's clients rely on. */

export const uuid = z.guid();

/** For the API's document: forms of a value that are accepted beside the one that its schema states. */
export const alsoAccepted = (...forms: Readonly<Record<string, unknown>>[]) => ({ alsoAccepts: forms });

/* eslint-disable no-control-regex -- a NUL is what is looked for */
/** A text that Postgres can store and that survives UTF-8: no NUL, no half of a surrogate pair. */
const storable = /^[^\u0000\ud800-\udfff]*$/u;
const storableUrl = /^[hH][tT][tT][pP][sS]?:\/\/[^\s\u0000\ud800-\udfff]+$/u;
/* eslint-enable no-control-regex */

/** A client's text of at most `maxChars` UTF-16 units. */
export function text(maxChars: number) {
  return z
    .string()
    .max(maxChars)
    .regex(storable, { error: 'must not hold NUL characters or halves of surrogate pairs' });
}

/** A client's `http:` or `https:` URL. */
export const httpUrl = z
  .string()
  .max(2_000)
  .regex(storableUrl, { error: 'must be an http or https URL', abort: true })
  .refine((value) => URL.canParse(value), { error: 'must be a URL' })
  .meta({ format: 'http-url' });

/** Epoch milliseconds. */
export const epochMs = z.number().int().nonnegative();

const numberText = '^\\s*[-+]?(\\d{1,40}(\\.\\d{0,40})?|\\.\\d{1,40})([eE][-+]?\\d{1,2})?\\s*$';
const integerText = '^\\s*[-+]?\\d{1,15}(\\.0{0,20})?\\s*$';

function fromText<T extends z.ZodType>(pattern: string, schema: T) {
  const spelt = new RegExp(pattern);
  return z
    .preprocess((value) => (typeof value === 'string' && spelt.test(value) ? Number(value) : value), schema)
    .meta(alsoAccepted({ type: 'string', pattern }));
}

/** A number, or a string that spells one (`".2"`): Vocode's own examples send numbers as strings. */
export const laxNumber = fromText(numberText, z.number());
export const laxInteger = fromText(integerText, z.number().int());

const booleanWords: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false };

/** A boolean, or `"true"`, `"false"`, `1`, `0`. */
export const laxBoolean = z
  .preprocess((value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    return booleanWords[String(value).toLowerCase()] ?? value;
  }, z.boolean())
  .meta(
    alsoAccepted(
      { type: 'string', pattern: '^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[01])$' },
      { type: 'integer', enum: [0, 1] },
    ),
  );

/**
 * A phone number as clients write it: digits with or without `+`, spaces and punctuation, or an integer.
 * Output: the text to parse; whether it is a possible number is decided by the number rules, not here.
 */
export const phoneNumberText = z
  .preprocess(
    (value) => (Number.isSafeInteger(value) && Number(value) > 0 ? String(value) : value),
    text(40).min(1),
  )
  .meta({
    format: 'phone-number',
    ...alsoAccepted({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  });

/** A phone number in E.164, with its `+`. */
export const e164 = z.string().regex(/^\+[1-9]\d{1,14}$/);

const maxMapChars = 64 * 1024;

/** A client's map of texts (a call's context, a carrier's parameters), 64 Ki characters at most in all. */
export const stringMap = z.record(text(maxMapChars), text(maxMapChars)).refine(
  (map) => {
    const chars = Object.entries(map).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
    return chars <= maxMapChars;
  },
  { error: `must not hold more than ${maxMapChars} characters` },
);

/** A setting without a default: absent is `null`. */
export function orNull<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value): z.output<T> | null => value ?? null);
}

/** A setting with a default: absent or `null` takes it. */
export function withDefault<T extends z.ZodType>(schema: T, value: z.output<T>) {
  return schema
    .nullish()
    .meta({ defaultsTo: value })
    .transform((given): z.output<T> => given ?? value);
}

const isUndefinedObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** Marks, in a schema's metadata, a field whose `{}` leaves the stored value alone: `Undefined` in the document. */
export const leavesAloneWhenEmpty = { leavesAloneWhenEmpty: true } as const;

/** A field of a partial update that cannot be cleared: absent, `{}` and `null` leave it alone. */
export function patch<T extends z.ZodType>(schema: T) {
  return z
    .preprocess(
      (value) => (value === null || isUndefinedObject(value) ? undefined : value),
      schema.optional(),
    )
    .optional()
    .meta(leavesAloneWhenEmpty);
}

/** A field of a partial update that can be cleared: absent and `{}` leave it alone, `null` clears it. */
export function clearablePatch<T extends z.ZodType>(schema: T) {
  return z
    .preprocess((value) => (isUndefinedObject(value) ? undefined : value), schema.nullish())
    .optional()
    .meta(leavesAloneWhenEmpty);
}

/**
 * A reference to another resource as it travels inside: the id of a stored one, or a new one's params with the id
 * that it gets if it has to be made. The gateway mints the id, because secrets are sealed to it.
 */
export function refOf<T extends z.ZodType>(params: T) {
  return z.union([uuid, z.object({ id: uuid, params })]);
}

/** What every stored object carries. */
export const owned = z.object({ id: uuid, user_id: uuid });
