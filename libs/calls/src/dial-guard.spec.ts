import fc from 'fast-check';
import { DialPolicy, guardDial } from './dial-guard';

const policy: DialPolicy = { countries: [], ownNumbers: [], from: '+15005550006' };
const reasonFor = (to: string, changes: Partial<DialPolicy> = {}) =>
  guardDial(to, { ...policy, ...changes })?.reason ?? 'allowed';

describe('guardDial', () => {
  it.each(['+14155552671', '+12125551234', '+15005550001', '+18005551212'.replace('1212', '1234')])(
    'allows %s from a number of the USA',
    (to) => expect(reasonFor(to)).toBe('allowed'),
  );

  it.each([
    ['+19005551234', 'premium'],
    ['+19765551234', 'premium'],
    ['+12129761234', 'premium'],
    ['+14155551212', 'premium'],
    ['+449098790001', 'premium'],
    ['+448451234567', 'premium'],
    ['+447011123456', 'premium'],
    ['+979123456789', 'satellite'],
    ['+870773123456', 'satellite'],
    ['+8816123456', 'satellite'],
    ['+88213123456', 'satellite'],
    ['+883510012345', 'satellite'],
    ['+888123456', 'satellite'],
    ['+99112345678', 'satellite'],
    ['+99912345678', 'satellite'],
    ['+911', 'emergency_or_short_code'],
    ['+1911', 'emergency_or_short_code'],
    ['+112', 'emergency_or_short_code'],
    ['+44999', 'emergency_or_short_code'],
    ['+4411', 'emergency_or_short_code'],
    ['+11234567890', 'invalid_number'],
    ['+15555555555', 'invalid_number'],
    ['4155552671', 'invalid_number'],
    ['+1415555267', 'invalid_number'],
    ['+1415555267111', 'invalid_number'],
    ['client:someone', 'invalid_number'],
    ['', 'invalid_number'],
  ])('refuses %s whatever countries are named: %s', (to, reason) => {
    const countries = ['US', 'GB', 'IN', 'CH', 'UZ'];
    expect(reasonFor(to, { countries })).toBe(reason);
  });

  it.each(['+18765551234', '+17875551234', '+18095551234', '+14165550100', '+442071838750', '+998901234567'])(
    'refuses %s as foreign until its country is named',
    (to) => {
      expect(reasonFor(to)).toBe('country_not_allowed');
      expect(reasonFor(to, { countries: ['JM', 'PR', 'DO', 'CA', 'GB', 'UZ'] })).toBe('allowed');
    },
  );

  it('allows the country of the caller id', () => {
    expect(reasonFor('+442071838750', { from: '+442079460958' })).toBe('allowed');
    expect(reasonFor('+14155552671', { from: '+442079460958' })).toBe('country_not_allowed');
  });

  it('takes an unassigned North American caller id for one of the USA', () => {
    expect(reasonFor('+14155552671', { from: '+11234567890' })).toBe('allowed');
  });

  it('refuses numbers that would loop', () => {
    expect(reasonFor('+15005550006')).toBe('own_number');
    expect(reasonFor('+14155552671', { ownNumbers: ['+14155552671'] })).toBe('own_number');
  });

  it('never throws, and never allows a satellite or 900 range', () => {
    const hostile = fc.oneof(fc.string(), fc.stringMatching(/^\+(870|881|979|1900)\d{4,10}$/));
    fc.assert(fc.property(hostile, (to) => expect(reasonFor(to, { countries: ['US'] })).not.toBe('allowed')));
  });
});
