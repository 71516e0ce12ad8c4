/** An element of a small XML document. Text is trimmed and unescaped; comments are left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Says where and why a text is no well-formed XML. */
export class XmlError extends Error {
  constructor(reason: string, at: number) {
    super(`${reason} at character ${at + 1}`);
    this.name = 'XmlError';
  }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const nameAt = /[A-Za-z_][\w.:-]*/y;
const spaceAt = /\s+/y;
const maxDepth = 32;

/**
 * Parses the XML that call instructions are written in: elements, attributes, text, CDATA, comments, one declaration.
 * Strict: anything not well-formed, a second root, a doctype or a processing instruction is an error.
 * @throws XmlError
 */
export function parseXml(text: string): XmlElement {
  return new XmlReader(text.replace(/^\uFEFF/, '')).document();
}

class XmlReader {
  private at = 0;

  constructor(private readonly source: string) {}

  document(): XmlElement {
    this.skipSpace();
    if (this.source.startsWith('<?xml', this.at)) this.skipPast('?>');
    this.skipBetween();
    if (!this.source.startsWith('<', this.at)) throw this.error('no root element');
    const root = this.element(0);
    this.skipBetween();
    if (this.at < this.source.length) throw this.error('text after the root element');
    return root;
  }

  private element(depth: number): XmlElement {
    if (depth > maxDepth) throw this.error('nested too deeply');
    this.expect('<');
    const name = this.name();
    const attributes = this.attributes();
    if (this.take('/>')) return { name, attributes, children: [], text: '' };
    this.expect('>');
    const children: XmlElement[] = [];
    let text = '';
    while (!this.source.startsWith('</', this.at)) {
      if (this.at >= this.source.length) throw this.error(`<${name}> is not closed`);
      if (this.source.startsWith('<!--', this.at)) this.skipPast('-->');
      else if (this.source.startsWith('<![CDATA[', this.at)) text += this.cdata();
      else if (this.source.startsWith('<', this.at)) children.push(this.element(depth + 1));
      else text += this.unescape(this.until('<'));
    }
    this.expect('</');
    if (this.name() !== name) throw this.error(`<${name}> is closed by another name`);
    this.skipSpace();
    this.expect('>');
    return { name, attributes, children, text: text.trim() };
  }

  private attributes(): Record<string, string> {
    const attributes: Record<string, string> = {};
    for (;;) {
      const hadSpace = this.skipSpace();
      const next = this.source[this.at];
      if (next === '>' || next === '/' || next === undefined) return attributes;
      if (!hadSpace) throw this.error('no space before an attribute');
      const name = this.name();
      if (name in attributes) throw this.error(`attribute ${name} stands twice`);
      this.skipSpace();
      this.expect('=');
      this.skipSpace();
      const quote = this.source[this.at];
      if (quote !== '"' && quote !== "'") throw this.error(`attribute ${name} is not quoted`);
      this.at++;
      const value = this.until(quote);
      if (value.includes('<')) throw this.error(`attribute ${name} holds a <`);
      this.expect(quote);
      attributes[name] = this.unescape(value);
    }
  }

  private cdata(): string {
    this.expect('<![CDATA[');
    const text = this.until(']]>');
    this.expect(']]>');
    return text;
  }

  private unescape(text: string): string {
    return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
      if (!whole.endsWith(';')) throw this.error('a bare &');
      const [, hex, decimal] = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name) ?? [];
      if (hex ?? decimal) {
        const point = hex ? Number.parseInt(hex, 16) : Number(decimal);
        if (point === 0 || point > 0x10ffff) throw this.error(`&${name}; is no character`);
        return String.fromCodePoint(point);
      }
      const character = entities[name];
      if (character === undefined) throw this.error(`&${name}; is unknown`);
      return character;
    });
  }

  private name(): string {
    nameAt.lastIndex = this.at;
    const found = nameAt.exec(this.source)?.[0];
    if (!found) throw this.error('a name is missing');
    this.at += found.length;
    return found;
  }

  private until(mark: string): string {
    const end = this.source.indexOf(mark, this.at);
    if (end < 0) throw this.error(`${mark} is missing`);
    const text = this.source.slice(this.at, end);
    this.at = end;
    return text;
  }

  private skipPast(mark: string): void {
    this.until(mark);
    this.at += mark.length;
  }

  /** Skips spaces and comments. */
  private skipBetween(): void {
    this.skipSpace();
    while (this.source.startsWith('<!--', this.at)) {
      this.skipPast('-->');
      this.skipSpace();
    }
  }

  private skipSpace(): boolean {
    spaceAt.lastIndex = this.at;
    const found = spaceAt.exec(this.source)?.[0];
    this.at += found?.length ?? 0;
    return found !== undefined;
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw this.error(`${text} is missing`);
  }

  private error(reason: string): XmlError {
    return new XmlError(reason, this.at);
  }
}
