import { AppError } from '@parley/kernel';
import { z } from 'zod';

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a service's settings from environment variables. An empty variable counts as missing. The lines of the error
 * name each setting, what is wrong and what to set (the field's `.describe()` text); they never hold a value.
 * @throws SETTINGS.INVALID with one line per wrong or missing setting, in `message` and in `details.lines`.
 */
export function loadSettings<S extends z.ZodObject>(schema: S, env: Environment): z.output<S> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = env[name]?.trim();
    if (value) given[name] = value;
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;

  const lines = new Map<string, string>();
  for (const issue of result.error.issues) {
    const name = String(issue.path[0] ?? 'settings');
    // Only a rule about several settings finds fault with one that is not there.
    const isSaid = issue.code === 'custom' && !(name in given);
    if (!lines.has(name))
      lines.set(name, isSaid ? issue.message : lineFor(name, issue.message, name in given, schema));
  }
  const all = [...lines.values()];
  throw new AppError('invalid', 'SETTINGS.INVALID', all.join('\n'), { details: { lines: all } });
}

function lineFor(name: string, message: string, isSet: boolean, schema: z.ZodObject): string {
  const wanted = descriptionOf(schema.shape[name]);
  const fault = isSet ? `is wrong: ${message.replace(/\.$/, '')}` : 'is missing';
  return wanted ? `${name} ${fault}. Set it to ${wanted}.` : `${name} ${fault}.`;
}

/** The nearest description, looking through `.optional()`, `.default()` and `.transform()`. */
function descriptionOf(schema: unknown): string | undefined {
  let current = schema;
  while (current instanceof z.ZodType) {
    if (current.description) return current.description;
    const def = current.def as { innerType?: unknown; in?: unknown };
    current = def.innerType ?? def.in;
  }
  return undefined;
}
