import { AppError } from '@parley/kernel';
import { isSealed, SecretBox, sealedKeyName } from './secret-box';
import type { SecretBinding } from './secret-box';
import { secretFieldsOf } from './secret-fields';

/** Whose a document is. What is embedded in it names its own ids. */
export interface DocumentOwner {
  readonly userId?: string | undefined;
  readonly id?: string | undefined;
}

/** A secret under a key that is not the current one. */
export interface StaleSecret {
  /** From the document's root; a place in a list is its index as text. */
  readonly path: readonly string[];
  readonly sealed: string;
  readonly keyName: string;
  /** The same secret under the current key, for the same place; null when it does not open. */
  readonly resealed: string | null;
  /** Why it does not open, an error's code. */
  readonly problem: string | null;
}

export interface DocumentSecrets {
  /** How many are under the current key already; these are not opened. */
  readonly current: number;
  readonly stale: readonly StaleSecret[];
  /** Where texts lie that look sealed and are in no secret field, as clients may write them. */
  readonly strays: readonly (readonly string[])[];
}

type Json = Readonly<Record<string, unknown>>;
type Path = readonly string[];

/** What clients fill as they like: nothing in there is an object of ours, whatever it looks like. */
const freeForm = new Set([
  'context',
  'example_context',
  'metadata',
  'telephony_params',
  'deepgram_keywords',
  'input_schema',
]);

/**
 * Finds the secrets of a JSON document (a stored object, one with others embedded, a list of them) and reseals those
 * that are under an old key. Changes nothing; what to write is in `stale`.
 */
export function resealDocument(document: unknown, owner: DocumentOwner, secrets: SecretBox): DocumentSecrets {
  const walk = new SecretWalk(secrets);
  walk.visit(document, owner, []);
  return walk;
}

class SecretWalk implements DocumentSecrets {
  current = 0;
  readonly stale: StaleSecret[] = [];
  readonly strays: Path[] = [];

  constructor(private readonly secrets: SecretBox) {}

  visit(value: unknown, owner: DocumentOwner, path: Path): void {
    if (typeof value === 'string' && isSealed(value)) this.strays.push(path);
    if (!isObject(value)) return;
    const own = Array.isArray(value) ? owner : ownerOf(value, owner);
    const taken = this.takeSecrets(value, own, path);
    for (const [name, child] of Object.entries(value)) {
      const place = [...path, name];
      // An object that holds secrets embeds no other objects of ours.
      if (taken.length > 0 || freeForm.has(name)) this.visitFreeForm(child, place, taken);
      else this.visit(child, own, place);
    }
  }

  /** Takes the secrets of one object of ours. Returns where they may lie, also when they are not set. */
  private takeSecrets(object: Json, owner: DocumentOwner, path: Path): string[] {
    return secretFieldsOf(object['type']).map(({ resource, field, path: within }) => {
      const place = [...path, ...within];
      const value = within.reduce<unknown>(memberOf, object);
      if (typeof value === 'string' && isSealed(value)) {
        this.take(value, { userId: owner.userId ?? '', resource, id: owner.id ?? '', field }, place);
      }
      return textOf(place);
    });
  }

  private take(sealed: string, binding: SecretBinding, path: Path): void {
    if (!this.secrets.needsReseal(sealed)) {
      this.current += 1;
      return;
    }
    const found = { path, sealed, keyName: sealedKeyName(sealed) };
    try {
      this.stale.push({ ...found, resealed: this.secrets.reseal(sealed, binding), problem: null });
    } catch (error) {
      this.stale.push({ ...found, resealed: null, problem: AppError.from(error).code });
    }
  }

  private visitFreeForm(value: unknown, path: Path, taken: readonly string[]): void {
    if (typeof value === 'string' && isSealed(value) && !taken.includes(textOf(path))) this.strays.push(path);
    if (!isObject(value)) return;
    for (const [name, child] of Object.entries(value)) this.visitFreeForm(child, [...path, name], taken);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function ownerOf(object: Json, around: DocumentOwner): DocumentOwner {
  const { id, user_id: userId } = object;
  return {
    userId: typeof userId === 'string' ? userId : around.userId,
    id: typeof id === 'string' ? id : around.id,
  };
}

function textOf(path: Path): string {
  return JSON.stringify(path);
}
