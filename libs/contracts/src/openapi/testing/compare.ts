import { isDeepStrictEqual } from 'node:util';
import type { DocumentFacts, OperationFacts, SchemaFacts, ValueFacts } from './facts';

/** Who writes a value: clients must be able to send all that the reference knows, and receive nothing else. */
interface Direction {
  readonly sent: boolean;
  readonly received: boolean;
}

/**
 * Every difference by which a client of the reference could notice ours, each a line that begins with its place
 * (`GET /v1/agents query.id`, `schemas.Agent.name`). What ours has beyond the reference (fields, operations, types that
 * it accepts in requests) is no difference. A trailing slash of a path is none either.
 */
export function differences(ours: DocumentFacts, reference: DocumentFacts): string[] {
  const found = new Comparison(ours, reference);
  const own = withoutTrailingSlashes(ours.operations);
  for (const [name, operation] of Object.entries(withoutTrailingSlashes(reference.operations))) {
    found.operation(name, own[name], operation);
  }
  const usage = usageOf(reference);
  for (const [name, schema] of Object.entries(reference.schemas)) {
    const direction = usage.get(name);
    if (direction) found.schema(name, schema, direction);
  }
  return [...new Set(found.lines)];
}

/** Differences that are meant, each with its reason: `place` is how the difference's line begins. */
export interface Allowance {
  readonly place: string;
  readonly why: string;
}

/** The differences that no allowance covers, and the allowances that cover none. */
export function unexplained(lines: readonly string[], allowances: readonly Allowance[]): string[] {
  const covers = ({ place }: Allowance, line: string) =>
    line.startsWith(`${place}:`) || line.startsWith(`${place} `);
  return [
    ...lines.filter((line) => !allowances.some((allowance) => covers(allowance, line))),
    ...allowances
      .filter((allowance) => !lines.some((line) => covers(allowance, line)))
      .map(({ place }) => `${place}: is allowed to differ, but does not`),
  ];
}

class Comparison {
  readonly lines: string[] = [];

  constructor(
    private readonly ours: DocumentFacts,
    private readonly reference: DocumentFacts,
  ) {}

  operation(name: string, own: OperationFacts | undefined, known: OperationFacts): void {
    if (!own) {
      this.note(name, 'is not served');
      return;
    }
    if (own.operationId !== known.operationId)
      this.note(`${name} operationId`, `is ${own.operationId}, not ${known.operationId}`);
    if (own.isAuthenticated !== known.isAuthenticated)
      this.note(`${name} security`, `a key is ${own.isAuthenticated ? '' : 'not '}asked for`);
    for (const [parameter, facts] of Object.entries(known.query)) {
      this.value(`${name} query.${parameter}`, own.query[parameter], facts, { sent: true, received: false });
    }
    if (known.body) this.value(`${name} body`, own.body, known.body, { sent: true, received: false });
    if (own.response.mediaType !== known.response.mediaType)
      this.note(`${name} response`, `is ${own.response.mediaType}, not ${known.response.mediaType}`);
    for (const [status, facts] of Object.entries(known.errors)) {
      this.value(`${name} ${status}`, own.errors[status], facts, { sent: false, received: true });
    }
    // The reference leaves a few answers open; whatever ours says of them is within that.
    if (known.response.types.join() === 'any') return;
    this.value(`${name} response`, own.response, known.response, { sent: false, received: true });
  }

  /** Each side may have one schema for both directions, or one that ends in `-Input` and one in `-Output`. */
  schema(name: string, known: SchemaFacts, { sent, received }: Direction): void {
    const { schemas } = this.ours;
    const stem = stemOf(name);
    if (sent) this.oneWay(stem, schemas[`${stem}-Input`] ?? schemas[stem], known, { sent, received: false });
    if (received)
      this.oneWay(stem, schemas[`${stem}-Output`] ?? schemas[stem], known, { sent: false, received });
  }

  private oneWay(name: string, own: SchemaFacts | undefined, known: SchemaFacts, direction: Direction): void {
    const place = `schemas.${name}${direction.sent ? ' (sent)' : ''}`;
    if (!own) {
      this.note(place, 'is no schema of ours');
      return;
    }
    if (known.value) this.value(place, own.value, known.value, direction);
    for (const [name, facts] of Object.entries(known.fields ?? {})) {
      this.value(`${place}.${name}`, own.fields?.[name], facts, direction);
    }
    if (!direction.sent) return;
    for (const [name, facts] of Object.entries(own.fields ?? {})) {
      if (facts.required && !known.fields?.[name])
        this.note(`${place}.${name}`, 'is asked for, which is new');
    }
  }

