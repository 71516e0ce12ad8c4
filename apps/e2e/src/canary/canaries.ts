import { randomBytes } from 'node:crypto';

/** Secrets that occur nowhere else, and the forms in which they would give themselves away. */
export class Canaries {
  private readonly texts = new Map<string, string>();

  /** A new secret for a field; `name` says which, for the report. */
  text(name: string): string {
    return this.kept(name, `canary-${randomBytes(18).toString('hex')}`);
  }

  /** One that has to be base64 of 32 bytes. */
  hmacKey(name: string): string {
    return this.kept(name, randomBytes(32).toString('base64'));
  }

  get size(): number {
    return this.texts.size;
  }

  /** The names of the secrets that stand in a text, each with the form that it stands in there. */
  foundIn(haystack: string): string[] {
    const found: string[] = [];
    for (const [name, secret] of this.texts) {
      for (const [form, text] of formsOf(secret))
        if (haystack.includes(text)) found.push(`${name} (${form})`);
    }
    return found;
  }

  private kept(name: string, secret: string): string {
    this.texts.set(name, secret);
    return secret;
  }
}

function formsOf(secret: string): [form: string, text: string][] {
  const bytes = Buffer.from(secret, 'utf8');
  // Where it starts within what is encoded decides how it looks in base64; the characters at both ends depend on others.
  const encoded = [0, 1, 2].map((shift): [string, string] => [
    'base64',
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  ]);
  return [
    ['clear', secret],
    ['in a URL', encodeURIComponent(secret)],
    ['hexadecimal', bytes.toString('hex')],
    ...encoded,
    ...encoded.map(([, text]): [string, string] => [
      'base64url',
      text.replaceAll('+', '-').replaceAll('/', '_'),
    ]),
  ];
}
