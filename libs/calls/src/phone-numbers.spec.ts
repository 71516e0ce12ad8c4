import { AppError } from '@parley/kernel';
import fc from 'fast-check';
import { parsePossibleNumber, toDigits } from './phone-numbers';

describe('parsePossibleNumber', () => {
  it.each([
    ['11234567890', '+11234567890'],
    ['15555555555', '+15555555555'],
    ['+15005550006', '+15005550006'],
    ['4155552671', '+14155552671'],
    ['(415) 555-2671', '+14155552671'],
    [' +1 415 555 2671 ', '+14155552671'],
    ['tel:+14155552671', '+14155552671'],
    ['442071838750', '+442071838750'],
    ['+44 20 7183 8750', '+442071838750'],
    ['01144207183875', '+44207183875'],
    ['49301234567', '+49301234567'],
  ])('reads %p as %s', (text, e164) => expect(parsePossibleNumber(text)).toBe(e164));

  it.each([
    '',
    '+',
    'hello',
    '911',
    '+911',
    '112',
    '123',
    '+123',
    '1-800-FLOWERS',
    '+1 415 555 2671 ext 5',
    '9'.repeat(30),
  ])('refuses %p and names the field', (text) => {
    const path = ['body', 'to_number'];
    try {
      parsePossibleNumber(text, path);
    } catch (error) {
      expect(AppError.is(error) && [error.code, error.kind, error.issues?.[0]?.path]).toEqual([
        'NUMBER.IMPOSSIBLE',
        'invalid',
        path,
      ]);
      return;
    }
    throw new Error('was read as a number');
  });

  it('throws nothing but its own error, and returns nothing but E.164', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9 ()-]{0,20}$/)), (text) => {
        try {
          expect(parsePossibleNumber(text)).toMatch(/^\+[1-9]\d{1,14}$/);
        } catch (error) {
          expect(error).toHaveProperty('code', 'NUMBER.IMPOSSIBLE');
        }
      }),
    );
  });

  it('reads its own output back', () => {
    expect(parsePossibleNumber(toDigits(parsePossibleNumber('11234567890')))).toBe('+11234567890');
  });
});
