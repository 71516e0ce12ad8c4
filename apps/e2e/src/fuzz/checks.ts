import type { ApiAnswer } from '../api/api-client';
import type { ServedDocument } from '../api/served-document';
import type { FuzzRequest } from './fuzz-request';
import { isMeantRefusal } from './meant-refusals';

/** The names are schemathesis's, whose users know them. */
export const checkNames = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'positive_data_acceptance',
  'missing_required_header',
  'unsupported_method',
  'ignored_auth',
  'use_after_free',
  'ensure_resource_availability',
  'max_response_time',
] as const;

export type CheckName = (typeof checkNames)[number];

/** What a check says of an answer: fine, or what is wrong. */
export interface Verdict {
  readonly check: CheckName;
  readonly complaint: string | undefined;
}

const longestAnswerMs = 5_000;

/** Everything that can be said of one answer. */
export function verdictsOf(sent: FuzzRequest, answer: ApiAnswer, document: ServedDocument): Verdict[] {
  const { status } = answer;
  const said = `${status} ${answer.text.slice(0, 300)}`;
  const when = (check: CheckName, isFine: boolean, complaint: string): Verdict => ({
    check,
    complaint: isFine ? undefined : complaint,
  });
  return [
    when('not_a_server_error', status < 500, said),
    when('max_response_time', answer.tookMs < longestAnswerMs, `${Math.round(answer.tookMs)} ms`),
    ...conformance(sent, answer, document),
    ...intended(sent, answer, said, when),
  ];
}

function conformance(sent: FuzzRequest, answer: ApiAnswer, document: ServedDocument): Verdict[] {
  // Whatever else is wrong with an answer of this kind, the document does not speak of it.
  if (answer.status >= 500 || sent.intent.kind === 'unsupported method') return [];
  // As the document of the answer's own vintage has it.
  const operation = document.operation(sent.operation.name);
  const isKnown = document.isDocumentedStatus(operation, answer.status);
  const status: Verdict = {
    check: 'status_code_conformance',
    complaint: isKnown ? undefined : `${answer.status} is not documented: ${answer.text.slice(0, 200)}`,
  };
  if (!isKnown) return [status];
  const isTyped = document.isDocumentedType(operation, answer);
  const type: Verdict = {
    check: 'content_type_conformance',
    complaint: isTyped
      ? undefined
      : `${answer.mediaType || 'no type'} is not documented for ${answer.status}`,
  };
  if (!isTyped) return [status, type];
  return [
    status,
    type,
    { check: 'response_schema_conformance', complaint: document.complaint(operation, answer) },
  ];
}

function intended(
  sent: FuzzRequest,
  answer: ApiAnswer,
  said: string,
  when: (check: CheckName, isFine: boolean, complaint: string) => Verdict,
): Verdict[] {
  const { intent } = sent;
  const { status } = answer;
  const isRefused = status >= 400 && status < 500 && status !== 401 && status !== 429;
  switch (intent.kind) {
    case 'valid': {
      const isMissing = status === 404 && !intent.isCertain;
      const isFine = status === 200 || isMissing || isMeantRefusal(sent, answer);
      return [when('positive_data_acceptance', isFine, said)];
    }
    case 'negative': {
      const what = `${intent.keyword} at ${intent.place} is not refused: ${said}`;
      return [when('negative_data_rejection', isRefused, what)];
    }
    case 'without key':
      return [when('missing_required_header', status === 401 || status === 403, said)];
    case 'wrong key':
      return [when('ignored_auth', status === 401 || status === 403, said)];
    case 'unsupported method':
      return [when('unsupported_method', status === 404 || status === 405, said)];
    case 'read back':
      return [when('ensure_resource_availability', status === 200 && answer.text.includes(intent.id), said)];
    case 'use after free':
      // A call from a number that is nobody's here is for the carrier to refuse.
      return [when('use_after_free', isRefused || isFailedCall(answer), said)];
    case 'hostile':
      return [];
  }
}

const isFailedCall = ({ status, json }: ApiAnswer): boolean =>
  status === 200 && (json as { status?: unknown }).status === 'error';
