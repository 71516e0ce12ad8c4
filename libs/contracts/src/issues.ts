import type { FieldIssue } from '@parley/kernel';
import { AppError } from '@parley/kernel';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** More help nobody, and an input of wrong fields alone must not make an answer that is larger than itself. */
const maxIssues = 50;

/**
 * What is wrong with an input, one entry a field (the first 50), each named from `root` (`body`, `query`) inwards.
 * Of a union's branches only the one that the input came nearest to is reported.
 */
export function fieldIssues(error: z.ZodError, root: readonly (string | number)[]): FieldIssue[] {
  return flattenAll(error.issues, root);
}

/** Parses, or throws one `invalid` AppError that names every wrong field. */
export function parseOrThrow<T extends z.ZodType>(
  schema: T,
  input: unknown,
  root: readonly (string | number)[],
): z.output<T> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new AppError('invalid', 'REQUEST.INVALID', 'The request does not fit its schema.', {
    issues: fieldIssues(parsed.error, root),
  });
}

function flattenAll(issues: readonly Issue[], root: readonly (string | number)[]): FieldIssue[] {
  return issues
    .slice(0, maxIssues)
    .flatMap((issue) => flatten(issue, root))
    .slice(0, maxIssues);
}

function flatten(issue: Issue, root: readonly (string | number)[]): FieldIssue[] {
  const path = [...root, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code === 'invalid_union') {
    const nearest = nearestBranch(issue.errors);
    if (nearest) return flattenAll(nearest, path);
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: 'is not known',
      type: 'extra_forbidden',
    }));
  }
  return [{ path, message: messageOf(issue), type: typeOf(issue) }];
}

/** The branch whose complaint lies deepest: it got furthest into the input before it failed. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (branch: readonly Issue[]) =>
    branch.reduce((deepest, issue) => Math.max(deepest, issue.path.length), 0);
  return [...branches].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

const isMissing = (issue: Issue): boolean => issue.code === 'invalid_type' && issue.input === undefined;

function messageOf(issue: Issue): string {
  return isMissing(issue) ? 'is required' : issue.message;
}

/** As this API's clients know them from its first implementation, where it has a word for it. */
const typesOfInput: Readonly<Record<string, string>> = {
  number: 'float_type',
  int: 'int_type',
  boolean: 'bool_type',
  array: 'list_type',
  object: 'dict_type',
  record: 'dict_type',
};
const typesOfFormat: Readonly<Record<string, string>> = { guid: 'uuid_parsing', uuid: 'uuid_parsing' };

function typeOf(issue: Issue): string {
  if (isMissing(issue)) return 'missing';
  switch (issue.code) {
    case 'invalid_type':
      return typesOfInput[issue.expected] ?? `${issue.expected}_type`;
    case 'invalid_format':
      return typesOfFormat[issue.format] ?? 'string_pattern_mismatch';
    case 'invalid_value':
      return 'literal_error';
    case 'invalid_union':
      return 'union_tag_invalid';
    case 'too_small':
      return tooFar(issue.origin, 'short', 'greater_than_equal');
    case 'too_big':
      return tooFar(issue.origin, 'long', 'less_than_equal');
    default:
      return 'value_error';
  }
}

function tooFar(origin: string, length: 'short' | 'long', number: string): string {
  if (origin === 'string') return `string_too_${length}`;
  return origin === 'array' || origin === 'set' ? `too_${length}` : number;
}