  private value(
    place: string,
    own: ValueFacts | null | undefined,
    known: ValueFacts,
    direction: Direction,
  ): void {
    if (!own) {
      this.note(place, 'is missing');
      return;
    }
    const mine = resolved(own, this.ours);
    const theirs = resolved(known, this.reference);
    this.lists(`${place} type`, mine.types, theirs.types, direction);
    const texts = (values: readonly unknown[] = []) => values.map((value) => JSON.stringify(value));
    this.lists(`${place} enum`, texts(mine.enum), texts(theirs.enum), direction);
    if ('default' in known && !isDeepStrictEqual(own.default, known.default)) {
      this.note(
        `${place} default`,
        `is ${JSON.stringify(own.default)}, not ${JSON.stringify(known.default)}`,
      );
    }
    const isRequired = own.required ?? false;
    const shouldBe = known.required ?? false;
    if (shouldBe && !isRequired) this.note(`${place} required`, 'may be left out');
    if (direction.sent && isRequired && !shouldBe) this.note(`${place} required`, 'may not be left out');
  }

  private lists(place: string, own: readonly string[], known: readonly string[], direction: Direction): void {
    const missing = known.filter((entry) => !isWithin(entry, own));
    const extra = direction.received ? own.filter((entry) => !isWithin(entry, known)) : [];
    if (missing.length > 0) this.note(place, `lacks ${missing.join(', ')} (has ${own.join(', ')})`);
    if (extra.length > 0) this.note(place, `has also ${extra.join(', ')}, which clients do not know`);
  }

  private note(place: string, what: string): void {
    this.lines.push(`${place}: ${what}`);
  }
}

/**
 * Every alternative by itself (`array<a|b>` is `array<a>` and `array<b>`), and references to what is no object (names of
 * lists of words) replaced by what they say.
 */
function resolved(
  facts: ValueFacts,
  { schemas }: DocumentFacts,
): Required<Pick<ValueFacts, 'types' | 'enum'>> {
  const types = new Set<string>();
  const values = [...(facts.enum ?? [])];
  const plain = (type: string): string[] => {
    const [, outer, inner] = /^(array|map)<(.*)>$/.exec(type) ?? [];
    if (outer !== undefined && inner !== undefined)
      return inner
        .split('|')
        .flatMap(plain)
        .map((each) => `${outer}<${each}>`);
    if (!type.startsWith('ref:')) return [type];
    const name = type.slice('ref:'.length);
    const value = schemas[name]?.value;
    if (!value) return [`ref:${stemOf(name)}`];
    const said = resolved(value, { operations: {}, schemas });
    values.push(...said.enum);
    return [...said.types];
  };
  facts.types.flatMap(plain).forEach((type) => types.add(type));
  return { types: [...types].sort(), enum: values };
}

/** A value of the one type is one of the other. */
const isWithin = (type: string, others: readonly string[]): boolean =>
  others.includes(type) || others.includes(type.replace('integer', 'number'));

const stemOf = (name: string): string => name.replace(/-(In|Out)put$/, '');

/** In which directions each schema of a document travels, nested ones too. */
function usageOf(document: DocumentFacts): Map<string, Direction> {
  const usage = new Map<string, Direction>();
  const visit = ({ types }: ValueFacts, direction: Direction): void => {
    for (const [, name = ''] of types.join().matchAll(/ref:([^,|>]+)/g)) {
      const known = usage.get(name) ?? { sent: false, received: false };
      const next = { sent: known.sent || direction.sent, received: known.received || direction.received };
      if (next.sent === known.sent && next.received === known.received) continue;
      usage.set(name, next);
      const { fields = {}, value } = document.schemas[name] ?? {};
      for (const inner of [...Object.values(fields), ...(value ? [value] : [])]) visit(inner, direction);
    }
  };
  for (const { body, response, query, errors } of Object.values(document.operations)) {
    if (body) visit(body, { sent: true, received: false });
    for (const parameter of Object.values(query)) visit(parameter, { sent: true, received: false });
    for (const answer of [response, ...Object.values(errors)]) visit(answer, { sent: false, received: true });
  }
  return usage;
}

function withoutTrailingSlashes<T>(operations: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, value]) => [name.replace(/\/$/, ''), value]),
  );
}
