import { createHash } from 'node:crypto';
import { AppError, RecentMap } from '@parley/kernel';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import type { AnySchemaObject, ErrorObject, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { withinTime } from './limited-time';

const compileLimitMs = 500;
const checkLimitMs = 50;
const maxInputChars = 32_768;
const keptSchemas = 500;
const tooLong = 'checking it takes too long';

type Compiled = { readonly validate: ValidateFunction } | { readonly fault: string };

/**
 * Holds a model's input against the schema that the customer gave. Neither is trusted: a schema sees nobody else's
 * schemas (each has an instance of its own), fetches nothing, and compiling and checking are cut when they take long,
 * in the midst of a regular expression if need be. Compiled schemas are kept, the 500 latest.
 */
export class InputCheck {
  private readonly compiled = new RecentMap<string, Compiled>(keptSchemas);
  /** Schemas that took too long once: that may only have met a busy moment. */
  private readonly doubtful = new RecentMap<string, true>(keptSchemas);

  /** Why the input may not be sent, as a clause for the model; null when it may. */
  refusal(
    schema: Readonly<Record<string, unknown>>,
    input: Readonly<Record<string, unknown>>,
  ): string | null {
    const unfit = unfitToSend(input);
    if (unfit !== null) return unfit;
    const compiled = this.compile(schema);
    if ('fault' in compiled) return compiled.fault;
    try {
      const { validate } = compiled;
      if (withinTime(checkLimitMs, () => validate(input))) return null;
      return describe(validate.errors?.[0]);
    } catch (error) {
      return cannotCheck(error);
    }
  }

  private compile(schema: Readonly<Record<string, unknown>>): Compiled {
    const key = createHash('sha256').update(JSON.stringify(schema)).digest('base64');
    const known = this.compiled.get(key);
    const compiled = known ?? compile(schema);
    // Nobody else is answered meanwhile: a schema that took too long twice is not tried again.
    const isDoubtful = 'fault' in compiled && compiled.fault === tooLong && !this.doubtful.get(key);
    if (isDoubtful) this.doubtful.set(key, true);
    else this.compiled.set(key, compiled);
    return compiled;
  }
}

function compile(schema: Readonly<Record<string, unknown>>): Compiled {
  // An asynchronous check would never be looked at.
  if (schema['$async'] !== undefined) return { fault: 'the schema of this action cannot be used' };
  try {
    return { validate: withinTime(compileLimitMs, () => newAjv(schema).compile(schema)) };
  } catch (error) {
    return { fault: cannotCheck(error) };
  }
}

function newAjv(schema: AnySchemaObject): Ajv {
  const options = {
    strict: false,
    // The schema is checked by compiling it; a `$schema` that is not known here is no fault.
    validateSchema: false,
    allErrors: false,
    logger: false,
    unicodeRegExp: true,
    code: { regExp: Object.assign(patternOf, { code: 'new RegExp' }) },
  } as const;
  const dialect = typeof schema['$schema'] === 'string' ? schema['$schema'] : '';
  const ajv = /2019-09|2020-12/.test(dialect) ? new Ajv2020(options) : new Ajv(options);
  return addFormats(ajv);
}

/** As Unicode, as JSON Schema has it; else as what it is without, for escapes that are no fault there. */
function patternOf(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return new RegExp(pattern);
  }
}

function unfitToSend(input: unknown): string | null {
  const json = JSON.stringify(input);
  if (json.length > maxInputChars) return `it is longer than ${maxInputChars} characters`;
  return hasInexactNumber(input) ? 'it holds a number of too many digits, which belongs into a text' : null;
}

/** What JavaScript has rounded must not go out as if it were what was meant. */
function hasInexactNumber(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInexactNumber);
}

function describe(error: ErrorObject | undefined): string {
  if (!error) return 'it does not fit the schema';
  const where = error.instancePath.slice(1).replaceAll('/', '.');
  const { allowedValues } = error.params as { allowedValues?: unknown };
  const allowed = Array.isArray(allowedValues) ? `: ${JSON.stringify(allowedValues).slice(0, 200)}` : '';
  return `${where === '' ? 'it' : where} ${error.message ?? 'does not fit the schema'}${allowed}`;
}

function cannotCheck(error: unknown): string {
  const took = AppError.is(error) && error.code === 'WORK.TOO_LONG';
  return took ? tooLong : 'the schema of this action cannot be used';
}
