/** How the marks of an address are called. */
export interface AddressMarks {
  readonly at: string;
  readonly dot: string;
  readonly dash: string;
  readonly underscore: string;
  readonly plus: string;
}

/** An e-mail address, its marks by their names. */
export function spellAddress(address: string, marks: AddressMarks): string {
  const names: Readonly<Record<string, string>> = {
    '@': marks.at,
    '.': marks.dot,
    '-': marks.dash,
    _: marks.underscore,
    '+': marks.plus,
  };
  return address.replace(/[@._+-]/g, (mark) => ` ${names[mark] ?? mark} `);
}
