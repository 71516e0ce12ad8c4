import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new API key in the product's form: `parley_<UUIDv7 in base62>_<32 random bytes in base62>`. */
export const newApiKey = () => `parley_${toBase62(uuidV7Bytes(), 22)}_${toBase62(randomBytes(32), 43)}`;

function uuidV7Bytes() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes;
}

function toBase62(bytes, chars) {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  while (text.length < chars) {
    text = alphabet[Number(rest % 62n)] + text;
    rest /= 62n;
  }
  return text;
}
