import { parsePhoneNumberWithError, PhoneNumber } from 'libphonenumber-js/max';

/** Why a number is not dialled. */
export type DialRefusalReason =
  | 'invalid_number'
  | 'emergency_or_short_code'
  | 'premium'
  | 'satellite'
  | 'country_not_allowed'
  | 'own_number';

export interface DialRefusal {
  readonly reason: DialRefusalReason;
  /** For a person; continues "The number …". */
  readonly message: string;
}

export interface DialPolicy {
  /** Countries that may be called besides the caller id's own; ISO 3166-1 alpha-2, upper case. */
  readonly countries: readonly string[];
  /** Numbers that this system answers itself, in E.164. Calling one would loop. */
  readonly ownNumbers: readonly string[];
  /** The caller id, in E.164. */
  readonly from: string;
}

const refusalMessages: Readonly<Record<DialRefusalReason, string>> = {
  invalid_number: 'is not a valid phone number',
  emergency_or_short_code: 'is an emergency number or a short code',
  premium: 'is charged at a premium rate',
  satellite: 'belongs to a satellite or global network',
  country_not_allowed: 'is in a country that this deployment does not call',
  own_number: 'is answered by this account itself',
};

/**
 * Whether `to` (E.164) may be dialled; null when it may. A deployment that names no countries calls only the country of
 * its caller id: toll fraud lives on foreign, satellite and premium ranges, so everything beyond is opted into.
 * North American numbers outside the caller id's country (Canada, the Caribbean) count as foreign. What the number
 * plan's data do not know as premium (976 exchanges, directory assistance, personal numbers, satellites that are
 * listed as mobiles) is refused by range, whatever countries are named.
 */
export function guardDial(to: string, policy: DialPolicy): DialRefusal | null {
  const reason = refusalReason(to, policy);
  return reason && { reason, message: refusalMessages[reason] };
}

function refusalReason(to: string, policy: DialPolicy): DialRefusalReason | null {
  if (!/^\+[1-9]\d{1,14}$/.test(to)) return 'invalid_number';
  if (globalNetworks.test(to)) return 'satellite';
  const number = parse(to);
  if (!number) return isShort(to) ? 'emergency_or_short_code' : 'invalid_number';
  if (isShortCode(number)) return 'emergency_or_short_code';
  // Before validity: numbers of these ranges are partly unknown to the data, and "premium" says more than "invalid".
  if (isPremium(number)) return 'premium';
  if (!number.isValid()) return 'invalid_number';
  if (!allowedCountries(policy).has(number.country ?? '')) return 'country_not_allowed';
  return to === policy.from || policy.ownNumbers.includes(to) ? 'own_number' : null;
}

/**
 * Inmarsat, global mobile satellite, international networks, personal and disaster ranges, premium rate, and the part
 * of +99 that is no country. (The rest of +99 is Central Asia: foreign, so refused unless named.)
 */
const globalNetworks = /^\+(87[08]|88[1238]|979|99[0179])/;

function parse(to: string): PhoneNumber | undefined {
  try {
    return parsePhoneNumberWithError(to);
  } catch {
    return undefined;
  }
}

function isShort(to: string): boolean {
  return to.length <= 7;
}

function isShortCode(number: PhoneNumber): boolean {
  const { length } = number.nationalNumber;
  // Three digits are 911, 112, 999 and their kin everywhere; a few small countries have valid numbers of four to six.
  return length <= 3 || (length <= 6 && !number.isValid());
}

const premiumTypes: readonly string[] = ['PREMIUM_RATE', 'SHARED_COST', 'UAN', 'PAGER', 'VOICEMAIL'];

function isPremium(number: PhoneNumber): boolean {
  if (premiumTypes.includes(number.getType() ?? '')) return true;
  if (number.countryCallingCode === '1') {
    const national = number.nationalNumber;
    return /^(900|\d{3}976)/.test(national) || /^\d{3}5551212$/.test(national) || /^(976)/.test(national);
  }
  // Personal numbers (e.g. 070 in the United Kingdom) are a known toll-fraud range; North America's 5XX are not.
  return number.getType() === 'PERSONAL_NUMBER';
}

function allowedCountries(policy: DialPolicy): ReadonlySet<string> {
  const from = parse(policy.from);
  // A possible but unassigned North American caller id has no country of its own.
  const own = from?.country ?? (from?.countryCallingCode === '1' ? 'US' : undefined);
  return new Set([...policy.countries, ...(own ? [own] : [])]);
}
