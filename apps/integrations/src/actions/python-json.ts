const notPlain = /["\\]|[^\x20-\x7e]/g;
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * JSON as Python's `json.dumps` writes it with its defaults: `", "` and `": "`, ASCII only with lower-case `\uXXXX`
 * (pairs for what lies beyond the BMP), floats as `repr` has them. What Python's `json.loads` makes of it dumps to the
 * same bytes again, which is how receivers in Python check the signature.
 * A number without a fraction is written as an integer: JavaScript does not know `1.0` from `1`.
 * @throws TypeError for what JSON has no form for: an undefined, a function, a bigint, a number that is not finite.
 */
export function pythonJson(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') return pythonText(value);
  if (typeof value === 'number') return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object') throw new TypeError(`JSON has no form for a ${typeof value}.`);
  const members = Object.entries(value).map(([key, member]) => `${pythonText(key)}: ${pythonJson(member)}`);
  return `{${members.join(', ')}}`;
}

function pythonText(text: string): string {
  const escaped = text.replace(
    notPlain,
    (unit) => shortEscapes[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

/**
 * Both languages write the shortest digits that read back the same. They differ in when they use an exponent (Python
 * from 1e16 up and below 1e-4) and in its width (Python: two digits at least).
 */
function pythonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('JSON has no form for this number.');
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  // Without an exponent Python reads an integer of any length back as that integer.
  if (Number.isInteger(value) && size < 1e21) return String(value);
  if (size >= 1e-4 && size < 1e16) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`;
}
