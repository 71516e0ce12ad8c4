import type { ApiAnswer } from '../api/api-client';
import type { FuzzRequest } from './fuzz-request';

interface Issue {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** A refusal of what fits the document, for a reason that no schema can state. */
interface MeantRefusal {
  readonly operations: RegExp;
  readonly status: number;
  /** Which fields a 422 may name; of other statuses, what the text may be. */
  readonly says: RegExp;
  readonly why: string;
}

const meantRefusals: readonly MeantRefusal[] = [
  {
    operations: /^GET .*\/list$/,
    status: 422,
    says: /^query\.sort_column /,
    why: 'each list can be ordered by columns of its own',
  },
  {
    operations: /^POST .*\/update$/,
    status: 422,
    says: /^body(\.\w+)*\.type /,
    why: 'what an object is cannot be changed',
  },
  {
    operations: /^POST \/v1\/(agents|numbers)\/update$/,
    status: 422,
    says: /^body\.(\w+\.?)+ (missing|literal_error)$/,
    why: 'with nothing there to be changed, a new object is made, and has to be whole',
  },
  {
    operations: /^POST \/v1\/calls\/create$/,
    status: 403,
    says: /./,
    why: 'calls are placed from the user’s own numbers, to numbers that may be dialled',
  },
  {
    operations: /^POST \/v1\/calls\/create$/,
    status: 422,
    says: /^body\.to_number value_error$/,
    why: 'the same',
  },
  {
    operations: /^GET \/v1\/calls\/recording/,
    status: 404,
    says: /^Recording not available$/,
    why: 'a call that nobody answered has none',
  },
  {
    operations: /^POST \/v1\/(numbers\/(buy|link)|account_connections\/\w+_steering_pool)$/,
    status: 422,
    says: /^body(\.telephony_account_connection|\.phone_number)? value_error$/,
    why: 'what is asked for has to be at the carrier, in an account that is one',
  },
  {
    operations: /^POST \/v1\/(numbers\/link|account_connections\/add_to_steering_pool)$/,
    status: 409,
    says: /./,
    why: 'a number is linked once',
  },
  {
    operations: /^POST \/v1\/account_connections\/update$/,
    status: 409,
    says: /^Numbers of this account are in use/,
    why: 'an account cannot be exchanged under the numbers that it has here',
  },
  {
    operations: /^POST \/v1\/numbers\/buy$/,
    status: 404,
    says: /^The carrier has no number for sale in area \d{3}\.$/,
    why: 'not every three digits are an area where numbers are sold',
  },
  {
    operations: /^POST \/v1\/account_connections\/remove_from_steering_pool$/,
    status: 404,
    says: /^Phone number not found$/,
    why: 'only what is in the pool can be taken out',
  },
];

/** True for a refusal that is right although the request fits the document. */
export function isMeantRefusal({ operation }: FuzzRequest, { status, json }: ApiAnswer): boolean {
  const { detail } = (json ?? {}) as { detail?: Issue[] | string };
  const said = Array.isArray(detail)
    ? detail.map(({ loc, type }) => `${loc.join('.')} ${type}`)
    : [detail ?? ''];
  return (
    said.length > 0 &&
    said.every((line) =>
      meantRefusals.some(
        (meant) => meant.status === status && meant.operations.test(operation.name) && meant.says.test(line),
      ),
    )
  );
}
