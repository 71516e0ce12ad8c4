import Ajv2020, { ErrorObject, ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { JsonSchema, OpenApiDocument } from './json-schema';

const documentId = 'document.json';

const ownFormats = {
  'http-url': (text: string) => /^https?:/i.test(text) && URL.canParse(text),
  // Which numbers are possible is for the number rules to say.
  'phone-number': true as const,
};

/** Judges values by the schemas of one document. */
export class SchemaValidator {
  private readonly ajv = addFormats(new Ajv2020({ strict: false, formats: ownFormats }));
  private readonly compiled = new WeakMap<JsonSchema, ValidateFunction>();

  constructor({ components = {} }: OpenApiDocument) {
    // Kept under a name, so that what a component refers to is compiled once for all schemas.
    this.ajv.addSchema({ components }, documentId);
  }

  accepts(schema: JsonSchema, value: unknown): boolean {
    return this.validateFunctionOf(schema)(value);
  }

  /** What is wrong with the value, as one line; undefined when nothing is. */
  complaint(schema: JsonSchema, value: unknown): string | undefined {
    const validate = this.validateFunctionOf(schema);
    if (validate(value)) return undefined;
    return (validate.errors ?? []).map(lineOf).join('; ');
  }

  private validateFunctionOf(schema: JsonSchema): ValidateFunction {
    const known = this.compiled.get(schema);
    if (known) return known;
    const validate = this.ajv.compile(fromDocument(schema) as object);
    this.compiled.set(schema, validate);
    return validate;
  }
}

const lineOf = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath || 'the value'} ${message ?? 'is wrong'} ${JSON.stringify(params)}`;

/** The schema with its references pointing into the document that ajv knows by name. */
function fromDocument(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(fromDocument);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]: [string, unknown]) => [
      key,
      key === '$ref' && typeof value === 'string' ? documentId + value : fromDocument(value),
    ]),
  );
}
